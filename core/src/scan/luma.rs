//! Grey pixels, one byte each, rows without gaps.

use std::borrow::Cow;

use super::limits::{FrameFault, is_too_large};
use super::stages::grey::Grey;

/// How far around the mean is taken to sharpen, twice, and how much larger differences from it become.
const AROUND: usize = 2;
const SHARPNESS: i32 = 6;

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
        let mut pixels = vec![0; width * height];
        for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
            let line = |y: usize| self.pixels[y * self.width..][..2 * width].chunks_exact(2);
            for ((mean, upper), lower) in row.iter_mut().zip(line(2 * y)).zip(line(2 * y + 1)) {
                *mean = mean4(upper[0], upper[1], lower[0], lower[1]);
            }
        }
        Luma { pixels: Cow::Owned(pixels), width, height }
    }

    /// Each pixel's difference from the mean around it made larger: what a lens out of focus or a moving hand has mixed
    /// stands apart again, and with it noise.
    pub(super) fn sharpened(&self) -> Luma<'static> {
        let smooth = self.smoothed().smoothed();
        let sharper = |(pixel, mean): (&u8, &u8)| {
            let (pixel, mean) = (i32::from(*pixel), i32::from(*mean));
            (pixel + SHARPNESS * (pixel - mean)).clamp(0, 255) as u8
        };
        let pixels = self.pixels.iter().zip(smooth.pixels.iter()).map(sharper).collect();
        Luma { pixels, width: self.width, height: self.height }
    }

    /// The mean of the pixels around each, within [`AROUND`]; beyond the edges lies what lies at them.
    fn smoothed(&self) -> Luma<'static> {
        const COUNT: u16 = (2 * AROUND as u16 + 1) * (2 * AROUND as u16 + 1);
        let line = |y: usize| {
            let y = y.saturating_sub(AROUND).min(self.height - 1);
            &self.pixels[y * self.width..][..self.width]
        };
        // The sums of each column over the rows around, kept up to date row by row.
        let mut columns = vec![0u16; self.width + 2 * AROUND];
        let enter = |columns: &mut [u16], y: usize| {
            columns[AROUND..].iter_mut().zip(line(y)).for_each(|(sum, pixel)| *sum += u16::from(*pixel));
        };
        let leave = |columns: &mut [u16], y: usize| {
            columns[AROUND..].iter_mut().zip(line(y)).for_each(|(sum, pixel)| *sum -= u16::from(*pixel));
        };
        (0..2 * AROUND).for_each(|y| enter(&mut columns, y));
        let mut pixels = vec![0; self.pixels.len()];
        for (y, row) in pixels.chunks_exact_mut(self.width).enumerate() {
            enter(&mut columns, y + 2 * AROUND);
            let (first, last) = (columns[AROUND], columns[self.width + AROUND - 1]);
            columns[..AROUND].fill(first);
            columns[self.width + AROUND..].fill(last);
            for (mean, around) in row.iter_mut().zip(columns.windows(2 * AROUND + 1)) {
                *mean = (around.iter().sum::<u16>() / COUNT) as u8;
            }
            leave(&mut columns, y);
        }
        Luma { pixels: Cow::Owned(pixels), width: self.width, height: self.height }
    }

    /// The pixels to look at, or their negative.
    pub(super) fn grey(&self, inverted: bool) -> Grey<'_> {
        Grey { pixels: &self.pixels, width: self.width, height: self.height, inverted }
    }
}

fn mean4(a: u8, b: u8, c: u8, d: u8) -> u8 {
    ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) / 4) as u8
}
