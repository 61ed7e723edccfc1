//! A code laid flat: the picture seen through the map, some samples a module.
//!
//! All later stages ask for the brightness at many places of one small region. Going through the map each time costs a
//! division and a walk through memory; here it is gone through once.

use super::geometry::{Point, Projective};
use super::grey::Grey;

/// Samples a module, each way.
const FINENESS: usize = 4;

/// Modules beyond the code's sides, for grids that bend.
const MARGIN: usize = 4;

/// Brightness by modules.
pub struct Patch {
    side: usize,
    samples: Vec<f32>,
}

impl Patch {
    /// What lies in the picture where a code of `dimension` modules a side is expected.
    pub fn of(grey: &Grey<'_>, map: &Projective, dimension: usize) -> Self {
        let side = (dimension + 2 * MARGIN) * FINENESS;
        let module = |sample: usize| (sample as f32 + 0.5) / FINENESS as f32 - MARGIN as f32;
        let row = |y: usize| map.row(Point::new(module(0), module(y)), 1.0 / FINENESS as f32).take(side);
        Self { side, samples: (0..side).flat_map(row).map(|place| grey.at(place)).collect() }
    }

    /// Each sample the mean of those around it, the nearer weighing more: about what most of a module looks like.
    #[must_use]
    pub fn smoothed(&self) -> Self {
        let side = self.side;
        let mut across = self.samples.clone();
        for (row, smooth) in self.samples.chunks_exact(side).zip(across.chunks_exact_mut(side)) {
            row.windows(3)
                .zip(&mut smooth[1..])
                .for_each(|(three, smooth)| *smooth = mean(three[0], three[1], three[2]));
        }
        let mut samples = across.clone();
        for (y, smooth) in samples.chunks_exact_mut(side).enumerate().take(side - 1).skip(1) {
            let rows = &across[(y - 1) * side..(y + 2) * side];
            let (above, rest) = rows.split_at(side);
            let (here, below) = rest.split_at(side);
            let three = above.iter().zip(here).zip(below);
            smooth.iter_mut().zip(three).for_each(|(smooth, ((a, b), c))| *smooth = mean(*a, *b, *c));
        }
        Self { side, samples }
    }

    /// The brightness at a place in modules. Beyond the margin it is that of the margin.
    pub fn at(&self, module: Point) -> f32 {
        let sample = |at: f32| ((at + MARGIN as f32) * FINENESS as f32 - 0.5).max(0.0);
        let (x, y) = (sample(module.x), sample(module.y));
        let (column, row) = ((x as usize).min(self.side - 2), (y as usize).min(self.side - 2));
        let (fx, fy) = ((x - column as f32).min(1.0), (y - row as f32).min(1.0));
        let index = row * self.side + column;
        let (upper, lower) = (&self.samples[index..index + 2], &self.samples[index + self.side..index + self.side + 2]);
        let (above, below) = (upper[0] + (upper[1] - upper[0]) * fx, lower[0] + (lower[1] - lower[0]) * fx);
        above + (below - above) * fy
    }
}

fn mean(before: f32, here: f32, after: f32) -> f32 {
    0.25 * before + 0.5 * here + 0.25 * after
}
