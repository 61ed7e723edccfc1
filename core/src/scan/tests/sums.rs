//! Views of a code, none of which is read alone.

use crate::scan::attempt::Study;
use crate::scan::stages::decode::{Decoded, SoftMatrix, decode};
use crate::scan::stages::geometry::Point;
use crate::scan::stages::grid::Grid;
use crate::scan::stages::tests::drawing::{Chance, Code, Place, RECEIPT};
use crate::scan::sum::Sums;

const OTHER: &str = "t=20250101T0903&s=120.00&fn=9287440300562804&i=99&fp=1551608377&n=1";

/// Where the code is, and how large.
const HERE: (Point, f32) = (Point::new(300.0, 200.0), 120.0);

/// Of a code so spoilt that it is not read alone.
fn view(code: &Code, chance: &mut Chance) -> Study {
    let modules: Vec<f32> = code.modules.iter().map(|module| 0.5 * module + 0.75 * chance.normal()).collect();
    assert_eq!(decode(&SoftMatrix { dimension: code.dimension, modules: modules.clone() }), None);
    let map = Place::at(code.dimension, 0.0, 0.0, 4.0).map();
    let grid = Grid { dimension: code.dimension, map, timing: 0.5 };
    Study { grid, bent: 0.0, unbent: 0.0, views: vec![(0.1, vec![0.0; modules.len()]), (0.5, modules)], read: None }
}

/// The frame that reads, of one view a frame.
fn reads(sums: &mut Sums, code: &Code, frames: std::ops::Range<u64>, chance: &mut Chance) -> Option<(u64, Decoded)> {
    frames.into_iter().find_map(|frame| Some(frame).zip(sums.add(frame, &view(code, chance), HERE)))
}

#[test]
fn views_that_say_nothing_alone_are_read_together() {
    for seed in 0..5 {
        let (frame, decoded) =
            reads(&mut Sums::default(), &Code::receipt(), 1..20, &mut Chance(seed)).expect("read in 20 frames");
        assert_eq!(decoded.text, RECEIPT);
        assert!(frame > 1);
    }
}

#[test]
fn a_code_elsewhere_of_another_size_or_of_other_modules_is_another_code() {
    let (code, chance) = (Code::receipt(), &mut Chance(1));
    let large = Code::of(RECEIPT, Some(9));
    let elsewhere = (Point::new(450.0, 200.0), 120.0);
    let nearer = (HERE.0, 170.0);
    let mut sums = Sums::default();
    // One view of each: were they one code, their sum would be more than the first view of it.
    for (code, place) in [(&code, HERE), (&code, elsewhere), (&code, nearer), (&large, HERE)] {
        assert_eq!(sums.add(1, &view(code, chance), place), None);
    }
    // Each goes on by itself, whatever comes between.
    let mut read = Vec::new();
    for frame in 2..20 {
        for (nth, (code, place)) in [(&code, HERE), (&large, elsewhere)].into_iter().enumerate() {
            if let Some(decoded) = sums.add(frame, &view(code, chance), place) {
                assert_eq!(decoded.text, RECEIPT);
                read.push(nth);
            }
        }
    }
    assert!(read.contains(&0) && read.contains(&1), "{read:?}");
}

#[test]
fn a_code_that_wanders_slowly_stays_the_same() {
    let (code, chance) = (Code::receipt(), &mut Chance(2));
    let mut sums = Sums::default();
    let place = |frame: u64| (Point::new(300.0 + 30.0 * frame as f32, 200.0), 120.0 * 1.02f32.powi(frame as i32));
    let read = (1..20).find_map(|frame| sums.add(frame, &view(&code, chance), place(frame)));
    assert_eq!(read.expect("read in 20 frames").text, RECEIPT);
}

#[test]
fn a_code_not_seen_for_more_than_thirty_frames_is_forgotten() {
    let code = Code::receipt();
    // So many views are read, and one view less is not.
    let (needed, _) = reads(&mut Sums::default(), &code, 1..20, &mut Chance(3)).unwrap();
    let last = |pause: u64| {
        let (mut sums, mut chance) = (Sums::default(), Chance(3));
        assert_eq!(reads(&mut sums, &code, 1..needed, &mut chance), None);
        sums.add(needed - 1 + pause, &view(&code, &mut chance), HERE)
    };
    assert_eq!(last(30).map(|decoded| decoded.text).as_deref(), Some(RECEIPT));
    assert_eq!(last(31), None);
}

#[test]
fn a_code_laid_in_anothers_place_is_read_in_the_end_and_no_third_text_ever() {
    let (first, second, chance) = (Code::receipt(), Code::of(OTHER, None), &mut Chance(4));
    assert_eq!(first.dimension, second.dimension);
    let mut sums = Sums::default();
    let _ = sums.add(1, &view(&first, chance), HERE);
    let mut texts = Vec::new();
    for frame in 2..60 {
        if let Some(decoded) = sums.add(frame, &view(&second, chance), HERE) {
            texts.push(decoded.text);
        }
    }
    assert!(texts.iter().any(|text| text == OTHER), "{texts:?}");
    assert!(texts.iter().all(|text| text == OTHER || text == RECEIPT), "{texts:?}");
}

#[test]
fn what_hardly_looks_like_a_code_is_not_added() {
    let (code, chance) = (Code::receipt(), &mut Chance(5));
    let mut sums = Sums::default();
    for frame in 1..30 {
        let mut study = view(&code, chance);
        study.views.iter_mut().for_each(|(likeness, _)| *likeness = 0.1);
        assert_eq!(sums.add(frame, &study, HERE), None, "{frame}");
    }
}
