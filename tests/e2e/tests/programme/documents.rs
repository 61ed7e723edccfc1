//! Rules documents and ledgers as they come, with days and sums that lie close to each other's edges.

use chrono::{Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};
use vremena_core::time::moscow;

/// Rules, a ledger, and when it is asked about.
#[derive(Clone, Debug)]
pub struct Case {
    pub rules: Value,
    pub ledger: Value,
    pub at: String,
}

const CATEGORIES: [&str; 3] = ["fashion", "restaurants", "tobacco"];
/// Of a ledger, and a little more.
const DAYS: u64 = 900;

pub fn case() -> impl Strategy<Value = Case> {
    case_under(rules())
}

pub fn case_under(rules: impl Strategy<Value = Value>) -> impl Strategy<Value = Case> {
    (rules, era()).prop_flat_map(|(rules, era)| {
        let at = moment(era, DAYS / 4..DAYS + 100);
        (Just(rules), ledger(era), at).prop_map(|(rules, ledger, at)| Case { rules, ledger, at })
    })
}

/// The first day. Moscow was at UTC+4 from March 2011 to October 2014, and had summer time before.
fn era() -> impl Strategy<Value = NaiveDate> {
    select(vec!["2024-01-15", "2022-11-30", "2010-02-01", "2013-12-31"]).prop_map(|day| day.parse().unwrap())
}

pub fn rules() -> impl Strategy<Value = Value> {
    let period = prop_oneof![
        3 => (1u32..15).prop_map(|n| json!({"kind": "rolling_months", "n": n})),
        2 => (1u32..120).prop_map(|n| json!({"kind": "rolling_days", "n": n})),
        1 => Just(json!({"kind": "calendar_year"})),
        1 => Just(json!({"kind": "anniversary"})),
        1 => Just(json!({"kind": "lifetime"})),
    ];
    let validity = prop_oneof![
        4 => Just(json!({"kind": "period_end"})),
        2 => (1u32..15).prop_map(|n| json!({"kind": "months", "n": n})),
        1 => Just(json!({"kind": "next_year_end"})),
        1 => Just(json!({"kind": "forever"})),
    ];
    let downgrade = select(vec!["by_balance", "by_balance", "one_step", "never"]);
    let grace = prop_oneof![2 => Just(0u32), 1 => 1u32..45];
    let returns = select(vec!["original_date", "return_date"]);
    let counting = (select(vec![0i64, 1, 5_000]), any::<bool>()).prop_map(|(min_receipt, excludes)| {
        let excluded: &[&str] = if excludes { &["tobacco"] } else { &[] };
        json!({"min_receipt": min_receipt, "excluded_categories": excluded})
    });
    let tiers = vec(requirement(), 1..5).prop_map(tiers);
    (period, validity, downgrade, grace, returns, counting, campaigns(), tiers).prop_map(
        |(period, validity, downgrade, grace, returns, counting, campaigns, tiers)| {
            let slides = !matches!(period["kind"].as_str(), Some("calendar_year" | "anniversary"));
            // Refused: it would fall a step each midnight.
            let falls_daily = slides && validity["kind"] == "period_end" && downgrade == "one_step";
            json!({
                "version": 1, "effective_from": "2000-01-01", "zone": "Europe/Moscow", "period": period,
                "validity": validity, "downgrade": if falls_daily { "by_balance" } else { downgrade },
                "grace_days": grace, "returns": returns, "counting": counting, "campaigns": campaigns, "tiers": tiers,
            })
        },
    )
}

fn campaigns() -> impl Strategy<Value = Value> {
    let campaign = (era(), 0..DAYS, 0u64..60, 100u32..350, option::of(vec(select(CATEGORIES.to_vec()), 0..3)));
    vec(campaign, 0..3).prop_map(|campaigns| {
        let drawn = campaigns.into_iter().enumerate().map(|(number, (era, from, length, percent, categories))| {
            let from = era + Days::new(from);
            let mut campaign =
                json!({"id": format!("c{number}"), "from": from, "until": from + Days::new(length), "percent": percent});
            if let Some(categories) = categories {
                campaign["categories"] = json!(categories);
            }
            campaign
        });
        drawn.collect()
    })
}

