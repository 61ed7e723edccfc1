//! The effort for a camera: little for each frame, since the next one comes at once; and what one frame shows of a code
//! is kept for the next.

use std::collections::HashMap;
use std::fmt;

use super::advice::{self, Evidence, Reason, Steady};
use super::attempt::Candidate;
use super::examine::{Lever, Levers};
use super::limits::FrameFault;
use super::luma::Luma;
use super::outcome::{FoundCode, FrameOutcome, Rotation, best};
use super::pyramid::{Pyramid, View};
use super::sum::Sums;

use super::stages::decode::Decoded;
use super::stages::finder::{finders, rated};
use super::stages::geometry::Point;
use super::stages::grid::Grid;
use super::stages::threshold::{Reach, Thresholds};
use super::stages::triples::triples;
use crate::fiscal::FiscalIdentity;

/// A code that was reported and seen no longer ago than this many frames is still held in view: about a second.
pub const HELD_FRAMES: u64 = 30;

/// How many triples of a look are tried.
const TRIPLES: usize = 4;

/// So many finder patterns of a look are combined, where one at least is so clear: letters hardly ever are. What blur
/// makes less clear is more so when the frame is sharpened.
const FINDERS: usize = 24;
const CLEAR: f32 = 0.35;

/// With less of a likeness it is no code.
const LEAST_LIKENESS: f32 = 0.3;

/// Larger codes, in modules a side, are not bent: no receipt's is as large, and a mesh over them takes too long.
const MOST_BENT: usize = 61;

/// A way to look at a frame: how often it is halved first, whether as its negative, whether sharpened, and with which
/// thresholds.
type Look = (usize, bool, bool, Reach);

/// The first look at a frame, where none has read a code of late.
const PLAIN: Look = (0, false, false, Reach::Middle);

/// The second look, in turn.
const TURNS: [Look; 6] = [
    (1, false, false, Reach::Middle),
    (1, false, true, Reach::Middle),
    (0, true, false, Reach::Middle),
    (1, false, false, Reach::Near),
    (2, false, false, Reach::Middle),
    (1, true, false, Reach::Middle),
];

/// Rows between those that are gone through: none of a finder pattern's middle squares is missed, since the first row is
/// another in each frame.
const STEP: usize = 4;

/// The frames of one camera, in order.
#[derive(Default)]
pub struct LiveScanner {
    frames: u64,
    /// What was reported, and the frame it was last seen in.
    reported: HashMap<Meaning, u64>,
    /// The look that read a code, and the frame in which it last did: a code held in view is read again by it.
    reading: Option<(Look, u64)>,
    /// What was half seen.
    sums: Sums,
    /// What is advised.
    steady: Steady,
}

impl fmt::Debug for LiveScanner {
    /// Without what it has seen: texts of codes do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveScanner").field("frames", &self.frames).finish_non_exhaustive()
    }
}

