//! What would help a member whose picture shows no code. Said only when the reason was measured: wrong advice is worse
//! than none.

use super::luma::Luma;

/// What to do to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Hardly any light: find some, or turn on the torch.
    TooDark,
    /// No sharp edge anywhere, though there is contrast: hold still, or move away until the camera focuses.
    TooBlurred,
}

impl Advice {
    /// The stable name: `advice` in JSON, and part of a message's id.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooDark => "too_dark",
            Self::TooBlurred => "too_blurred",
        }
    }
}

/// White paper in a lit room is far above this, even in a shadow.
const DARK: u8 = 50;

/// Less contrast than this shows nothing that could be sharp or blurred.
const MIN_CONTRAST: u8 = 60;

/// The steepest edges of a sharp picture climb most of its contrast within three pixels; of a hand's width of blur,
/// less than this part of it.
const BLURRED: f32 = 0.22;

/// One of so many rows says enough.
const ROWS: usize = 8;

/// What one of a thousand pixels exceeds.
const FEW: f64 = 0.999;

/// What the pixels themselves say is wrong. In a picture of working size: each pixel of a large photo is soft by nature.
pub(super) fn of(luma: &Luma<'_>) -> Option<Advice> {
    let mut brightness = Histogram::default();
    let mut steps = Histogram::default();
    for row in luma.rows().step_by(ROWS) {
        row.iter().for_each(|pixel| brightness.add(*pixel));
        row.windows(4).for_each(|four| steps.add(four[0].abs_diff(four[3])));
    }
    let (dark, light) = (brightness.quantile(0.02), brightness.quantile(0.98));
    if light < DARK {
        return Some(Advice::TooDark);
    }
    let contrast = light - dark;
    let blurred = contrast >= MIN_CONTRAST && f32::from(steps.quantile(FEW)) < BLURRED * f32::from(contrast);
    blurred.then_some(Advice::TooBlurred)
}

struct Histogram {
    counts: [u32; 256],
    total: u32,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [0; 256], total: 0 }
    }
}

impl Histogram {
    fn add(&mut self, value: u8) {
        self.counts[usize::from(value)] += 1;
        self.total += 1;
    }

    /// The least value that this part of all does not exceed.
    fn quantile(&self, part: f64) -> u8 {
        let wanted = f64::from(self.total) * part;
        let mut sum = 0.0;
        for (value, count) in (0..=u8::MAX).zip(self.counts) {
            sum += f64::from(count);
            if sum >= wanted {
                return value;
            }
        }
        u8::MAX
    }
}
