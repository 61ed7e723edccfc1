//! What becomes of a registered receipt.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, PHONE, Session, receipt, ticket, with};
use serde_json::{Value, json};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Registers a receipt of which the tax service knows another truth, and waits for what comes of it.
async fn outcome(gallery: &Gallery, session: &mut Session, receipt: &Value, truth: Value) -> Value {
    gallery.admin("PUT", "/admin/tax/tickets", ticket(receipt, truth)).await.is(204);
    let registered = gallery.registered(session, receipt).await;
    gallery.advance(2 * HOUR).await;
    gallery.receipt(session, registered["receipt_id"].as_str().unwrap()).await
}

async fn rejected(truth: Value, reason: &str) {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let decided = outcome(&gallery, &mut session, &receipt(1), truth).await;
    assert_eq!((&decided["state"], &decided["reason"]), (&json!("rejected"), &json!(reason)));
    assert_eq!(decided["next_check_at"], Value::Null);
    assert!(decided["decided_at"].is_string());
    assert_eq!(decided["rules_version"], 1);
    let ledger = gallery.all(&mut session, "/v1/ledger", "entries").await;
    assert!(ledger.iter().all(|entry| entry["state"] == "rejected"));
}

#[tokio::test]
async fn a_genuine_receipt_is_credited() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let pending = gallery.registered(&session, &receipt(1)).await;
    gallery.advance(2 * HOUR).await;
    let credited = gallery.receipt(&mut session, pending["receipt_id"].as_str().unwrap()).await;
    assert_eq!((&credited["state"], &credited["reason"]), (&json!("credited"), &Value::Null));
    assert!(credited["shop"].is_string() && credited["category"].is_string());
    assert_eq!(credited["rules_version"], 1);
    assert_eq!(credited["next_check_at"], Value::Null);
    let ledger = gallery.all(&mut session, "/v1/ledger", "entries").await;
    let expected = json!([{
        "kind": "purchase", "id": credited["receipt_id"], "at": credited["issued_at"], "amount": 169_116,
        "category": credited["category"], "state": "credited",
    }]);
    assert_eq!(json!(ledger), expected);
}

#[tokio::test]
async fn it_takes_some_minutes_and_when_somebody_looks_does_not_matter() {
    let mut decisions = Vec::new();
    for step in [30, 2 * HOUR] {
        let gallery = Gallery::start().await;
        let mut session = gallery.sign_in(PHONE).await;
        gallery.set_clock("2026-03-10T10:00:00Z").await;
        session = gallery.refreshed(&session).await;
        gallery.registered(&session, &receipt(1)).await;
        gallery.set_clock("2026-03-10T10:02:00Z").await;
        let early = gallery.all(&mut session, "/v1/receipts", "receipts").await.remove(0);
        assert_eq!((&early["state"], &early["reason"]), (&json!("pending"), &Value::Null));
        for _ in 0..(2 * HOUR / step) {
            gallery.advance(step).await;
        }
        let late = gallery.all(&mut session, "/v1/receipts", "receipts").await.remove(0);
        assert_eq!(late["state"], "credited");
        let minute = |text: &Value| text.as_str().unwrap()[..16].to_owned();
        decisions.push((minute(&late["decided_at"]), late["shop"].clone()));
    }
    assert_eq!(decisions[0], decisions[1]);
}

#[tokio::test]
async fn not_this_gallery() {
    rejected(json!({"in_gallery": false, "total_kopecks": 1}), "not_this_gallery").await;
}

#[tokio::test]
async fn another_sum_differs() {
    rejected(json!({"total_kopecks": 169_117}), "data_differ").await;
}

#[tokio::test]
async fn another_time_differs() {
    rejected(json!({"issued_at": "2026-03-10T11:31:00+03:00"}), "data_differ").await;
}

#[tokio::test]
async fn another_operation_differs() {
    rejected(json!({"operation": "sale_return"}), "data_differ").await;
}

#[tokio::test]
async fn excluded_categories_and_small_sums() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let rules = json!({
        "version": 2, "tiers": [{"id": "vesna"}],
        "counting": {"min_receipt": 100_000, "excluded_categories": ["tobacco"]},
    });
    gallery.admin("PUT", "/admin/rules", rules).await.is(204);
    let excluded = outcome(&gallery, &mut session, &receipt(1), json!({"category": "tobacco"})).await;
    assert_eq!((&excluded["reason"], &excluded["rules_version"]), (&json!("excluded_category"), &json!(2)));
    let small = with(receipt(2), "total_kopecks", 99_999);
    let small = outcome(&gallery, &mut session, &small, json!({"category": "tobacco"})).await;
    assert_eq!(small["reason"], "below_minimum");
    let enough = with(receipt(3), "total_kopecks", 100_000);
    assert_eq!(outcome(&gallery, &mut session, &enough, json!({})).await["state"], "credited");
}

