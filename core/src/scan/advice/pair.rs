//! A code of which two finder patterns on one side are seen, and the third is not.
//!
//! Between two finder patterns of one side a timing pattern runs: dark and light in turn, three modules inwards from the
//! line through their centres. It tells that both belong to one code, to which side of them the code lies, and how many
//! modules it has.

use crate::scan::stages::finder::Finder;
use crate::scan::stages::geometry::{Point, Projective};
use crate::scan::stages::grey::Grey;
use crate::scan::stages::grid::Grid;

/// With less of it the two are not taken for one code's. Strict, since nothing else speaks for the code.
const LEAST_TIMING: f32 = 0.8;

/// By how much the modules of two finder patterns of one side may differ.
const MOST_UNLIKE: f32 = 1.35;

/// Versions tried beside that which the distance tells.
const SPREAD: i32 = 1;

/// From a code's side to a finder pattern's centre, in modules.
const CENTRE: f32 = 3.5;

/// The likeliest code that has two of these on one side, as flat as the two let it seem, with its timing.
pub(super) fn grid(grey: &Grey<'_>, finders: &[Finder]) -> Option<Grid> {
    let pairs = finders.iter().flat_map(|a| finders.iter().map(move |b| (a, b)));
    // Each pair comes both ways round, and with it the code on either side of it.
    let alike = pairs.filter(|(a, b)| a != b && a.module.max(b.module) < MOST_UNLIKE * a.module.min(b.module));
    let grids = alike.flat_map(|(a, b)| {
        let modules = a.centre.distance(b.centre) / a.module.midpoint(b.module) + 2.0 * CENTRE;
        let version = ((modules - 17.0) / 4.0).round() as i32;
        let versions = (version - SPREAD..=version + SPREAD).filter(|version| (1..=40).contains(version));
        versions.filter_map(|version| along(grey, a.centre, b.centre, (17 + 4 * version) as usize))
    });
    grids.filter(|grid| grid.timing >= LEAST_TIMING).max_by(|a, b| a.timing.total_cmp(&b.timing))
}

/// The code whose top left and top right finder patterns have these centres.
fn along(grey: &Grey<'_>, left: Point, right: Point, dimension: usize) -> Option<Grid> {
    let far = dimension as f32 - CENTRE;
    let step = (right - left) * (1.0 / (far - CENTRE));
    let down = Point::new(-step.y, step.x);
    let place = |x: f32, y: f32| left + step * (x - CENTRE) + down * (y - CENTRE);
    let corners = [(CENTRE, CENTRE), (far, CENTRE), (far, far), (CENTRE, far)];
    let pairs = corners.map(|(x, y)| (Point::new(x, y), place(x, y), 1.0));
    let values: Vec<f32> = (6..=dimension - 7).map(|x| grey.at(place(x as f32 + 0.5, 6.5))).collect();
    Some(Grid { dimension, map: Projective::fit(&pairs)?, timing: timing(&values) })
}

/// How well brightness alternates, a light module being second: 1 is perfect.
fn timing(values: &[f32]) -> f32 {
    let (mut sum, mut strength) = (0.0, 0.0f32);
    for (index, two) in values.windows(2).enumerate() {
        let lighter = two[1] - two[0];
        sum += if index % 2 == 0 { lighter } else { -lighter };
        strength += lighter.abs();
    }
    sum / strength.max(1.0)
}
