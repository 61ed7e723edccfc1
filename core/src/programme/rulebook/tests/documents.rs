//! Rules documents of every family, with numbers that are close to the edges of plural forms and kopecks.

use chrono::{Days, NaiveDate};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

const CATEGORIES: [&str; 4] = ["fashion", "restaurants", "tobacco", "pets"];
const NAMES: [&str; 5] = ["Весна", "Лето", "Осень", "Зима", "Межсезонье"];

pub fn rules() -> impl Strategy<Value = Value> {
    let downgrade = select(vec!["by_balance", "by_balance", "one_step", "never"]);
    let counting = option::of(
        (amounts(), vec(select(CATEGORIES.to_vec()), 0..3))
            .prop_map(|(min_receipt, excluded)| json!({"min_receipt": min_receipt, "excluded_categories": excluded})),
    );
    let time = (period(), validity(), downgrade, prop_oneof![Just(0), count(400)]);
    let rest = (counting, campaigns(), tiers(), receipts(), select(vec!["original_date", "return_date"]));
    (time, rest, any::<u32>(), 0u64..20_000).prop_map(|(time, rest, version, effective_from)| {
        let (period, validity, downgrade, grace_days) = time;
        let (counting, campaigns, tiers, receipts, returns) = rest;
        let slides = !matches!(period["kind"].as_str(), Some("calendar_year" | "anniversary"));
        // Refused: it would fall a step each midnight.
        let falls_daily = slides && validity["kind"] == "period_end" && downgrade == "one_step";
        json!({
            "version": version, "effective_from": first_day() + Days::new(effective_from), "zone": "Europe/Moscow",
            "period": period, "validity": validity, "downgrade": if falls_daily { "by_balance" } else { downgrade },
            "grace_days": grace_days, "returns": returns, "counting": counting, "campaigns": campaigns, "tiers": tiers,
            "receipts": receipts,
            "benefits": [{"id": "parking", "tier": "t0", "text": {"ru": "Парковка от 5\u{a0}000\u{a0}₽", "en": "Parking from 5,000\u{a0}₽"}}],
        })
    })
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap()
}

/// A count whose plural form is easily another one.
fn count(most: u32) -> impl Strategy<Value = u32> {
    prop_oneof![select(vec![1, 2, 5, 11, 12, 21, 22, 101, 111]), 1..most].prop_map(move |count| count.min(most))
}

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        select(vec![0, 1, 2, 99, 100, 101, 150, 100_000, 123_456_789, 30_000_000]),
        1i64..10_000,
        1i64..1_000_000_000_000,
    ]
}

fn period() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => count(120).prop_map(|n| json!({"kind": "rolling_months", "n": n})),
        3 => count(3_000).prop_map(|n| json!({"kind": "rolling_days", "n": n})),
        1 => select(vec!["calendar_year", "anniversary", "lifetime"]).prop_map(|kind| json!({ "kind": kind })),
    ]
}

fn validity() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => count(120).prop_map(|n| json!({"kind": "months", "n": n})),
        3 => select(vec!["period_end", "next_year_end", "forever"]).prop_map(|kind| json!({ "kind": kind })),
    ]
}

fn receipts() -> impl Strategy<Value = Value> {
    let days = || option::of(prop_oneof![Just(0), count(400)]);
    (days(), days())
        .prop_map(|(max_age, not_found)| json!({"max_age_days": max_age, "not_found_after_days": not_found}))
}

fn campaigns() -> impl Strategy<Value = Value> {
    let percent = prop_oneof![select(vec![100, 150, 200, 300, 1_000, 10_000]), 100u32..10_000];
    let campaign = (0u64..3_000, 0u64..60, percent, option::of(vec(select(CATEGORIES.to_vec()), 0..3)));
    vec(campaign, 0..3).prop_map(|campaigns| {
        let drawn = campaigns.into_iter().enumerate().map(|(place, (from, length, percent, categories))| {
            let from = first_day() + Days::new(from);
            json!({"id": format!("c{place}"), "from": from, "until": from + Days::new(length), "percent": percent,
                "categories": categories})
        });
        drawn.collect()
    })
}

fn tiers() -> impl Strategy<Value = Value> {
    vec(requirement(), 0..5).prop_map(|requirements| {
        let mut highest = 0;
        let asking = requirements.into_iter().map(|mut require| {
            if require["metric"] == "sum" {
                highest = require["at_least"].as_i64().unwrap().max(highest + 1);
                require["at_least"] = json!(highest);
            }
            Some(require)
        });
        let named = std::iter::once(None).chain(asking).zip(NAMES).enumerate().map(|(place, (require, name))| {
            let mut tier = json!({"id": format!("t{place}"), "name": {"ru": name, "en": name}});
            if let Some(require) = require {
                tier["require"] = require;
            }
            tier
        });
        named.collect()
    })
}

fn requirement() -> impl Strategy<Value = Value> {
    let amount = || amounts().prop_map(|kopecks| kopecks.max(1));
    let leaf = prop_oneof![
        3 => amount().prop_map(|kopecks| json!({"metric": "sum", "at_least": kopecks})),
        1 => (select(vec!["visits", "receipts"]), count(120)).prop_map(|(metric, n)| json!({"metric": metric, "at_least": n})),
        1 => (1i64..2_000_000).prop_map(|points| json!({"metric": "points", "at_least": points})),
        1 => (select(CATEGORIES.to_vec()), amount())
            .prop_map(|(category, kopecks)| json!({"metric": "category_sum", "category": category, "at_least": kopecks})),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|parts| json!({"all_of": parts})),
            vec(inner, 1..4).prop_map(|parts| json!({"any_of": parts})),
        ]
    })
}
