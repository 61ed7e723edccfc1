//! The effort for a picture: there is only this one, so it is looked at in several ways, the likeliest first, until a
//! receipt is read or the work that one picture is worth is done.

use super::advice::{self, Evidence};
use super::attempt::Candidate;
use super::examine::{Examination, Lever, Levers, SeenGrid, SeenSquare};
use super::luma::Luma;
use super::outcome::{FoundCode, StillOutcome, best};
use super::pyramid::{Pyramid, View};
use super::stages::decode::Decoded;
use super::stages::finder::{Finder, finders, rated};
use super::stages::geometry::Point;
use super::stages::grey::Grey;
use super::stages::grid::Grid;
use super::stages::pairs::completed;
use super::stages::threshold::{Reach, Thresholds};
use super::stages::triples::{Triple, triples};

/// Of larger levels every second row is gone through: smaller modules are no print there.
const ALL_ROWS: usize = 400_000;

/// How far apart, and how unlike in size, two views of one code may be, in parts of its size.
const SAME: f32 = 0.15;

/// How many triples of a level are tried.
const TRIPLES: usize = 12;

/// With less of a likeness it is no code.
const LEAST_LIKENESS: f32 = 0.3;

/// How much work a picture is worth, in about microseconds of a desktop. Counted, not measured: the same picture has the
/// same outcome on each machine.
const WORK: usize = 120_000;

/// What things cost: as many pixels of a look as cost one; a finder pattern that is rated; a triple; all pairs; as many modules of a
/// cheap attempt as cost one; a module of a costly one.
const PIXELS: usize = 1500;
const FINDER: usize = 4;
const TRIPLE: usize = 80;
const PAIRS: usize = 2000;
const GLANCED: usize = 8;
const STUDIED: usize = 4;

pub(super) fn scan(luma: &Luma<'_>) -> StillOutcome {
    examine(luma, Levers::ALL).outcome
}

pub(super) fn examine(luma: &Luma<'_>, levers: Levers) -> Examination {
    let Some(pyramid) = Pyramid::of(luma) else { return Examination::default() };
    let mut reader = Reader::new(&pyramid, levers);
    reader.read();
    let Reader { found: codes, evidence, squares, grids, .. } = reader;
    let reason = if codes.is_empty() { advice::reason(&pyramid, &evidence) } else { None };
    let (advice, advice_at) = (reason.map(|reason| reason.advice), reason.and_then(|reason| reason.at));
    Examination { outcome: StillOutcome { best: best(&codes), codes, advice, advice_at }, squares, grids }
}

/// A candidate, and where it was seen.
struct HalfSeen {
    view: View,
    candidate: Candidate,
    tried: bool,
}

struct Reader<'a> {
    pyramid: &'a Pyramid<'a>,
    levers: Levers,
    work: usize,
    found: Vec<FoundCode>,
    half_seen: Vec<HalfSeen>,
    evidence: Evidence,
    squares: Vec<SeenSquare>,
    grids: Vec<SeenGrid>,
}

impl<'a> Reader<'a> {
    fn new(pyramid: &'a Pyramid<'a>, levers: Levers) -> Self {
        Self {
            pyramid,
            levers,
            work: WORK,
            found: Vec::new(),
            half_seen: Vec::new(),
            evidence: Evidence::default(),
            squares: Vec::new(),
            grids: Vec::new(),
        }
    }

    fn read(&mut self) {
        let mut order = self.pyramid.order();
        if !self.levers.has(Lever::Pyramid) {
            order.truncate(1);
        }
        let reaches = if self.levers.has(Lever::Neighbourhoods) {
            &[Reach::Middle, Reach::Near, Reach::Far][..]
        } else {
            &[Reach::Middle]
        };
        let (has_inverted, has_sharpened) = (self.levers.has(Lever::Inverted), self.levers.has(Lever::Sharpened));
        let guises = [(false, false), (true, false), (false, true), (true, true)];
        let guises = guises.into_iter().filter(|(inverted, _)| has_inverted || !inverted);
        let guises: Vec<_> = guises.filter(|(_, sharpened)| has_sharpened || !sharpened).collect();
        for reach in reaches {
            for (inverted, sharpened) in &guises {
                // Blur does not change with the neighbourhood.
                if *sharpened && *reach != Reach::Middle {
                    continue;
                }
                for level in order.iter().filter(|level| !sharpened || self.pyramid.is_sharpened(**level)) {
                    self.look(View { level: *level, inverted: *inverted, sharpened: *sharpened }, *reach);
                    if self.work == 0 || self.found.iter().any(|code| code.receipt.is_ok()) {
                        return;
                    }
                }
                self.study();
                if !self.found.is_empty() {
                    return;
                }
            }
        }
    }

