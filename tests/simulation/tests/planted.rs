//! Every invariant can fail: the worlds find each bug that is planted.

#![allow(missing_docs, clippy::unwrap_used)]

use vremena_simulation::{Planted, all_faults, run_with};

/// Within so many seeds each must be found; most are in the first few.
const SEEDS: u64 = 2_000;

#[test]
fn every_planted_bug_is_found() {
    let mut missed = Vec::new();
    for bug in Planted::ALL {
        let found = (0..SEEDS).find(|seed| {
            let outcome = run_with(*seed, &all_faults(), Some(*bug), false).unwrap();
            !outcome.violations.is_empty()
        });
        if found.is_none() {
            missed.push(bug.code());
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
