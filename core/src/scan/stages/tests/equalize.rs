use super::drawing::{Chance, Code, PAPER, RECEIPT, Sheet};
use crate::scan::stages::decode::{SoftMatrix, decode_plainly};
use crate::scan::stages::equalize::equalized;
use crate::scan::stages::geometry::Point;
use crate::scan::stages::mesh::{Mesh, Seen};
use crate::scan::stages::patch::Patch;
use crate::scan::stages::pattern::known;
use crate::scan::stages::sample::{Light, brightness};

/// The modules of an upright code as they are seen, and after the filter.
fn before_and_after(code: &Code, spoil: impl Fn(Sheet) -> Sheet) -> [Vec<f32>; 2] {
    let (sheet, place) = Sheet::with(code, 4.0, |place| place);
    let patch = Patch::of(&spoil(sheet).shot().grey(), &place.map(), code.dimension);
    let (smoothed, mesh, known) = (patch.smoothed(), Mesh::flat(code.dimension), known(code.dimension));
    let values = brightness(&smoothed, &mesh, code.dimension);
    let light = Light::of(&values, code.dimension);
    let seen = Seen { patch: &smoothed, light: &light, known: &known };
    let after = equalized(&patch, &mesh, &seen, code.dimension).unwrap();
    [light.soft(&values), after]
}

fn text(code: &Code, modules: Vec<f32>) -> Option<String> {
    decode_plainly(&SoftMatrix { dimension: code.dimension, modules }).map(|decoded| decoded.text)
}

#[test]
fn a_blurred_code_is_read_after_the_filter_and_not_before() {
    let code = Code::receipt();
    for sigma in [2.2, 2.4] {
        let [before, after] = before_and_after(&code, |sheet| sheet.blurred(sigma).noisy(1.0, &mut Chance(1)));
        assert!(code.errors(&after) * 4 < code.errors(&before), "{} {}", code.errors(&before), code.errors(&after));
        assert_eq!(text(&code, before), None, "{sigma}");
        assert_eq!(text(&code, after).as_deref(), Some(RECEIPT), "{sigma}");
    }
}

/// Each place the mean of those along a line of so many pixels.
fn shaken(sheet: Sheet, length: f32) -> Sheet {
    let shot = sheet.shot();
    let light = |pixel: Point| {
        let places = (-8..=8).map(|nth| Point::new(pixel.x + nth as f32 / 16.0 * length, pixel.y));
        places.map(|place| shot.grey().at(place)).sum::<f32>() / 17.0 / PAPER
    };
    Sheet::blank(sheet.width, sheet.height).lit(light).noisy(1.0, &mut Chance(2))
}

#[test]
fn a_code_shaken_to_one_side_is_read_after_the_filter_and_not_before() {
    let code = Code::receipt();
    let [before, after] = before_and_after(&code, |sheet| shaken(sheet, 7.0));
    assert_eq!(text(&code, before), None);
    assert_eq!(text(&code, after).as_deref(), Some(RECEIPT));
}

#[test]
fn a_clear_code_stays_clear() {
    let code = Code::receipt();
    let [before, after] = before_and_after(&code, |sheet| sheet);
    assert_eq!((code.errors(&before), code.errors(&after)), (0, 0));
    let off = after.iter().zip(&code.modules).map(|(soft, module)| (soft - module).abs()).sum::<f32>();
    assert!(off / (after.len() as f32) < 0.2, "{off}");
}

#[test]
fn blank_paper_gives_numbers() {
    let code = Code::receipt();
    let (sheet, place) = Sheet::with(&code, 4.0, |place| place);
    let blank = Sheet::blank(sheet.width, sheet.height).shot();
    let patch = Patch::of(&blank.grey(), &place.map(), code.dimension);
    let (mesh, known) = (Mesh::flat(code.dimension), known(code.dimension));
    let light = Light::of(&brightness(&patch, &mesh, code.dimension), code.dimension);
    let filtered = equalized(&patch, &mesh, &Seen { patch: &patch, light: &light, known: &known }, code.dimension);
    assert!(filtered.is_none_or(|modules| modules.iter().all(|module| module.is_finite())));
}
