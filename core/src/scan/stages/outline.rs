//! The four sides of a finder pattern, to a part of a pixel.
//!
//! From the centre lines are sent towards each side, along the code's own axes; where the outer ring ends they are
//! stopped, and a line is fitted through these points. Three finder patterns so give twelve corners, which fix a
//! perspective where three centres fix no more than a shear.

use super::geometry::{Line, Point};
use super::grey::Grey;

/// The outer corners of a finder pattern: where both axes are low, where the first is high, both, the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// In pixels.
    pub corners: [Point; 4],
}

/// The sides' length.
pub const SIDE: f32 = 7.0;

/// Lines to each side: so many to the left and to the right of its middle, so many modules apart.
const LINES: i32 = 7;
const APART: f32 = 0.4;

/// Where the outer edge may be, in modules from the centre; it is at 3.5.
const NEAREST: f32 = 2.6;
const FARTHEST: f32 = 5.2;

/// Where the ring may be darkest, and how far behind that it is light.
const RING: f32 = 2.3;
const DARKEST: f32 = 3.8;
const BEHIND: f32 = 1.5;

/// Where less than this lies between dark and light there is no edge.
const LEAST_CONTRAST: f32 = 8.0;

/// Where a corner may be, in modules from the centre; it is at 4.9.
const NEAREST_CORNER: f32 = 2.5;
const FARTHEST_CORNER: f32 = 9.0;

impl Outline {
    /// Of the pattern around `centre`, whose axes go about `right` and `down` a module.
    pub fn of(grey: &Grey<'_>, centre: Point, right: Point, down: Point) -> Option<Self> {
        let side = |out: Point, along: Point| side(grey, centre, out, along);
        let (left, top) = (side(right * -1.0, down)?, side(down * -1.0, right)?);
        let (right_side, bottom) = (side(right, down)?, side(down, right)?);
        let corners = [top.meets(left)?, top.meets(right_side)?, bottom.meets(right_side)?, bottom.meets(left)?];
        let module = right.length().midpoint(down.length());
        let range = NEAREST_CORNER * module..FARTHEST_CORNER * module;
        corners.iter().all(|corner| range.contains(&corner.distance(centre))).then_some(Self { corners })
    }

    /// The middle of its corners.
    pub fn centre(&self) -> Point {
        self.corners.iter().fold(Point::default(), |sum, corner| sum + *corner) * 0.25
    }

    /// A module's step along the first axis.
    pub fn right(&self) -> Point {
        let [a, b, c, d] = self.corners;
        (b + c - a - d) * (0.5 / SIDE)
    }

    /// A module's step along the second axis.
    pub fn down(&self) -> Point {
        let [a, b, c, d] = self.corners;
        (c + d - a - b) * (0.5 / SIDE)
    }
}

/// The middle between dark and light around a finder pattern: a lattice of its modules and those around.
pub fn threshold(grey: &Grey<'_>, centre: Point, right: Point, down: Point) -> Option<f32> {
    let mut samples: [f32; 81] = std::array::from_fn(|index| {
        let (x, y) = ((index % 9) as f32 - 4.0, (index / 9) as f32 - 4.0);
        grey.at((centre + right * x) + down * y)
    });
    let middle = grey.at(centre);
    samples.sort_unstable_by(f32::total_cmp);
    let (dark, light) = (middle.min(samples[81 / 6]), samples[81 * 5 / 6]);
    (light - dark > LEAST_CONTRAST).then_some(dark.midpoint(light))
}

/// The outer edge towards `out`, a module's step.
fn side(grey: &Grey<'_>, centre: Point, out: Point, along: Point) -> Option<Line> {
    let edge = |line: i32| {
        let start = centre + along * (line as f32 * APART);
        Some(start + (out * edge(grey, start, out)?))
    };
    let mut points: Vec<Point> = (-LINES..=LINES).filter_map(edge).collect();
    // What lies off the line belongs to a neighbour that touches the ring, or to a flaw in it.
    for _ in 0..3 {
        if points.len() < 5 {
            return None;
        }
        let line = Line::fit(&points)?;
        let mut distances: Vec<f32> = points.iter().map(|point| line.distance(*point)).collect();
        distances.sort_unstable_by(f32::total_cmp);
        let most = (distances[distances.len() / 2] * 2.5).max(0.35);
        let before = points.len();
        points.retain(|point| line.distance(*point) <= most);
        if points.len() == before {
            break;
        }
    }
    if points.len() < 4 { None } else { Line::fit(&points) }
}

/// How far out, in modules, the ring ends: half the way from its darkest to the lightest behind it. Each line by itself,
/// since blur takes most of the ring's darkness and a shadow's edge may lie across it.
fn edge(grey: &Grey<'_>, start: Point, out: Point) -> Option<f32> {
    let step = (0.5 / out.length()).min(0.2);
    let steps = ((FARTHEST - RING) / step) as usize;
    let place = |nth: usize| RING + nth as f32 * step;
    let profile: Vec<f32> = (0..=steps).map(|nth| grey.at(start + out * place(nth))).collect();
    let among = |from: f32, to: f32| (0..=steps).filter(move |nth| (from..=to).contains(&place(*nth)));
    let ring = among(RING, DARKEST).min_by(|a, b| profile[*a].total_cmp(&profile[*b]))?;
    let behind = among(place(ring), place(ring) + BEHIND).map(|nth| profile[nth]).fold(0.0, f32::max);
    if behind - profile[ring] < LEAST_CONTRAST {
        return None;
    }
    let threshold = profile[ring].midpoint(behind);
    let end = (ring + 1..=steps).find(|nth| profile[*nth] >= threshold)?;
    let part = (threshold - profile[end - 1]) / (profile[end] - profile[end - 1]);
    Some(place(end - 1) + step * part).filter(|end| *end > NEAREST)
}
