//! Modules → how dark each was seen.

use super::geometry::{Point, Projective};
use super::grey::Grey;
use super::mesh::Mesh;
use super::patch::Patch;

/// How far around a module dark and light are looked for, in modules.
const RADIUS: usize = 4;

/// Modules between the places where they are looked for; between these they are interpolated.
const SPACING: usize = 4;

/// What part of the modules around is darker than dark, and lighter than light: print and paper, without flaws in both.
const TAIL: f32 = 0.15;

/// Where print is weaker than this part of the whole code's contrast, it is missing.
const WEAKEST: f32 = 0.25;

/// No contrast is less than noise, in grey values.
const NOISE: f32 = 4.0;

/// The brightness of each module, row by row. `smoothed` is a [`Patch::smoothed`]: so each counts with its middle, not
/// with one point.
pub fn brightness(smoothed: &Patch, mesh: &Mesh, dimension: usize) -> Vec<f32> {
    let centres = (0..dimension).flat_map(|y| (0..dimension).map(move |x| Point::new(x as f32 + 0.5, y as f32 + 0.5)));
    centres.map(|centre| smoothed.at(centre + mesh.shift(centre))).collect()
}

/// As [`brightness`] of a flat mesh, nearly, without a patch: five points a module, the middle one twice.
pub fn glanced(grey: &Grey<'_>, map: &Projective, dimension: usize) -> Vec<f32> {
    const OFF: f32 = 0.22;
    const POINTS: [(f32, f32); 4] = [(-OFF, -OFF), (OFF, -OFF), (-OFF, OFF), (OFF, OFF)];
    let value = |centre: Point| {
        let corners = POINTS.iter().map(|(x, y)| grey.at(map.apply(centre + Point::new(*x, *y)))).sum::<f32>();
        (2.0 * grey.at(map.apply(centre)) + corners) / 6.0
    };
    let centres = (0..dimension).flat_map(|y| (0..dimension).map(move |x| Point::new(x as f32 + 0.5, y as f32 + 0.5)));
    centres.map(value).collect()
}

/// What is dark and what is light around each module.
pub struct Light {
    /// The middle between the two.
    pub middle: Vec<f32>,
    /// Half their distance.
    pub half: Vec<f32>,
}

impl Light {
    /// Of the brightness of all modules.
    pub fn of(values: &[f32], dimension: usize) -> Self {
        let mut all = values.to_vec();
        let mut quantile =
            |part: f32| *all.select_nth_unstable_by((values.len() as f32 * part) as usize, f32::total_cmp).1;
        let contrast = quantile(0.9) - quantile(0.1);
        let nodes = dimension / SPACING + 2;
        let node = |index: usize| {
            let around = |at: usize| {
                (at * SPACING).saturating_sub(RADIUS).min(dimension - 1)..(at * SPACING + RADIUS + 1).min(dimension)
            };
            let rows = around(index / nodes);
            let mut window: Vec<f32> =
                rows.flat_map(|y| &values[y * dimension..][around(index % nodes)]).copied().collect();
            let tail = (window.len() as f32 * TAIL) as usize;
            let last = window.len() - 1 - tail;
            let dark = *window.select_nth_unstable_by(tail, f32::total_cmp).1;
            let light = *window.select_nth_unstable_by(last, f32::total_cmp).1;
            (dark.midpoint(light), (light - dark).max(contrast * WEAKEST).max(NOISE) / 2.0)
        };
        let lattice: Vec<(f32, f32)> = (0..nodes * nodes).map(node).collect();
        let between = |index: usize, part: fn(&(f32, f32)) -> f32| {
            let (x, y) = (index % dimension, index / dimension);
            let fraction = |at: usize| (at % SPACING) as f32 / SPACING as f32;
            let corner = |dx: usize, dy: usize| part(&lattice[(y / SPACING + dy) * nodes + x / SPACING + dx]);
            let upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * fraction(x);
            let lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * fraction(x);
            upper + (lower - upper) * fraction(y)
        };
        let all = |part| (0..values.len()).map(|index| between(index, part)).collect();
        Self { middle: all(|node| node.0), half: all(|node| node.1) }
    }

    /// Brightness → +1 surely dark … −1 surely light.
    pub fn soft(&self, values: &[f32]) -> Vec<f32> {
        let pairs = values.iter().zip(&self.middle).zip(&self.half);
        pairs.map(|((value, middle), half)| ((middle - value) / half).clamp(-1.0, 1.0)).collect()
    }
}