impl LiveScanner {
    /// A scanner that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the next frame: one byte of luminance a pixel, `stride` bytes a row (a camera's Y plane as it is).
    ///
    /// Corners are in pixels of the frame turned upright by `rotation`.
    ///
    /// # Errors
    /// When the buffer does not hold a frame of that size; the scanner can go on with the next.
    pub fn frame(
        &mut self,
        luma: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<FrameOutcome, FrameFault> {
        let luma = Luma::of_frame(luma, width, height, stride)?;
        self.frames += 1;
        let (mut codes, reason) = self.look(&luma);
        for corner in codes.iter_mut().flat_map(|code| &mut code.corners) {
            *corner = rotation.upright(*corner, width as f32, height as f32);
        }
        let reason = self.steady.tell(codes.is_empty(), reason);
        let advice_at = reason.and_then(|reason| reason.at).map(|at| rotation.upright(at, width as f32, height as f32));
        let advice = reason.map(|reason| reason.advice);
        Ok(FrameOutcome { fresh: self.fresh(&codes), codes, advice, advice_at })
    }

    /// Forgets what was reported, so that a code still in view is reported again.
    pub fn forget(&mut self) {
        self.reported.clear();
        self.sums = Sums::default();
        self.steady = Steady::default();
    }

    /// The codes of a frame; without any, the reason.
    fn look(&mut self, luma: &Luma<'_>) -> (Vec<FoundCode>, Option<Reason>) {
        let Some(pyramid) = Pyramid::of(luma) else { return (Vec::new(), None) };
        let base = pyramid.order().first().copied().unwrap_or_default();
        let mut seen = Seen::default();
        let turn = self.frames as usize - 1;
        let reading = self.reading.filter(|(_, frame)| self.frames - frame <= HELD_FRAMES);
        let first = reading.map_or(PLAIN, |(look, _)| look);
        let second = [TURNS[turn % TURNS.len()], PLAIN].into_iter().find(|look| *look != first);
        for look in std::iter::once(first).chain(second) {
            let (halvings, inverted, sharpened, reach) = look;
            let view = View { level: (base + halvings).min(pyramid.last()), inverted, sharpened };
            let step = if halvings == 0 { STEP } else { STEP / 2 };
            seen.look(&pyramid, view, reach, (turn / 2 % step, step));
            if !seen.codes.is_empty() {
                self.reading = Some((look, self.frames));
            }
            // A receipt may stand beside an advertisement that is easier to read.
            if seen.codes.iter().any(|code| code.receipt.is_ok()) {
                return (seen.codes, None);
            }
        }
        if let Some((view, candidate)) = seen.half_seen.take() {
            let has_mesh = self.frames.is_multiple_of(2) && candidate.grid.dimension <= MOST_BENT;
            let levers = if has_mesh { Levers::ALL } else { Levers::ALL.without(Lever::Mesh) };
            let study = candidate.study(&pyramid.grey(view), levers);
            seen.evidence.add_study(view, &study);
            let scale = Pyramid::scale(view.level);
            let (centre, [corner, ..]) = (study.grid.centre(), study.grid.corners());
            let place = (centre * scale, centre.distance(corner) * scale);
            let read = study.read.clone().or_else(|| self.sums.add(self.frames, &study, place));
            if let Some(decoded) = read {
                seen.keep(view, &decoded, &study.grid);
            }
        }
        let reason = if seen.codes.is_empty() { advice::reason(&pyramid, &seen.evidence) } else { None };
        (seen.codes, reason)
    }

    /// The best code, unless it is held in view since it was reported.
    fn fresh(&mut self, codes: &[FoundCode]) -> Option<usize> {
        let now = self.frames;
        self.reported.retain(|_, seen| now - *seen <= HELD_FRAMES);
        for code in codes {
            if let Some(seen) = self.reported.get_mut(&Meaning::of(code)) {
                *seen = now;
            }
        }
        let best = best(codes)?;
        let meaning = Meaning::of(codes.get(best)?);
        if self.reported.contains_key(&meaning) {
            return None;
        }
        self.reported.insert(meaning, now);
        Some(best)
    }
}

/// What is reported once: a receipt, however its code writes it down.
#[derive(PartialEq, Eq, Hash)]
enum Meaning {
    Receipt(FiscalIdentity),
    Text(String),
}

impl Meaning {
    fn of(code: &FoundCode) -> Self {
        match &code.receipt {
            Ok(receipt) => Self::Receipt(receipt.identity()),
            Err(_) => Self::Text(code.text.clone()),
        }
    }
}

/// What the looks at one frame have come to.
#[derive(Default)]
struct Seen {
    codes: Vec<FoundCode>,
    /// The likeliest of what was not read.
    half_seen: Option<(View, Candidate)>,
    evidence: Evidence,
}

impl Seen {
    /// The cheap attempt at what is seen in some of the rows: the first, and each so many after it.
    fn look(&mut self, pyramid: &Pyramid<'_>, view: View, reach: Reach, (first, step): (usize, usize)) {
        let grey = pyramid.grey(view);
        let mut finders = rated(&grey, finders(&Thresholds::of(grey, reach), first, step));
        self.evidence.add_finders(view, &finders);
        finders.truncate(FINDERS);
        let mut used: Vec<Point> = Vec::new();
        for triple in triples(&finders, TRIPLES) {
            let three = [triple.top_left, triple.top_right, triple.bottom_left];
            let is_clear = three.iter().any(|finder| finder.likeness >= CLEAR);
            if !is_clear || three.iter().any(|finder| used.contains(&finder.centre)) {
                continue;
            }
            for mut candidate in Candidate::of(&grey, &triple) {
                if let Some(decoded) = candidate.glance(&grey) {
                    used.extend(three.map(|finder| finder.centre));
                    self.keep(view, &decoded, &candidate.grid);
                    break;
                }
                self.evidence.add_candidate(view, &candidate);
                let best = self.half_seen.as_ref().map_or(LEAST_LIKENESS, |(_, best)| best.likeness);
                if candidate.likeness > best {
                    self.half_seen = Some((view, candidate));
                }
            }
        }
    }

    fn keep(&mut self, view: View, decoded: &Decoded, grid: &Grid) {
        let code = FoundCode::of(view.level, decoded, grid);
        if !self.codes.iter().any(|known| known.is_same(&code)) {
            self.codes.push(code);
        }
    }
}
