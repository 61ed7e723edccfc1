//! What the pictures show.

use image::GrayImage;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::finish::finish;
use super::font::Text;
use super::pose::{Pose, paint};
use super::symbols::Modules;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Each pixel by chance.
    Noise,
    /// Smooth noise of some size.
    Blotches,
    /// Black and white pixels on grey.
    SaltAndPepper,
    /// Light that falls off.
    Gradient,
    /// A checker board.
    Checkers,
    /// Modules by chance, as within a code, but nothing around them.
    Modules,
    /// What a QR code has, but nothing in it that was ever encoded.
    QrLike,
    /// What a Data Matrix has.
    DataMatrixLike,
    /// Dots of a printed photograph.
    Halftone,
    /// Lines of text.
    Text,
    /// Bars of a product's code.
    Bars,
    /// Finder patterns, scattered.
    FinderPatterns,
    /// Rings around a middle.
    Rings,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Noise,
        Self::Blotches,
        Self::SaltAndPepper,
        Self::Gradient,
        Self::Checkers,
        Self::Modules,
        Self::QrLike,
        Self::DataMatrixLike,
        Self::Halftone,
        Self::Text,
        Self::Bars,
        Self::FinderPatterns,
        Self::Rings,
    ];

    /// As in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Blotches => "blotches",
            Self::SaltAndPepper => "salt and pepper",
            Self::Gradient => "gradient",
            Self::Checkers => "checkers",
            Self::Modules => "modules",
            Self::QrLike => "like QR",
            Self::DataMatrixLike => "like Data Matrix",
            Self::Halftone => "halftone",
            Self::Text => "text",
            Self::Bars => "bars",
            Self::FinderPatterns => "finder patterns",
            Self::Rings => "rings",
        }
    }
}

/// The picture of a number: the same for the same seed, whatever was drawn before. Kinds take turns; each eighth round
/// of them is larger.
pub fn draw(index: usize, seed: u64) -> (Kind, GrayImage) {
    let kind = Kind::ALL[index % Kind::ALL.len()];
    let (width, height) = if index / Kind::ALL.len() % 8 == 7 { (1280, 960) } else { (640, 480) };
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    chance.set_stream(index as u64);
    let picture = show(kind, width, height, &mut chance);
    (kind, finish(picture, &mut chance))
}

fn show(kind: Kind, width: u32, height: u32, chance: &mut ChaCha8Rng) -> GrayImage {
    // Pixels a unit; a unit is a module, or a pixel of a letter.
    let unit = chance.random_range(1.5..8.0);
    let pose = Pose::by_chance(width, height, unit, chance);
    match kind {
        Kind::Noise => {
            let mut picture = GrayImage::new(width, height);
            chance.fill(&mut picture);
            picture
        }
        Kind::Blotches => blotches(width, height, &pose, chance),
        Kind::SaltAndPepper => {
            let (rare, ground) = (chance.random_range(0.01..0.4), chance.random_range(60..200));
            GrayImage::from_fn(width, height, |_, _| {
                let speck = if chance.random::<bool>() { 255 } else { 0 };
                [if chance.random_bool(rare) { speck } else { ground }].into()
            })
        }
        Kind::Gradient => {
            let (bend, slope) = (chance.random_range(0.0..2.0), chance.random_range(0.1..3.0));
            paint(width, height, &pose, |u, v| (128.0 + slope * u + bend * (v * 0.2).sin() * 40.0) as u8)
        }
        Kind::Checkers => {
            let period = chance.random_range(1..4);
            paint(width, height, &pose, |u, v| ink((floor(u, period) + floor(v, period)) % 2 == 0))
        }
        Kind::Modules => symbol(&Modules::by_chance(chance), width, height, &pose),
        Kind::QrLike => symbol(&Modules::like_qr(chance), width, height, &pose),
        Kind::DataMatrixLike => symbol(&Modules::like_data_matrix(chance), width, height, &pose),
        Kind::FinderPatterns => symbol(&Modules::finder_patterns(chance), width, height, &pose),
        Kind::Text => {
            let text = Text::by_chance(chance);
            paint(width, height, &pose, |u, v| ink(text.is_dark(u, v)))
        }
        Kind::Halftone => {
            let (along, across) = (chance.random_range(0.01..0.2), chance.random_range(0.01..0.2));
            paint(width, height, &pose, |u, v| {
                let (x, y) = (u.rem_euclid(2.0) - 1.0, v.rem_euclid(2.0) - 1.0);
                let tone = 0.5 + 0.25 * ((u * along).sin() + (v * across).cos());
                ink(x * x + y * y < tone * 1.6)
            })
        }
        Kind::Bars => {
            let bars: Vec<bool> = (0..95).map(|_| chance.random()).collect();
            let tall = chance.random_range(10.0..80.0);
            paint(width, height, &pose, |u, v| {
                let bar = usize::try_from(floor(u, 1) + 47).ok().and_then(|bar| bars.get(bar));
                ink(v.abs() < tall && bar == Some(&true))
            })
        }
        Kind::Rings => {
            let (square, period) = (chance.random::<bool>(), chance.random_range(2.0..30.0));
            paint(width, height, &pose, |u, v| {
                let (x, y) = (u.rem_euclid(period) - period / 2.0, v.rem_euclid(period) - period / 2.0);
                let radius = if square { x.abs().max(y.abs()) } else { x.hypot(y) };
                ink(radius < 1.5 || (2.5..3.5).contains(&radius) || (radius > 4.5 && floor(radius, 1) % 2 == 0))
            })
        }
    }
}

fn symbol(modules: &Modules, width: u32, height: u32, pose: &Pose) -> GrayImage {
    paint(width, height, pose, |u, v| ink(modules.is_dark(floor(u, 1), floor(v, 1))))
}

/// Tones at the crossings of a lattice, with smooth steps between them.
fn blotches(width: u32, height: u32, pose: &Pose, chance: &mut ChaCha8Rng) -> GrayImage {
    let tones: Vec<f32> = (0..64 * 64).map(|_| chance.random_range(0.0..256.0)).collect();
    let tone = |x: i32, y: i32| {
        let index = (y.rem_euclid(64) * 64 + x.rem_euclid(64)) as usize;
        tones.get(index).copied().unwrap_or_default()
    };
    paint(width, height, pose, |u, v| {
        let (x, y) = (floor(u, 1), floor(v, 1));
        let (part, down) = (u - u.floor(), v - v.floor());
        let row = |y: i32| tone(x, y) * (1.0 - part) + tone(x + 1, y) * part;
        (row(y) * (1.0 - down) + row(y + 1) * down) as u8
    })
}

fn floor(value: f32, period: i32) -> i32 {
    (value / period as f32).floor() as i32
}

fn ink(is_dark: bool) -> u8 {
    if is_dark { 25 } else { 230 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_seed_make_one_picture() {
        for index in [0, 6, 9] {
            let picture = draw(index, 1);
            assert_eq!(picture, draw(index, 1));
            assert_ne!(picture.1, draw(index, 2).1);
            assert_eq!(picture.1.dimensions(), (640, 480));
        }
        assert_eq!(draw(7 * Kind::ALL.len(), 1).1.dimensions(), (1280, 960));
    }
}
