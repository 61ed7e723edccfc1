//! Undoes blur.
//!
//! A lens out of focus and a moving hand mix each module with its neighbours, the same way all over the code. Finder,
//! timing and alignment patterns say what some hundreds of modules *are*, the picture says how they look: the filter that
//! leads from the one to the other with the least error (Wiener's, fitted by least squares, with samples at half a
//! module's distance as equalizers of modems have them) is then applied to the modules that carry data.

use super::geometry::Point;
use super::linear::solve;
use super::mesh::{Mesh, Seen};
use super::patch::Patch;

/// Taps a side, at half a module's distance.
const TAPS: usize = 5;
/// All taps, and a constant.
const UNKNOWNS: usize = TAPS * TAPS + 1;

/// How much shorter a filter is preferred to a longer one, per module that teaches (Tikhonov's regularization).
const REGULARIZATION: f64 = 0.01;

/// Modules beyond the code's sides that the filter sees.
const BEYOND: f32 = 1.0;

/// How dark each module is after the filter, about +1 for dark and -1 for light. `patch` is not smoothed.
pub fn equalized(patch: &Patch, mesh: &Mesh, seen: &Seen<'_>, dimension: usize) -> Option<Vec<f32>> {
    let lattice = Lattice::of(patch, mesh, seen, dimension);
    let mut normal = [[0.0f64; UNKNOWNS + 1]; UNKNOWNS];
    let mut teaching = 0;
    for (index, known) in seen.known.iter().enumerate().filter(|(_, known)| **known != 0) {
        let taps = lattice.taps(index % dimension, index / dimension);
        for (row, tap) in normal.iter_mut().zip(taps) {
            row.iter_mut().zip(taps).for_each(|(sum, other)| *sum += f64::from(tap * other));
            row[UNKNOWNS] += f64::from(tap * f32::from(*known));
        }
        teaching += 1;
    }
    for (index, row) in normal.iter_mut().enumerate() {
        row[index] += f64::from(teaching) * REGULARIZATION;
    }
    let filter = solve(&mut normal)?.map(|factor| factor as f32);
    let module = |index: usize| {
        let taps = lattice.taps(index % dimension, index / dimension);
        taps.iter().zip(&filter).map(|(tap, factor)| tap * factor).sum()
    };
    Some((0..dimension * dimension).map(module).collect())
}

/// How dark the code is at each half of a module.
struct Lattice {
    side: usize,
    dark: Vec<f32>,
}

impl Lattice {
    fn of(patch: &Patch, mesh: &Mesh, seen: &Seen<'_>, dimension: usize) -> Self {
        let side = 2 * (dimension + 2 * BEYOND as usize) + 1;
        let last = dimension as f32 - 1.0;
        let dark = |index: usize| {
            let (x, y) = ((index % side) as f32 * 0.5 - BEYOND, (index / side) as f32 * 0.5 - BEYOND);
            let module = y.clamp(0.0, last) as usize * dimension + x.clamp(0.0, last) as usize;
            let place = Point::new(x, y);
            (seen.light.middle[module] - patch.at(place + mesh.shift(place))) / seen.light.half[module]
        };
        Self { side, dark: (0..side * side).map(dark).collect() }
    }

    /// Those around a module's centre, and a constant.
    fn taps(&self, x: usize, y: usize) -> [f32; UNKNOWNS] {
        let first = |at: usize| 2 * (at + BEYOND as usize) + 1 - TAPS / 2;
        let mut taps = [1.0; UNKNOWNS];
        for (row, taps) in taps.chunks_exact_mut(TAPS).enumerate() {
            let start = (first(y) + row) * self.side + first(x);
            taps.copy_from_slice(&self.dark[start..start + TAPS]);
        }
        taps
    }
}
