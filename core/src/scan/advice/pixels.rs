//! What the pixels of the whole picture say, whatever it shows.

use crate::scan::luma::Luma;

/// White paper in a lit room is far above this, even in a shadow.
const DARK: u8 = 50;

/// Less contrast than this shows nothing that could be sharp or blurred.
const MIN_CONTRAST: u8 = 60;

/// The steepest edges of a sharp picture climb most of its contrast within three pixels; of a hand's width of blur,
/// less than this part of it.
const BLURRED: f32 = 0.22;

/// The same of blur that a code's size does not survive. A lamp's spot is as soft by nature, so it takes print: so
/// many changes between dark and light in such a part of the rows.
const BLURRED_PRINT: f32 = 0.3;
const CHANGES: usize = 6;
const ROWS: f32 = 0.05;

/// By how much a change passes the middle between dark and light, in parts of the contrast: more than noise does.
const PASSES: f32 = 0.08;

/// One of so many rows says enough.
const EVERY: usize = 8;

/// What one of a thousand pixels exceeds.
const FEW: f64 = 0.999;

/// How bright a picture is, and how steep its edges are.
pub(super) struct Pixels {
    dark: u8,
    light: u8,
    /// The steepest climb within three pixels.
    steepest: u8,
}

impl Pixels {
    pub(super) fn of(luma: &Luma<'_>) -> Self {
        let mut brightness = Histogram::default();
        let mut steps = Histogram::default();
        for row in luma.rows().step_by(EVERY) {
            row.iter().for_each(|pixel| brightness.add(*pixel));
            row.windows(4).for_each(|four| steps.add(four[0].abs_diff(four[3])));
        }
        let (dark, light) = (brightness.quantile(0.02), brightness.quantile(0.98));
        Self { dark, light, steepest: steps.quantile(FEW) }
    }

    /// Hardly any light.
    pub(super) fn are_dark(&self) -> bool {
        self.light < DARK
    }

    /// No sharp edge anywhere, though there is contrast.
    pub(super) fn are_blurred(&self, luma: &Luma<'_>) -> bool {
        let contrast = self.light - self.dark;
        let steepest = f32::from(self.steepest) / f32::from(contrast.max(1));
        contrast >= MIN_CONTRAST && (steepest < BLURRED || steepest < BLURRED_PRINT && self.show_print(luma))
    }

    fn show_print(&self, luma: &Luma<'_>) -> bool {
        let middle = self.dark.midpoint(self.light);
        let passes = (f32::from(self.light - self.dark) * PASSES) as u8;
        let changes = |row: &[u8]| {
            let (mut is_dark, mut changes) = (false, 0);
            for pixel in row {
                let passed = if is_dark { *pixel > middle + passes } else { *pixel < middle - passes };
                is_dark ^= passed;
                changes += usize::from(passed);
            }
            changes
        };
        let printed = luma.rows().filter(|row| changes(row) >= CHANGES).count();
        printed as f32 >= ROWS * luma.height() as f32
    }
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
