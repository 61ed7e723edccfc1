use proptest::prelude::*;

use crate::scan::stages::geometry::Point;
use crate::scan::stages::grey::Grey;

/// ```text
/// 10 20 40
/// 50 60 80
/// ```
const PIXELS: [u8; 6] = [10, 20, 40, 50, 60, 80];

fn grey(inverted: bool) -> Grey<'static> {
    Grey { pixels: &PIXELS, width: 3, height: 2, inverted }
}

#[test]
fn a_pixels_middle_is_the_pixel_and_between_two_is_their_mean() {
    let at = |x: f32, y: f32| grey(false).at(Point::new(x, y));
    assert_eq!([at(0.5, 0.5), at(1.5, 0.5), at(2.5, 1.5)], [10.0, 20.0, 80.0]);
    assert_eq!([at(1.0, 0.5), at(0.5, 1.0), at(2.0, 1.0)], [15.0, 30.0, 50.0]);
    assert_eq!(at(1.75, 0.5), 25.0);
}

#[test]
fn beyond_an_edge_it_stays_as_at_the_edge() {
    let at = |x: f32, y: f32| grey(false).at(Point::new(x, y));
    assert_eq!([at(-9.0, -9.0), at(99.0, 0.5), at(1e30, 1e30), at(-1e30, 1.5)], [10.0, 40.0, 80.0, 50.0]);
    assert_eq!([at(0.0, 0.0), at(3.0, 2.0)], [10.0, 80.0]);
}

#[test]
fn a_negative_is_as_dark_as_the_picture_is_light() {
    for (x, y) in [(0.5, 0.5), (1.1, 0.9), (2.9, 1.7), (-4.0, 7.0)] {
        let place = Point::new(x, y);
        assert_eq!(grey(true).at(place), 255.0 - grey(false).at(place));
    }
}

#[test]
fn its_edges_belong_to_it_and_what_lies_beyond_does_not() {
    let holds = |x: f32, y: f32| grey(false).holds(Point::new(x, y));
    assert!(holds(0.0, 0.0) && holds(3.0, 2.0) && holds(1.2, 1.9));
    assert!(!holds(-0.1, 1.0) && !holds(3.1, 1.0) && !holds(1.0, 2.1) && !holds(f32::NAN, 1.0));
}

proptest! {
    #[test]
    fn no_place_is_darker_or_lighter_than_all_pixels(x in any::<f32>(), y in any::<f32>(), inverted: bool) {
        let value = grey(inverted).at(Point::new(x, y));
        let range = if inverted { 175.0..=245.0 } else { 10.0..=80.0 };
        // Where is nowhere has no brightness, but does no harm.
        prop_assert!(range.contains(&value) || x.is_nan() || y.is_nan(), "{value}");
    }

    #[test]
    fn the_smallest_picture_has_a_brightness_everywhere(
        pairs in prop::collection::vec(any::<[u8; 2]>(), 2..9),
        place in (-20.0f32..20.0, -20.0f32..20.0),
        stands: bool,
    ) {
        let pixels = pairs.concat();
        let (width, height) = if stands { (2, pairs.len()) } else { (pairs.len(), 2) };
        let grey = Grey { pixels: &pixels, width, height, inverted: false };
        let (least, most) = (pixels.iter().min().unwrap(), pixels.iter().max().unwrap());
        prop_assert!((f32::from(*least)..=f32::from(*most)).contains(&grey.at(Point::new(place.0, place.1))));
    }
}
