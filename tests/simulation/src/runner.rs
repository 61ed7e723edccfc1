//! Many worlds, on as many threads as wanted.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use crate::{
    fault::Faults,
    world::{self, Outcome},
};

/// Lives the worlds of `count` seeds from `from` on `jobs` threads. `lived` is told of each as it ends. The outcomes
/// come in the order of their seeds, whatever the threads did.
///
/// # Errors
/// Where a world cannot be made.
pub fn run_many(
    from: u64,
    count: u64,
    faults: &Faults,
    jobs: usize,
    lived: impl Fn(&Outcome) + Sync,
) -> anyhow::Result<Vec<Outcome>> {
    let next = AtomicU64::new(0);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= count {
                        return;
                    }
                    let outcome = world::run(from.wrapping_add(place), faults, false);
                    if let Ok(outcome) = &outcome {
                        lived(outcome);
                    }
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((place, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The fewest of `faults` with which the world of `seed` still breaks: none of them can be left out.
///
/// # Errors
/// Where a world cannot be made.
pub fn shrink(seed: u64, faults: &Faults) -> anyhow::Result<Faults> {
    let mut needed = faults.clone();
    loop {
        let before = needed.len();
        for fault in needed.clone() {
            let mut fewer = needed.clone();
            fewer.remove(&fault);
            if !world::run(seed, &fewer, false)?.violations.is_empty() {
                needed = fewer;
            }
        }
        if needed.len() == before {
            return Ok(needed);
        }
    }
}