fn requirement() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => amount().prop_map(|kopecks| json!({"metric": "sum", "at_least": kopecks})),
        1 => (1i64..5).prop_map(|days| json!({"metric": "visits", "at_least": days})),
        1 => (1i64..5).prop_map(|receipts| json!({"metric": "receipts", "at_least": receipts})),
        1 => (1i64..600).prop_map(|points| json!({"metric": "points", "at_least": points})),
        1 => (select(CATEGORIES.to_vec()), amount())
            .prop_map(|(category, kopecks)| json!({"metric": "category_sum", "category": category, "at_least": kopecks})),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(|parts| json!({"all_of": parts})),
            vec(inner, 1..3).prop_map(|parts| json!({"any_of": parts})),
        ]
    })
}

fn tiers(requirements: Vec<Value>) -> Value {
    let mut highest = 0;
    let asking = requirements.into_iter().enumerate().map(|(number, mut require)| {
        if require["metric"] == "sum" {
            highest = require["at_least"].as_i64().unwrap().max(highest + 1);
            require["at_least"] = json!(highest);
        }
        json!({"id": format!("t{}", number + 1), "name": {"ru": "Т", "en": "T"}, "require": require})
    });
    let first = json!({"id": "t0", "name": {"ru": "Т", "en": "T"}});
    std::iter::once(first).chain(asking).collect()
}

fn ledger(era: NaiveDate) -> impl Strategy<Value = Value> {
    (0..DAYS, vec(entry(era), 0..20)).prop_map(move |(joined, entries)| {
        let entries: Vec<_> = entries
            .into_iter()
            .enumerate()
            .map(|(number, mut entry)| {
                entry["id"] = json!(format!("e{number}"));
                entry
            })
            .collect();
        json!({"joined": era + Days::new(joined), "entries": entries})
    })
}

fn entry(era: NaiveDate) -> impl Strategy<Value = Value> {
    let at = move || moment(era, 0..DAYS);
    let state = || select(vec!["credited", "credited", "credited", "credited", "pending", "rejected"]);
    let purchase = (at(), amount(), option::weighted(0.8, select(CATEGORIES.to_vec())), state()).prop_map(
        |(at, amount, category, state)| {
            json!({"kind": "purchase", "at": at, "amount": amount, "category": category, "state": state})
        },
    );
    // Of one of the others, of itself, or of none.
    let of = option::weighted(0.9, (0usize..22).prop_map(|number| format!("e{number}")));
    let back = (at(), of, amount(), state()).prop_map(
        |(at, of, amount, state)| json!({"kind": "return", "at": at, "of": of, "amount": amount, "state": state}),
    );
    let grant = (at(), 0usize..6, 0..DAYS).prop_map(move |(at, tier, until)| {
        json!({"kind": "grant", "at": at, "tier": format!("t{tier}"), "until": era + Days::new(until)})
    });
    let points = prop_oneof![1i64..400, -400i64..0];
    let points = (at(), points, option::of(0..DAYS + 100)).prop_map(move |(at, points, expires)| {
        let mut entry = json!({"kind": "points", "at": at, "points": points});
        if let Some(expires) = expires {
            entry["expires"] = json!(era + Days::new(expires));
        }
        entry
    });
    let stated =
        (prop_oneof![1 => grant, 2 => points], option::weighted(0.2, state())).prop_map(|(mut entry, state)| {
            if let Some(state) = state {
                entry["state"] = json!(state);
            }
            entry
        });
    prop_oneof![6 => purchase, 2 => back, 3 => stated]
}

/// Few different ones, so that thresholds are met to the kopeck.
pub fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => select(vec![1i64, 4_999, 5_000, 10_000, 15_000, 30_000, 100_000, 150_000]),
        1 => 1i64..400_000,
    ]
}

/// An instant, often the first or the last of its day, written with one offset or another.
pub fn moment(era: NaiveDate, days: std::ops::Range<u64>) -> impl Strategy<Value = String> {
    let seconds = prop_oneof![Just(0u32), Just(86_399), Just(43_200), 0u32..86_400];
    (days, seconds, any::<bool>()).prop_map(move |(day, seconds, in_utc)| {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap();
        let local = (era + Days::new(day)).and_time(time);
        // Where the clocks skip an hour, the instant after.
        let instant = moscow(local).or_else(|| moscow(local + TimeDelta::hours(1))).unwrap();
        if in_utc {
            instant.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true)
        } else {
            instant.to_rfc3339_opts(SecondsFormat::Secs, false)
        }
    })
}
