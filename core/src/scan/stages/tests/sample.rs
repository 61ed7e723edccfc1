use super::drawing::{Chance, Code, INK, PAPER, Sheet};
use crate::scan::stages::geometry::Point;
use crate::scan::stages::mesh::Mesh;
use crate::scan::stages::patch::Patch;
use crate::scan::stages::sample::{Light, brightness};

/// A code's modules as drawn, upright.
fn values(code: &Code, light: impl Fn(Point) -> f32) -> Vec<f32> {
    let (sheet, place) = Sheet::with(code, 4.0, |place| place);
    let patch = Patch::of(&sheet.lit(light).shot().grey(), &place.map(), code.dimension).smoothed();
    brightness(&patch, &Mesh::flat(code.dimension), code.dimension)
}

#[test]
fn clear_modules_are_as_bright_as_ink_and_paper() {
    let code = Code::receipt();
    let values = values(&code, |_| 1.0);
    assert_eq!(values.len(), code.modules.len());
    for (value, module) in values.iter().zip(&code.modules) {
        let expected = if *module > 0.0 { INK } else { PAPER };
        assert!((value - expected).abs() < 45.0, "{value} instead of {expected}");
    }
    assert_eq!(code.errors(&Light::of(&values, code.dimension).soft(&values)), 0);
}

#[test]
fn a_shadow_across_changes_no_module_even_where_its_paper_is_darker_than_lit_ink() {
    let code = Code::receipt();
    let (_, place) = Sheet::with(&code, 4.0, |place| place);
    let (left, right) = (place.corners[0].x, place.corners[1].x);
    let soft_edge = |pixel: Point| 1.0 - 0.85 * ((pixel.x - left) / (right - left)).clamp(0.0, 1.0);
    let values = values(&code, soft_edge);
    let row = |part: std::ops::Range<usize>| {
        (0..code.dimension).flat_map(|y| values[y * code.dimension..][part.clone()].to_vec()).collect::<Vec<f32>>()
    };
    let last = code.dimension;
    let lit_ink = row(0..4).into_iter().fold(f32::MAX, f32::min);
    let shaded_paper = row(last - 4..last).into_iter().fold(0.0, f32::max);
    assert!(shaded_paper < lit_ink + 40.0, "{shaded_paper} {lit_ink}: not much of a shadow");
    assert_eq!(code.errors(&Light::of(&values, code.dimension).soft(&values)), 0);
    let everywhere = Light { middle: vec![135.0; values.len()], half: vec![95.0; values.len()] };
    assert!(code.errors(&everywhere.soft(&values)) > 100);
}

#[test]
fn dark_and_light_are_sure_and_what_lies_between_is_not() {
    let light = Light { middle: vec![100.0; 5], half: vec![50.0; 5] };
    assert_eq!(light.soft(&[50.0, 75.0, 100.0, 150.0, 255.0]), [1.0, 0.5, 0.0, -1.0, -1.0]);
}

#[test]
fn faded_print_is_as_sure_where_all_of_it_is_faded() {
    let code = Code::receipt();
    let faded: Vec<f32> = values(&code, |_| 1.0).iter().map(|value| 200.0 + (value - 200.0) * 0.1).collect();
    let soft = Light::of(&faded, code.dimension).soft(&faded);
    assert_eq!(code.errors(&soft), 0);
    let sure = soft.iter().filter(|soft| soft.abs() > 0.5).count();
    assert!(sure * 10 > 9 * soft.len(), "{sure} of {}", soft.len());
}

#[test]
fn where_print_is_missing_nothing_is_taken_for_dark() {
    let code = Code::receipt();
    let mut chance = Chance(6);
    let mut values = values(&code, |_| 1.0);
    let is_missing = |index: usize| index % code.dimension >= 16 && index / code.dimension >= 16;
    for (index, value) in values.iter_mut().enumerate().filter(|(index, _)| is_missing(*index)) {
        *value = if index % 2 == 0 { PAPER } else { PAPER - 4.0 } + chance.normal();
    }
    let soft = Light::of(&values, code.dimension).soft(&values);
    // Well within the gap, beyond the reach of what surrounds it.
    let within =
        |index: usize| (24..code.dimension).contains(&(index % code.dimension)) && index / code.dimension >= 24;
    let darkest = (0..soft.len()).filter(|index| within(*index)).map(|index| soft[index]).fold(-1.0, f32::max);
    assert!(darkest < 0.5, "{darkest}");
}

#[test]
fn blank_paper_gives_numbers_and_no_division_by_nothing() {
    for dimension in [21, 25, 177] {
        let values = vec![200.0; dimension * dimension];
        let light = Light::of(&values, dimension);
        assert!(light.half.iter().all(|half| *half > 0.0));
        assert!(light.soft(&values).iter().all(|soft| soft.abs() <= 1.0));
    }
}
