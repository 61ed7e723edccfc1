//! Grey → dark or light, by the contrast around.
//!
//! Each block of 8 × 8 pixels gets the middle between the darkest and the lightest pixel of the blocks around it; where
//! these hardly differ there is nothing to see, and all is light. Unlike the mean (Bradley and Roth, 2007) the middle
//! does not move with the share of ink: a finder pattern's rings stand in a wide white margin. The neighbourhood suits
//! modules of two to ten pixels; larger ones are found in the halved pictures, where they are of that size again.
//!
//! No picture of dark and light is made: only some of the rows are ever asked for.

use super::grey::Grey;

/// Pixels a block's side.
const BLOCK: usize = 8;

/// With less contrast around there is only noise.
const LEAST_CONTRAST: u8 = 18;

/// How many blocks a neighbourhood reaches to each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Follows the edges of shadows.
    Near = 1,
    /// Suits most pictures.
    Middle = 2,
    /// Steady where much is printed or missing.
    Far = 4,
}

/// A picture, and where dark begins in each of its blocks.
pub struct Thresholds<'a> {
    grey: Grey<'a>,
    columns: usize,
    /// Pixels below are dark; of a negative, pixels not below are.
    thresholds: Vec<u8>,
}

impl<'a> Thresholds<'a> {
    /// Measures the contrast around each block.
    pub fn of(grey: Grey<'a>, reach: Reach) -> Self {
        let (columns, rows) = (grey.width.div_ceil(BLOCK), grey.height.div_ceil(BLOCK));
        let (mut least, mut most) = extremes(&grey, columns);
        spread(&mut least, columns, rows, reach as usize, u8::min);
        spread(&mut most, columns, rows, reach as usize, u8::max);
        // What never is dark: nothing is below zero, and below 256 all is.
        let nothing = if grey.inverted { u8::MAX } else { 0 };
        let middle = |(least, most): (&u8, &u8)| {
            if most - least < LEAST_CONTRAST { nothing } else { least.midpoint(*most) }
        };
        Self { grey, columns, thresholds: least.iter().zip(&most).map(middle).collect() }
    }

    /// Pixels a row.
    pub fn width(&self) -> usize {
        self.grey.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.grey.height
    }

    /// Whether a pixel is dark; `None` outside.
    pub fn is_dark(&self, x: i32, y: i32) -> Option<bool> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        if x >= self.grey.width {
            return None;
        }
        let pixel = self.grey.pixels.get(y * self.grey.width + x)?;
        let threshold = self.thresholds.get(y / BLOCK * self.columns + x / BLOCK)?;
        Some(if self.grey.inverted { pixel > threshold } else { pixel < threshold })
    }

    /// The dark pixels of a row as bits, 64 a word, the first the lowest.
    pub fn dark_bits(&self, y: usize, bits: &mut Vec<u64>) {
        let row = &self.grey.pixels[y * self.grey.width..][..self.grey.width];
        let thresholds = &self.thresholds[y / BLOCK * self.columns..][..self.columns];
        bits.clear();
        for (pixels, thresholds) in row.chunks(8 * BLOCK).zip(thresholds.chunks(8)) {
            let mut word = 0u64;
            for (index, (pixels, threshold)) in pixels.chunks(BLOCK).zip(thresholds).enumerate() {
                word |= u64::from(dark_byte(pixels, *threshold, self.grey.inverted)) << (8 * index);
            }
            bits.push(word);
        }
    }
}

fn dark_byte(pixels: &[u8], threshold: u8, inverted: bool) -> u8 {
    // A multiplication gathers the lowest bits of eight bytes in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut dark = [0u8; BLOCK];
    if inverted {
        dark.iter_mut().zip(pixels).for_each(|(dark, pixel)| *dark = u8::from(*pixel > threshold));
    } else {
        dark.iter_mut().zip(pixels).for_each(|(dark, pixel)| *dark = u8::from(*pixel < threshold));
    }
    (u64::from_le_bytes(dark).wrapping_mul(GATHER) >> 56) as u8
}

/// The darkest and the lightest pixel of each block.
fn extremes(grey: &Grey<'_>, columns: usize) -> (Vec<u8>, Vec<u8>) {
    let rows = grey.height.div_ceil(BLOCK);
    let (mut least, mut most) = (Vec::with_capacity(columns * rows), Vec::with_capacity(columns * rows));
    let (mut low, mut high) = (vec![0u8; grey.width], vec![0u8; grey.width]);
    for band in grey.pixels.chunks(BLOCK * grey.width) {
        let (first, rest) = band.split_at(grey.width);
        low.copy_from_slice(first);
        high.copy_from_slice(first);
        for row in rest.chunks_exact(grey.width) {
            low.iter_mut().zip(row).for_each(|(low, pixel)| *low = (*low).min(*pixel));
            high.iter_mut().zip(row).for_each(|(high, pixel)| *high = (*high).max(*pixel));
        }
        least.extend(low.chunks(BLOCK).map(|block| block.iter().copied().min().unwrap_or_default()));
        most.extend(high.chunks(BLOCK).map(|block| block.iter().copied().max().unwrap_or_default()));
    }
    (least, most)
}

/// Gives each block the extreme of all blocks within `reach`.
fn spread(values: &mut [u8], columns: usize, rows: usize, reach: usize, extreme: impl Fn(u8, u8) -> u8) {
    let mut across = vec![0u8; columns];
    for row in values.chunks_exact_mut(columns) {
        across.copy_from_slice(row);
        for offset in 1..=reach.min(columns - 1) {
            row[offset..].iter_mut().zip(&across).for_each(|(value, before)| *value = extreme(*value, *before));
            row.iter_mut().zip(&across[offset..]).for_each(|(value, after)| *value = extreme(*value, *after));
        }
    }
    let before = values.to_vec();
    let line = |y: usize| &before[y * columns..][..columns];
    for (y, row) in values.chunks_exact_mut(columns).enumerate() {
        for other in (y.saturating_sub(reach)..=(y + reach).min(rows - 1)).filter(|other| *other != y) {
            row.iter_mut().zip(line(other)).for_each(|(value, other)| *value = extreme(*value, *other));
        }
    }
}
