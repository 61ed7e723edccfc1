//! Verdicts, returns, tiers: what the gallery decides, as the phone shows it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    explanation::NextStep,
    fiscal,
    programme::ProgrammeSnapshot,
    receipts::{ReceiptReason, ReceiptSource, ReceiptState},
};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text};

async fn tier_and_sum(phone: &Phone) -> (String, i64) {
    let snapshot: ProgrammeSnapshot = phone.app.programme().snapshot().await.unwrap();
    (snapshot.tier.unwrap().id.as_str().to_owned(), snapshot.sum.get())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_pending_until_the_tax_service_answers_and_then_counts() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 300_000)).await.unwrap();
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let pending = phone.only_receipt().await.unwrap();
    assert_eq!((pending.state, pending.explanation.next_step), (ReceiptState::Pending, NextStep::Wait));
    assert!(pending.next_check_at.is_some());
    let snapshot = phone.app.programme().snapshot().await.unwrap();
    assert_eq!(snapshot.sum.get(), 0, "what is pending never mixes with what counts");
    assert_eq!(snapshot.projected.unwrap().tier.id.as_str(), "leto");

    let credited = gallery.decided(&phone).await.unwrap().remove(0);
    assert_eq!(credited.state, ReceiptState::Credited);
    assert!(credited.shop.is_some() && credited.decided_at.is_some());
    assert_eq!(tier_and_sum(&phone).await, ("leto".to_owned(), 30_000_000));
    assert_eq!(phone.app.programme().snapshot().await.unwrap().projected, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rejection_has_its_reason_and_next_step() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let cases: [(u32, Value, ReceiptReason, NextStep); 3] = [
        (1, json!({ "in_gallery": false }), ReceiptReason::NotThisGallery, NextStep::Appeal),
        (2, json!({ "total_kopecks": 100 }), ReceiptReason::DataDiffer, NextStep::Appeal),
        (3, json!({ "operation": "payout" }), ReceiptReason::UnsupportedOperation, NextStep::Nothing),
    ];
    for (number, truth, ..) in &cases {
        let text = receipt_text(*number, 500);
        // Without its operation, so that only the tax service knows it.
        let text = if *number == 3 { text.trim_end_matches("&n=1").to_owned() } else { text };
        let identity = fiscal::parse(&text).unwrap().identity();
        gallery.admin.tax_ticket(&identity, truth.clone()).await.unwrap();
        phone.capture(&text).await.unwrap();
    }
    phone.drained().await.unwrap();
    let receipts = gallery.decided(&phone).await.unwrap();
    for (number, _, reason, next_step) in cases {
        let receipt = receipts.iter().find(|receipt| receipt.identity.as_ref().unwrap().document_number == number);
        let receipt = receipt.unwrap();
        assert_eq!((receipt.state, receipt.reason), (ReceiptState::Rejected, Some(reason)), "{number}");
        assert_eq!(receipt.explanation.next_step, next_step, "{number}");
    }
    assert_eq!(tier_and_sum(&phone).await, ("vesna".to_owned(), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_never_found_is_rejected_only_after_the_rules_days() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let text = receipt_text(1, 500);
    let identity = fiscal::parse(&text).unwrap().identity();
    gallery.admin.tax_ticket(&identity, json!({ "known": false })).await.unwrap();
    phone.capture(&text).await.unwrap();
    phone.drained().await.unwrap();
    gallery.time_passes(&phone, TimeDelta::days(28)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.only_receipt().await.unwrap().state, ReceiptState::Pending);
    gallery.time_passes(&phone, TimeDelta::days(4)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let receipt = phone.only_receipt().await.unwrap();
    assert_eq!((receipt.state, receipt.reason), (ReceiptState::Rejected, Some(ReceiptReason::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_return_takes_its_sum_back_and_the_tier_with_it() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 300_000)).await.unwrap();
    phone.capture(&receipt_text(2, 1_000).replace("n=1", "n=2")).await.unwrap();
    phone.drained().await.unwrap();
    let receipts = gallery.decided(&phone).await.unwrap();
    let by_number = |number| receipts.iter().find(|r| r.identity.as_ref().unwrap().document_number == number).unwrap();
    let (purchase, returned) = (by_number(1), by_number(2));
    assert_eq!((returned.state, returned.reason), (ReceiptState::Pending, Some(ReceiptReason::ReturnUnlinked)));
    assert_eq!(returned.explanation.next_step, NextStep::ShowAtDesk);
    assert_eq!(tier_and_sum(&phone).await, ("leto".to_owned(), 30_000_000), "an unlinked return takes nothing");

    let (returned, purchase) = (returned.receipt_id.clone().unwrap(), purchase.receipt_id.clone().unwrap());
    gallery.admin.link(returned.as_str(), purchase.as_str()).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let receipts = phone.receipts().await.unwrap();
    let purchase = receipts.iter().find(|receipt| receipt.receipt_id.as_ref() == Some(&purchase)).unwrap();
    assert_eq!((purchase.state, purchase.returned.get()), (ReceiptState::Credited, 100_000));
    assert!(purchase.explanation.sentence.contains("299\u{a0}000\u{a0}₽"), "{}", purchase.explanation.sentence);
    assert_eq!(tier_and_sum(&phone).await, ("vesna".to_owned(), 29_900_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_of_the_desk_appear_and_a_new_phone_gets_the_whole_history() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let path = format!("members/{}/purchases", member.as_str());
    let purchase = json!({ "total_kopecks": 12_345_600, "issued_at": "2026-03-13T18:00:00+03:00",
        "shop": "Северный свет", "category": "jewellery" });
    gallery.admin.call(Method::POST, &path, Some(purchase)).await.unwrap();
    for number in 1..=3 {
        phone.capture(&receipt_text(number, 1_000)).await.unwrap();
    }
    phone.drained().await.unwrap();
    let receipts = gallery.decided(&phone).await.unwrap();
    assert_eq!(receipts.len(), 4);
    assert!(receipts.iter().any(|receipt| receipt.source == ReceiptSource::Reception));

    let new_phone = gallery.phone().await.unwrap();
    new_phone.desktop.clock.advance(TimeDelta::hours(4));
    gallery.sign_in(&new_phone, PHONE).await.unwrap();
    new_phone.app.sync().pull().await.unwrap();
    let without_place = |receipts: Vec<vremena_core::receipts::Receipt>| {
        let mut ids: Vec<_> = receipts.into_iter().map(|receipt| (receipt.receipt_id, receipt.state)).collect();
        ids.sort_by(|a, b| a.0.cmp(&b.0));
        ids
    };
    assert_eq!(without_place(new_phone.receipts().await.unwrap()), without_place(receipts));
    assert_eq!(tier_and_sum(&new_phone).await, tier_and_sum(&phone).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_comes_page_by_page_without_gaps_or_repeats() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    for number in 1..=7 {
        phone.capture(&receipt_text(number, 1_000)).await.unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = phone.app.receipts().page(after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.issued_at, last.local_id));
        seen.extend(page.into_iter().map(|receipt| receipt.local_id));
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_the_gallery_no_longer_knows_starts_the_feed_anew() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 1_000)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    let before = phone.receipts().await.unwrap();
    phone.app.pause().await.unwrap();
    let file = rusqlite::Connection::open(phone.folder.path().join("member.db")).unwrap();
    assert_eq!(file.execute("UPDATE cursors SET cursor = 'of a time before the backup'", []).unwrap(), 2);
    drop(file);
    phone.app.resume().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.receipts().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_sent_again() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    assert!(!phone.app.sync().pull().await.unwrap().changed);
    let answer = gallery.admin.call(Method::GET, "requests", None).await.unwrap();
    let counts = answer["requests"].as_array().unwrap();
    for path in ["/v1/programme/rules", "/v1/member"] {
        assert!(counts.iter().any(|count| count["path"] == path && count["status"] == 304), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_rules_leave_the_last_good_ones_in_force_and_others_leave_the_servers_word() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let good = phone.app.programme().snapshot().await.unwrap();
    let tiers = json!([
        { "id": "vesna", "name": { "ru": "Весна", "en": "Spring" } },
        { "id": "leto", "name": { "ru": "Лето", "en": "Summer" }, "require": { "metric": "sum", "at_least": 100 } },
        { "id": "leto", "name": { "ru": "Лето", "en": "Summer" }, "require": { "metric": "sum", "at_least": 200 } },
    ]);
    let mut rules = json!({
        "version": 2, "effective_from": "2026-01-01", "zone": "Europe/Moscow",
        "period": { "kind": "rolling_months", "n": 12 }, "validity": { "kind": "period_end" },
        "downgrade": "by_balance", "grace_days": 0, "returns": "original_date", "campaigns": [], "tiers": tiers,
    });
    gallery.admin.call(Method::PUT, "rules", Some(rules.clone())).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.app.programme().snapshot().await.unwrap(), good);

    rules["version"] = 3.into();
    rules["tiers"].as_array_mut().unwrap().pop();
    rules["period"]["kind"] = "calendar_year".into();
    gallery.admin.call(Method::PUT, "rules", Some(rules)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let snapshot = phone.app.programme().snapshot().await.unwrap();
    let missing = snapshot.to_next.unwrap().missing.unwrap().get();
    assert_eq!((snapshot.tier.unwrap().id.as_str(), snapshot.rules_version, missing), ("vesna", Some(3), 100));
}
