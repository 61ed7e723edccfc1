//! The effort for a camera: little for each frame, since the next one comes at once; and what one frame shows of a code
//! is kept for the next.

use std::collections::HashMap;

use super::advice::{self, Evidence, Reason, Steady};
use super::attempt::Candidate;
use super::examine::{Lever, Levers};
use super::limits::FrameFault;
use super::luma::Luma;
use super::outcome::{FoundCode, FrameOutcome, Rotation, best};
use super::pyramid::Pyramid;
use super::sum::Sums;

use super::stages::decode::Decoded;
use super::stages::finder::{finders, rated};
use super::stages::geometry::Point;
use super::stages::grid::Grid;
use super::stages::threshold::{Reach, Thresholds};
use super::stages::triples::triples;

/// A code that was reported and seen no longer ago than this many frames is still held in view: about a second.
pub const HELD_FRAMES: u64 = 30;

/// How many triples of a look are tried.
const TRIPLES: usize = 4;

/// With less of a likeness it is no code.
const LEAST_LIKENESS: f32 = 0.3;

/// A way to look at a frame: how often it is halved first, whether as its negative, and with which thresholds.
type Look = (usize, bool, Reach);

/// Two looks a frame, in turn.
const LOOKS: [[Look; 2]; 4] = [
    [(0, false, Reach::Middle), (1, false, Reach::Middle)],
    [(0, true, Reach::Middle), (1, false, Reach::Near)],
    [(0, false, Reach::Middle), (2, false, Reach::Middle)],
    [(0, false, Reach::Near), (1, true, Reach::Middle)],
];

/// Rows between those that are gone through: none of a finder pattern's middle squares is missed, since the first row is
/// another in each frame.
const STEP: usize = 4;

/// The frames of one camera, in order.
#[derive(Debug, Default)]
pub struct LiveScanner {
    frames: u64,
    /// Texts that were reported, and the frame each was last seen in.
    reported: HashMap<String, u64>,
    /// What was half seen.
    sums: Sums,
    /// What is advised.
    steady: Steady,
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
        let pyramid = Pyramid::of(luma);
        let mut evidence = Evidence::default();
        let base = pyramid.order().first().copied().unwrap_or_default();
        let mut codes: Vec<FoundCode> = Vec::new();
        let mut half_seen: Option<(usize, bool, Candidate)> = None;
        for (halvings, inverted, reach) in LOOKS[(self.frames % 4) as usize] {
            let level = (base + halvings).min(pyramid.last());
            let grey = pyramid.grey(level, inverted);
            let step = if halvings == 0 { STEP } else { STEP / 2 };
            let first = self.frames as usize / 4 % step;
            let found = rated(&grey, finders(&Thresholds::of(grey, reach), first, step));
            evidence.add_finders(level, inverted, &found);
            let mut used: Vec<Point> = Vec::new();
            for triple in triples(&found, TRIPLES) {
                let three = [triple.top_left, triple.top_right, triple.bottom_left].map(|finder| finder.centre);
                if three.iter().any(|centre| used.contains(centre)) {
                    continue;
                }
                for mut candidate in Candidate::of(&grey, &triple) {
                    match candidate.glance(&grey) {
                        Some(decoded) => {
                            used.extend(three);
                            keep(&mut codes, level, &decoded, &candidate.grid);
                            break;
                        }
                        None => {
                            evidence.add_candidate(level, inverted, &candidate);
                            let best = half_seen.as_ref().map_or(LEAST_LIKENESS, |(_, _, best)| best.likeness);
                            if candidate.likeness > best {
                                half_seen = Some((level, inverted, candidate));
                            }
                        }
                    }
                }
            }
            if !codes.is_empty() {
                return (codes, None);
            }
        }
        if let Some((level, inverted, candidate)) = half_seen {
            let levers = if self.frames % 2 == 0 { Levers::ALL } else { Levers::ALL.without(Lever::Mesh) };
            let study = candidate.study(&pyramid.grey(level, inverted), levers);
            evidence.add_study(level, inverted, &study);
            let place = (
                study.grid.centre() * Pyramid::scale(level),
                study.grid.centre().distance(study.grid.corners()[0]) * Pyramid::scale(level),
            );
            let read = study.read.clone().or_else(|| self.sums.add(self.frames, &study, place));
            if let Some(decoded) = read {
                keep(&mut codes, level, &decoded, &study.grid);
            }
        }
        let reason = if codes.is_empty() { advice::reason(&pyramid, &evidence) } else { None };
        (codes, reason)
    }

    /// The best code, unless it is held in view since it was reported.
    fn fresh(&mut self, codes: &[FoundCode]) -> Option<usize> {
        let now = self.frames;
        self.reported.retain(|_, seen| now - *seen <= HELD_FRAMES);
        for code in codes {
            if let Some(seen) = self.reported.get_mut(&code.text) {
                *seen = now;
            }
        }
        let best = best(codes)?;
        let text = &codes.get(best)?.text;
        if self.reported.contains_key(text) {
            return None;
        }
        self.reported.insert(text.clone(), now);
        Some(best)
    }
}

fn keep(codes: &mut Vec<FoundCode>, level: usize, decoded: &Decoded, grid: &Grid) {
    let code = FoundCode::of(level, decoded, grid);
    if !codes.iter().any(|known| known.is_same(&code)) {
        codes.push(code);
    }
}
