use super::drawing::{Chance, Code, Place, Sheet};
use crate::scan::stages::geometry::{Point, Projective};
use crate::scan::stages::mesh::{Mesh, Seen};
use crate::scan::stages::patch::Patch;
use crate::scan::stages::pattern::known;
use crate::scan::stages::sample::{Light, brightness};

/// The modules on a flat grid and on one that was bent, and how far it was.
struct Bent {
    flat: Vec<f32>,
    bent: Vec<f32>,
    largest: f32,
}

fn bend(sheet: &Sheet, map: &Projective, dimension: usize) -> Bent {
    let patch = Patch::of(&sheet.shot().grey(), map, dimension).smoothed();
    let known = known(dimension);
    let seen = |mesh: &Mesh| {
        let values = brightness(&patch, mesh, dimension);
        let light = Light::of(&values, dimension);
        (light.soft(&values), light)
    };
    let mut mesh = Mesh::flat(dimension);
    let (flat, light) = seen(&mesh);
    mesh.bend(&Seen { patch: &patch, light: &light, known: &known });
    Bent { flat, bent: seen(&mesh).0, largest: mesh.largest() }
}

/// A code whose rows are shifted by `shift` modules, and the map that knows only its corners.
fn waved(code: &Code, shift: impl Fn(Point) -> Point) -> (Sheet, Place) {
    let (place, size) = Place::centred(code.dimension, 5.0);
    let inverse = place.inverse();
    let module = |pixel: Point| {
        let module = inverse.apply(pixel);
        module - shift(module)
    };
    (Sheet::blank(size, size).bent(code, module).blurred(0.6), place)
}

#[test]
fn what_waves_is_sampled_right_where_a_flat_grid_errs() {
    let code = Code::receipt();
    let side = code.dimension as f32;
    for height in [0.7, 1.2] {
        for sheer in [Point::new(1.0, 0.0), Point::new(0.0, 1.0), Point::new(0.7, -0.7)] {
            // None at the corners, most in the middle.
            let wave = |at: f32| (std::f32::consts::PI * (at / side).clamp(0.0, 1.0)).sin();
            let (sheet, place) = waved(&code, |module| sheer * (height * wave(module.x) * wave(module.y)));
            let Bent { flat, bent, largest } = bend(&sheet, &place.map(), code.dimension);
            assert!(code.errors(&flat) > 40, "{height} {sheer:?}: {}", code.errors(&flat));
            assert!(code.errors(&bent) <= 2, "{height} {sheer:?}: {}", code.errors(&bent));
            assert!((largest - height).abs() < 0.5, "{height} {sheer:?}: {largest}");
        }
    }
}

#[test]
fn a_code_around_a_bottle_is_sampled_right_where_a_flat_grid_errs() {
    let code = Code::receipt();
    let (place, size) = Place::centred(code.dimension, 5.0);
    let inverse = place.inverse();
    let middle = code.dimension as f32 / 2.0;
    // The code spans 80 degrees of the cylinder; the map fits its left and right sides.
    let half = 40.0f32.to_radians();
    let module = |pixel: Point| {
        let Point { x, y } = inverse.apply(pixel);
        let sine = (x - middle) / middle * half.sin();
        Point::new(if sine.abs() < 1.0 { middle + middle * sine.asin() / half } else { -9.0 }, y)
    };
    let sheet = Sheet::blank(size, size).bent(&code, module).blurred(0.6).noisy(5.0, &mut Chance(8));
    let Bent { flat, bent, .. } = bend(&sheet, &place.map(), code.dimension);
    assert!(code.errors(&flat) > 100, "{}", code.errors(&flat));
    assert!(code.errors(&bent) <= 4, "{}", code.errors(&bent));
}

#[test]
fn what_is_flat_stays_flat_through_noise_and_blur() {
    let code = Code::receipt();
    let (sheet, place) = Sheet::with(&code, 5.0, |place| place.turned(9.0));
    let Bent { bent, largest, .. } =
        bend(&sheet.blurred(1.2).noisy(15.0, &mut Chance(4)), &place.map(), code.dimension);
    assert!(largest < 0.35, "{largest}");
    assert_eq!(code.errors(&bent), 0);
}

#[test]
fn before_it_is_bent_no_place_is_shifted_and_any_place_may_be_asked_for() {
    for dimension in [21, 25, 57, 177] {
        let mesh = Mesh::flat(dimension);
        assert_eq!(mesh.largest(), 0.0);
        for at in [-1e9, -4.0, 0.0, 10.4, dimension as f32, 1e9] {
            assert_eq!(mesh.shift(Point::new(at, 3.0)), Point::default(), "{dimension} {at}");
            assert_eq!(mesh.shift(Point::new(3.0, at)), Point::default(), "{dimension} {at}");
        }
    }
}

#[test]
fn where_nothing_is_seen_the_shifts_stay_small() {
    let (place, size) = Place::centred(25, 4.0);
    let Bent { largest, .. } = bend(&Sheet::blank(size, size), &place.map(), 25);
    assert!(largest < 0.1, "{largest}");
}
