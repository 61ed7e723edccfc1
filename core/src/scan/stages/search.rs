//! Looking around for where something fits best.

use super::geometry::Point;

/// The offset with the highest score, and the score: within `reach` by the first step, and from there by each finer one.
/// No offset with zero where nothing scores more.
pub(super) fn search(steps: [f32; 3], reach: f32, score: impl Fn(Point) -> f32) -> (f32, Point) {
    let mut best = (0.0, Point::default());
    for (nth, step) in steps.into_iter().enumerate() {
        let reach = if nth == 0 { (reach / step) as i32 } else { 1 };
        let around = best.1;
        for (dx, dy) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy))) {
            let offset = around + Point::new(dx as f32, dy as f32) * step;
            let score = score(offset);
            if score > best.0 {
                best = (score, offset);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_a_hill_is_found_more_exactly_than_the_first_step() {
        let top = Point::new(1.13, -0.71);
        let (score, found) = search([0.5, 0.2, 0.1], 2.0, |offset| 10.0 - offset.distance(top));
        assert!(found.distance(top) < 0.1, "{found:?}");
        assert_eq!(score, 10.0 - found.distance(top));
    }

    #[test]
    fn where_nothing_scores_it_stays() {
        assert_eq!(search([0.5, 0.2, 0.1], 2.0, |_| -1.0), (0.0, Point::default()));
    }
}
