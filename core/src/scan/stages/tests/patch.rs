use proptest::prelude::*;

use super::drawing::{Code, Place, Sheet};
use crate::scan::stages::geometry::Point;
use crate::scan::stages::grey::Grey;
use crate::scan::stages::patch::Patch;

#[test]
fn each_module_is_as_bright_as_the_picture_where_the_map_has_it() {
    let code = Code::receipt();
    let (sheet, place) = Sheet::with(&code, 6.0, |place| place.turned(33.0).leant(25.0));
    let shot = sheet.shot();
    let patch = Patch::of(&shot.grey(), &place.map(), code.dimension);
    for index in 0..code.dimension * code.dimension {
        let module = Point::new((index % code.dimension) as f32 + 0.5, (index / code.dimension) as f32 + 0.5);
        let (here, there) = (patch.at(module), shot.grey().at(place.map().apply(module)));
        assert!((here - there).abs() < 25.0, "{module:?}: {here} instead of {there}");
    }
    let soft: Vec<f32> = (0..code.dimension * code.dimension)
        .map(|index| Point::new((index % code.dimension) as f32 + 0.5, (index / code.dimension) as f32 + 0.5))
        .map(|module| 135.0 - patch.at(module))
        .collect();
    assert_eq!(code.errors(&soft), 0);
}

/// A picture that becomes lighter evenly to the right, two grey values a pixel.
fn slope() -> Vec<u8> {
    (0..120 * 120).map(|index| (2 * (index % 120)) as u8).collect()
}

/// The code of 21 modules lies at 20, 20, its modules four pixels wide.
fn patch_of(pixels: &[u8]) -> Patch {
    let grey = Grey { pixels, width: 120, height: 120, inverted: false };
    Patch::of(&grey, &Place::at(21, 20.0, 20.0, 4.0).map(), 21)
}

#[test]
fn between_samples_it_goes_evenly_and_smoothing_keeps_what_is_even() {
    let patch = patch_of(&slope());
    for patch in [&patch, &patch.smoothed()] {
        for at in 0..200 {
            let module = Point::new(at as f32 * 0.1, 7.3);
            // A pixel's brightness is that of its middle.
            let expected = 2.0 * (20.0 + 4.0 * module.x - 0.5);
            assert!((patch.at(module) - expected).abs() < 0.05, "{module:?}: {}", patch.at(module));
        }
    }
}

#[test]
fn smoothing_takes_the_peak_off_a_speck_and_keeps_its_light() {
    let mut pixels = vec![0u8; 120 * 120];
    pixels[60 * 120 + 60] = 240;
    let patch = patch_of(&pixels);
    let smooth = patch.smoothed();
    let (peak, light) = [&patch, &smooth]
        .map(|patch| {
            let samples = (0..84 * 84)
                .map(|index| Point::new((index % 84) as f32 * 0.25 + 0.125, (index / 84) as f32 * 0.25 + 0.125));
            let values: Vec<f32> = samples.map(|place| patch.at(place)).collect();
            (values.iter().copied().fold(0.0, f32::max), values.iter().sum::<f32>())
        })
        .into();
    assert!(light.0 < 0.5 * peak.0, "{peak:?} {light:?}");
    assert!((light.1 - peak.1).abs() < 1.0, "{peak:?} {light:?}");
}

#[test]
fn beyond_the_margin_it_is_as_at_the_margin() {
    let patch = patch_of(&slope());
    let left = patch.at(Point::new(-3.9, 5.0));
    assert!((patch.at(Point::new(-90.0, 5.0)) - left).abs() < 1.0);
    assert!(patch.at(Point::new(900.0, 5.0)) > patch.at(Point::new(20.0, 5.0)));
}

proptest! {
    #[test]
    fn no_place_is_out_of_reach(x in any::<f32>(), y in any::<f32>()) {
        let value = patch_of(&slope()).at(Point::new(x, y));
        prop_assert!((0.0..=240.0).contains(&value) || x.is_nan() || y.is_nan(), "{}", value);
    }
}
