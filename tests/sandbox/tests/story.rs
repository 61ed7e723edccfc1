//! What a receipt tells of itself: positions, what counts, its history with traces; one receipt from two sources.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, OTHER_PHONE, PHONE, Session, receipt, ticket, with};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const HOURS: i64 = 7200;

async fn register_traced(gallery: &Gallery, session: &Session, traceparent: &str, body: &Value) -> Value {
    let bearer = session.bearer();
    let key = format!("key-{}", body["document_number"]);
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str()), ("traceparent", traceparent)];
    gallery.call("POST", "/v1/receipts", &headers, Some(body.clone())).await.is(201).json()
}

fn states(receipt: &Value) -> Vec<(&str, Option<&str>)> {
    let history = receipt["history"].as_array().unwrap();
    history.iter().map(|change| (change["state"].as_str().unwrap(), change["reason"].as_str())).collect()
}

#[tokio::test]
async fn positions_come_with_the_tax_services_answer_and_add_up() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let pending = gallery.registered(&session, &receipt(1)).await;
    assert_eq!((&pending["positions"], &pending["counted_kopecks"]), (&json!([]), &json!(0)));
    gallery.advance(HOURS).await;
    let credited = gallery.receipt(&mut session, pending["receipt_id"].as_str().unwrap()).await;
    let positions = credited["positions"].as_array().unwrap();
    assert!(!positions.is_empty());
    let sum: i64 = positions.iter().map(|position| position["sum_kopecks"].as_i64().unwrap()).sum();
    assert_eq!((sum, &credited["counted_kopecks"]), (169_116, &json!(169_116)));
}

#[tokio::test]
async fn the_administration_says_what_was_bought() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let bought = json!([
        {"name": "Сыр   ", "quantity_thousandths": 250, "price_kopecks": 400_000, "sum_kopecks": 100_000},
        {"name": "Хлеб", "quantity_thousandths": 1000, "price_kopecks": 69_116, "sum_kopecks": 69_116},
    ]);
    gallery.admin("PUT", "/admin/tax/tickets", ticket(&receipt(1), json!({"positions": bought}))).await.is(204);
    let id = gallery.registered(&session, &receipt(1)).await["receipt_id"].as_str().unwrap().to_owned();
    gallery.advance(HOURS).await;
    assert_eq!(gallery.receipt(&mut session, &id).await["positions"], bought);
    // Their sum is the total that the tax service knows.
    gallery.admin("PUT", "/admin/tax/tickets", ticket(&receipt(2), json!({"positions": [bought[0]]}))).await.is(204);
    session = gallery.refreshed(&session).await;
    let id = gallery.registered(&session, &receipt(2)).await["receipt_id"].as_str().unwrap().to_owned();
    gallery.advance(HOURS).await;
    assert_eq!(gallery.receipt(&mut session, &id).await["reason"], "data_differ");
    for wrong in [
        json!({"positions": bought, "total_kopecks": 1}),
        json!({"positions": [{"name": "", "quantity_thousandths": -1, "price_kopecks": 0, "sum_kopecks": 0}]}),
        json!({"positions": [{"name": "Сыр"}]}),
    ] {
        gallery.admin("PUT", "/admin/tax/tickets", ticket(&receipt(3), wrong)).await.refused(400, "malformed");
    }
}

#[tokio::test]
async fn whoever_has_guessed_a_receipt_learns_nothing_of_it() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    for (number, truth) in [(1, json!({"in_gallery": false})), (2, json!({"total_kopecks": 1}))] {
        gallery.admin("PUT", "/admin/tax/tickets", ticket(&receipt(number), truth)).await.is(204);
        session = gallery.refreshed(&session).await;
        let id = gallery.registered(&session, &receipt(number)).await["receipt_id"].as_str().unwrap().to_owned();
        gallery.advance(HOURS).await;
        let rejected = gallery.receipt(&mut session, &id).await;
        assert_eq!(rejected["state"], "rejected");
        assert_eq!((&rejected["positions"], &rejected["shop"]), (&json!([]), &Value::Null));
    }
}

