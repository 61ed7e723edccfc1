//! Pixels of strangers: whatever they are, there is an answer.

use proptest::prelude::*;

use crate::scan::stages::tests::drawing::{Chance, Code, Sheet};
use crate::scan::{LiveScanner, Rotation, scan_luma};

const ROTATIONS: [Rotation; 4] = [Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters];

/// Noise of so many grey values, its grains of any size: what comes nearest to a code without being one.
fn noise(width: u32, height: u32, grain: u32, values: u64, seed: u64) -> Vec<u8> {
    let columns = width.div_ceil(grain);
    let mut chance = Chance(seed);
    let grains: Vec<u8> =
        (0..columns * height.div_ceil(grain)).map(|_| (chance.next() % values * (255 / (values - 1))) as u8).collect();
    (0..width * height)
        .map(|place| grains[(place / width / grain * columns + place % width / grain) as usize])
        .collect()
}

#[test]
fn pictures_of_one_pixel_one_row_and_one_column_get_an_answer() {
    for (width, height) in [(1, 1), (1, 5000), (5000, 1), (2, 3), (7, 900), (59, 61), (64, 8), (119, 121)] {
        for pixels in [noise(width, height, 1, 2, 7), noise(width, height, 3, 2, 7), vec![0; (width * height) as usize]]
        {
            assert!(scan_luma(&pixels, width, height, width).unwrap().codes.is_empty(), "{width} x {height}");
            let mut scanner = LiveScanner::new();
            for rotation in ROTATIONS {
                let outcome = scanner.frame(&pixels, width, height, width, rotation).unwrap();
                assert!(outcome.codes.is_empty() && outcome.fresh.is_none(), "{width} x {height}");
            }
        }
    }
}

#[test]
fn a_code_cut_off_anywhere_gets_an_answer() {
    let (sheet, _) = Sheet::with(&Code::receipt(), 2.0, |place| place.turned(10.0));
    let shot = sheet.shot();
    for cut in (1..shot.width).step_by(9) {
        let left = scan_luma(&shot.pixels, cut as u32, shot.height as u32, shot.width as u32).unwrap();
        let lower = scan_luma(
            &shot.pixels[(shot.height - cut) * shot.width..],
            shot.width as u32,
            cut as u32,
            shot.width as u32,
        );
        for code in left.codes.iter().chain(&lower.unwrap().codes) {
            assert_eq!(code.text, crate::scan::stages::tests::drawing::RECEIPT, "{cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_sequence_of_frames_gets_answers_with_corners_and_no_code_from_noise(
        frames in prop::collection::vec((1..160u32, 1..160u32, 1..9u32, 2..9u64, any::<u64>(), 0..4usize), 1..6),
    ) {
        let mut scanner = LiveScanner::new();
        for (width, height, grain, values, seed, rotation) in frames {
            let pixels = noise(width, height, grain, values, seed);
            let outcome = scanner.frame(&pixels, width, height, width, ROTATIONS[rotation]).unwrap();
            prop_assert!(outcome.codes.is_empty());
            prop_assert_eq!(outcome.fresh, None);
        }
    }

    #[test]
    fn any_noise_is_no_code(
        width in 1..240u32, height in 1..240u32, grain in 1..9u32, values in 2..9u64, seed: u64,
    ) {
        let pixels = noise(width, height, grain, values, seed);
        prop_assert!(scan_luma(&pixels, width, height, width).unwrap().codes.is_empty());
    }

    #[test]
    fn whatever_is_painted_over_a_code_it_is_read_as_itself_or_not_at_all(
        left in 0..180usize, top in 0..180usize, width in 1..120usize, height in 1..120usize,
        grain in 1..9u32, seed: u64,
    ) {
        let (sheet, _) = Sheet::with(&Code::receipt(), 2.5, |place| place);
        let mut shot = sheet.shot();
        let patch = noise(shot.width as u32, shot.height as u32, grain, 2, seed);
        for y in top..(top + height).min(shot.height) {
            let row = y * shot.width;
            let (from, to) = (row + left.min(shot.width), row + (left + width).min(shot.width));
            shot.pixels[from..to].copy_from_slice(&patch[from..to]);
        }
        let outcome = scan_luma(&shot.pixels, shot.width as u32, shot.height as u32, shot.width as u32).unwrap();
        for code in outcome.codes {
            prop_assert_eq!(code.text, crate::scan::stages::tests::drawing::RECEIPT);
        }
    }
}
