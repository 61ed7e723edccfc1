//! The delicate rules, each by a history of a few entries.

use serde_json::{Value, json};

use super::Reference;

/// Tiers a, b from 1 000, c from 2 000, over ten days, and whatever differs.
fn rules(different: Value) -> Value {
    let mut rules = json!({
        "version": 1, "effective_from": "2000-01-01", "zone": "Europe/Moscow",
        "period": {"kind": "rolling_days", "n": 10}, "validity": {"kind": "period_end"},
        "downgrade": "by_balance", "grace_days": 0, "returns": "original_date",
        "counting": {"min_receipt": 0, "excluded_categories": []}, "campaigns": [],
        "tiers": [{"id": "a"}, {"id": "b", "require": {"metric": "sum", "at_least": 1000}},
                  {"id": "c", "require": {"metric": "sum", "at_least": 2000}}],
    });
    if let Value::Object(different) = different {
        for (name, value) in different {
            rules[name] = value;
        }
    }
    rules
}

fn months(n: u32) -> Value {
    json!({"kind": "months", "n": n})
}

fn entry(id: &str, at: &str, more: Value) -> Value {
    let mut entry = json!({"id": id, "at": at});
    for (name, value) in more.as_object().unwrap() {
        entry[name] = value.clone();
    }
    entry
}

fn bought(id: &str, at: &str, amount: i64) -> Value {
    entry(id, at, json!({"kind": "purchase", "amount": amount}))
}

fn returned(id: &str, at: &str, of: &str, amount: i64) -> Value {
    entry(id, at, json!({"kind": "return", "of": of, "amount": amount}))
}

fn points(id: &str, at: &str, points: i64, expires: Option<&str>) -> Value {
    entry(id, at, json!({"kind": "points", "points": points, "expires": expires}))
}

fn granted(id: &str, at: &str, tier: &str, until: &str) -> Value {
    entry(id, at, json!({"kind": "grant", "tier": tier, "until": until}))
}

fn answer(different: Value, joined: &str, entries: &[Value], at: &str) -> Value {
    let ledger = json!({"joined": joined, "entries": entries});
    Reference::open().unwrap().answer(&rules(different), &ledger, at).unwrap()
}

/// Each change as its time, tier and cause.
fn changes(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = answer["timeline"].as_array().unwrap().iter();
    changes
        .map(|change| {
            let because = text(&change["because"]["entry"]) + &text(&change["because"]["rule"]);
            let at = text(&change["at"]).replace("T00:00:00+03:00", "").replace("T12:00:00+03:00", " noon");
            format!("{at} {} {because}", text(&change["tier"]))
        })
        .collect()
}

/// The changes of somebody who joined with the first year of this test's entries.
fn history(different: Value, entries: &[Value], at: &str) -> Vec<String> {
    changes(&answer(different, "2026-01-01", entries, at))
}

#[test]
fn a_window_of_months_is_clamped_to_their_ends() {
    let entries = [bought("p", "2026-01-31T12:00:00+03:00", 1000)];
    // 28 February less a month is 28 January, and 1 March less a month is 1 February.
    let rolling = history(json!({"period": {"kind": "rolling_months", "n": 1}}), &entries, "2026-04-01T12:00:00+03:00");
    assert_eq!(rolling, ["2026-01-31 noon b p", "2026-03-01 a validity"]);
    let valid = json!({"period": {"kind": "lifetime"}, "validity": months(1)});
    let until = |at| answer(valid.clone(), "2026-01-01", &entries, at)["valid_until"].clone();
    assert_eq!(until("2026-02-27T12:00:00+03:00"), "2026-02-27");
    assert_eq!(until("2026-02-28T00:00:00+03:00"), "2026-03-27", "renewed from 28 February on");
}

#[test]
fn who_joined_on_a_leap_day_begins_anew_on_28_february() {
    let different = json!({"period": {"kind": "anniversary"}});
    let entries = [bought("p", "2025-02-27T12:00:00+03:00", 1000), bought("q", "2025-02-28T12:00:00+03:00", 1000)];
    let answer = answer(different, "2024-02-29", &entries, "2026-03-01T12:00:00+03:00");
    assert_eq!(
        changes(&answer),
        ["2025-02-27 noon b p", "2025-02-28 a validity", "2025-02-28 noon b q", "2026-02-28 a validity"]
    );
}

