//! Several codes, codes from behind, light codes, and pictures full of what is no code.

use crate::scan::examine::{Examination, Levers};
use crate::scan::luma::Luma;
use crate::scan::stages::tests::drawing::{Chance, Code, Place, RECEIPT, Sheet, Shot};
use crate::scan::{StillOutcome, still};

const MENU: &str = "https://vremenagoda.example/menu";
const OTHER: &str = "t=20250101T0903&s=120.00&fn=9287440300562804&i=99&fp=1551608377&n=1";

fn examine(shot: &Shot) -> Examination {
    still::examine(&Luma::of_pixels(&shot.pixels, shot.width, shot.height), Levers::ALL)
}

fn best(outcome: &StillOutcome) -> Option<&str> {
    outcome.best.map(|best| outcome.codes[best].text.as_str())
}

#[test]
fn a_receipt_is_meant_wherever_it_lies_among_other_codes() {
    for places in [[(20.0, 20.0), (190.0, 30.0), (30.0, 200.0)], [(200.0, 200.0), (20.0, 20.0), (200.0, 20.0)]] {
        let mut sheet = Sheet::blank(400, 400);
        for (nth, (text, (left, top))) in [RECEIPT, MENU, "1"].into_iter().zip(places).enumerate() {
            let code = Code::of(text, None);
            sheet = sheet.and(&code, &Place::at(code.dimension, left, top, 3.4).turned(10.0 * nth as f32 - 10.0));
        }
        let outcome = examine(&sheet.shot()).outcome;
        assert_eq!(best(&outcome), Some(RECEIPT));
        assert!(outcome.codes.iter().all(|code| [RECEIPT, MENU, "1"].contains(&code.text.as_str())));
    }
}

#[test]
fn two_receipts_side_by_side_are_both_found() {
    let mut sheet = Sheet::blank(420, 240);
    for (text, left) in [(RECEIPT, 30.0), (OTHER, 230.0)] {
        let code = Code::of(text, None);
        sheet = sheet.and(&code, &Place::at(code.dimension, left, 30.0, 4.0).turned(3.0));
    }
    let mut texts: Vec<String> = examine(&sheet.shot()).outcome.codes.into_iter().map(|code| code.text).collect();
    texts.sort();
    assert_eq!(texts, [OTHER, RECEIPT]);
}

#[test]
fn a_code_is_read_from_behind_as_a_negative_and_both_however_it_is_turned() {
    for degrees in [0.0, 25.0, 90.0, 200.0] {
        for code in [Code::receipt(), Code::receipt().mirrored()] {
            let (sheet, _) = Sheet::with(&code, 4.0, |place| place.turned(degrees));
            let shot = sheet.blurred(0.7).shot();
            for (name, shot) in [("dark", shot.clone()), ("light", shot.negative())] {
                assert_eq!(best(&examine(&shot).outcome), Some(RECEIPT), "{name}, {degrees} degrees");
            }
        }
    }
}

#[test]
fn a_code_is_read_whatever_its_modules_measure() {
    for module in [1.6, 2.3, 5.0, 11.0, 20.0] {
        let (sheet, place) = Sheet::with(&Code::receipt(), module, |place| place.turned(5.0));
        let outcome = examine(&sheet.shot()).outcome;
        assert_eq!(best(&outcome), Some(RECEIPT), "{module}");
        for (corner, truth) in outcome.codes[0].corners.iter().zip(place.corners) {
            let off = (corner.x - truth.x).hypot(corner.y - truth.y);
            assert!(off < 1.0 + 0.5 * module, "{module}: {off} pixels");
        }
    }
}

#[test]
fn a_code_of_the_largest_version_is_read() {
    let text = "ДЛИННЫЙ ТЕКСТ ".repeat(40);
    let (sheet, _) = Sheet::with(&Code::of(&text, Some(40)), 3.0, |place| place.turned(2.0));
    assert_eq!(best(&examine(&sheet.shot()).outcome), Some(text.as_str()));
}

/// The work of one picture is bounded by what it may look at, not by what it shows.
#[test]
fn pictures_full_of_what_is_no_code_are_looked_at_a_bounded_number_of_times() {
    let ring = |place: f32| ((place % 36.0) / 4.0).floor() - 4.0;
    let squares = Sheet::blank(600, 600).inked(|pixel| {
        let away = ring(pixel.x).abs().max(ring(pixel.y).abs());
        f32::from(away <= 1.0 || away == 3.0)
    });
    let noise = Sheet::blank(600, 600).noisy(90.0, &mut Chance(1));
    let checks =
        Sheet::blank(600, 600).inked(|pixel| f32::from((pixel.x / 4.0) as i32 % 2 == (pixel.y / 4.0) as i32 % 2));
    for (name, sheet) in [("squares", squares), ("noise", noise), ("checks", checks)] {
        let Examination { outcome, squares, grids } = examine(&sheet.shot());
        assert!(outcome.codes.is_empty(), "{name}");
        // Four sizes, two senses, three neighbourhoods.
        let looks = 4 * 2 * 3;
        assert!(squares.len() <= looks * 100, "{name}: {} squares", squares.len());
        assert!(grids.len() <= looks * 40, "{name}: {} grids", grids.len());
    }
}
