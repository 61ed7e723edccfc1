use proptest::prelude::*;

use crate::scan::stages::geometry::{Line, Point, Projective};

/// A map as cameras make it: a code of one unit, its horizon far away.
#[derive(Debug, Clone)]
struct View {
    angle: f32,
    scale: f32,
    stretch: f32,
    lean: Point,
    at: Point,
}

impl View {
    fn apply(&self, p: Point) -> Point {
        let (sin, cos) = self.angle.sin_cos();
        let turned = Point::new(p.x * cos - p.y * sin, (p.x * sin + p.y * cos) * self.stretch);
        self.at + turned * (self.scale / (1.0 + self.lean.dot(p)))
    }
}

fn views() -> impl Strategy<Value = View> {
    let lean = (-0.3f32..0.3, -0.3f32..0.3).prop_map(|(x, y)| Point::new(x, y));
    let at = (0.0f32..4000.0, 0.0f32..4000.0).prop_map(|(x, y)| Point::new(x, y));
    (-3.1f32..3.1, 20.0f32..900.0, 0.5f32..2.0, lean, at).prop_map(|(angle, scale, stretch, lean, at)| View {
        angle,
        scale,
        stretch,
        lean,
        at,
    })
}

fn unit_places(count: usize) -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec((0.0f32..1.0, 0.0f32..1.0).prop_map(|(x, y)| Point::new(x, y)), count)
}

const UNIT: [Point; 4] = [Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(1.0, 1.0), Point::new(0.0, 1.0)];

proptest! {
    #[test]
    fn a_map_is_found_again_by_four_corners_and_more(view in views(), more in unit_places(6), others in unit_places(5)) {
        for count in [4, 10] {
            let known = UNIT.into_iter().chain(more.clone()).take(count);
            let pairs: Vec<_> = known.map(|place| (place, view.apply(place), 1.0)).collect();
            let fitted = Projective::fit(&pairs).unwrap();
            for place in UNIT.iter().chain(&others) {
                let off = fitted.apply(*place).distance(view.apply(*place));
                prop_assert!(off < 0.02, "{off} pixels off");
            }
        }
    }

    #[test]
    fn a_row_is_the_map_applied_to_each_place(view in views(), start in unit_places(1), step in 0.001f32..0.01) {
        let fitted = Projective::fit(&UNIT.map(|place| (place, view.apply(place), 1.0))).unwrap();
        for (nth, place) in fitted.row(start[0], step).take(60).enumerate() {
            let expected = fitted.apply(start[0] + Point::new(nth as f32 * step, 0.0));
            prop_assert!(place.distance(expected) < 0.02, "{nth}: {place:?} instead of {expected:?}");
        }
    }

    #[test]
    fn a_line_is_found_by_places_on_it_whatever_its_direction(
        angle in 0.0f32..3.2,
        x in -500.0f32..500.0,
        distances in prop::collection::vec(-80.0f32..80.0, 2..20),
    ) {
        let along = Point::new(angle.cos(), angle.sin());
        let mut points: Vec<Point> = distances.iter().map(|distance| Point::new(x, 40.0) + along * *distance).collect();
        points.extend([Point::new(x, 40.0) + along * 90.0, Point::new(x, 40.0) + along * -90.0]);
        let line = Line::fit(&points).unwrap();
        prop_assert!((line.along.length() - 1.0).abs() < 1e-3);
        for point in points {
            prop_assert!(line.distance(point) < 0.02, "{} pixels off", line.distance(point));
        }
    }

    #[test]
    fn no_other_line_has_less_squared_distances(points in unit_places(8), turn in 0.05f32..3.0, shift in -0.3f32..0.3) {
        let squares = |line: Line| points.iter().map(|point| line.distance(*point).powi(2)).sum::<f32>();
        let fitted = Line::fit(&points).unwrap();
        let Point { x, y } = fitted.along;
        let other = Line {
            through: fitted.through + Point::new(-y, x) * shift,
            along: Point::new(x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()),
        };
        prop_assert!(squares(fitted) <= squares(other) + 1e-4);
    }
}

#[test]
fn lines_meet_where_they_cross_and_parallel_ones_nowhere() {
    let line = |x: f32, y: f32, dx: f32, dy: f32| Line { through: Point::new(x, y), along: Point::new(dx, dy) };
    let met = line(0.0, 1.0, 1.0, 0.0).meets(line(3.0, 9.0, 0.0, -2.0)).unwrap();
    assert!(met.distance(Point::new(3.0, 1.0)) < 1e-4, "{met:?}");
    let met = line(0.0, 0.0, 1.0, 1.0).meets(line(4.0, 0.0, -1.0, 1.0)).unwrap();
    assert!(met.distance(Point::new(2.0, 2.0)) < 1e-4, "{met:?}");
    assert_eq!(line(0.0, 0.0, 1.0, 2.0).meets(line(5.0, 0.0, -2.0, -4.0)), None);
}

#[test]
fn too_few_places_or_places_in_a_row_fix_no_map_and_one_fixes_no_line() {
    let pairs = UNIT.map(|place| (place, place * 9.0, 1.0));
    assert!(Projective::fit(&pairs).is_some());
    assert_eq!(Projective::fit(&pairs[..3]), None);
    let in_a_row = [0.0, 1.0, 2.0, 5.0].map(|at| (Point::new(at, 2.0 * at), Point::new(3.0 * at, at), 1.0));
    assert_eq!(Projective::fit(&in_a_row), None);
    assert_eq!(Line::fit(&UNIT[..1]), None);
    assert!(Line::fit(&UNIT[..2]).is_some());
}

#[test]
fn of_places_that_contradict_each_other_the_heavier_is_followed() {
    let off = |weight: f32| {
        let mut pairs = UNIT.map(|place| (place, place * 100.0, 1.0)).to_vec();
        pairs.push((Point::new(0.5, 0.5), Point::new(60.0, 50.0), weight));
        Projective::fit(&pairs).unwrap().apply(Point::new(0.5, 0.5)).distance(Point::new(60.0, 50.0))
    };
    assert!(off(0.01) > off(1.0) && off(1.0) > off(100.0), "{} {} {}", off(0.01), off(1.0), off(100.0));
    assert!(off(100.0) < 1.0, "{}", off(100.0));
}

#[test]
fn the_vector_product_tells_clockwise() {
    let (right, down) = (Point::new(1.0, 0.0), Point::new(0.0, 1.0));
    assert!(right.cross(down) > 0.0 && down.cross(right) < 0.0);
}
