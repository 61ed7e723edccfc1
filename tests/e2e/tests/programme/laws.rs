use std::sync::Arc;

use chrono::{Days, NaiveDate, SecondsFormat, TimeDelta};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use vremena_core::{programme::engine::Engine, time::moscow_date};

use crate::{
    answer,
    documents::{Case, amount, case, case_under, rules},
    instant, read_ledger, read_rules,
};

fn with_entry(case: &Case, entry: Value) -> Case {
    let mut changed = case.clone();
    changed.ledger["entries"].as_array_mut().unwrap().push(entry);
    changed
}

fn purchase(id: &str, at: &str, amount: i64) -> Value {
    json!({"id": id, "kind": "purchase", "at": at, "amount": amount, "category": "fashion"})
}

fn place(case: &Case, tier: &Value) -> usize {
    case.rules["tiers"].as_array().unwrap().iter().position(|one| one["id"] == *tier).unwrap()
}

/// Rules under which nothing but the balance decides, each day.
fn rules_of_the_balance() -> impl Strategy<Value = Value> {
    rules().prop_filter_map("a period that begins anew", |mut rules| {
        let slides = !matches!(rules["period"]["kind"].as_str(), Some("calendar_year" | "anniversary"));
        rules["validity"] = json!({"kind": "period_end"});
        rules["grace_days"] = json!(0);
        if rules["downgrade"] == "one_step" {
            rules["downgrade"] = json!("by_balance");
        }
        slides.then_some(rules)
    })
}

fn rules_of_the_original_date() -> impl Strategy<Value = Value> {
    rules().prop_map(|mut rules| {
        rules["returns"] = json!("original_date");
        rules
    })
}

fn days_before(at: &str, days: u64) -> String {
    (instant(at) - Days::new(days)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The day on which the member's tier begins, before anything is added.
fn first_day(case: &Case) -> NaiveDate {
    let day = |text: &Value| moscow_date(instant(text.as_str().unwrap()));
    let joined = case.ledger["joined"].as_str().unwrap().parse().unwrap();
    let entries = case.ledger["entries"].as_array().unwrap();
    let existing = entries.iter().filter(|entry| !matches!(entry["state"].as_str(), Some("pending" | "rejected")));
    existing.map(|entry| day(&entry["at"])).chain([joined, moscow_date(instant(&case.at))]).min().unwrap()
}

fn each_need(value: &Value, look: &mut impl FnMut(&Value)) {
    if value.get("missing").is_some() {
        look(value);
    }
    match value {
        Value::Object(members) => members.values().for_each(|member| each_need(member, look)),
        Value::Array(items) => items.iter().for_each(|item| each_need(item, look)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_further_purchase_never_lowers_the_tier_where_the_balance_decides(
        case in case_under(rules_of_the_balance()), days in 0u64..900, amount in amount(),
    ) {
        let more = with_entry(&case, purchase("further", &days_before(&case.at, days), amount));
        let (before, after) = (answer(&case), answer(&more));
        prop_assert!(place(&case, &after["tier"]) >= place(&case, &before["tier"]), "{} {}", before, after);
    }

    #[test]
    fn as_the_last_entry_it_never_does(case in case(), amount in amount()) {
        let more = with_entry(&case, purchase("z", &case.at, amount));
        let (before, after) = (answer(&case), answer(&more));
        prop_assert!(place(&case, &after["tier"]) >= place(&case, &before["tier"]), "{} {}", before, after);
    }

    #[test]
    fn a_purchase_that_came_back_whole_was_never_there(
        case in case_under(rules_of_the_original_date()), days in (0u64..900, 0u64..900), amount in amount(),
    ) {
        // The member's first day stays what it is; a day less, for those of the clocks' changes are not all as long.
        let most = (moscow_date(instant(&case.at)) - first_day(&case)).num_days().unsigned_abs().saturating_sub(1);
        let at = |days: u64| days_before(&case.at, days.min(most));
        let back = json!({"id": "back", "kind": "return", "of": "bought", "at": at(days.1), "amount": amount});
        let more = with_entry(&with_entry(&case, purchase("bought", &at(days.0), amount)), back);
        prop_assert_eq!(answer(&case), answer(&more));
    }

    #[test]
    fn the_order_in_which_entries_become_known_does_not_matter(
        (case, shuffled) in case().prop_flat_map(|case| {
            let entries = case.ledger["entries"].as_array().unwrap().clone();
            (Just(case), Just(entries).prop_shuffle())
        }),
    ) {
        let mut other = case.clone();
        other.ledger["entries"] = json!(shuffled);
        prop_assert_eq!(answer(&case), answer(&other));
    }

    #[test]
    fn the_timeline_ends_in_the_present_and_each_change_is_one(case in case()) {
        let found = answer(&case);
        for view in [&found, &found["projected"]] {
            let mut tier = &json!("t0");
            for change in view["timeline"].as_array().unwrap() {
                prop_assert_ne!(&change["tier"], tier);
                tier = &change["tier"];
            }
            prop_assert_eq!(&view["tier"], tier);
        }
    }

    #[test]
    fn what_is_missing_is_what_is_not_reached(case in case()) {
        let mut wrong = Vec::new();
        each_need(&answer(&case), &mut |need| {
            let number = |name: &str| need[name].as_i64().unwrap();
            if number("missing") != (number("at_least") - number("reached")).max(0) || number("reached") < 0 {
                wrong.push(need.clone());
            }
        });
        prop_assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn an_instant_is_the_same_in_every_zone(case in case(), hours in -11i32..12) {
        let elsewhere = |text: &str| {
            let zone = chrono::FixedOffset::east_opt(hours * 3_600).unwrap();
            instant(text).with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
        };
        let mut other = case.clone();
        other.at = elsewhere(&case.at);
        for entry in other.ledger["entries"].as_array_mut().unwrap() {
            entry["at"] = json!(elsewhere(entry["at"].as_str().unwrap()));
        }
        prop_assert_eq!(answer(&case), answer(&other));
    }

    #[test]
    fn what_was_computed_before_does_not_matter(
        case in case(),
        steps in proptest::collection::vec((any::<Index>(), select_state(), -500i64..100), 0..30),
    ) {
        let (rules, whole) = (read_rules(&case.rules), read_ledger(&case.ledger));
        let empty = vremena_core::programme::ledger::Ledger { joined: whole.joined, entries: Vec::new() };
        let mut engine = Engine::new(Arc::clone(&rules), empty);
        let now = instant(&case.at);
        for (which, state, days) in steps {
            if !whole.entries.is_empty() {
                // First in another state, as a receipt that waits for its verdict.
                let mut known = case.ledger["entries"][which.index(whole.entries.len())].clone();
                known["state"] = json!(state);
                engine.put(vremena_core::programme::ledger::Entry::of_value(&known).unwrap());
            }
            engine.at(now + TimeDelta::days(days));
        }
        for entry in &whole.entries {
            engine.put(entry.clone());
        }
        prop_assert_eq!(serde_json::to_value(engine.at(now)).unwrap(), answer(&case));
    }
}

fn select_state() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["credited", "pending", "rejected"])
}
