//! The alignment pattern in the fourth corner (ISO/IEC 18004, 6.3.6): the one fixed point far from the finder patterns.

use super::geometry::{Point, Projective};
use super::grey::Grey;
use super::pattern::alignments;
use super::search::search;

/// An alignment pattern that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aligned {
    /// Its centre in modules.
    pub module: Point,
    /// Its centre in pixels.
    pub pixel: Point,
    /// How clearly it is seen: 1 is perfect.
    pub clarity: f32,
}

/// How far off it may be, in modules, and per module of the code's side.
const REACH: f32 = 3.0;
const REACH_OF_SIDE: f32 = 0.03;

/// Steps of the search, in modules, each finer.
const STEPS: [f32; 3] = [0.34, 0.17, 0.08];

/// What a module off the expected place costs in clarity.
const PULL: f32 = 0.015;

/// With less contrast than this there is no pattern, in grey values summed over its modules.
const LEAST_CONTRAST: f32 = 30.0;

/// Looks for it around the place where the map expects it. `None` for codes that have none.
pub fn bottom_right(grey: &Grey<'_>, map: &Projective, dimension: usize) -> Option<Aligned> {
    let (x, y) = *alignments(dimension).last()?;
    let module = Point::new(x as f32 + 0.5, y as f32 + 0.5);
    let score = |offset: Point| clarity(grey, map, module + offset) - PULL * offset.length();
    let best = search(STEPS, REACH + dimension as f32 * REACH_OF_SIDE, score);
    Some(Aligned { module, pixel: map.apply(module + best.1), clarity: best.0 })
}

/// The correlation of 5 × 5 modules with the pattern.
fn clarity(grey: &Grey<'_>, map: &Projective, centre: Point) -> f32 {
    let values: [f32; 25] = std::array::from_fn(|index| {
        grey.at(map.apply(centre + (Point::new((index % 5) as f32 - 2.0, (index / 5) as f32 - 2.0))))
    });
    let mean = values.iter().sum::<f32>() / 25.0;
    let (mut product, mut square) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let ring = (index % 5).abs_diff(2).max((index / 5).abs_diff(2));
        // 17 modules are dark and 8 are light: less their mean.
        let pattern = if ring == 1 { -17.0 / 25.0 } else { 8.0 / 25.0 };
        product += (mean - value) * pattern;
        square += (value - mean) * (value - mean);
    }
    let norm = (17.0f32 * 8.0 / 25.0).sqrt();
    product / (square.sqrt() * norm).max(LEAST_CONTRAST)
}