#[test]
fn grace_keeps_the_tier_for_some_days() {
    let first = bought("p", "2026-01-01T12:00:00+03:00", 1000);
    let graceful = json!({"grace_days": 5});
    let with = |id: &str, at, amount| {
        let entries = [first.clone(), bought(id, at, amount)];
        history(graceful.clone(), &entries, "2026-01-17T12:00:00+03:00")
    };
    let rise = "2026-01-01 noon b p";
    // The first purchase leaves on 11 January.
    assert_eq!(with("q", "2026-01-12T12:00:00+03:00", 1), [rise, "2026-01-16 a validity"]);
    assert_eq!(with("q", "2026-01-15T23:59:59+03:00", 1000), [rise], "reaching it again is no change");
    let late = with("q", "2026-01-16T00:00:00+03:00", 1000);
    assert_eq!(late, [rise, "2026-01-16 a validity", "2026-01-16 b q"], "asked of the day before");
    assert_eq!(with("q", "2026-01-12T12:00:00+03:00", 2000), [rise, "2026-01-12 noon c q"], "higher ends the grace");
    let during = answer(graceful, "2026-01-01", &[first], "2026-01-11T12:00:00+03:00");
    assert_eq!(during["to_keep"]["by"], "2026-01-15");
    assert_eq!(during["to_keep"]["need"]["missing"], 1000);
}

#[test]
fn what_leaves_at_the_midnight_that_ends_a_grace_is_asked_about_a_day_later() {
    let entries = [
        bought("p", "2026-01-01T12:00:00+03:00", 1000),
        bought("q", "2026-01-05T12:00:00+03:00", 999),
        bought("r", "2026-01-13T12:00:00+03:00", 1),
    ];
    // Grace from 11 January; 14 January still reaches 1 000, 15 January does not, and 16 January asks.
    let changes = history(json!({"grace_days": 4}), &entries, "2026-01-25T12:00:00+03:00");
    assert_eq!(changes, ["2026-01-01 noon b p", "2026-01-20 a validity"]);
}

#[test]
fn one_step_falls_tier_by_tier() {
    let different = json!({"downgrade": "one_step", "validity": months(1)});
    let entries = [bought("p", "2026-01-01T12:00:00+03:00", 2000)];
    assert_eq!(
        history(different, &entries, "2026-06-01T12:00:00+03:00"),
        ["2026-01-01 noon c p", "2026-02-01 b validity", "2026-03-01 a validity"]
    );
    let again = [bought("p", "2026-01-01T12:00:00+03:00", 2000), bought("q", "2026-02-25T12:00:00+03:00", 1000)];
    assert_eq!(
        history(json!({"downgrade": "one_step", "validity": months(1)}), &again, "2026-03-20T12:00:00+03:00"),
        ["2026-01-01 noon c p", "2026-02-01 b validity"]
    );
}

#[test]
fn never_renews_without_grace() {
    let different = json!({"downgrade": "never", "validity": months(1), "grace_days": 5});
    let entries = [bought("p", "2026-01-01T12:00:00+03:00", 1000)];
    let answer = answer(different, "2026-01-01", &entries, "2026-03-02T12:00:00+03:00");
    assert_eq!(changes(&answer), ["2026-01-01 noon b p"]);
    assert_eq!((&answer["valid_until"], &answer["to_keep"]), (&json!("2026-03-31"), &Value::Null));
}

#[test]
fn a_grant_ends_after_its_last_day() {
    let entries = [
        bought("p", "2026-01-01T12:00:00+03:00", 1000),
        granted("g", "2026-01-02T12:00:00+03:00", "c", "2026-01-10"),
        granted("h", "2026-01-03T12:00:00+03:00", "c", "2026-01-05"),
        granted("late", "2026-01-20T12:00:00+03:00", "c", "2026-01-19"),
        granted("unknown", "2026-01-20T12:00:00+03:00", "x", "2026-01-29"),
    ];
    let during = answer(json!({}), "2026-01-01", &entries, "2026-01-04T12:00:00+03:00");
    assert_eq!((&during["granted"], &during["valid_until"]), (&json!(true), &json!("2026-01-10")));
    assert_eq!((&during["to_earn"]["tier"], &during["to_next"]), (&json!("c"), &Value::Null));
    // What was earned ends first, unseen below the grant.
    assert_eq!(
        history(json!({}), &entries, "2026-01-25T12:00:00+03:00"),
        ["2026-01-01 noon b p", "2026-01-02 noon c g", "2026-01-11 a grant_end"]
    );
}

