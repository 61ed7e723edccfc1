//! The goals of a recovery and of a phone's day, with a smaller crowd and a gallery that is as much smaller.

use vremena_simulation::fleet::{CAPACITY_OF_A_PHONE, Rule, Scenario, missed, play};

const PHONES: u32 = 100_000;
const SEED: u64 = 1;

fn capacity(phones: u32) -> f64 {
    f64::from(phones) * CAPACITY_OF_A_PHONE
}

#[test]
fn a_crowd_comes_back_evenly_and_is_served_soon() {
    for scenario in Scenario::all(capacity(PHONES)) {
        let measured = play(&scenario, PHONES, SEED, Rule::Ours);
        assert_eq!(missed(&scenario, &measured), [""; 0], "{}", scenario.name);
    }
}

#[test]
fn a_phone_keeps_its_budget_on_quiet_days_and_on_those_of_an_outage() {
    for with_outage in [false, true] {
        let phones = PHONES / 5;
        let day = Scenario::day(capacity(phones), with_outage);
        assert_eq!(missed(&day, &play(&day, phones, SEED, Rule::Ours)), [""; 0], "{}", day.name);
    }
}

#[test]
fn a_fixed_backoff_meets_no_goal_of_an_outage_or_an_opening() {
    for scenario in Scenario::all(capacity(PHONES / 10)).into_iter().filter(|scenario| scenario.has_goals) {
        let measured = play(&scenario, PHONES / 10, SEED, Rule::Fixed);
        assert!(!missed(&scenario, &measured).is_empty(), "{}", scenario.name);
    }
}

#[test]
fn the_same_seed_is_the_same_crowd() {
    let scenarios = Scenario::all(capacity(2_000));
    let played = |seed| scenarios.iter().map(|scenario| play(scenario, 2_000, seed, Rule::Ours)).collect::<Vec<_>>();
    assert_eq!(played(7), played(7));
    assert_ne!(played(7), played(8));
}
