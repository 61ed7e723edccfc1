//! The rules as a member reads them: offline, in every version that a verdict names.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    error::CoreError,
    fiscal,
    programme::{RulesPhase, SentenceChange},
    receipts::{ReceiptReason, ReceiptState},
};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text};

/// The sandbox's own rules with another threshold, published as version 2.
async fn publish_second(gallery: &Gallery) {
    let mut rules: Value = serde_json::from_str(include_str!("../../sandbox/src/rules.json")).unwrap();
    rules["version"] = json!(2);
    rules["effective_from"] = json!("2026-03-01");
    rules["tiers"][1]["require"]["at_least"] = json!(20_000_000);
    gallery.admin.call(Method::PUT, "rules", Some(rules)).await.unwrap();
}

async fn credited_under_the_first(gallery: &Gallery) -> Phone {
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 1_000)).await.unwrap();
    phone.drained().await.unwrap();
    let receipt = gallery.decided(&phone).await.unwrap().remove(0);
    assert_eq!((receipt.state, receipt.rules_version), (ReceiptState::Credited, Some(1)));
    phone
}

async fn shows_both_offline(phone: &Phone) {
    let programme = phone.app.programme();
    let versions = programme.rules_versions().await.unwrap();
    let phases: Vec<_> = versions.into_iter().map(|known| (known.version, known.phase)).collect();
    assert_eq!(phases, [(2, RulesPhase::InForce), (1, RulesPhase::Past)]);
    assert_eq!(programme.rulebook(None).await.unwrap().version, 2);
    let named = phone.only_receipt().await.unwrap().rules_version;
    assert_eq!(programme.rulebook(named).await.unwrap().version, 1);
    let text = |roubles: &str| Some(format!("«Лето»: покупки не меньше чем на {roubles}\u{a0}000\u{a0}₽."));
    let change = |key: &str, before, after| SentenceChange { key: key.to_owned(), before, after };
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(
        programme.rulebook_changes(1, 2).await.unwrap(),
        [
            change("tier:leto", text("300"), text("200")),
            change(
                "effective_from",
                day("Версия 1 действует с 1 января 2026."),
                day("Версия 2 действует с 1 марта 2026.")
            ),
        ]
    );
    assert!(matches!(programme.rulebook(Some(3)).await, Err(CoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_and_what_changed_are_read_without_a_network() {
    let gallery = Gallery::open().await.unwrap();
    let phone = credited_under_the_first(&gallery).await;
    publish_second(&gallery).await;
    phone.app.sync().pull().await.unwrap();
    gallery.admin.call(Method::PUT, "network", Some(json!({"listening": false}))).await.unwrap();
    let phone = phone.restarted().await.unwrap();
    shows_both_offline(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_phone_pulls_the_rules_that_a_receipt_refers_to() {
    let gallery = Gallery::open().await.unwrap();
    let former = credited_under_the_first(&gallery).await;
    publish_second(&gallery).await;
    let phone = gallery.phone().await.unwrap();
    phone.desktop.clock.advance(TimeDelta::hours(4));
    drop(former);
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    for _ in 0..3 {
        phone.app.sync().pull().await.unwrap();
    }
    assert_eq!(gallery.requests("GET", "/v1/programme/rules/{version}").await.unwrap(), 1);
    gallery.admin.call(Method::PUT, "network", Some(json!({"listening": false}))).await.unwrap();
    shows_both_offline(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_that_a_member_reads_are_those_after_which_a_receipt_is_not_found() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let rulebook = phone.app.programme().rulebook(None).await.unwrap();
    let sentence = rulebook.sentences().find(|sentence| sentence.key == "not_found_after").unwrap();
    let figures: String = sentence.text.chars().filter(char::is_ascii_digit).collect();
    let days = TimeDelta::days(figures.parse().unwrap());

    let text = receipt_text(1, 500);
    let identity = fiscal::parse(&text).unwrap().identity();
    gallery.admin.tax_ticket(&identity, json!({ "known": false })).await.unwrap();
    phone.capture(&text).await.unwrap();
    phone.drained().await.unwrap();
    gallery.time_passes(&phone, days - TimeDelta::hours(1)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.only_receipt().await.unwrap().state, ReceiptState::Pending, "not yet");
    gallery.time_passes(&phone, TimeDelta::days(2)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let receipt = phone.only_receipt().await.unwrap();
    assert_eq!((receipt.state, receipt.reason), (ReceiptState::Rejected, Some(ReceiptReason::NotFound)));
}