    /// The cheap attempt at all that is seen in a level.
    fn look(&mut self, view: View, reach: Reach) {
        let (grey, level) = (self.pyramid.grey(view), view.level);
        let step = if grey.pixels.len() > ALL_ROWS { 2 } else { 1 };
        let mut finders = finders(&Thresholds::of(grey, reach), step / 2, step);
        finders.retain(|finder| !self.is_read(finder.centre * Pyramid::scale(level)));
        let finders = rated(&grey, finders);
        self.spend(grey.pixels.len() / PIXELS + finders.len() * FINDER);
        self.evidence.add_finders(view, &finders);
        self.squares.extend(finders.iter().map(|finder| seen_square(finder, level)));
        let all_three = triples(&finders, TRIPLES);
        let likely = all_three.iter().map(|triple| self.glance(&grey, view, triple)).fold(0.0, f32::max);
        if likely < LEAST_LIKENESS && self.levers.has(Lever::TwoFinders) {
            self.spend(PAIRS);
            for triple in completed(&grey, &finders) {
                self.glance(&grey, view, &triple);
            }
        }
    }

    /// The cheap attempt at one triple; the likeness of what was seen there.
    fn glance(&mut self, grey: &Grey<'_>, view: View, triple: &Triple) -> f32 {
        let three = [triple.top_left, triple.top_right, triple.bottom_left].map(|finder| finder.centre);
        if self.work == 0 || three.iter().any(|centre| self.is_read(*centre * Pyramid::scale(view.level))) {
            return 0.0;
        }
        self.spend(TRIPLE);
        let mut likely = 0.0f32;
        for mut candidate in Candidate::of(grey, triple) {
            self.spend(candidate.grid.dimension.pow(2) / GLANCED);
            let decoded = candidate.glance(grey);
            if candidate.likeness < LEAST_LIKENESS && decoded.is_none() {
                continue;
            }
            likely = likely.max(candidate.likeness);
            self.grids.push(seen_grid(&candidate.grid, view.level, decoded.is_some()));
            match decoded {
                Some(decoded) => {
                    self.keep(view.level, &decoded, &candidate.grid);
                    break;
                }
                None => {
                    self.evidence.add_candidate(view, &candidate);
                    self.remember(HalfSeen { view, candidate, tried: false });
                }
            }
        }
        likely
    }

    /// Keeps the better of two views of one place.
    fn remember(&mut self, new: HalfSeen) {
        let place = |half: &HalfSeen| {
            let (grid, scale) = (&half.candidate.grid, Pyramid::scale(half.view.level));
            (grid.centre() * scale, grid.centre().distance(grid.corners()[0]) * scale)
        };
        let (centre, size) = place(&new);
        let is_same = |known: &&mut HalfSeen| {
            let (other, other_size) = place(known);
            known.view.inverted == new.view.inverted
                && known.view.sharpened == new.view.sharpened
                && known.candidate.grid.dimension == new.candidate.grid.dimension
                && centre.distance(other) < SAME * size
                && (size / other_size).ln().abs() < SAME
        };
        match self.half_seen.iter_mut().find(is_same) {
            Some(known) if known.candidate.likeness < new.candidate.likeness => {
                let tried = known.tried;
                *known = new;
                known.tried = tried;
            }
            Some(_) => {}
            None => self.half_seen.push(new),
        }
    }

    /// The costly attempt at what was half seen.
    fn study(&mut self) {
        let mut half_seen = std::mem::take(&mut self.half_seen);
        half_seen.sort_by(|a, b| b.candidate.likeness.total_cmp(&a.candidate.likeness));
        for half in half_seen.iter_mut().filter(|half| !half.tried) {
            let HalfSeen { view, candidate, .. } = *half;
            let level = view.level;
            if self.is_read(candidate.grid.centre() * Pyramid::scale(level)) {
                continue;
            }
            let work = candidate.grid.dimension.pow(2) * STUDIED;
            if work > self.work {
                continue;
            }
            self.spend(work);
            half.tried = true;
            let grey = self.pyramid.grey(view);
            let study = candidate.study(&grey, self.levers);
            self.evidence.add_study(view, &study);
            if let Some(decoded) = study.read {
                self.grids.push(seen_grid(&study.grid, level, true));
                self.keep(level, &decoded, &study.grid);
            }
        }
        self.half_seen = half_seen;
    }

    fn spend(&mut self, work: usize) {
        self.work = self.work.saturating_sub(work);
    }

    fn keep(&mut self, level: usize, decoded: &Decoded, grid: &Grid) {
        let code = FoundCode::of(level, decoded, grid);
        if !self.found.iter().any(|known| known.is_same(&code)) {
            self.found.push(code);
        }
    }

    fn is_read(&self, place: Point) -> bool {
        self.found.iter().any(|code| {
            let corners = code.corners.map(|corner| Point::new(corner.x, corner.y));
            (0..4).all(|side| {
                let (a, b) = (corners[side], corners[(side + 1) % 4]);
                (b - a).cross(place - a) >= 0.0
            })
        })
    }
}

fn seen_square(finder: &Finder, level: usize) -> SeenSquare {
    SeenSquare { centre: Pyramid::place(finder.centre, level), module: finder.module * Pyramid::scale(level) }
}

fn seen_grid(grid: &Grid, level: usize, read: bool) -> SeenGrid {
    SeenGrid {
        corners: grid.corners().map(|corner| Pyramid::place(corner, level)),
        dimension: grid.dimension as u32,
        timing: grid.timing,
        read,
    }
}
