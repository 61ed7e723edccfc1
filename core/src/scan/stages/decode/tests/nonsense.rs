//! Matrices that are no codes: nothing may be read in them.

use super::super::{SoftMatrix, decode};
use super::codes::{Chance, LEVELS, code};

const TRIALS: usize = 60;

fn none_is_read(mut matrix: impl FnMut(&mut Chance, usize) -> SoftMatrix) {
    let mut chance = Chance(9);
    for trial in 0..TRIALS {
        let dimension = 21 + 4 * (trial % 12);
        assert_eq!(decode(&matrix(&mut chance, dimension)), None, "trial {trial}");
    }
}

fn filled(dimension: usize, mut module: impl FnMut(usize, usize) -> f32) -> SoftMatrix {
    let modules = (0..dimension * dimension).map(|nth| module(nth % dimension, nth / dimension)).collect();
    SoftMatrix { dimension, modules }
}

#[test]
fn noise() {
    none_is_read(|chance, dimension| filled(dimension, |_, _| 2.0 * chance.unit() - 1.0));
    none_is_read(|chance, dimension| filled(dimension, |_, _| if chance.below(2) == 0 { 1.0 } else { -1.0 }));
}

#[test]
fn waves() {
    none_is_read(|chance, dimension| {
        let waves: Vec<[f32; 2]> = (0..5).map(|_| [chance.normal() / 3.0, chance.normal() / 3.0]).collect();
        filled(dimension, |x, y| waves.iter().map(|wave| (wave[0] * x as f32 + wave[1] * y as f32).sin()).sum())
    });
}

/// Among them the masks themselves, which unmasked are a word of the code that says nothing.
#[test]
fn stripes_and_checks() {
    for (across, down) in [(1, 0), (0, 1), (1, 1), (2, 1), (1, 3)] {
        for period in 2..6 {
            none_is_read(|_, dimension| {
                filled(dimension, |x, y| if (across * x + down * y) % period == 0 { 1.0 } else { -1.0 })
            });
        }
    }
}

#[test]
fn function_patterns_around_random_data() {
    none_is_read(|chance, dimension| {
        let version = (dimension - 17) / 4;
        let frame = code("1", LEVELS[chance.below(4)], Some(version as u32), None);
        let sigma = 0.3 * chance.unit();
        let is_frame = |x: usize, y: usize| {
            let near = [x, y].map(|at| at < 9);
            let far = [x, y].map(|at| at + 8 >= dimension);
            let corner = near == [true; 2] || [near[0], far[1]] == [true; 2] || [far[0], near[1]] == [true; 2];
            corner || x == 6 || y == 6
        };
        let mut random = filled(dimension, |_, _| if chance.below(2) == 0 { 1.0 } else { -1.0 });
        for (nth, module) in random.modules.iter_mut().enumerate() {
            if is_frame(nth % dimension, nth / dimension) {
                *module = frame.modules[nth];
            }
        }
        random.noisy(sigma, chance)
    });
}
