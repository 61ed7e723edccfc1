//! Modules that are too alike to be data.
//!
//! Failed print, a white reflection or a pen's stroke makes modules light or dark for sure, and half of them wrong: the
//! one damage that softness does not show. But masking leaves data as random as coin tosses, where long runs and full
//! rectangles of one colour hardly occur. So each run and each rectangle is a bet between *stained* and *data*: a module
//! of the colour speaks for a stain with one bit, another colour against it with five. With more bits than a large symbol
//! gives to its luckiest run, a stain is believed (a scan statistic; its segments of the largest sum are Bentley's).

use super::layout::Place;
use super::modules::Modules;

/// What a module adds to a bet, in half bits.
const ALIKE: i32 = 2;
const UNLIKE: i32 = -10;
/// A run may go on under a glare, and mostly does not.
const UNKNOWN: i32 = -1;

/// From which sum on a stain is likelier than data, in bits.
const EVEN: f32 = 18.0;

/// Smaller rectangles are full by chance too often to mean anything; larger ones are made up of these.
const RECTANGLES: [(usize, usize); 4] = [(4, 4), (6, 6), (3, 6), (6, 3)];

/// How likely each module is hidden under a stain.
pub(super) fn chances(modules: &Modules, places: &[Place]) -> Vec<f32> {
    let side = modules.dimension();
    let mut is_data = vec![false; side * side];
    for (x, y) in places {
        if let Some(is_data) = is_data.get_mut(usize::from(*y) * side + usize::from(*x)) {
            *is_data = true;
        }
    }
    let mut best = vec![0; side * side];
    for colour in [1.0, -1.0] {
        let bet = |(seen, is_data): (&f32, &bool)| match seen * colour {
            _ if !is_data => 0,
            0.0 => UNKNOWN,
            alike if alike > 0.0 => ALIKE,
            _ => UNLIKE,
        };
        let bets: Vec<i32> = modules.values().iter().zip(&is_data).map(bet).collect();
        for line in 0..side {
            mark_runs(&bets, line * side, 1, side, &mut best);
            mark_runs(&bets, line, side, side, &mut best);
        }
        for (width, height) in RECTANGLES {
            mark_rectangles(&bets, side, width, height, &mut best);
        }
    }
    best.into_iter().map(|sum| 1.0 / (1.0 + (EVEN - sum as f32 / ALIKE as f32).exp2())).collect()
}

/// Notes for each module of a line the largest sum of a segment through it.
fn mark_runs(bets: &[i32], start: usize, stride: usize, length: usize, best: &mut [i32]) {
    let place = |nth: usize| start + nth * stride;
    let bet = |nth: usize| bets.get(place(nth)).copied().unwrap_or(0);
    let mut sum = 0;
    let up_to: Vec<i32> = (0..length)
        .map(|nth| {
            sum = (sum + bet(nth)).max(0);
            sum
        })
        .collect();
    sum = 0;
    for (nth, before) in up_to.into_iter().enumerate().rev() {
        sum = (sum + bet(nth)).max(0);
        mark(best, place(nth), before + sum - bet(nth), bet(nth));
    }
}

/// Notes for each module the largest sum of a rectangle of one size over it.
fn mark_rectangles(bets: &[i32], side: usize, width: usize, height: usize, best: &mut [i32]) {
    let worth = (EVEN / 2.0) as i32 * ALIKE;
    let mut columns = vec![0; side];
    for y in 0..side {
        let row = |y: usize| bets.get(y * side..(y + 1) * side).unwrap_or_default();
        columns.iter_mut().zip(row(y)).for_each(|(sum, bet)| *sum += bet);
        let Some(top) = (y + 1).checked_sub(height) else { continue };
        for (left, columns) in columns.windows(width).enumerate() {
            let sum: i32 = columns.iter().sum();
            if sum < worth {
                continue;
            }
            for place in (top..=y).flat_map(|y| (left..left + width).map(move |x| y * side + x)) {
                mark(best, place, sum, bets.get(place).copied().unwrap_or(0));
            }
        }
        columns.iter_mut().zip(row(top)).for_each(|(sum, bet)| *sum -= bet);
    }
}

/// A module of another colour is not under the stain.
fn mark(best: &mut [i32], place: usize, sum: i32, bet: i32) {
    if let Some(best) = best.get_mut(place).filter(|_| bet > 0) {
        *best = sum.max(*best);
    }
}
