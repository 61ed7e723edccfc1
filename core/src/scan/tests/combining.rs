//! A camera's frames, of which none is read alone.

use crate::scan::stages::pattern::known;
use crate::scan::stages::tests::drawing::{Chance, Code, RECEIPT, Sheet, Shot};
use crate::scan::{LiveScanner, Rotation};

/// A code held by a hand that is hardly steady, of which each frame hides six of ten modules: more than any reader can
/// do without.
fn frames(seed: u64) -> Vec<Shot> {
    let (mut chance, code) = (Chance(seed), Code::receipt());
    let known = known(code.dimension);
    let frame = |nth: u32| {
        let mut shown = code.clone();
        for (module, known) in shown.modules.iter_mut().zip(&known) {
            *module *= f32::from(*known != 0 || chance.unit() < 0.4);
        }
        let degrees = 4.0 + 1.5 * (nth as f32).sin();
        let (sheet, _) = Sheet::with(&shown, 4.0, |place| place.turned(degrees));
        sheet.blurred(0.6).noisy(8.0, &mut chance).shot()
    };
    (0..24).map(frame).collect()
}

fn texts(scanner: &mut LiveScanner, shot: &Shot) -> Vec<String> {
    let (width, height) = (shot.width as u32, shot.height as u32);
    let outcome = scanner.frame(&shot.pixels, width, height, width, Rotation::None).unwrap();
    outcome.codes.into_iter().map(|code| code.text).collect()
}

#[test]
fn frames_of_which_none_is_read_alone_are_read_together() {
    for seed in 1..4 {
        let mut scanner = LiveScanner::new();
        let mut read = None;
        for (nth, shot) in frames(seed).iter().enumerate() {
            // Whichever look it gets: a scanner takes four in turn.
            for phase in 0..4 {
                let mut alone = LiveScanner::new();
                let blank = Sheet::blank(shot.width, shot.height).shot();
                (0..phase).for_each(|_| assert!(texts(&mut alone, &blank).is_empty()));
                assert!(texts(&mut alone, shot).is_empty(), "{seed}: frame {nth} is read alone");
            }
            read = texts(&mut scanner, shot).pop();
            if read.is_some() {
                break;
            }
        }
        assert_eq!(read.as_deref(), Some(RECEIPT), "{seed}");
    }
}

#[test]
fn forgetting_forgets_what_was_half_seen() {
    let shots = frames(1);
    let mut scanner = LiveScanner::new();
    for shot in &shots {
        scanner.forget();
        assert!(texts(&mut scanner, shot).is_empty());
    }
}
