use serde_json::{Value, json};

use super::*;
use crate::programme::fault::Fault;

fn read(document: &Value) -> Result<Ledger, Refused> {
    Ledger::read(&serde_json::to_vec(document).unwrap())
}

fn with(entry: Value) -> Value {
    json!({"joined": "2025-02-28", "entries": [entry]})
}

fn purchase() -> Value {
    json!({"id": "a1", "kind": "purchase", "at": "2026-03-01T12:00:00+03:00", "amount": 169_116, "category": "fashion",
           "state": "credited", "something_new": {}})
}

fn faults(document: &Value) -> Vec<(String, FaultKind)> {
    let Err(Refused(faults)) = read(document) else { return Vec::new() };
    faults.into_iter().map(|Fault { pointer, kind }| (pointer, kind)).collect()
}

#[test]
fn every_kind_of_entry_is_read() {
    let ledger = read(&json!({"joined": "2025-02-28", "entries": [
        purchase(),
        {"id": "a2", "kind": "return", "at": "2026-03-01T09:00:00Z", "of": "a1", "amount": 69_116, "state": "pending"},
        {"id": "a3", "kind": "grant", "at": "2026-03-01T09:00:00.9Z", "tier": "vip", "until": "2026-12-31"},
        {"id": "a4", "kind": "points", "at": "2026-03-01T09:00:00Z", "points": 500, "expires": "2027-03-01"},
        {"id": "a5", "kind": "points", "at": "2026-03-01T09:00:00Z", "points": -200, "expires": null},
        {"id": "a6", "kind": "return", "at": "2026-03-01T09:00:00Z", "of": null, "amount": 10_000_000_000_000_i64},
        {"id": "a7", "kind": "purchase", "at": "2026-03-01T09:00:00Z", "amount": 1, "category": null, "state": "rejected"},
    ]}))
    .unwrap();
    let states: Vec<_> = ledger.entries.iter().map(|entry| entry.state).collect();
    let credited = EntryState::Credited;
    assert_eq!(states, [credited, EntryState::Pending, credited, credited, credited, credited, EntryState::Rejected]);
    assert!(ledger.entries.iter().all(|entry| entry.at == ledger.entries[0].at), "seconds are not divided");
}

#[test]
fn each_fault_is_named_at_its_place() {
    let amount = FaultKind::Range { least: 1, most: 10_000_000_000_000 };
    let points = FaultKind::Range { least: -1_000_000_000_000, most: 1_000_000_000_000 };
    let instant = FaultKind::Form("an instant such as 2026-03-14T12:00:00+03:00");
    let points_of =
        |points: Value| json!({"id": "b", "kind": "points", "at": "2026-03-01T09:00:00Z", "points": points});
    let grant = json!({"id": "b", "kind": "grant", "at": "2026-03-01T09:00:00Z", "until": "2026-02-29"});
    let changed = |name: &str, value: Value| {
        let mut entry = purchase();
        entry[name] = value;
        entry
    };
    for (entry, expected) in [
        (json!(7), vec![("", FaultKind::Form("an object"))]),
        (json!({}), vec![("/id", FaultKind::Missing), ("/at", FaultKind::Missing), ("/kind", FaultKind::Missing)]),
        (changed("id", json!("")), vec![("/id", FaultKind::Empty)]),
        (changed("kind", json!("gift")), vec![("/kind", FaultKind::Unknown)]),
        (changed("at", json!("2026-03-01T12:00:00")), vec![("/at", instant)]),
        (changed("at", json!("2200-01-01T12:00:00Z")), vec![("/at", instant)]),
        (changed("at", json!("1969-12-31T12:00:00Z")), vec![("/at", instant)]),
        (changed("amount", json!(0)), vec![("/amount", amount)]),
        (changed("amount", json!(10_000_000_000_001_i64)), vec![("/amount", amount)]),
        (changed("category", json!(7)), vec![("/category", FaultKind::Form("a text"))]),
        (changed("state", json!("lost")), vec![("/state", FaultKind::Unknown)]),
        (points_of(json!(0)), vec![("/points", FaultKind::Zero)]),
        (points_of(json!(1_000_000_000_001_i64)), vec![("/points", points)]),
        (points_of(json!(-1_000_000_000_001_i64)), vec![("/points", points)]),
        (grant, vec![("/tier", FaultKind::Missing), ("/until", FaultKind::Form("a day such as 2026-03-14"))]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(place, kind)| (format!("/entries/0{place}"), kind)).collect();
        assert_eq!(faults(&with(entry.clone())), expected, "{entry}");
    }
}

#[test]
fn the_ledger_as_a_whole_is_checked_too() {
    let twice = json!({"joined": "2025-02-28", "entries": [purchase(), purchase()]});
    assert_eq!(faults(&twice), [("/entries/1/id".to_owned(), FaultKind::Duplicate)]);
    let early = json!({"joined": "1969-12-31", "entries": []});
    assert_eq!(faults(&early), [("/joined".to_owned(), FaultKind::Form("a day between 1970 and 2199"))]);
    let missing = faults(&json!({}));
    assert_eq!(missing, ["/joined", "/entries"].map(|place| (place.to_owned(), FaultKind::Missing)));
}