#[test]
fn a_return_on_its_own_date_takes_away_at_once() {
    let different = json!({"returns": "return_date", "campaigns": [
        {"id": "half", "from": "2026-01-01", "until": "2026-01-01", "percent": 150}]});
    let entries = [
        bought("p", "2026-01-01T12:00:00+03:00", 667),
        returned("r", "2026-01-02T12:00:00+03:00", "p", 1),
        returned("s", "2026-01-03T12:00:00+03:00", "p", 1),
        returned("t", "2026-01-04T12:00:00+03:00", "p", 900),
        returned("u", "2026-01-05T12:00:00+03:00", "p", 900),
    ];
    let sum = |at| answer(different.clone(), "2026-01-01", &entries, at)["to_next"]["need"]["reached"].clone();
    // 1 000.5 and 1.5 are cut: one kopeck takes back 1, two take back 3, and all of it 1 000.
    assert_eq!(sum("2026-01-01T12:00:00+03:00"), 1000);
    assert_eq!(sum("2026-01-02T12:00:00+03:00"), 999);
    assert_eq!(sum("2026-01-03T12:00:00+03:00"), 997);
    assert_eq!(sum("2026-01-05T12:00:00+03:00"), 0);
    assert_eq!(
        history(different, &entries, "2026-01-12T12:00:00+03:00"),
        ["2026-01-01 noon b p", "2026-01-02 noon a r"],
        "what was taken back leaves the window after what it was taken from, and nothing is below 0"
    );
}

#[test]
fn a_return_that_leaves_the_window_gives_back_at_midnight() {
    let entries =
        [returned("r", "2026-01-01T12:00:00+03:00", "unknown", 500), bought("p", "2026-01-05T12:00:00+03:00", 1400)];
    let rises = history(json!({"returns": "return_date"}), &entries, "2026-01-12T12:00:00+03:00");
    assert_eq!(rises, ["2026-01-11 b window"]);
    let original = history(json!({}), &entries, "2026-01-12T12:00:00+03:00");
    assert_eq!(original, ["2026-01-05 noon b p"], "a return of nothing known");
}

#[test]
fn a_return_before_its_purchase_is_known_with_it() {
    let entries =
        [returned("r", "2026-01-01T12:00:00+03:00", "p", 500), bought("p", "2026-01-05T12:00:00+03:00", 1400)];
    let sum = |at| {
        let answer = answer(json!({"returns": "return_date"}), "2026-01-01", &entries, at);
        (changes(&answer), answer["to_next"]["need"]["reached"].clone())
    };
    assert_eq!(sum("2026-01-06T12:00:00+03:00"), (vec![], json!(900)));
    assert_eq!(sum("2026-01-11T12:00:00+03:00"), (vec!["2026-01-11 b window".into()], json!(1400)));
}

#[test]
fn points_are_used_up_in_the_order_they_expire() {
    let tiers = json!([{"id": "a"}, {"id": "b", "require": {"metric": "points", "at_least": 100}}]);
    let entries = [
        points("forever", "2026-01-01T12:00:00+03:00", 60, None),
        points("late", "2026-01-02T12:00:00+03:00", 50, Some("2026-01-20")),
        points("soon", "2026-01-03T12:00:00+03:00", 40, Some("2026-01-10")),
        points("gone", "2026-01-03T12:00:00+03:00", 500, Some("2026-01-02")),
        points("spent", "2026-01-04T12:00:00+03:00", -30, None),
    ];
    let at = |at| {
        let answer = answer(json!({"tiers": tiers}), "2026-01-01", &entries, at);
        let reached = answer["to_keep"]["need"]["reached"].clone();
        (changes(&answer), answer["to_keep"]["by"].clone(), reached)
    };
    let rise = "2026-01-02 noon b late".to_owned();
    assert_eq!(at("2026-01-04T12:00:00+03:00"), (vec![rise.clone()], json!("2026-01-20"), json!(60)));
    assert_eq!(at("2026-01-21T12:00:00+03:00").0, [rise, "2026-01-21 a validity".into()]);
    // More than there is takes all there is, and nothing of what comes.
    let overdrawn = [
        points("few", "2026-01-01T12:00:00+03:00", 10, None),
        points("spent", "2026-01-02T12:00:00+03:00", -500, None),
        points("new", "2026-01-03T12:00:00+03:00", 100, None),
    ];
    let changes = history(json!({"tiers": tiers}), &overdrawn, "2026-01-04T12:00:00+03:00");
    assert_eq!(changes, ["2026-01-03 noon b new"]);
}

