//! Codes and chance for the tests.

use rxing::EncodeHints;
use rxing::common::BitMatrix;
use rxing::qrcode::common::ErrorCorrectionLevel;
use rxing::qrcode::cpp_port::decoder;
use rxing::qrcode::encoder::qrcode_encoder;

use super::super::SoftMatrix;

pub(super) const RECEIPT: &str = "t=20260312T1847&s=48900.00&fn=7380440801290534&i=41207&fp=2876140935&n=1";

pub(super) const LEVELS: [ErrorCorrectionLevel; 4] =
    [ErrorCorrectionLevel::L, ErrorCorrectionLevel::M, ErrorCorrectionLevel::Q, ErrorCorrectionLevel::H];

/// `SplitMix64`: the same numbers each time.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// From 0 to 1.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Of the normal distribution.
    pub(super) fn normal(&mut self) -> f32 {
        let radius = (-2.0 * self.unit().max(1e-7).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.unit()).cos()
    }

    /// Different places.
    pub(super) fn places(&mut self, count: usize, end: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..end).collect();
        (0..count).for_each(|nth| places.swap(nth, nth + self.below(end - nth)));
        places.truncate(count);
        places
    }
}

/// A clear code. The encoder chooses the version and the mask that are not named.
pub(super) fn code(text: &str, level: ErrorCorrectionLevel, version: Option<u32>, mask: Option<u32>) -> SoftMatrix {
    let hints = EncodeHints {
        QrVersion: version.map(|version| version.to_string()),
        QrMaskPattern: mask.map(|mask| mask.to_string()),
        ..EncodeHints::default()
    };
    drawn(text, level, &hints).unwrap()
}

/// `None` for a text that cannot be drawn so.
pub(super) fn drawn(text: &str, level: ErrorCorrectionLevel, hints: &EncodeHints) -> Option<SoftMatrix> {
    let code = qrcode_encoder::encode_with_hints(text, level, hints).ok()?;
    let matrix = code.getMatrix().as_ref()?;
    let dark = matrix.getArray().iter().flatten().map(|module| if *module == 1 { 1.0 } else { -1.0 });
    Some(SoftMatrix { dimension: matrix.getWidth() as usize, modules: dark.collect() })
}

/// What rxing reads in the modules, each taken for dark or light.
pub(super) fn read_by_rxing(matrix: &SoftMatrix) -> Option<String> {
    let mut bits = BitMatrix::with_single_dimension(matrix.dimension as u32).unwrap();
    for (nth, soft) in matrix.modules.iter().enumerate() {
        bits.set_bool((nth % matrix.dimension) as u32, (nth / matrix.dimension) as u32, *soft > 0.0);
    }
    let content = decoder::Decode(&bits).ok().filter(|content| content.isValid())?;
    Some(content.text())
}

impl SoftMatrix {
    /// Changes a rectangle's modules.
    pub(super) fn paint(&mut self, at: [usize; 2], size: [usize; 2], mut colour: impl FnMut() -> f32) {
        for y in at[1]..(at[1] + size[1]).min(self.dimension) {
            for x in at[0]..(at[0] + size[0]).min(self.dimension) {
                self.modules[y * self.dimension + x] = colour();
            }
        }
    }

    /// Weaker, and blurred by noise.
    pub(super) fn noisy(&self, sigma: f32, chance: &mut Chance) -> SoftMatrix {
        let modules = self.modules.iter().map(|soft| (0.8 * soft + sigma * chance.normal()).clamp(-1.0, 1.0)).collect();
        SoftMatrix { dimension: self.dimension, modules }
    }

    pub(super) fn transposed(&self) -> SoftMatrix {
        let side = 0..self.dimension;
        let places = side.clone().flat_map(|y| side.clone().map(move |x| x * self.dimension + y));
        SoftMatrix { dimension: self.dimension, modules: places.map(|place| self.modules[place]).collect() }
    }
}
