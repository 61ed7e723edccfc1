//! One attempt at one code: from three finder patterns to its text.

use super::examine::{Lever, Levers};
use super::stages::align;
use super::stages::decode::{self, Decoded, SoftMatrix};
use super::stages::equalize::equalized;
use super::stages::grey::Grey;
use super::stages::grid::{self, Grid};
use super::stages::mesh::{Mesh, Seen};
use super::stages::outline::Outline;
use super::stages::patch::Patch;
use super::stages::pattern;
use super::stages::sample::{self, Light};
use super::stages::triples::Triple;

/// Below this the timing patterns are those of no code.
const LEAST_TIMING: f32 = 0.2;

/// How many grids are tried for three finder patterns.
const GRIDS: usize = 2;

/// With this the alignment pattern is believed.
const CLEAR: f32 = 0.5;

/// What has the look of a code.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub grid: Grid,
    outlines: [Outline; 3],
    /// How well the modules that every code has are seen: 1 is perfect, noise is about 0.
    pub likeness: f32,
}

impl Candidate {
    /// Lays grids over three finder patterns, unless they show no code.
    pub(super) fn of(grey: &Grey<'_>, triple: &Triple) -> Vec<Self> {
        let Some(outlines) = grid::outlines(grey, triple) else { return Vec::new() };
        let grids = Grid::of(grey, &outlines).into_iter().take(GRIDS).filter(|grid| grid.timing >= LEAST_TIMING);
        grids.map(|grid| Self { grid, outlines, likeness: 0.0 }).collect()
    }

    /// The cheap attempt: the grid as it is, and each block corrected within half its distance.
    pub(super) fn glance(&mut self, grey: &Grey<'_>) -> Option<Decoded> {
        let dimension = self.grid.dimension;
        let values = sample::glanced(grey, &self.grid.map, dimension);
        let soft = Light::of(&values, dimension).soft(&values);
        self.likeness = likeness(&soft, &pattern::known(dimension));
        decode::decode_plainly(&SoftMatrix { dimension, modules: soft })
    }

    /// The costly attempt: everything that is known about bent paper, blur and doubt.
    pub(super) fn study(&self, grey: &Grey<'_>, levers: Levers) -> Study {
        let dimension = self.grid.dimension;
        let grid = if levers.has(Lever::Alignment) { self.aligned(grey) } else { self.grid };
        let patch = Patch::of(grey, &grid.map, dimension);
        let smoothed = patch.smoothed();
        let known = pattern::known(dimension);
        let mut study = Study { grid, bent: 0.0, unbent: 0.0, views: Vec::new(), read: None };
        let flat = Mesh::flat(dimension);
        let values = sample::brightness(&smoothed, &flat, dimension);
        let light = Light::of(&values, dimension);
        if study.ends_with(light.soft(&values), &known, levers) {
            return study;
        }
        if levers.has(Lever::Equalizer) {
            let seen = Seen { patch: &smoothed, light: &light, known: &known };
            let filtered = equalized(&patch, &flat, &seen, dimension);
            if filtered.is_some_and(|soft| study.ends_with(soft, &known, levers)) {
                return study;
            }
        }
        if levers.has(Lever::Mesh) {
            let mut mesh = flat;
            mesh.bend(&Seen { patch: &smoothed, light: &light, known: &known });
            study.bent = mesh.largest();
            study.unbent = study.likeness();
            let values = sample::brightness(&smoothed, &mesh, dimension);
            let light = Light::of(&values, dimension);
            if study.ends_with(light.soft(&values), &known, levers) {
                return study;
            }
            if levers.has(Lever::Equalizer) {
                let seen = Seen { patch: &smoothed, light: &light, known: &known };
                let filtered = equalized(&patch, &mesh, &seen, dimension);
                if filtered.is_some_and(|soft| study.ends_with(soft, &known, levers)) {
                    return study;
                }
            }
        }
        study
    }

    fn aligned(&self, grey: &Grey<'_>) -> Grid {
        let found =
            align::bottom_right(grey, &self.grid.map, self.grid.dimension).filter(|found| found.clarity > CLEAR);
        let with = |found: align::Aligned| self.grid.with(grey, &self.outlines, found.module, found.pixel);
        found.and_then(with).unwrap_or(self.grid)
    }
}

/// What a costly attempt has come to.
pub(super) struct Study {
    pub grid: Grid,
    /// How far the paper bends, in modules.
    pub bent: f32,
    /// The likeness without bending the grid.
    pub unbent: f32,
    /// The modules as each way saw them, and how well those that every code has are seen in it.
    pub views: Vec<(f32, Vec<f32>)>,
    pub read: Option<Decoded>,
}

impl Study {
    /// That of its best view.
    pub(super) fn likeness(&self) -> f32 {
        self.views.iter().map(|view| view.0).fold(0.0, f32::max)
    }

    fn ends_with(&mut self, soft: Vec<f32>, known: &[i8], levers: Levers) -> bool {
        let matrix = SoftMatrix { dimension: self.grid.dimension, modules: soft };
        let decode = if levers.has(Lever::SoftDecoding) { decode::decode } else { decode::decode_plainly };
        self.read = decode(&matrix);
        self.views.push((likeness(&matrix.modules, known), matrix.modules));
        self.read.is_some()
    }
}

/// How well the modules that every code has are seen: 1 is perfect, noise is about 0.
fn likeness(soft: &[f32], known: &[i8]) -> f32 {
    let pairs = || soft.iter().zip(known).filter(|(_, known)| **known != 0);
    pairs().map(|(soft, known)| soft.clamp(-1.0, 1.0) * f32::from(*known)).sum::<f32>() / pairs().count() as f32
}
