use super::drawing::{Chance, Code, Place, Sheet, Shot};
use crate::scan::stages::finder::{Finder, finders, rated};
use crate::scan::stages::geometry::Point;
use crate::scan::stages::grey::Grey;
use crate::scan::stages::threshold::{Reach, Thresholds};

fn found(grey: Grey<'_>, step: usize) -> Vec<Finder> {
    finders(&Thresholds::of(grey, Reach::Middle), step / 2, step)
}

fn ranked(shot: &Shot) -> Vec<Finder> {
    rated(&shot.grey(), found(shot.grey(), 1))
}

/// The middles of a code's squares: top left, top right, bottom left.
fn squares(place: &Place) -> [Point; 3] {
    let far = place.dimension as f32 - 3.5;
    [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(x, y)| place.map().apply(Point::new(x, y)))
}

/// How many of a code's squares are among these, each within a module's part of its middle.
fn met(finders: &[Finder], place: &Place, module: f32) -> usize {
    let is_met = |square: &&Point| finders.iter().any(|finder| finder.centre.distance(**square) < 0.6 * module + 0.5);
    squares(place).iter().filter(is_met).count()
}

#[test]
fn all_three_are_found_at_every_angle() {
    for degrees in (0..90).step_by(5) {
        for module in [2.0, 4.3] {
            let (sheet, place) = Sheet::with(&Code::receipt(), module, |place| place.turned(degrees as f32));
            let finders = ranked(&sheet.blurred(0.5).shot());
            assert_eq!(met(&finders, &place, module), 3, "{degrees} degrees, {module} pixels");
        }
    }
}

#[test]
fn all_three_are_found_on_tilted_paper_however_it_is_turned() {
    for tilt in [15.0, 30.0, 45.0] {
        for degrees in [0.0, 20.0, 45.0, 80.0] {
            let (sheet, place) = Sheet::with(&Code::receipt(), 5.0, |place| place.turned(degrees).leant(tilt));
            let finders = ranked(&sheet.blurred(0.6).shot());
            assert_eq!(met(&finders, &place, 5.0), 3, "{tilt} and {degrees} degrees");
        }
    }
}

#[test]
fn modules_of_little_more_than_a_pixel_up_to_eight_are_found_and_measured() {
    for module in [1.25, 1.5, 2.0, 3.0, 5.0, 8.0] {
        let (sheet, place) = Sheet::with(&Code::of("1", Some(2)), module, |place| place.turned(3.0));
        let shot = sheet.shot();
        let finders = ranked(&shot);
        assert_eq!(met(&finders, &place, module), 3, "{module}");
        for square in squares(&place) {
            let nearest = finders.iter().min_by(|a, b| a.centre.distance(square).total_cmp(&b.centre.distance(square)));
            let measured = nearest.unwrap().module;
            assert!((measured / module).ln().abs() < 0.2, "{measured} instead of {module}");
        }
    }
}

#[test]
fn few_rows_are_enough() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 3.0, |place| place.turned(12.0));
    let shot = sheet.shot();
    for step in [2, 4] {
        let finders = found(shot.grey(), step);
        assert_eq!(met(&finders, &place, 3.0), 3, "each {step}th row");
        assert!(finders.iter().all(|finder| finder.votes <= 12 / step as u32), "{finders:?}");
    }
}

#[test]
fn a_light_code_is_found_in_the_negative_alone() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 4.0, |place| place);
    let negative = sheet.shot().negative();
    assert_eq!(met(&found(negative.grey(), 1), &place, 4.0), 0);
    let grey = Grey { inverted: true, ..negative.grey() };
    assert_eq!(met(&rated(&grey, found(grey, 1)), &place, 4.0), 3);
}

#[test]
fn true_ones_rank_before_everything_else_in_the_code_and_around_it() {
    for seed in 0..4 {
        let mut chance = Chance(seed);
        let (sheet, place) = Sheet::with(&Code::receipt(), 3.0, |place| place.turned(11.0 * seed as f32));
        let around = lettered(&mut chance, sheet.width, &place);
        let sheet = sheet.inked(around).blurred(0.9).noisy(8.0, &mut chance);
        let finders = ranked(&sheet.shot());
        assert_eq!(met(&finders[..3], &place, 3.0), 3, "{seed}: {finders:?}");
        assert!(finders[..3].iter().all(|finder| finder.likeness > 0.4), "{seed}: {finders:?}");
    }
}

/// Strokes as of letters all around a code, in cells of three pixels.
fn lettered(chance: &mut Chance, size: usize, place: &Place) -> impl Fn(Point) -> f32 + use<> {
    let side = size.div_ceil(3);
    let cells: Vec<bool> = (0..side * side).map(|index| chance.unit() < 0.35 && index / side % 7 < 5).collect();
    let (centre, reach) = (place.centre(), place.centre().distance(place.corners[0]) + 14.0);
    move |pixel: Point| {
        let cell = pixel.y as usize / 3 * side + pixel.x as usize / 3;
        f32::from(cells[cell] && pixel.distance(centre) > reach)
    }
}

#[test]
fn neither_noise_nor_letters_are_rated_as_high_as_true_ones() {
    for seed in 0..6 {
        let mut chance = Chance(seed);
        let noise = Sheet::blank(300, 300).noisy(60.0, &mut chance).shot();
        let far = Place::at(21, -900.0, -900.0, 1.0);
        let letters = Sheet::blank(300, 300).inked(lettered(&mut chance, 300, &far)).blurred(0.7).shot();
        for (name, shot) in [("noise", noise), ("letters", letters)] {
            let finders = ranked(&shot);
            let highest = finders.iter().map(|finder| finder.likeness).fold(0.0, f32::max);
            assert!(highest < 0.6, "{name} {seed}: {highest}");
        }
    }
    // What the bound is worth: a true one, blurred and noisy, is above it.
    let (sheet, _) = Sheet::with(&Code::receipt(), 3.0, |place| place);
    let finders = ranked(&sheet.blurred(0.9).noisy(8.0, &mut Chance(0)).shot());
    assert!(finders[..3].iter().all(|finder| finder.likeness > 0.6), "{finders:?}");
}

#[test]
fn a_blank_page_has_none_and_a_page_full_of_them_a_bounded_number() {
    assert_eq!(found(Sheet::blank(200, 100).shot().grey(), 1), []);
    let ring = |place: f32| (place % 27.0 / 3.0).floor() - 4.0;
    let page = Sheet::blank(800, 800).inked(|pixel| {
        let away = ring(pixel.x).abs().max(ring(pixel.y).abs());
        f32::from(away <= 1.0 || away == 3.0)
    });
    let shot = page.shot();
    let all = found(shot.grey(), 1);
    assert!(all.len() > 700, "{}", all.len());
    let kept = rated(&shot.grey(), all);
    assert!((30..=100).contains(&kept.len()), "{}", kept.len());
    assert!(kept.windows(2).all(|two| two[0].likeness > 0.5 && two[1].likeness > 0.5));
}
