//! The effort for a picture: there is only this one, so it is looked at in several ways, the likeliest first.

use super::advice;
use super::decode::{self, Threshold};
use super::luma::Luma;
use super::outcome::{FoundCode, StillOutcome, best};

/// Pictures are looked at in this size first, in pixels: a receipt's code fills enough of it.
const WORKING_PIXELS: usize = 2_000_000;

/// Up to this size a picture is looked at in twice the size too.
const SMALL_PIXELS: usize = 1_300_000;

/// Looks until a receipt is found, or nothing is left to try. Other codes do not end the search: a receipt may stand
/// beside an advertisement whose code is easier to read.
pub(super) fn scan(luma: &Luma<'_>) -> StillOutcome {
    let mut codes = Vec::new();
    let smaller = halves(luma);
    let _ = look(luma, &smaller, &mut codes);
    let advice = if codes.is_empty() { advice::of(smaller.last().unwrap_or(luma)) } else { None };
    StillOutcome { best: best(&codes), codes, advice }
}

/// `None` as soon as a receipt is among the codes.
fn look(luma: &Luma<'_>, smaller: &[Luma<'_>], codes: &mut Vec<FoundCode>) -> Option<()> {
    let working = smaller.last().unwrap_or(luma);
    let scale = |level: usize| (1 << level) as f32;
    for (level, half) in smaller.iter().enumerate().rev() {
        add(codes, decode::codes(half, Threshold::Local, scale(level + 1)))?;
    }
    add(codes, decode::codes(luma, Threshold::Local, 1.0))?;
    add(codes, decode::codes(&working.boosted(), Threshold::Local, scale(smaller.len())))?;
    add(codes, decode::codes(working, Threshold::Global, scale(smaller.len())))?;
    add(codes, decode::codes(&working.inverted(), Threshold::Local, scale(smaller.len())))?;
    add(codes, decode::codes(&working.halved(), Threshold::Local, scale(smaller.len() + 1)))?;
    if luma.pixels().len() <= SMALL_PIXELS {
        add(codes, decode::codes(&luma.doubled(), Threshold::Local, 0.5))?;
    }
    Some(())
}

/// The picture halved again and again, until it has its working size; none if it has it already.
fn halves(luma: &Luma<'_>) -> Vec<Luma<'static>> {
    let mut halves: Vec<Luma<'static>> = Vec::new();
    while halves.last().unwrap_or(luma).pixels().len() > WORKING_PIXELS {
        halves.push(halves.last().unwrap_or(luma).halved());
    }
    halves
}

fn add(codes: &mut Vec<FoundCode>, found: Vec<FoundCode>) -> Option<()> {
    for code in found {
        if !codes.iter().any(|known| is_same(known, &code)) {
            codes.push(code);
        }
    }
    codes.iter().all(|code| code.receipt.is_err()).then_some(())
}

/// Whether two looks have read one code: the same text at the same place.
fn is_same(a: &FoundCode, b: &FoundCode) -> bool {
    let (centre_a, centre_b) = (a.centre(), b.centre());
    let side = (a.corners[0].x - a.corners[2].x).abs().max((a.corners[0].y - a.corners[2].y).abs());
    a.text == b.text && (centre_a.x - centre_b.x).abs() < side / 2.0 && (centre_a.y - centre_b.y).abs() < side / 2.0
}
