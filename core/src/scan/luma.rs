//! Grey pixels, one byte each, rows without gaps.

use std::borrow::Cow;

use super::limits::{FrameFault, is_too_large};

/// How far around a pixel the mean is taken: a few modules of a code in a picture of working size.
const BOOST_RADIUS: usize = 16;

/// By how much a difference is made larger. Measured: 3 to 6 read about as many codes.
const BOOST: i32 = 4;

/// A grey picture.
pub(super) struct Luma<'a> {
    pixels: Cow<'a, [u8]>,
    width: usize,
    height: usize,
}

impl<'a> Luma<'a> {
    /// A frame as cameras give it, its rows perhaps padded.
    pub(super) fn of_frame(bytes: &'a [u8], width: u32, height: u32, stride: u32) -> Result<Self, FrameFault> {
        if width == 0 || height == 0 {
            return Err(FrameFault::Empty);
        }
        if is_too_large(width, height) {
            return Err(FrameFault::TooLarge { width, height });
        }
        if stride < width {
            return Err(FrameFault::BadStride { width, stride });
        }
        let expected = u64::from(stride) * u64::from(height - 1) + u64::from(width);
        let actual = bytes.len() as u64;
        if actual < expected {
            return Err(FrameFault::ShortBuffer { expected, actual });
        }
        let (width, height, stride) = (width as usize, height as usize, stride as usize);
        let pixels = if stride == width {
            Cow::Borrowed(&bytes[..width * height])
        } else {
            Cow::Owned(bytes.chunks(stride).take(height).flat_map(|row| &row[..width]).copied().collect())
        };
        Ok(Self { pixels, width, height })
    }

    /// Pixels whose size is known to be right: `pixels.len() == width * height`.
    pub(super) fn of_pixels(pixels: &'a [u8], width: usize, height: usize) -> Self {
        Self { pixels: Cow::Borrowed(pixels), width, height }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width)
    }

    /// Half the size, each pixel the mean of four: less noise, and a quarter of the work.
    pub(super) fn halved(&self) -> Luma<'static> {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let upper = &self.pixels[2 * y * self.width..][..2 * width];
            let lower = &self.pixels[(2 * y + 1) * self.width..][..2 * width];
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            pixels.extend(pairs.map(|(a, b)| mean4(a[0], a[1], b[0], b[1])));
        }
        Luma { pixels: Cow::Owned(pixels), width, height }
    }

    /// Twice the size, by linear interpolation: codes of less than two pixels a module become readable.
    pub(super) fn doubled(&self) -> Luma<'static> {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut pixels = vec![0; width * height];
        for (y, target) in pixels.chunks_exact_mut(width).enumerate() {
            // A new pixel's centre lies a quarter of an old pixel from the nearer centre.
            let near = &self.pixels[y / 2 * self.width..][..self.width];
            let other = if y % 2 == 0 { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(self.height - 1) };
            let far = &self.pixels[other * self.width..][..self.width];
            let column = |x: usize| 3 * u32::from(near[x]) + u32::from(far[x]);
            for (x, pair) in target.chunks_exact_mut(2).enumerate() {
                let here = 3 * column(x);
                pair[0] = sixteenth(here + column(x.saturating_sub(1)));
                pair[1] = sixteenth(here + column((x + 1).min(self.width - 1)));
            }
        }
        Luma { pixels: Cow::Owned(pixels), width, height }
    }

    /// Each pixel's difference from the mean around it, made larger: pale print becomes black print, a shadow vanishes.
    pub(super) fn boosted(&self) -> Luma<'static> {
        let (width, height, radius) = (self.width, self.height, BOOST_RADIUS);
        // The sums of each column over the rows around, kept up to date row by row.
        let mut columns = vec![0i32; width];
        let add = |columns: &mut [i32], row: usize, sign: i32| {
            let row = &self.pixels[row * width..][..width];
            columns.iter_mut().zip(row).for_each(|(sum, pixel)| *sum += sign * i32::from(*pixel));
        };
        (0..radius.min(height)).for_each(|row| add(&mut columns, row, 1));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            if y + radius < height {
                add(&mut columns, y + radius, 1);
            }
            if y > radius {
                add(&mut columns, y - radius - 1, -1);
            }
            let rows = (y + radius).min(height - 1) - y.saturating_sub(radius) + 1;
            let mut sum: i32 = columns.iter().take(radius).sum();
            for x in 0..width {
                sum += columns.get(x + radius).copied().unwrap_or(0);
                if x > radius {
                    sum -= columns[x - radius - 1];
                }
                let across = (x + radius).min(width - 1) - x.saturating_sub(radius) + 1;
                let mean = sum / (rows * across) as i32;
                let pixel = i32::from(self.pixels[y * width + x]);
                pixels.push((128 + BOOST * (pixel - mean)).clamp(0, 255) as u8);
            }
        }
        Luma { pixels: Cow::Owned(pixels), width, height }
    }

    /// Black for white.
    pub(super) fn inverted(&self) -> Luma<'static> {
        let pixels = self.pixels.iter().map(|pixel| 255 - pixel).collect();
        Luma { pixels: Cow::Owned(pixels), width: self.width, height: self.height }
    }
}

fn mean4(a: u8, b: u8, c: u8, d: u8) -> u8 {
    let mean = (u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) / 4;
    mean.min(255) as u8
}

fn sixteenth(sum: u32) -> u8 {
    ((sum + 8) / 16).min(255) as u8
}
