//! The member's card.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, OTHER_PHONE, PHONE};
use serde_json::{Value, json};

#[tokio::test]
async fn every_member_has_a_card_from_the_first_sign_in() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let card = gallery.get(&one, "/v1/card").await.is(200).json();
    assert_eq!((&card["status"], &card["tier"]), (&json!("active"), &json!("vesna")));
    let code = json!({"symbology": "qr", "error_correction": "M", "template": "VG1*{number}*{tier}"});
    assert_eq!(card["code"], code);
    assert!(card["number"].as_str().unwrap().len() == 16);
    let foreign = gallery.get(&other, "/v1/card").await.is(200).json();
    for field in ["card_id", "number", "pass_serial"] {
        assert_ne!(card[field], foreign[field], "{field}");
    }
    // The member changes phones, not cards; and the same seed deals the same card.
    gallery.advance(61).await;
    let again = gallery.sign_in(PHONE).await;
    assert_eq!(gallery.get(&again, "/v1/card").await.json(), card);
    let elsewhere = Gallery::start().await;
    let session = elsewhere.sign_in(PHONE).await;
    assert_eq!(elsewhere.get(&session, "/v1/card").await.json(), card);
}

#[tokio::test]
async fn a_member_from_before_there_were_cards_gets_one() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let card = gallery.get(&session, "/v1/card").await.is(200).json();
    let database = rusqlite::Connection::open(gallery.directory.path().join("gallery.db")).unwrap();
    assert_eq!(database.execute("DELETE FROM card", []).unwrap(), 1);
    assert_eq!(gallery.get(&session, "/v1/card").await.is(200).json(), card);
}

#[tokio::test]
async fn the_card_shows_the_tier_and_its_etag_what_changed() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let before = gallery.get(&session, "/v1/card").await.is(200);
    gallery.get_again(&session, "/v1/card", &before).await.is(304);
    gallery.purchase(&session, 30_000_000, "2026-03-01T12:00:00+03:00").await;
    let risen = gallery.get_again(&session, "/v1/card", &before).await.is(200);
    assert_eq!(risen.json()["tier"], "leto");
    assert_eq!(risen.json()["number"], before.json()["number"]);

    let path = format!("/admin/members/{}/card", session.member_id);
    let blocked = gallery.admin("PUT", &path, json!({"status": "blocked"})).await.is(200).json();
    assert_eq!(blocked["status"], "blocked");
    let shown = gallery.get_again(&session, "/v1/card", &risen).await.is(200);
    assert_eq!(shown.json(), blocked);
    // Words of a newer contract, for a phone that does not know them.
    let newer = json!({"symbology": "hexagons", "error_correction": "H", "template": "{tier}"});
    let change = json!({"status": "resting", "code": newer});
    gallery.admin("PUT", &path, change).await.is(200);
    let shown = gallery.get_again(&session, "/v1/card", &shown).await.is(200).json();
    assert_eq!((&shown["status"], &shown["code"]), (&json!("resting"), &newer));
    gallery.admin("PUT", &path, json!({})).await.is(200);
    assert_eq!(gallery.get(&session, "/v1/card").await.json(), shown);
}

#[tokio::test]
async fn what_no_card_can_be() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let before = gallery.get(&session, "/v1/card").await.json();
    let path = format!("/admin/members/{}/card", session.member_id);
    for change in [
        json!({"status": 7}),
        json!({"code": {}}),
        json!({"code": {"symbology": "qr", "error_correction": "X", "template": ""}}),
        json!([]),
    ] {
        gallery.admin("PUT", &path, change).await.refused(400, "malformed");
    }
    gallery.admin("PUT", "/admin/members/nobody/card", json!({"status": "blocked"})).await.refused(404, "not-found");
    gallery.admin("GET", &path, Value::Null).await.refused(405, "method-not-allowed");
    assert_eq!(gallery.get(&session, "/v1/card").await.json(), before);
}