#[tokio::test]
async fn a_receipt_of_nothing_is_below_any_minimum_and_never_in_the_ledger() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let nothing = outcome(&gallery, &mut session, &with(receipt(1), "total_kopecks", 0), json!({})).await;
    assert_eq!((&nothing["state"], &nothing["reason"]), (&json!("rejected"), &json!("below_minimum")));
    assert_eq!(gallery.all(&mut session, "/v1/ledger", "entries").await, [] as [Value; 0]);
}

#[tokio::test]
async fn payouts_are_not_supported() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    for (number, operation) in [(1, "payout"), (2, "payout_return")] {
        let paid = outcome(&gallery, &mut session, &with(receipt(number), "operation", operation), json!({})).await;
        assert_eq!((&paid["state"], &paid["reason"]), (&json!("rejected"), &json!("unsupported_operation")));
    }
    assert_eq!(gallery.all(&mut session, "/v1/ledger", "entries").await, [] as [Value; 0]);
}

#[tokio::test]
async fn an_unknown_operation_is_learnt_from_the_tax_service() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let unknown = |number| with(receipt(number), "operation", Value::Null);
    gallery.registered(&session, &unknown(1)).await;
    assert_eq!(gallery.all(&mut session, "/v1/ledger", "entries").await, [] as [Value; 0]);
    gallery.advance(2 * HOUR).await;
    let sale = gallery.all(&mut session, "/v1/receipts", "receipts").await.remove(0);
    assert_eq!((&sale["operation"], &sale["state"]), (&json!("sale"), &json!("credited")));
    let back = outcome(&gallery, &mut session, &unknown(2), json!({"operation": "sale_return"})).await;
    assert_eq!((&back["operation"], &back["reason"]), (&json!("sale_return"), &json!("return_unlinked")));
    assert_eq!(gallery.all(&mut session, "/v1/ledger", "entries").await.len(), 1);
}

#[tokio::test]
async fn unknown_is_not_rejected_before_its_days_are_over() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let pending = outcome(&gallery, &mut session, &receipt(1), json!({"known": false})).await;
    assert_eq!(pending["state"], "pending");
    gallery.advance(29 * DAY).await;
    let id = pending["receipt_id"].as_str().unwrap();
    let pending = gallery.receipt(&mut session, id).await;
    assert_eq!((&pending["state"], &pending["reason"]), (&json!("pending"), &Value::Null));
    gallery.advance(DAY).await;
    let rejected = gallery.receipt(&mut session, id).await;
    assert_eq!((&rejected["state"], &rejected["reason"]), (&json!("rejected"), &json!("not_found")));
}

#[tokio::test]
async fn a_till_that_was_offline_reports_late() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let truth = json!({"known_from": "2026-03-20T09:00:00Z", "shop": "Полдень", "category": "restaurants"});
    let pending = outcome(&gallery, &mut session, &receipt(1), truth).await;
    let id = pending["receipt_id"].as_str().unwrap();
    gallery.set_clock("2026-03-20T08:59:00Z").await;
    assert_eq!(gallery.receipt(&mut session, id).await["state"], "pending");
    gallery.set_clock("2026-03-20T11:00:00Z").await;
    let credited = gallery.receipt(&mut session, id).await;
    assert_eq!((&credited["state"], &credited["shop"]), (&json!("credited"), &json!("Полдень")));
}

#[tokio::test]
async fn look_ups_fail_now_and_then_and_are_limited() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    for number in 0..150 {
        gallery.registered(&session, &receipt(number)).await;
    }
    // All are due in the same minute or two, and 60 look-ups a minute are allowed.
    gallery.advance(125).await;
    let waiting = gallery.all(&mut session, "/v1/receipts", "receipts").await;
    assert_eq!(waiting.len(), 150);
    gallery.advance(3 * HOUR).await;
    let receipts = gallery.all(&mut session, "/v1/receipts", "receipts").await;
    assert!(receipts.iter().all(|receipt| receipt["state"] == "credited"));
    let mut decided: Vec<_> = receipts.iter().map(|receipt| &receipt["decided_at"].as_str().unwrap()[..16]).collect();
    decided.sort_unstable();
    assert!(decided.chunk_by(|one, other| one == other).all(|minute| minute.len() <= 60));
    decided.dedup();
    assert!(decided.len() >= 4, "{decided:?}");
    let shops: std::collections::BTreeSet<_> = receipts.iter().map(|receipt| receipt["shop"].to_string()).collect();
    assert_eq!(shops.len(), 12);
}
