//! Lines of text, as a till prints them.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Five modules wide, seven high; the lowest bit stands right.
const GLYPHS: [[u8; 7]; 16] = [
    [14, 17, 19, 21, 25, 17, 14],
    [4, 12, 4, 4, 4, 4, 14],
    [14, 17, 1, 2, 4, 8, 31],
    [31, 2, 4, 2, 1, 17, 14],
    [2, 6, 10, 18, 31, 2, 2],
    [31, 16, 30, 1, 1, 17, 14],
    [6, 8, 16, 30, 17, 17, 14],
    [31, 1, 2, 4, 8, 8, 8],
    [14, 17, 17, 14, 17, 17, 14],
    [14, 17, 17, 15, 1, 2, 12],
    [14, 17, 17, 31, 17, 17, 17],
    [31, 16, 16, 30, 16, 16, 31],
    [17, 17, 17, 31, 17, 17, 17],
    [31, 17, 17, 17, 17, 17, 17],
    [0, 0, 31, 0, 31, 0, 0],
    [0, 0, 0, 0, 0, 12, 12],
];

/// A letter and the gap after it, a line and the gap below it.
const CELL: (i32, i32) = (6, 10);

/// Letters a line, and lines.
const SIZE: (i32, i32) = (40, 30);

/// A sheet of text around the origin, repeated.
pub struct Text {
    /// `None` is a space.
    letters: Vec<Option<[u8; 7]>>,
}

impl Text {
    /// Letters by chance, with spaces between them.
    pub fn by_chance(chance: &mut ChaCha8Rng) -> Self {
        let letter = |_| GLYPHS.get(chance.random_range(0..20)).copied();
        Self { letters: (0..SIZE.0 * SIZE.1).map(letter).collect() }
    }

    /// Whether a point is dark.
    pub fn is_dark(&self, u: f32, v: f32) -> bool {
        let (x, y) = (u.floor() as i32, v.floor() as i32);
        let column = x.div_euclid(CELL.0).rem_euclid(SIZE.0);
        let line = y.div_euclid(CELL.1).rem_euclid(SIZE.1);
        let Some(Some(glyph)) = self.letters.get((line * SIZE.0 + column) as usize) else { return false };
        let bits = glyph.get(y.rem_euclid(CELL.1) as usize).copied().unwrap_or_default();
        bits << x.rem_euclid(CELL.0) & 0b1_0000 != 0
    }
}