#[tokio::test]
async fn what_the_rules_exclude_is_shown_with_its_category() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let rules = json!({"version": 3, "tiers": [{"id": "vesna"}], "counting": {"excluded_categories": ["restaurants"]}});
    gallery.admin("PUT", "/admin/rules", rules.clone()).await.is(204);
    let listed = gallery.admin("GET", "/admin/rules", Value::Null).await.is(200).json();
    assert_eq!((listed[0]["version"].clone(), listed[1]["version"].as_i64()), (rules["version"].clone(), Some(1)));
    let truth = json!({"category": "restaurants", "shop": "Полдень"});
    gallery.admin("PUT", "/admin/tax/tickets", ticket(&receipt(1), truth)).await.is(204);
    let id = gallery.registered(&session, &receipt(1)).await["receipt_id"].as_str().unwrap().to_owned();
    gallery.advance(HOURS).await;
    let rejected = gallery.receipt(&mut session, &id).await;
    assert_eq!((&rejected["reason"], &rejected["rules_version"]), (&json!("excluded_category"), &json!(3)));
    assert_eq!((&rejected["shop"], &rejected["category"]), (&json!("Полдень"), &json!("restaurants")));
    assert_eq!(rejected["counted_kopecks"], 0);
    assert!(!rejected["positions"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn each_change_bears_the_trace_of_the_registration() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let registered = register_traced(&gallery, &session, &traceparent, &receipt(1)).await;
    let change = json!({"state": "pending", "at": registered["registered_at"], "reason": null,
        "rules_version": null, "trace_id": TRACE});
    assert_eq!(registered["history"], json!([change]));
    gallery.advance(HOURS).await;
    let credited = gallery.receipt(&mut session, registered["receipt_id"].as_str().unwrap()).await;
    assert_eq!(states(&credited), [("pending", None), ("credited", None)]);
    let last = &credited["history"][1];
    assert_eq!((&last["at"], &last["trace_id"]), (&credited["decided_at"], &json!(TRACE)));
    assert_eq!(last["rules_version"], 1);

    // Without one, and with one that is none, the gallery begins a trace of its own.
    for (number, traceparent) in [(2, "00-00-00-00"), (3, "")] {
        let begun = register_traced(&gallery, &session, traceparent, &receipt(number)).await;
        let trace = begun["history"][0]["trace_id"].as_str().unwrap();
        assert!(trace.len() == 32 && trace != TRACE, "{trace}");
    }
    let listed = gallery.admin("GET", "/admin/receipts", Value::Null).await.is(200).json();
    assert_eq!(listed[0]["history"], credited["history"]);
}

#[tokio::test]
async fn returns_are_told_in_the_history_of_both() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let bought = gallery.purchase(&session, 169_116, "2026-03-01T12:00:00+03:00").await;
    assert_eq!((states(&bought), &bought["positions"]), (vec![("credited", None)], &json!([])));
    assert_eq!(bought["counted_kopecks"], 169_116);
    let bought = bought["receipt_id"].as_str().unwrap().to_owned();
    for (number, kopecks, left, last) in [(1, 69_116, 100_000, "credited"), (2, 100_000, 0, "reversed")] {
        let back = with(with(receipt(number), "operation", "sale_return"), "total_kopecks", kopecks);
        session = gallery.refreshed(&session).await;
        let back = gallery.registered(&session, &back).await["receipt_id"].as_str().unwrap().to_owned();
        gallery.advance(HOURS).await;
        let link = format!("/admin/receipts/{back}/link");
        let linked = gallery.admin("POST", &link, json!({"purchase": bought})).await.is(200).json();
        let told = [("pending", None), ("pending", Some("return_unlinked")), ("credited", None)];
        assert_eq!((states(&linked), &linked["of"]), (told.to_vec(), &json!(bought)));
        assert_eq!(linked["counted_kopecks"], 0);
        let purchase = gallery.receipt(&mut session, &bought).await;
        assert_eq!(purchase["counted_kopecks"], left);
        assert_eq!(states(&purchase).last(), Some(&(last, None)));
    }
}