#[test]
fn the_projection_takes_pending_entries_as_credited() {
    let mut pending = bought("p", "2026-01-01T12:00:00+03:00", 2000);
    pending["state"] = json!("pending");
    let mut back = returned("r", "2026-01-02T12:00:00+03:00", "p", 500);
    back["state"] = json!("pending");
    let mut rejected = bought("q", "2026-01-02T12:00:00+03:00", 2000);
    rejected["state"] = json!("rejected");
    let answer = answer(json!({}), "2026-01-01", &[pending, back, rejected], "2026-01-03T12:00:00+03:00");
    assert_eq!((&answer["tier"], &answer["since"]), (&json!("a"), &json!("2026-01-01T00:00:00+03:00")));
    assert_eq!(changes(&answer["projected"]), ["2026-01-01 noon b p"]);
    assert_eq!(answer["projected"]["to_next"]["need"]["missing"], 500);
    assert_eq!(answer["projected"].get("projected"), None);
}

#[test]
fn moscow_was_four_hours_ahead_for_some_years() {
    // 23:30 of 31 December by the offset of today.
    let entries = [bought("p", "2011-12-31T20:30:00Z", 1000)];
    let period = json!({"period": {"kind": "calendar_year"}});
    let answer = answer(period, "2011-01-01", &entries, "2013-01-01T00:00:00+04:00");
    assert_eq!(changes(&answer), ["2012-01-01T00:30:00+04:00 b p", "2013-01-01T00:00:00+04:00 a validity"]);
}

#[test]
fn the_outlook_says_what_leaves_on_which_day() {
    let entries = [
        bought("p", "2026-01-01T12:00:00+03:00", 700),
        bought("q", "2026-01-01T13:00:00+03:00", 300),
        bought("r", "2026-01-02T12:00:00+03:00", 200),
        returned("s", "2026-01-02T13:00:00+03:00", "r", 200),
        returned("t", "2026-01-03T12:00:00+03:00", "p", 100),
    ];
    let outlook = |returns, at| answer(json!({"returns": returns}), "2026-01-01", &entries, at)["outlook"].clone();
    assert_eq!(
        outlook("return_date", "2026-01-03T12:00:00+03:00"),
        json!([{"date": "2026-01-11", "sum": 1000}, {"date": "2026-01-13", "sum": -100}])
    );
    assert_eq!(outlook("original_date", "2026-01-10T23:59:59+03:00"), json!([{"date": "2026-01-11", "sum": 900}]));
    assert_eq!(outlook("original_date", "2026-01-11T00:00:00+03:00"), json!([]));
}

#[test]
fn documents_that_cannot_be_read_are_as_the_default() {
    let entries = [bought("p", "2026-01-01T12:00:00+03:00", 1000)];
    let broken = json!({"period": {"kind": "moon"}, "validity": 7, "downgrade": [], "returns": null, "zone": "Mars",
        "counting": null, "campaigns": [{"id": "x"}, 1], "grace_days": "x"});
    let changes = history(broken, &entries, "2027-01-02T12:00:00+03:00");
    assert_eq!(changes, ["2026-01-01 noon b p", "2027-01-01 a validity"]);
    let tiers = json!([{"id": "a"}, {"id": "b"}, {"id": "c", "require": {"all_of": []}},
        {"id": "d", "require": {"metric": "mood", "at_least": 1}}]);
    assert_eq!(history(json!({"tiers": tiers}), &entries, "2026-01-02T12:00:00+03:00"), [""; 0]);
}
