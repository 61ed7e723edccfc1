//! Random histories: entries happen and become known, receipts are decided, the phone hears of the gallery or not, its
//! clock is set, and it plans again whenever it runs.

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestError, TestRng, TestRunner},
};
use serde_json::{Value, json};
use vremena_core::{locale::Language, reminders::ReminderSubject};

use crate::{
    documents::{Case, case_under, rules},
    phone::Phone,
    planted::Planted,
    said::Said,
};

/// What happens next, after so many hours and minutes.
#[derive(Clone, Debug)]
pub enum Happening {
    /// The app runs, without the gallery.
    Opened,
    /// The phone hears of the gallery, and there is nothing new.
    Heard,
    /// The phone hears of what it has not known yet.
    Learns(prop::sample::Index),
    /// It hears that a receipt was decided, or an entry taken back.
    Decided(prop::sample::Index, &'static str),
    /// The member decides about advertising.
    Consents(bool),
    /// Other rules are published, and apply at once.
    Rules(Box<Value>),
    /// Other rules are published, and apply after so many days.
    NextRules(i64, Box<Value>),
    /// The phone's clock is set, by so many minutes; the system tells the shell.
    ClockSet(i64),
}

#[derive(Clone, Debug)]
pub struct History {
    pub case: Case,
    /// Of the ledger's entries, so many hundredths are known at the beginning.
    pub known: usize,
    pub allows_advertising: bool,
    /// Whether the gallery says which tier it is.
    pub tells_tier: bool,
    pub is_english: bool,
    happenings: Vec<(i64, Happening)>,
}

fn reminder_rules() -> impl Strategy<Value = Value> {
    let time = || select(vec!["00:00", "06:30", "10:00", "12:00", "20:59", "21:00", "23:59"]);
    let counts = (
        30u32..=99,
        select(vec![1u32, 7, 14, 60, 60]),
        select(vec![0u32, 1, 2, 3, 20, 20]),
        select(vec![0u32, 48, 2_000, 2_000]),
    );
    (counts, time(), time()).prop_map(|((percent, days, most, age), from, until)| {
        json!({
            "approach_percent": percent, "keep_days_before": days, "max_per_week": most, "max_sync_age_hours": age,
            "quiet_from": from, "quiet_until": if from == until { "09:15" } else { until },
        })
    })
}

/// Each tier with a name of its own, so that a text says which one it means.
fn named_rules() -> impl Strategy<Value = Value> {
    (rules(), reminder_rules()).prop_map(|(mut rules, reminders)| {
        rules["reminders"] = reminders;
        for (number, tier) in rules["tiers"].as_array_mut().unwrap().iter_mut().enumerate() {
            tier["name"] = json!({"ru": format!("Т{number}"), "en": format!("T{number}")});
        }
        rules
    })
}

fn history() -> impl Strategy<Value = History> {
    let happening = prop_oneof![
        5 => Just(Happening::Opened),
        7 => Just(Happening::Heard),
        4 => any::<prop::sample::Index>().prop_map(Happening::Learns),
        2 => (any::<prop::sample::Index>(), select(vec!["credited", "pending", "rejected"]))
            .prop_map(|(which, state)| Happening::Decided(which, state)),
        1 => any::<bool>().prop_map(Happening::Consents),
        1 => named_rules().prop_map(|rules| Happening::Rules(Box::new(rules))),
        1 => (1i64..70, named_rules()).prop_map(|(days, rules)| Happening::NextRules(days, Box::new(rules))),
        1 => prop_oneof![-200i64..200, -100_000i64..100_000].prop_map(Happening::ClockSet),
    ];
    let minutes = prop_oneof![1i64..120, 60i64..3_000, 1_440i64..40_000];
    let flags = (any::<bool>(), prop::bool::weighted(0.35), any::<bool>());
    (case_under(named_rules()), 50usize..=100, flags, vec((minutes, happening), 3..12)).prop_map(
        |(case, known, (allows_advertising, tells_tier, is_english), happenings)| History {
            case,
            known,
            allows_advertising,
            tells_tier,
            is_english,
            happenings,
        },
    )
}

/// How often each subject fired, and how often with a figure, of old data, in English, so that the test is known to have
/// tested something.
static FIRED: [AtomicU64; 8] = [const { AtomicU64::new(0) }; 8];

pub fn count(subject: ReminderSubject, said: &Said, language: Language) {
    let place = match subject {
        ReminderSubject::Approach => 0,
        ReminderSubject::Keep => 1,
        ReminderSubject::Fall => 2,
        ReminderSubject::Points => 3,
        ReminderSubject::Grant => 4,
    };
    FIRED[place].fetch_add(1, Ordering::Relaxed);
    FIRED[5].fetch_add(u64::from(said.figure.is_some()), Ordering::Relaxed);
    FIRED[6].fetch_add(u64::from(said.known.is_some()), Ordering::Relaxed);
    FIRED[7].fetch_add(u64::from(language == Language::En), Ordering::Relaxed);
}

fn lived(history: &History, planted: Option<Planted>) -> Result<(), TestCaseError> {
    let mut phone = Phone::new(history, planted);
    phone.plans_again()?;
    for (minutes, happening) in &history.happenings {
        phone.time_passes(*minutes)?;
        phone.happens(happening);
        phone.plans_again()?;
    }
    // The app is never opened again.
    phone.time_passes(100 * 24 * 60)
}

/// With each change so many; more with `PROPTEST_CASES`: 20,000 take a minute and a half of two cores.
const CASES: u32 = 4_000;
/// Within so many histories each planted bug is found.
const ENOUGH: u32 = 4_000;

#[test]
fn whatever_fires_is_true() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    // Each half on a core of its own.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let config =
                    Config { failure_persistence: None, max_shrink_iters: 1_000, ..Config::with_cases(cases / 2) };
                proptest!(config, |(history in history())| {
                    lived(&history, None)?;
                });
            });
        }
    });
    let fired: Vec<_> = FIRED.iter().map(|count| count.load(Ordering::Relaxed)).collect();
    println!("fired: approach, keep, fall, points, grant; with a figure, of old data, in English: {fired:?}");
    assert!(fired.iter().all(|count| *count >= u64::from(cases / 200)), "too few to tell: {fired:?}");
}

#[test]
fn every_planted_bug_tells_a_lie() {
    for bug in Planted::ALL {
        let config = Config { failure_persistence: None, max_shrink_iters: 0, ..Config::with_cases(ENOUGH) };
        let rng = TestRng::deterministic_rng(config.rng_algorithm);
        let found = TestRunner::new_with_rng(config, rng).run(&history(), |history| lived(&history, Some(bug)));
        let Err(TestError::Fail(reason, _)) = found else { panic!("{bug:?} is not found: {found:?}") };
        println!("{bug:?}: {reason}");
    }
}
