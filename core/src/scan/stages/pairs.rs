//! Two finder patterns where the third was not met: under a shadow's edge, a reflection, a stripe of failed print.
//!
//! The outlines of two tell how the code lies, and so where the third must be, on one of the sides. There it is looked
//! for as a whole, by its correlation with the pattern in its light frame, which bears much more than the runs of a line.

use super::finder::Finder;
use super::geometry::Point;
use super::grey::Grey;
use super::outline::Outline;
use super::search::search;
use super::triples::Triple;

/// Only patterns that are surely some, and so many of these, are paired.
const SURE: f32 = 0.5;
const MOST_FINDERS: usize = 6;

/// How unlike in size two may be.
const MOST_UNLIKE: f32 = 1.5;

/// Modules between centres in the smallest and in the largest code that is worth it.
const LEAST_LEG: f32 = 13.0;
const MOST_LEG: f32 = 60.0;

/// How far the sides of a pattern may be turned from the line between two at one side of a code (sine).
const MOST_TURN: f32 = 0.3;

/// How far off the third may be, in modules, and per module of the distance.
const REACH: f32 = 1.5;
const REACH_OF_LEG: f32 = 0.12;

/// Steps of the search, in modules, each finer.
const STEPS: [f32; 3] = [0.6, 0.3, 0.15];

/// With this correlation the third is believed; the grid laid over it has to prove itself anyway.
const BELIEVED: f32 = 0.5;

/// Triples of two finder patterns and a third that was looked for. `finders` come with the likeliest first.
pub fn completed(grey: &Grey<'_>, finders: &[Finder]) -> Vec<Triple> {
    let sure: Vec<&Finder> = finders.iter().filter(|finder| finder.likeness >= SURE).take(MOST_FINDERS).collect();
    let pairs = sure.iter().enumerate().flat_map(|(nth, a)| sure[nth + 1..].iter().map(move |b| (*a, *b)));
    pairs.flat_map(|(a, b)| of_pair(grey, a, b)).collect()
}

fn of_pair(grey: &Grey<'_>, a: &Finder, b: &Finder) -> Vec<Triple> {
    let between = b.centre - a.centre;
    let leg = between.length() / a.module.midpoint(b.module);
    if a.module.max(b.module) > MOST_UNLIKE * a.module.min(b.module) || !(LEAST_LEG..=MOST_LEG).contains(&leg) {
        return Vec::new();
    }
    let along = between * (1.0 / between.length());
    let outline = |finder: &Finder, along: Point| {
        let (right, down) = (along * finder.module, Point::new(-along.y, along.x) * finder.module);
        let rough = Outline::of(grey, finder.centre, right, down)?;
        Outline::of(grey, rough.centre(), rough.right(), rough.down())
    };
    // At one side of the code, or at opposite corners.
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let diagonal = Point::new(along.x * half - along.y * half, along.x * half + along.y * half);
    let at_side = outline(a, along).zip(outline(b, along)).filter(|(a, b)| {
        [a, b].iter().all(|outline| (outline.right().cross(along) / outline.right().length()).abs() < MOST_TURN)
    });
    if let Some((outline_a, outline_b)) = at_side {
        let down = (outline_a.down() + outline_b.down()) * 0.5;
        let right = (outline_a.right() + outline_b.right()) * 0.5;
        let leg = between.length() / right.length();
        let corners = [(a, b, outline_a.down()), (b, a, outline_b.down())];
        let sides =
            corners.into_iter().flat_map(|(corner, other, down)| [(corner, other, down), (corner, other, down * -1.0)]);
        return sides
            .filter_map(|(corner, other, step)| {
                let found = third(grey, corner.centre + step * leg, right, down, leg)?;
                Some(triple(corner, other, &found))
            })
            .collect();
    }
    let Some((outline_a, outline_b)) = outline(a, diagonal).zip(outline(b, diagonal)) else { return Vec::new() };
    let right = (outline_a.right() + outline_b.right()) * 0.5;
    let down = (outline_a.down() + outline_b.down()) * 0.5;
    // The code's corner lies where the sides through both meet.
    let determinant = right.cross(down);
    let (across, deep) = (between.cross(down) / determinant, right.cross(between) / determinant);
    let places = [a.centre + right * across, a.centre + down * deep];
    let leg = across.abs().midpoint(deep.abs());
    places
        .into_iter()
        .filter_map(|place| {
            let found = third(grey, place, right, down, leg)?;
            Some(triple(&found, a, b))
        })
        .collect()
}

/// With `corner` where the code's sides meet.
fn triple(corner: &Finder, a: &Finder, b: &Finder) -> Triple {
    let is_right = (a.centre - corner.centre).cross(b.centre - corner.centre) > 0.0;
    let (right, down) = if is_right { (a, b) } else { (b, a) };
    Triple { top_left: *corner, top_right: *right, bottom_left: *down, cost: 0.0 }
}

fn third(grey: &Grey<'_>, place: Point, right: Point, down: Point, leg: f32) -> Option<Finder> {
    let score = |offset: Point| correlation(grey, place + right * offset.x + down * offset.y, right, down);
    let (likeness, offset) = search(STEPS, REACH + REACH_OF_LEG * leg, score);
    let centre = place + right * offset.x + down * offset.y;
    let module = right.length().midpoint(down.length());
    (likeness >= BELIEVED && grey.holds(centre)).then_some(Finder { centre, module, votes: 0, likeness })
}

/// The correlation of 9 × 9 modules with the pattern in its frame: 33 modules are dark, 48 are light, less their mean.
fn correlation(grey: &Grey<'_>, centre: Point, right: Point, down: Point) -> f32 {
    const DARK: f32 = 48.0 / 81.0;
    const LIGHT: f32 = 33.0 / 81.0;
    const LEAST_CONTRAST: f32 = 60.0;
    let (mut product, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (x, y) in (-4i32..=4).flat_map(|y| (-4i32..=4).map(move |x| (x, y))) {
        let value = grey.at(centre + right * x as f32 + down * y as f32);
        product += value * if matches!(x.abs().max(y.abs()), 0 | 1 | 3) { -DARK } else { LIGHT };
        sum += value;
        squares += value * value;
    }
    let spread = (squares - sum * sum / 81.0).max(0.0).sqrt();
    product / (spread.max(LEAST_CONTRAST) * (33.0f32 * 48.0 / 81.0).sqrt())
}
