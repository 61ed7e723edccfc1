//! A new phone, a second phone, a phone that was away: each shows what the gallery has.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use http::Method;
use serde_json::json;
use vremena_core::{
    events::RegistrationState,
    ids::EventId,
    receipts::{Receipt, ReceiptState},
};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text, start};

/// All that a member sees of what is theirs, in one text.
async fn shown(phone: &Phone) -> String {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|receipt: &Receipt| (receipt.issued_at, receipt.local_id));
        let page = phone.app.receipts().page(after, 200).await.unwrap();
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let mut receipts: Vec<_> = all
        .into_iter()
        .map(|receipt| (receipt.receipt_id, receipt.total, receipt.state, receipt.source, receipt.shop))
        .map(|shown| format!("{shown:?}"))
        .collect();
    receipts.sort();
    let programme = phone.app.programme().snapshot().await.unwrap();
    let events = phone.app.events().list().await.unwrap();
    let tickets: Vec<_> = events
        .iter()
        .filter_map(|event| event.registration.as_ref())
        .map(|registration| &registration.ticket_code)
        .collect();
    let number = phone.app.wallet().card().await.unwrap().map(|card| card.number);
    format!("{receipts:#?}\n{:?} {:?}\n{tickets:?}\n{number:?}", programme.tier, programme.sum)
}

async fn on_another_phone(gallery: &Gallery, first: &Phone) -> Phone {
    // So that another code may be asked for.
    gallery.time_passes(first, TimeDelta::minutes(2)).await.unwrap();
    let phone = gallery.phone().await.unwrap();
    phone.desktop.clock.advance(first.desktop.ports().clock.now() - start());
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    phone
}

async fn buys_at_reception(gallery: &Gallery, phone: &Phone, roubles: i64) {
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let purchase = json!({
        "total_kopecks": roubles * 100, "issued_at": start() - TimeDelta::hours(3), "shop": "Колибри",
        "category": "fashion",
    });
    let path = format!("members/{}/purchases", member.as_str());
    gallery.admin.call(Method::POST, &path, Some(purchase)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_phone_shows_all_that_the_old_one_did() {
    let gallery = Gallery::open().await.unwrap();
    let event = json!({
        "title": { "ru": "x", "en": "x" }, "description": { "ru": "", "en": "" }, "audience": [],
        "place": { "ru": "Атриум", "en": "Atrium" }, "capacity": 2,
        "starts_at": start() + TimeDelta::days(3), "ends_at": start() + TimeDelta::days(4),
        "registration_opens_at": start() - TimeDelta::days(1), "registration_closes_at": start() + TimeDelta::days(2),
    });
    let event_id = EventId::new(gallery.admin.announce(event).await.unwrap());
    let old = gallery.signed_in(PHONE).await.unwrap();
    for number in 1..=250 {
        old.capture(&receipt_text(number, 1_000)).await.unwrap();
    }
    old.app.events().register(&event_id).await.unwrap();
    old.drained().await.unwrap();
    buys_at_reception(&gallery, &old, 50_000).await;
    gallery.decided(&old).await.unwrap();

    let new = on_another_phone(&gallery, &old).await;
    old.app.sync().pull().await.unwrap();
    let registration = new.app.events().list().await.unwrap().remove(0).registration.unwrap();
    assert_eq!(registration.state, RegistrationState::Confirmed);
    assert!(registration.ticket_code.is_some());
    assert!(shown(&new).await == shown(&old).await, "they differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_one_phone_arrives_on_the_other() {
    let gallery = Gallery::open().await.unwrap();
    let first = gallery.signed_in(PHONE).await.unwrap();
    let second = on_another_phone(&gallery, &first).await;
    first.capture(&receipt_text(1, 1_000)).await.unwrap();
    first.drained().await.unwrap();
    second.app.sync().pull().await.unwrap();
    assert_eq!(second.only_receipt().await.unwrap().state, ReceiptState::Pending);

    buys_at_reception(&gallery, &first, 1_000).await;
    second.desktop.clock.advance(TimeDelta::hours(4));
    gallery.decided(&first).await.unwrap();
    second.app.sync().pull_hinted("receipts,ledger,member").await.unwrap();
    let states: Vec<_> = second.receipts().await.unwrap().iter().map(|receipt| receipt.state).collect();
    assert_eq!(states, [ReceiptState::Credited; 2]);
    first.app.sync().pull().await.unwrap();
    assert_eq!(shown(&second).await, shown(&first).await);
}
