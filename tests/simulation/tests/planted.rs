//! Every invariant can fail: the worlds find each bug that is planted.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;

use vremena_simulation::{Invariant, Planted, all_faults, run_with};

/// Within so many seeds each must be found; most are in the first few.
const SEEDS: u64 = 2_000;

#[test]
fn every_planted_bug_is_found() {
    let found: Vec<_> = std::thread::scope(|scope| {
        let searches: Vec<_> = Planted::ALL.iter().map(|bug| (bug, scope.spawn(|| first_found(*bug)))).collect();
        searches.into_iter().map(|(bug, search)| (bug.code(), search.join().unwrap())).collect()
    });
    for (bug, found) in &found {
        println!("{bug}: {found:?}");
    }
    let missed: Vec<_> = found.iter().filter(|(_, found)| found.is_none()).collect();
    assert!(missed.is_empty(), "{missed:?}");
    let broken: BTreeSet<_> = Planted::ALL.iter().map(|bug| bug.breaks()).collect();
    assert!(broken.iter().eq(Invariant::ALL), "an invariant that nothing breaks proves nothing");
}

/// The first seed in whose world what it breaks does not hold.
fn first_found(bug: Planted) -> Option<u64> {
    (0..SEEDS).find(|seed| {
        let violations = run_with(*seed, &all_faults(), Some(bug), false).unwrap().violations;
        violations.iter().any(|violation| violation.invariant == bug.breaks())
    })
}
