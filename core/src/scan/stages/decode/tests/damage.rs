//! What softness, stains and priors are for: damage beyond half the distance. Each test also counts what rxing reads of
//! the modules taken for dark or light, so that it would notice being too easy.

use rxing::qrcode::common::ErrorCorrectionLevel;

use super::super::{SoftMatrix, decode};
use super::codes::{Chance, RECEIPT, code, read_by_rxing};

const TRIALS: usize = 40;

/// How many of the trials are read here and by rxing. Nobody may misread.
fn read(seed: u64, damage: impl Fn(&mut SoftMatrix, &mut Chance)) -> [usize; 2] {
    let mut chance = Chance(seed);
    let mut counts = [0; 2];
    for trial in 0..TRIALS {
        let mut matrix = code(RECEIPT, ErrorCorrectionLevel::L, Some(4 + trial as u32 % 2), Some(trial as u32 % 8));
        damage(&mut matrix, &mut chance);
        let texts = [decode(&matrix).map(|decoded| decoded.text), read_by_rxing(&matrix)];
        for (count, text) in counts.iter_mut().zip(texts) {
            assert!(text.as_deref().is_none_or(|text| text == RECEIPT));
            *count += usize::from(text.is_some());
        }
    }
    counts
}

#[test]
fn noise_that_turns_a_few_modules_of_a_hundred() {
    let [ours, plain] = read(1, |matrix, chance| *matrix = matrix.noisy(0.4, chance));
    assert!(ours >= 38 && plain <= 4, "{ours} {plain}");
}

#[test]
fn a_glare_over_an_eighth_of_the_code() {
    let [ours, plain] = read(2, |matrix, chance| {
        let size = [matrix.dimension * 3 / 8, matrix.dimension / 3];
        let at = size.map(|side| chance.below(matrix.dimension - side));
        *matrix = matrix.noisy(0.1, chance);
        matrix.paint(at, size, || 0.0);
    });
    assert!(ours >= 38 && plain <= 8, "{ours} {plain}");
}

#[test]
fn stripes_of_failed_print() {
    for column in [false, true] {
        let [ours, plain] = read(3, |matrix, chance| {
            let at = chance.below(matrix.dimension - 2);
            let side = matrix.dimension;
            matrix.paint(if column { [at, 0] } else { [0, at] }, if column { [3, side] } else { [side, 3] }, || -1.0);
            *matrix = matrix.noisy(0.1, chance);
        });
        assert!(ours >= 38 && plain <= 20, "{ours} {plain}");
    }
}

#[test]
fn a_white_patch_that_looks_like_paper() {
    let [ours, plain] = read(4, |matrix, chance| {
        let at = [9 + chance.below(matrix.dimension - 19), 9 + chance.below(matrix.dimension - 19)];
        matrix.paint(at, [10, 10], || -1.0);
        *matrix = matrix.noisy(0.2, chance);
    });
    assert!(ours >= 38 && plain <= 8, "{ours} {plain}");
}

#[test]
fn a_patch_that_looks_like_modules_beside_a_glare() {
    let [ours, plain] = read(5, |matrix, chance| {
        let at = [9 + chance.below(matrix.dimension - 14), 9 + chance.below(matrix.dimension - 14)];
        matrix.paint(at, [5, 5], || if chance.below(2) == 0 { 1.0 } else { -1.0 });
        *matrix = matrix.noisy(0.1, chance);
        matrix.paint([0, chance.below(matrix.dimension - 4)], [matrix.dimension / 2, 3], || 0.0);
    });
    assert!(ours >= 36 && plain <= 30, "{ours} {plain}");
}

#[test]
fn all_at_once() {
    let [ours, plain] = read(6, |matrix, chance| {
        let at = chance.below(matrix.dimension - 1);
        matrix.paint([at, 0], [1, matrix.dimension], || -1.0);
        *matrix = matrix.noisy(0.3, chance);
        matrix.paint([chance.below(matrix.dimension - 8), chance.below(matrix.dimension - 8)], [8, 7], || 0.0);
    });
    assert!(ours >= 38 && plain <= 8, "{ours} {plain}");
}

#[test]
fn a_mirrored_code_with_damage() {
    let [ours, plain] = read(7, |matrix, chance| *matrix = matrix.transposed().noisy(0.38, chance));
    assert!(ours >= 38 && plain <= 10, "{ours} {plain}");
}

#[test]
fn what_was_corrected_is_told() {
    let mut matrix = code(RECEIPT, ErrorCorrectionLevel::L, Some(5), Some(0));
    matrix.paint([20, 20], [2, 4], || 0.0);
    let decoded = decode(&matrix).unwrap();
    assert!((1..=6).contains(&decoded.corrected), "{decoded:?}");
    assert_eq!(decoded.agreement, 1.0);
    matrix.paint([20, 20], [2, 4], || 1.0);
    let decoded = decode(&matrix).unwrap();
    assert!((0.97..1.0).contains(&decoded.agreement), "{decoded:?}");
}
