use proptest::prelude::*;

use super::*;
use crate::programme::rules::tests::DEFAULT;

fn rules() -> Rules {
    Rules::read(DEFAULT.as_bytes()).unwrap()
}

fn entry(json: &str) -> LedgerEntry {
    serde_json::from_str(json).unwrap()
}

fn purchase(id: &str, at: &str, kopecks: i64) -> LedgerEntry {
    entry(&format!(r#"{{"id":"{id}","kind":"purchase","at":"{at}","amount":{kopecks},"category":"fashion"}}"#))
}

fn return_of(id: &str, of: &str, at: &str, kopecks: i64) -> LedgerEntry {
    entry(&format!(r#"{{"id":"{id}","kind":"return","of":"{of}","at":"{at}","amount":{kopecks}}}"#))
}

fn at(ledger: &[LedgerEntry], now: &str) -> (i64, String) {
    let rules = rules();
    let found = progress(&rules, ledger, now.parse().unwrap(), View::Credited).unwrap();
    (found.sum.get(), found.tier.id.as_str().to_owned())
}

#[test]
fn thresholds_are_inclusive_to_the_kopeck() {
    let day = "2026-03-01T12:00:00+03:00";
    assert_eq!(at(&[purchase("a", day, 29_999_999)], "2026-03-14T12:00:00Z"), (29_999_999, "vesna".to_owned()));
    assert_eq!(at(&[purchase("a", day, 30_000_000)], "2026-03-14T12:00:00Z"), (30_000_000, "leto".to_owned()));
}

#[test]
fn the_window_ends_at_midnight_in_moscow() {
    let ledger = [purchase("a", "2025-03-14T00:00:00+03:00", 100)];
    assert_eq!(at(&ledger, "2026-03-13T20:59:59Z").0, 100);
    assert_eq!(at(&ledger, "2026-03-13T21:00:00Z").0, 0, "14 March less 12 months is no longer inside");
}

#[test]
fn a_return_makes_its_purchase_smaller_and_never_negative() {
    let day = "2026-03-01T12:00:00+03:00";
    let now = "2026-03-14T12:00:00Z";
    let bought = purchase("a", day, 5_000);
    assert_eq!(at(&[return_of("r", "a", day, 2_000), bought.clone()], now).0, 3_000);
    assert_eq!(at(&[bought.clone(), return_of("r", "a", day, 9_000)], now).0, 0);
    assert_eq!(at(&[bought, return_of("r", "nobody", day, 2_000)], now).0, 5_000);
}

#[test]
fn what_is_excluded_pending_rejected_or_in_the_future_does_not_count() {
    let now = "2026-03-14T12:00:00Z";
    for json in [
        r#"{"id":"a","kind":"purchase","at":"2026-03-01T12:00:00Z","amount":100,"category":"tobacco"}"#,
        r#"{"id":"a","kind":"purchase","at":"2026-03-01T12:00:00Z","amount":100,"state":"pending"}"#,
        r#"{"id":"a","kind":"purchase","at":"2026-03-01T12:00:00Z","amount":100,"state":"rejected"}"#,
        r#"{"id":"a","kind":"purchase","at":"2026-03-01T12:00:00Z","amount":100,"state":"of a newer server"}"#,
        r#"{"id":"a","kind":"purchase","at":"2026-03-14T12:00:01Z","amount":100}"#,
        r#"{"id":"a","kind":"grant","at":"2026-03-01T12:00:00Z","tier":"leto","until":"2026-12-31"}"#,
        r#"{"id":"a","kind":"of a newer server","at":"2026-03-01T12:00:00Z"}"#,
    ] {
        assert_eq!(at(&[entry(json)], now).0, 0, "{json}");
    }
}

#[test]
fn the_projection_takes_pending_ones_as_credited() {
    let ledger =
        [entry(r#"{"id":"a","kind":"purchase","at":"2026-03-01T12:00:00Z","amount":30000000,"state":"pending"}"#)];
    let rules = rules();
    let projected = progress(&rules, &ledger, "2026-03-14T12:00:00Z".parse().unwrap(), View::Projected).unwrap();
    assert_eq!((projected.sum.get(), projected.tier.id.as_str()), (30_000_000, "leto"));
}

proptest! {
    #[test]
    fn the_order_of_entries_does_not_matter_and_a_full_return_leaves_nothing(
        amounts in proptest::collection::vec(1i64..10_000_000_000_000, 0..12), rotation in 0usize..12, extra in 1i64..1_000_000,
    ) {
        let day = "2026-03-01T12:00:00+03:00";
        let mut ledger: Vec<_> = amounts.iter().enumerate().map(|(n, amount)| purchase(&n.to_string(), day, *amount)).collect();
        let before = at(&ledger, "2026-03-14T12:00:00Z");
        ledger.push(purchase("x", day, extra));
        ledger.push(return_of("y", "x", day, extra));
        let length = ledger.len();
        ledger.rotate_left(rotation % length);
        prop_assert_eq!(at(&ledger, "2026-03-14T12:00:00Z"), before);
    }
}