#[tokio::test]
async fn what_is_left_of_a_purchase_counts_only_above_the_minimum() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let rules = json!({"version": 2, "tiers": [{"id": "vesna"}], "counting": {"min_receipt": 100_000}});
    gallery.admin("PUT", "/admin/rules", rules).await.is(204);
    let bought = gallery.purchase(&session, 169_116, "2026-03-01T12:00:00+03:00").await;
    let back = with(with(receipt(1), "operation", "sale_return"), "total_kopecks", 69_117);
    let back = gallery.registered(&session, &back).await["receipt_id"].as_str().unwrap().to_owned();
    gallery.advance(HOURS).await;
    let link = format!("/admin/receipts/{back}/link");
    gallery.admin("POST", &link, json!({"purchase": bought["receipt_id"]})).await.is(200);
    let purchase = gallery.receipt(&mut session, bought["receipt_id"].as_str().unwrap()).await;
    assert_eq!((&purchase["state"], &purchase["counted_kopecks"]), (&json!("credited"), &json!(0)));
}

#[tokio::test]
async fn a_receipt_counts_once_whoever_brings_it_and_nobody_learns_whose_it_is() {
    let gallery = Gallery::start().await;
    let mut one = gallery.sign_in(PHONE).await;
    let mut other = gallery.sign_in(OTHER_PHONE).await;
    let at_desk = |number: u32| {
        json!({
            "total_kopecks": 169_116, "issued_at": "2026-03-10T11:30:00+03:00", "shop": "Колибри", "category": "kids",
            "drive_number": "7380440801290534", "document_number": number, "fiscal_sign": 4_235_874_914_u32,
        })
    };
    let desk_of = |session: &Session| format!("/admin/members/{}/purchases", session.member_id);
    // The member's first, by hand or from the code; then reception's, for the same member and for another.
    for (number, source) in [(1, "scanned"), (2, "manual")] {
        gallery.registered(&one, &with(receipt(number), "source", source)).await;
        gallery.admin("POST", &desk_of(&one), at_desk(number)).await.refused(409, "already-registered");
        let refused = gallery.admin("POST", &desk_of(&other), at_desk(number)).await;
        refused.refused(409, "counted-by-another");
        assert!(refused.json().get("receipt").is_none());
    }
    // Reception's first; then the member's, and another member's.
    gallery.admin("POST", &desk_of(&one), at_desk(3)).await.is(201);
    for source in ["scanned", "manual"] {
        let body = with(receipt(3), "source", source);
        let known = gallery.register(&one, source, &body).await;
        known.refused(409, "already-registered");
        assert_eq!(known.json()["receipt"]["source"], "reception");
        let refused = gallery.register(&other, source, &body).await;
        refused.refused(409, "counted-by-another");
        let told = refused.json();
        let told: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(told, ["detail", "status", "title", "type"]);
    }
    gallery.advance(HOURS).await;
    assert_eq!(gallery.all(&mut one, "/v1/ledger", "entries").await.len(), 3);
    assert_eq!(gallery.all(&mut other, "/v1/ledger", "entries").await.len(), 0);
}

#[tokio::test]
async fn a_refusal_names_the_rules() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let old = with(receipt(1), "issued_at", "2026-01-10T11:30:00+03:00");
    let refused = gallery.register(&session, "k", &old).await;
    refused.refused(422, "receipt-refused");
    assert_eq!((&refused.json()["reason"], &refused.json()["rules_version"]), (&json!("too_old"), &json!(1)));
}
