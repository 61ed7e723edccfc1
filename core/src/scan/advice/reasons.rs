//! Why a code that was seen was not read.

use super::evidence::SeenCode;
use super::{Advice, Reason};
use crate::scan::pyramid::{Pyramid, View};
use crate::scan::stages::geometry::Point;
use crate::scan::stages::grey::Grey;
use crate::scan::stages::grid::Grid;

/// So many modules may lie outside: the outlines are not exacter.
const OUTSIDE: f32 = 1.0;

/// Pixels a module below which what the scanner does does not help.
const LEAST_PIXELS: f32 = 2.0;

/// Brighter is glare, where the paper is darker than the other.
const SATURATED: f32 = 250.0;
const PAPER: f32 = 240.0;

/// How much of a code a glare hides that matters.
const HIDDEN: f32 = 0.04;

/// A finder pattern's light ring is that much lighter than its dark one, in parts of the code's contrast, if the code is
/// sharp enough to be read.
const SHARP: f32 = 0.3;

/// With less of timing patterns the grid is not certain enough to tell blur from print that is missing.
const CERTAIN: f32 = 0.6;

/// With less than this between dark and light it is not blur that takes the edges, in grey values.
const LEAST_CONTRAST: f32 = 30.0;

/// How many modules paper may bend.
const BENT: f32 = 0.7;

/// Why a code was not read of which all finder patterns are seen.
pub(super) fn of_code(pyramid: &Pyramid<'_>, code: &SeenCode) -> Option<Reason> {
    let sharpness = || sharpness(&pyramid.grey(View { sharpened: false, ..code.view }), &code.grid);
    of_half_code(pyramid, code).or_else(|| {
        let is_blurred = code.grid.timing > CERTAIN && sharpness().is_some_and(|sharpness| sharpness < SHARP);
        let is_bent = code.bent > BENT;
        is_blurred.then_some(Advice::TooBlurred).or(is_bent.then_some(Advice::HoldFlat)).map(Reason::from)
    })
}

/// Why a code was not read of which two finder patterns are seen: what can be told by them.
pub(super) fn of_half_code(pyramid: &Pyramid<'_>, code: &SeenCode) -> Option<Reason> {
    let SeenCode { view, grid, .. } = code;
    if outside(&pyramid.grey(*view), grid) > OUTSIDE {
        return Some(Advice::CutOff.into());
    }
    if pitch(grid) * Pyramid::scale(view.level) < LEAST_PIXELS {
        return Some(Advice::ComeCloser.into());
    }
    let place = glare(&pyramid.grey(View { inverted: false, sharpened: false, ..*view }), grid)?;
    Some(Reason { advice: Advice::Glare, at: Some(Pyramid::place(place, view.level)) })
}

/// How far the code reaches out of the picture, in modules.
fn outside(grey: &Grey<'_>, grid: &Grid) -> f32 {
    let beyond = |at: f32, side: usize| (-at).max(at - side as f32);
    let corners = grid.corners().map(|corner| beyond(corner.x, grey.width).max(beyond(corner.y, grey.height)));
    corners.into_iter().fold(0.0, f32::max) / pitch(grid)
}

/// Pixels a module, in the mean of the code.
fn pitch(grid: &Grid) -> f32 {
    let [a, b, c, d] = grid.corners();
    ((c - a).cross(d - b).abs() / 2.0).sqrt() / grid.dimension as f32
}

/// The middle of the largest glare, if it hides enough of the code. Light modules may be as bright as that, but among them
/// are dark ones: only where a module and its eight neighbours are is it glare.
fn glare(grey: &Grey<'_>, grid: &Grid) -> Option<Point> {
    let side = grid.dimension;
    let module = |index: usize| Point::new((index % side) as f32 + 0.5, (index / side) as f32 + 0.5);
    let values: Vec<f32> = (0..side * side).map(|index| grey.at(grid.map.apply(module(index)))).collect();
    let mut hidden = vec![false; side * side];
    for index in (0..side * side).filter(|index| (1..side - 1).contains(&(index % side))) {
        let rows = [index.checked_sub(side), Some(index), Some(index + side)];
        let around = || rows.iter().flat_map(|row| row.and_then(|row| Some(row.checked_sub(1)?..row + 2))).flatten();
        if around().count() == 9 && around().all(|near| values.get(near).is_some_and(|value| *value >= SATURATED)) {
            around().for_each(|near| hidden[near] = true);
        }
    }
    let largest = largest(&mut hidden, side);
    let mut others = values;
    // From the back, so that the places of the rest stay.
    largest.iter().rev().for_each(|index| {
        others.swap_remove(*index);
    });
    others.sort_unstable_by(f32::total_cmp);
    let paper = others.get(others.len() * 7 / 8)?;
    let is_glare = *paper < PAPER && largest.len() as f32 > HIDDEN * (side * side) as f32;
    let sum = largest.iter().fold(Point::default(), |sum, index| sum + module(*index));
    is_glare.then(|| grid.map.apply(sum * (1.0 / largest.len() as f32)))
}

/// The largest of what hangs together, taken out.
fn largest(set: &mut [bool], side: usize) -> Vec<usize> {
    let mut largest = Vec::new();
    for start in 0..set.len() {
        let mut patch = Vec::new();
        let mut open = vec![start];
        while let Some(index) = open.pop() {
            if std::mem::take(&mut set[index]) {
                patch.push(index);
                let (x, y) = (index % side, index / side);
                open.extend((x > 0).then(|| index - 1));
                open.extend((x + 1 < side).then_some(index + 1));
                open.extend((y > 0).then(|| index - side));
                open.extend((y + 1 < side).then_some(index + side));
            }
        }
        patch.sort_unstable();
        if patch.len() > largest.len() {
            largest = patch;
        }
    }
    largest
}

/// How much lighter the finder patterns' light rings are than their dark ones, in parts of the contrast: 1 is sharp, and
/// the axis counts along which they are less so, since a hand moves in one direction. `None` where the contrast is low.
fn sharpness(grey: &Grey<'_>, grid: &Grid) -> Option<f32> {
    let far = grid.dimension as f32 - 3.5;
    let centres = [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(x, y)| Point::new(x, y));
    let (mut dark, mut light) = (f32::MAX, 0.0f32);
    let mut axis = |out: Point, along: Point| {
        let mut sum = 0.0;
        for (centre, sign, offset) in centres.iter().flat_map(|centre| {
            [-1.0, 1.0].into_iter().flat_map(move |sign| [-1.0, 0.0, 1.0].map(|offset| (*centre, sign, offset)))
        }) {
            let at = |modules: f32| grey.at(grid.map.apply(centre + out * (sign * modules) + along * offset));
            let [core, gap, ring, frame] = [0.0, 2.0, 3.0, 4.0].map(at);
            dark = dark.min(core);
            light = light.max(frame);
            sum += gap - ring;
        }
        sum / 18.0
    };
    let (right, down) = (Point::new(1.0, 0.0), Point::new(0.0, 1.0));
    let least = axis(right, down).min(axis(down, right));
    (light - dark >= LEAST_CONTRAST).then(|| least / (light - dark))
}
