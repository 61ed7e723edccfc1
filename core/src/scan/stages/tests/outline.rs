use super::drawing::{Chance, Code, INK, PAPER, Place, Sheet};
use crate::scan::stages::geometry::Point;
use crate::scan::stages::outline::{Outline, threshold};

/// The outline of a code's first square, and the most by which a corner is off.
fn first(sheet: &Sheet, place: &Place) -> (Outline, f32) {
    let map = place.map();
    let at = |x: f32, y: f32| map.apply(Point::new(x, y));
    let centre = at(3.5, 3.5);
    let rough = Outline::of(&sheet.shot().grey(), centre, at(4.5, 3.5) - centre, at(3.5, 4.5) - centre).unwrap();
    let truth = [at(0.0, 0.0), at(7.0, 0.0), at(7.0, 7.0), at(0.0, 7.0)];
    let off = rough.corners.iter().zip(truth).map(|(corner, truth)| corner.distance(truth)).fold(0.0, f32::max);
    (rough, off)
}

#[test]
fn corners_are_found_to_a_third_of_a_pixel_on_turned_and_tilted_paper() {
    for tilt in [0.0, 20.0, 40.0] {
        for degrees in [0.0, 13.0, 45.0, 77.0, 200.0] {
            let (sheet, place) = Sheet::with(&Code::receipt(), 5.0, |place| place.turned(degrees).leant(tilt));
            let (_, off) = first(&sheet, &place);
            assert!(off < 0.33, "{tilt} {degrees}: {off}");
        }
    }
}

#[test]
fn corners_are_found_to_a_third_of_a_pixel_through_blur_and_noise() {
    for (blur, noise) in [(1.0, 0.0), (1.5, 0.0), (0.5, 12.0)] {
        let (sheet, place) = Sheet::with(&Code::receipt(), 5.0, |place| place.turned(21.0));
        let (_, off) = first(&sheet.blurred(blur).noisy(noise, &mut Chance(5)), &place);
        assert!(off < 0.33, "{blur} {noise}: {off}");
    }
}

#[test]
fn a_shadows_edge_across_it_does_not_move_its_sides() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 6.0, |place| place);
    let middle = place.map().apply(Point::new(3.5, 3.5)).x;
    let (_, off) = first(&sheet.lit(|pixel| if pixel.x < middle { 1.0 } else { 0.35 }), &place);
    assert!(off < 0.33, "{off}");
}

#[test]
fn its_middle_and_its_axes_are_those_of_its_corners() {
    let place = Place::at(21, 10.0, 20.0, 3.0);
    let square =
        Outline { corners: place.corners.map(|corner| place.corners[0] + (corner - place.corners[0]) * (1.0 / 3.0)) };
    assert!(square.centre().distance(Point::new(20.5, 30.5)) < 1e-3, "{:?}", square.centre());
    assert!(
        square.right().distance(Point::new(3.0, 0.0)) < 1e-3 && square.down().distance(Point::new(0.0, 3.0)) < 1e-3
    );
}

#[test]
fn blank_paper_and_noise_have_no_outline() {
    let at = |sheet: &Sheet| {
        Outline::of(&sheet.shot().grey(), Point::new(50.0, 50.0), Point::new(4.0, 0.0), Point::new(0.0, 4.0))
    };
    let blank = Sheet::blank(100, 100);
    assert_eq!(at(&blank), None);
    assert_eq!(at(&blank.clone().noisy(2.0, &mut Chance(1))), None);
    // At the very edge of a picture, and beyond it, too.
    for x in [0.0, 99.9, -30.0, 500.0] {
        assert_eq!(
            Outline::of(&blank.shot().grey(), Point::new(x, x), Point::new(4.0, 0.0), Point::new(0.0, 4.0)),
            None
        );
    }
}

#[test]
fn the_threshold_lies_between_ink_and_paper_and_blank_paper_has_none() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 4.0, |place| place);
    let centre = place.map().apply(Point::new(3.5, 3.5));
    let [right, down] = [Point::new(4.0, 0.0), Point::new(0.0, 4.0)];
    let between = threshold(&sheet.shot().grey(), centre, right, down).unwrap();
    assert!((between - INK.midpoint(PAPER)).abs() < 10.0, "{between}");
    assert_eq!(threshold(&Sheet::blank(90, 90).shot().grey(), Point::new(45.0, 45.0), right, down), None);
}
