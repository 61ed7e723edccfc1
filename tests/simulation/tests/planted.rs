//! Every invariant can fail: the worlds find each bug that is planted.

#![allow(missing_docs, clippy::unwrap_used)]

use vremena_simulation::{Planted, all_faults, run_with};

/// Within so many seeds each must be found; most are in the first few.
const SEEDS: u64 = 2_000;

#[test]
fn every_planted_bug_is_found() {
    let missed: Vec<_> = std::thread::scope(|scope| {
        let searches: Vec<_> = Planted::ALL.iter().map(|bug| (bug, scope.spawn(|| is_found(*bug)))).collect();
        let found = searches.into_iter().map(|(bug, search)| (bug.code(), search.join().unwrap()));
        found.filter(|(_, is_found)| !is_found).map(|(code, _)| code).collect()
    });
    assert!(missed.is_empty(), "{missed:?}");
}

fn is_found(bug: Planted) -> bool {
    (0..SEEDS).any(|seed| !run_with(seed, &all_faults(), Some(bug), false).unwrap().violations.is_empty())
}
