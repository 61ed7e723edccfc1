//! The effort for a picture: there is only this one, so it is looked at in several ways, the likeliest first, until a
//! receipt is read or the work that one picture is worth is done.

use super::advice::{self, Evidence};
use super::attempt::Candidate;
use super::examine::{Examination, Lever, Levers, SeenGrid, SeenSquare};
use super::luma::Luma;
use super::outcome::{FoundCode, StillOutcome, best};
use super::pyramid::Pyramid;
use super::stages::decode::Decoded;
use super::stages::finder::{Finder, finders, rated};
use super::stages::geometry::Point;
use super::stages::grid::Grid;
use super::stages::threshold::{Reach, Thresholds};
use super::stages::triples::triples;

/// How many triples of a level are tried.
const TRIPLES: usize = 12;

/// With less of a likeness it is no code.
const LEAST_LIKENESS: f32 = 0.3;

/// How much work a picture is worth, in about microseconds of a desktop.
const WORK: u32 = 150_000;

pub(super) fn scan(luma: &Luma<'_>) -> StillOutcome {
    examine(luma, Levers::ALL).outcome
}

pub(super) fn examine(luma: &Luma<'_>, levers: Levers) -> Examination {
    let pyramid = Pyramid::of(luma);
    let mut reader = Reader::new(&pyramid, levers);
    reader.read();
    let Reader { found: codes, evidence, squares, grids, .. } = reader;
    let reason = if codes.is_empty() { advice::reason(&pyramid, &evidence) } else { None };
    let (advice, advice_at) = (reason.map(|reason| reason.advice), reason.and_then(|reason| reason.at));
    Examination { outcome: StillOutcome { best: best(&codes), codes, advice, advice_at }, squares, grids }
}

/// A candidate, and where it was seen.
struct HalfSeen {
    level: usize,
    inverted: bool,
    candidate: Candidate,
    tried: bool,
}

struct Reader<'a> {
    pyramid: &'a Pyramid<'a>,
    levers: Levers,
    work: u32,
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
        let senses = if self.levers.has(Lever::Inverted) { &[false, true][..] } else { &[false] };
        for reach in reaches {
            for inverted in senses {
                for level in &order {
                    self.look(*level, *inverted, *reach);
                    if self.found.iter().any(|code| code.receipt.is_ok()) {
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
    fn look(&mut self, level: usize, inverted: bool, reach: Reach) {
        let grey = self.pyramid.grey(level, inverted);
        let step = if grey.pixels.len() > 400_000 { 2 } else { 1 };
        let mut finders = finders(&Thresholds::of(grey, reach), step / 2, step);
        finders.retain(|finder| !self.is_read(finder.centre * Pyramid::scale(level)));
        let finders = rated(&grey, finders);
        self.evidence.add_finders(level, inverted, &finders);
        self.squares.extend(finders.iter().map(|finder| seen_square(finder, level)));
        let mut used: Vec<Point> = Vec::new();
        for triple in triples(&finders, TRIPLES) {
            let three = [triple.top_left, triple.top_right, triple.bottom_left].map(|finder| finder.centre);
            if three.iter().any(|centre| used.contains(centre)) {
                continue;
            }
            for mut candidate in Candidate::of(&grey, &triple) {
                let decoded = candidate.glance(&grey);
                if candidate.likeness < LEAST_LIKENESS && decoded.is_none() {
                    continue;
                }
                self.grids.push(seen_grid(&candidate.grid, level, decoded.is_some()));
                match decoded {
                    Some(decoded) => {
                        used.extend(three);
                        self.keep(level, &decoded, &candidate.grid);
                        break;
                    }
                    None => {
                        self.evidence.add_candidate(level, inverted, &candidate);
                        self.remember(HalfSeen { level, inverted, candidate, tried: false });
                    }
                }
            }
        }
    }

    /// Keeps the better of two views of one place.
    fn remember(&mut self, new: HalfSeen) {
        let place = |half: &HalfSeen| {
            let (grid, scale) = (&half.candidate.grid, Pyramid::scale(half.level));
            ((grid.centre() * scale), grid.centre().distance(grid.corners()[0]) * scale)
        };
        let (centre, size) = place(&new);
        let is_same = |known: &&mut HalfSeen| {
            let (other, other_size) = place(known);
            known.inverted == new.inverted
                && known.candidate.grid.dimension == new.candidate.grid.dimension
                && centre.distance(other) < 0.15 * size
                && (size / other_size).ln().abs() < 0.15
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
            let HalfSeen { level, inverted, candidate, .. } = *half;
            if self.is_read(candidate.grid.centre() * Pyramid::scale(level)) {
                continue;
            }
            let side = candidate.grid.dimension as u32;
            let Some(left) = self.work.checked_sub(5 * side * side) else { break };
            self.work = left;
            half.tried = true;
            let grey = self.pyramid.grey(level, inverted);
            let study = candidate.study(&grey, self.levers);
            self.evidence.add_study(level, inverted, &study);
            if let Some(decoded) = study.read {
                self.grids.push(seen_grid(&study.grid, level, true));
                self.keep(level, &decoded, &study.grid);
            }
        }
        self.half_seen = half_seen;
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
