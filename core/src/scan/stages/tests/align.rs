use super::drawing::{Chance, Code, Place, Sheet};
use crate::scan::stages::align::bottom_right;
use crate::scan::stages::geometry::{Point, Projective};

/// The map of a place whose bottom right corner is thought to be elsewhere.
fn misled(place: &Place, by: Point) -> Projective {
    let mut corners = place.corners;
    corners[2] = corners[2] + by;
    Place { corners, ..*place }.map()
}

#[test]
fn it_is_found_where_it_is_and_not_where_it_was_expected() {
    let code = Code::receipt();
    let (sheet, place) = Sheet::with(&code, 5.0, |place| place.turned(17.0));
    let shot = sheet.blurred(0.8).noisy(6.0, &mut Chance(3)).shot();
    let middle = code.dimension as f32 - 6.5;
    let truth = place.map().apply(Point::new(middle, middle));
    for (x, y) in [(0.0, 0.0), (7.0, 0.0), (-6.0, 8.0), (10.0, 10.0), (-9.0, -9.0)] {
        let map = misled(&place, Point::new(x, y));
        let found = bottom_right(&shot.grey(), &map, code.dimension).unwrap();
        assert_eq!(found.module, Point::new(middle, middle));
        assert!(found.pixel.distance(truth) < 1.5, "{x} {y}: {} pixels", found.pixel.distance(truth));
        assert!(found.clarity > 0.7, "{x} {y}: {}", found.clarity);
    }
}

#[test]
fn every_version_that_has_one_shows_it() {
    for version in [2, 6, 7, 13, 21, 40] {
        let code = Code::of("7", Some(version));
        let (sheet, place) = Sheet::with(&code, 3.0, |place| place);
        let found = bottom_right(&sheet.shot().grey(), &place.map(), code.dimension).unwrap();
        let middle = place.map().apply(found.module);
        assert!(found.clarity > 0.9 && found.pixel.distance(middle) < 0.6, "{version}: {found:?}");
    }
}

#[test]
fn the_smallest_code_has_none() {
    let (sheet, place) = Sheet::with(&Code::of("1", Some(1)), 4.0, |place| place);
    assert_eq!(bottom_right(&sheet.shot().grey(), &place.map(), 21), None);
}

#[test]
fn where_the_pattern_is_missing_nothing_is_clear() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 5.0, |place| place);
    let blank = Sheet::blank(sheet.width, sheet.height);
    for shot in [blank.shot(), blank.noisy(3.0, &mut Chance(9)).shot()] {
        let clarity = bottom_right(&shot.grey(), &place.map(), place.dimension).map_or(0.0, |found| found.clarity);
        assert!(clarity < 0.5, "{clarity}");
    }
}
