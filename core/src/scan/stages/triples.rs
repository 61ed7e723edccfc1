//! Which three finder patterns belong to one code: the likeliest first.

use super::finder::Finder;

/// Three finder patterns, as the code stands: `top_left` is where its sides meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Triple {
    /// The corner.
    pub top_left: Finder,
    /// Along the top.
    pub top_right: Finder,
    /// Down the left side.
    pub bottom_left: Finder,
    /// The less, the likelier.
    pub cost: f32,
}

/// Modules between centres: 14 in the smallest code and 170 in the largest, seen at a slant.
const LEAST_LEG: f32 = 9.0;
const MOST_LEG: f32 = 200.0;

/// How far perspective and curl may turn a right angle, stretch a square, and let sizes differ.
const MOST_COSINE: f32 = 0.75;
const MOST_RATIO: f32 = 2.6;
const MOST_UNLIKE: f32 = 2.2;

/// The likeliest triples, `most` of them.
pub fn triples(finders: &[Finder], most: usize) -> Vec<Triple> {
    let mut found = Vec::new();
    for (nth, corner) in finders.iter().enumerate() {
        let others = finders.iter().enumerate().filter(|(other, finder)| *other != nth && are_alike(corner, finder));
        let others: Vec<&Finder> = others.map(|(_, finder)| finder).collect();
        for (nth, a) in others.iter().enumerate() {
            let seconds = others[nth + 1..].iter().filter(|b| are_alike(a, b));
            found.extend(seconds.filter_map(|b| triple(corner, a, b)));
        }
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found.truncate(most);
    found
}

fn are_alike(a: &Finder, b: &Finder) -> bool {
    a.module.max(b.module) < MOST_UNLIKE * a.module.min(b.module)
}

fn triple(corner: &Finder, a: &Finder, b: &Finder) -> Option<Triple> {
    let (to_a, to_b) = ((a.centre - corner.centre), (b.centre - corner.centre));
    let (length_a, length_b) = (to_a.length(), to_b.length());
    let legs = [length_a / corner.module.midpoint(a.module), length_b / corner.module.midpoint(b.module)];
    if legs.iter().any(|leg| !(LEAST_LEG..=MOST_LEG).contains(leg)) {
        return None;
    }
    let cosine = (to_a.dot(to_b) / (length_a * length_b)).abs();
    let ratio = length_a.max(length_b) / length_a.min(length_b);
    if cosine > MOST_COSINE || ratio > MOST_RATIO {
        return None;
    }
    let all = [corner, a, b];
    let largest = all.iter().map(|finder| finder.module).fold(0.0, f32::max);
    let smallest = all.iter().map(|finder| finder.module).fold(f32::MAX, f32::min);
    let legs_unlike = legs[0].max(legs[1]) / legs[0].min(legs[1]);
    let likeness: f32 = all.iter().map(|finder| finder.likeness).sum();
    // Weights found on photographs; the last is for the smaller of two that are equal otherwise, since between a code's
    // own patterns there is nothing, and between those of two codes much.
    let cost = cosine + 0.6 * (ratio - 1.0) + 0.8 * (largest / smallest - 1.0) + 0.6 * (legs_unlike - 1.0)
        - 1.0 * likeness
        + 0.006 * length_a.max(length_b) / all.iter().map(|finder| finder.module).sum::<f32>();
    let (right, down) = if to_a.cross(to_b) > 0.0 { (a, b) } else { (b, a) };
    Some(Triple { top_left: *corner, top_right: *right, bottom_left: *down, cost })
}
