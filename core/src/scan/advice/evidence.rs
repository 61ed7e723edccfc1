//! What a scan came across without reading it.

use super::pair;
use crate::scan::attempt::{Candidate, Study};
use crate::scan::pyramid::{Pyramid, View};
use crate::scan::stages::finder::Finder;
use crate::scan::stages::grid::Grid;
use crate::scan::stages::triples::triples;

/// With this of a likeness it is taken for a code. The likeliest triples of photographs without one stay near zero.
const SURE: f32 = 0.3;

/// A mesh that meets nothing drifts. One that follows bent paper sees so much more, and then so much, of a code.
const GAIN: f32 = 0.04;
const FOLLOWED: f32 = 0.7;

/// With this of a likeness it surely is a finder pattern.
const CLEAR: f32 = 0.5;

/// So many clear finder patterns of a look are kept: where there are more, it is no cut code but a pattern.
const MOST: usize = 6;

/// Three finder patterns of modules this small, in pixels of the whole picture, are as clear as pixels let them be with
/// this of a likeness each, and belong together with at most this cost.
const SMALL: f32 = 1.7;
const SMALL_LIKENESS: f32 = 0.28;
const SMALL_COST: f32 = -0.5;

/// A code that was seen but not read.
#[derive(Clone, Copy)]
pub(super) struct SeenCode {
    /// How the picture was looked at; in its pixels the grid is.
    pub view: View,
    pub grid: Grid,
    /// How well the modules that every code has are seen: 1 is perfect.
    pub likeness: f32,
    /// How far the paper bends, in modules, as far as this was looked for.
    pub bent: f32,
}

/// The likeliest of what was seen, and finder patterns that may be all that is seen of a code.
#[derive(Default)]
pub(in crate::scan) struct Evidence {
    code: Option<SeenCode>,
    clear: Vec<(View, Vec<Finder>)>,
    is_small: bool,
}

impl Evidence {
    /// Finder patterns of one look.
    pub(in crate::scan) fn add_finders(&mut self, view: View, finders: &[Finder]) {
        let clear: Vec<Finder> = finders.iter().filter(|finder| finder.likeness >= CLEAR).copied().collect();
        if (2..=MOST).contains(&clear.len()) {
            self.clear.push((view, clear));
        }
        let is_small =
            |finder: &&Finder| finder.module * Pyramid::scale(view.level) < SMALL && finder.likeness >= SMALL_LIKENESS;
        let small: Vec<Finder> = finders.iter().filter(is_small).copied().collect();
        self.is_small |= triples(&small, 1).iter().any(|triple| triple.cost < SMALL_COST);
    }

    /// A place that a glance could not read.
    pub(in crate::scan) fn add_candidate(&mut self, view: View, candidate: &Candidate) {
        let (grid, likeness) = (candidate.grid, candidate.likeness);
        self.add(SeenCode { view, grid, likeness, bent: 0.0 });
    }

    /// A place that a closer look could not read.
    pub(in crate::scan) fn add_study(&mut self, view: View, study: &Study) {
        let likeness = study.likeness();
        let has_followed = likeness - study.unbent > GAIN && likeness > FOLLOWED;
        let bent = if has_followed { study.bent } else { 0.0 };
        self.add(SeenCode { view, grid: study.grid, likeness, bent });
    }

    fn add(&mut self, new: SeenCode) {
        if new.likeness >= SURE && self.code.is_none_or(|known| known.likeness <= new.likeness) {
            self.code = Some(new);
        }
    }

    /// The code that was seen best.
    pub(super) fn code(&self) -> Option<&SeenCode> {
        self.code.as_ref()
    }

    /// Codes of which two finder patterns are seen, the likeliest first.
    pub(super) fn half_codes(&self, pyramid: &Pyramid<'_>) -> Vec<SeenCode> {
        let half_code = |(view, finders): &(View, Vec<Finder>)| {
            let grid = pair::grid(&pyramid.grey(*view), finders)?;
            Some(SeenCode { view: *view, grid, likeness: 0.0, bent: 0.0 })
        };
        let mut codes: Vec<SeenCode> = self.clear.iter().filter_map(half_code).collect();
        codes.sort_by(|a, b| b.grid.timing.total_cmp(&a.grid.timing));
        codes
    }

    /// Whether three finder patterns were seen that hardly any pixels show.
    pub(super) fn is_small(&self) -> bool {
        self.is_small
    }
}
