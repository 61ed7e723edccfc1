//! Linking a card that the reception gave out.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Answer, Gallery, OTHER_PHONE, PHONE, Session};
use serde_json::{Value, json};

const LINK: &str = "/v1/member/card-link";
const NUMBER: &str = "4081507726610394";

async fn give_out(gallery: &Gallery, card: Value) -> Value {
    gallery.admin("POST", "/admin/cards", card).await.is(201).json()
}

fn history() -> Value {
    let purchase = |kopecks: i64, day: &str| {
        let issued_at = format!("{day}T12:00:00+03:00");
        json!({"total_kopecks": kopecks, "issued_at": issued_at, "shop": "Дом", "category": "home"})
    };
    json!([purchase(20_000_000, "2026-02-01"), purchase(15_000_000, "2026-02-14")])
}

async fn link(gallery: &Gallery, session: &Session, key: &str, which: Value) -> Answer {
    gallery.intend(session, LINK, key, &which).await
}

#[tokio::test]
async fn its_history_becomes_the_member_s() {
    let gallery = Gallery::start().await;
    gallery.set_clock("2026-02-20T09:00:00Z").await;
    let card = give_out(&gallery, json!({"number": NUMBER, "purchases": history()})).await;
    gallery.set_clock(common::START).await;
    let mut session = gallery.sign_in(PHONE).await;
    let own = gallery.purchase(&session, 1_000_000, "2026-03-01T12:00:00+03:00").await;
    // What was read before the linking is read on: the moved rows come after it.
    let before = gallery.get(&session, "/v1/receipts").await.json();

    let linked = link(&gallery, &session, "k", json!({"number": NUMBER})).await.is(200).json();
    assert_eq!((&linked["number"], &linked["receipts"]), (&json!(NUMBER), &json!(2)));
    assert_eq!(linked["card_id"], card["card_id"]);
    let after = format!("/v1/receipts?cursor={}", before["next_cursor"].as_str().unwrap());
    assert_eq!(gallery.get(&session, &after).await.is(200).json()["receipts"].as_array().unwrap().len(), 2);
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await.len(), 3);
    let entries = gallery.all(&mut session, "/v1/ledger", "entries").await;
    assert!(entries.len() == 3 && entries.iter().any(|entry| entry["id"] == own["receipt_id"]));
    let member = gallery.get(&session, "/v1/member").await.json();
    assert_eq!((&member["tier"], &member["joined"]), (&json!("leto"), &json!("2026-02-20")));
    assert_eq!(gallery.get(&session, "/v1/card").await.json()["number"], NUMBER);
    // The holder was nobody but the card's.
    let holder = format!("/admin/members/{}/revoke", card["holder_id"].as_str().unwrap());
    gallery.admin("POST", &holder, Value::Null).await.refused(404, "not-found");
}

#[tokio::test]
async fn linking_again_changes_nothing() {
    let gallery = Gallery::start().await;
    give_out(&gallery, json!({"number": NUMBER, "purchases": history()})).await;
    let mut session = gallery.sign_in(PHONE).await;
    let first = link(&gallery, &session, "one", json!({"number": NUMBER})).await.is(200).json();
    gallery.advance(5).await;
    for key in ["one", "two"] {
        assert_eq!(link(&gallery, &session, key, json!({"number": NUMBER})).await.is(200).json(), first);
    }
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await.len(), 2);
    link(&gallery, &session, "one", json!({"number": "1111222233334444"})).await.refused(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_card_is_known_by_the_phone_that_was_signed_in_with() {
    let gallery = Gallery::start().await;
    give_out(&gallery, json!({"number": NUMBER, "phone": PHONE, "purchases": history()})).await;
    // Whoever knows the phone and cannot read its messages gets nothing, and learns nothing.
    let stranger = gallery.sign_in(OTHER_PHONE).await;
    link(&gallery, &stranger, "k", json!({"phone": PHONE})).await.refused(404, "card-unknown");
    let session = gallery.sign_in(PHONE).await;
    let linked = link(&gallery, &session, "k", json!({"phone": PHONE})).await.is(200).json();
    assert_eq!((&linked["number"], &linked["receipts"]), (&json!(NUMBER), &json!(2)));
}

#[tokio::test]
async fn two_cards_of_one_phone_are_told_apart_by_number() {
    let gallery = Gallery::start().await;
    let one = give_out(&gallery, json!({"phone": PHONE})).await;
    let two = give_out(&gallery, json!({"phone": PHONE, "purchases": history()})).await;
    assert_ne!(one["number"], two["number"]);
    let session = gallery.sign_in(PHONE).await;
    link(&gallery, &session, "a", json!({"phone": PHONE})).await.refused(409, "phone-not-unique");
    // A refusal uses up no key.
    let linked = link(&gallery, &session, "a", json!({"number": two["number"]})).await.is(200).json();
    assert_eq!(linked["receipts"], 2);
}

#[tokio::test]
async fn what_cannot_be_linked() {
    let gallery = Gallery::start().await;
    let blocked = give_out(&gallery, json!({"status": "blocked"})).await;
    let taken = give_out(&gallery, json!({"number": NUMBER})).await;
    let owner = gallery.sign_in(OTHER_PHONE).await;
    link(&gallery, &owner, "k", json!({"number": taken["number"]})).await.is(200);
    let session = gallery.sign_in(PHONE).await;
    for (key, which, status, slug) in [
        ("a", json!({"number": "0000000000000000"}), 404, "card-unknown"),
        ("b", json!({"number": "4081 5077"}), 404, "card-unknown"),
        ("c", json!({"phone": PHONE}), 404, "card-unknown"),
        ("d", json!({"number": blocked["number"]}), 409, "card-blocked"),
        ("e", json!({"number": NUMBER}), 409, "card-linked-to-another"),
        ("f", json!({}), 400, "malformed"),
        ("g", json!({"number": NUMBER, "phone": PHONE}), 400, "malformed"),
    ] {
        link(&gallery, &session, key, which).await.refused(status, slug);
    }
    // The number that another member got in the app is that member's.
    let app = gallery.sign_in("+79361234567").await;
    let number = gallery.get(&app, "/v1/card").await.json()["number"].clone();
    link(&gallery, &session, "h", json!({"number": number})).await.refused(409, "card-linked-to-another");
    gallery.admin("POST", "/admin/cards", json!({"number": NUMBER})).await.refused(409, "conflict");
    gallery.admin("POST", "/admin/cards", json!({"number": "12"})).await.refused(400, "malformed");
}

#[tokio::test]
async fn a_change_of_card_keeps_the_member() {
    let gallery = Gallery::start().await;
    let old = give_out(&gallery, json!({"purchases": history()})).await;
    let new = give_out(&gallery, json!({})).await;
    let mut session = gallery.sign_in(PHONE).await;
    let pass = gallery.get(&session, "/v1/card").await.json()["pass_serial"].clone();
    link(&gallery, &session, "a", json!({"number": old["number"]})).await.is(200);
    assert_eq!(link(&gallery, &session, "b", json!({"number": new["number"]})).await.is(200).json()["receipts"], 0);
    let card = gallery.get(&session, "/v1/card").await.json();
    assert_eq!((&card["number"], &card["pass_serial"]), (&new["number"], &pass));
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await.len(), 2);
}
