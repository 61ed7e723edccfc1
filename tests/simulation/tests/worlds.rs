//! Worlds in which everything goes wrong lose nothing, and are the same for ever.

#![allow(missing_docs, clippy::unwrap_used)]

use vremena_simulation::{all_faults, run, run_many};

const WORLDS: u64 = 2_000;

#[test]
fn nothing_is_lost_whatever_goes_wrong() {
    let outcomes = run_many(0, WORLDS, &all_faults(), 2, |_| ()).unwrap();
    for outcome in &outcomes {
        let seed = outcome.seed;
        assert!(outcome.violations.is_empty(), "vremena simulate --from {seed} --replay\n{:?}", outcome.violations);
    }
    let intents: u64 = outcomes.iter().map(|outcome| outcome.statistics.intents).sum();
    assert!(intents > WORLDS, "worlds in which nobody does anything prove nothing: {intents}");
}

#[test]
fn a_seed_is_one_history_for_ever_and_on_any_thread() {
    for seed in [3, 4, 5] {
        let history = move || run(seed, &all_faults(), true).unwrap().history;
        let (first, second) = (history(), std::thread::spawn(history).join().unwrap());
        assert!(first.len() > 50, "{}", first.len());
        assert_eq!(first, second);
    }
}
