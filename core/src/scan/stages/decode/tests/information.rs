//! Format and version information.

use rxing::qrcode::common::ErrorCorrectionLevel;

use super::super::modules::Modules;
use super::super::{decode, format, timing, version};
use super::codes::{Chance, LEVELS, RECEIPT, code};

fn modules(matrix: &super::super::SoftMatrix) -> Modules {
    Modules::new(matrix.dimension, &matrix.modules).unwrap()
}

#[test]
fn a_clear_format_is_the_only_candidate() {
    for level in LEVELS {
        for mask in 0..8u8 {
            let matrix = code("1", level, Some(1), Some(mask.into()));
            let candidates = format::candidates(&modules(&matrix));
            assert_eq!(candidates.len(), 1);
            assert_eq!((candidates[0].level, candidates[0].mask, candidates[0].agreement), (level, mask, 1.0));
        }
    }
}

#[test]
fn a_format_survives_the_loss_of_its_row_or_its_column() {
    for level in LEVELS {
        for mask in 0..8u8 {
            for colour in [-1.0, 0.0, 1.0] {
                let mut matrix = code("1", level, Some(3), Some(mask.into()));
                let side = matrix.dimension;
                matrix.paint([0, 8], [side, 1], || colour);
                let best = format::candidates(&modules(&matrix))[0];
                assert_eq!((best.level, best.mask), (level, mask), "row {colour}");
                let mut matrix = code("1", level, Some(3), Some(mask.into()));
                matrix.paint([8, 0], [1, side], || colour);
                let best = format::candidates(&modules(&matrix))[0];
                assert_eq!((best.level, best.mask), (level, mask), "column {colour}");
            }
        }
    }
}

#[test]
fn a_format_is_among_the_candidates_under_noise() {
    let mut chance = Chance(8);
    let mut missed = 0;
    for nth in 0..400u32 {
        let level = LEVELS[nth as usize % 4];
        let matrix = code("1", level, Some(1), Some(nth % 8)).noisy(0.7, &mut chance);
        let candidates = format::candidates(&modules(&matrix));
        missed +=
            usize::from(!candidates.iter().any(|format| (format.level, u32::from(format.mask)) == (level, nth % 8)));
    }
    assert!(missed <= 4, "{missed}");
}

#[test]
fn an_unknown_format_gives_candidates_that_agree_with_nothing() {
    let candidates = format::candidates(&Modules::new(21, &[0.0; 441]).unwrap());
    assert!(!candidates.is_empty() && candidates.iter().all(|format| format.agreement == 0.0));
}

#[test]
fn a_clear_word_for_another_version_is_a_contradiction() {
    let mut matrix = code(RECEIPT, ErrorCorrectionLevel::L, Some(7), None);
    let other = code(RECEIPT, ErrorCorrectionLevel::L, Some(8), None);
    assert_eq!(version::version(&modules(&matrix)).unwrap().getVersionNumber(), 7);
    for along in 0..6 {
        for across in 0..3 {
            let soft = other.modules[along * other.dimension + other.dimension - 11 + across];
            matrix.paint([matrix.dimension - 11 + across, along], [1, 1], || soft);
            matrix.paint([along, matrix.dimension - 11 + across], [1, 1], || soft);
        }
    }
    assert!(version::version(&modules(&matrix)).is_none());
    assert_eq!(decode(&matrix), None);
}

#[test]
fn lost_version_information_is_no_contradiction() {
    for colour in [-1.0, 0.0, 1.0] {
        let mut matrix = code(RECEIPT, ErrorCorrectionLevel::L, Some(7), None);
        matrix.paint([0, matrix.dimension - 11], [6, 3], || colour);
        assert_eq!(decode(&matrix).unwrap().text, RECEIPT);
        matrix.paint([matrix.dimension - 11, 0], [3, 6], || colour);
        assert_eq!(decode(&matrix).unwrap().text, RECEIPT);
    }
}

#[test]
fn timing_patterns_agree_in_codes_and_not_in_noise() {
    let matrix = code(RECEIPT, ErrorCorrectionLevel::L, Some(5), None);
    assert_eq!(timing::agreement(&modules(&matrix)), 1.0);
    let mut shifted = matrix.clone();
    shifted.modules.rotate_left(1);
    assert!(timing::agreement(&modules(&shifted)) < 0.1);
    assert_eq!(timing::agreement(&Modules::new(21, &[0.0; 441]).unwrap()), 0.0);
}
