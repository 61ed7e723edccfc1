//! Appeals: opened once, photographs part by part, answered by the gallery's people.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{Answer, Gallery, OTHER_PHONE, PHONE, Session, receipt, with};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

const APPEAL: &str = "5f0c9a7be1d24c0f8a3b6e9d2c1f4a70";

fn announced(bytes: &[u8], parts: u32) -> Value {
    let sum: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({"size": bytes.len(), "sha256": sum, "parts": parts})
}

fn appeal(receipt: &Value, photographs: Vec<Value>) -> Value {
    json!({
        "appeal_id": APPEAL,
        "receipt": {
            "receipt_id": receipt["receipt_id"],
            "drive_number": receipt["drive_number"],
            "document_number": receipt["document_number"],
            "fiscal_sign": receipt["fiscal_sign"],
            "total_kopecks": receipt["total_kopecks"],
            "issued_at": receipt["issued_at"],
        },
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "comment": "Это чек вашего магазина.",
        "photographs": photographs,
        "requested_at": "2026-03-15T09:00:00Z",
    })
}

async fn rejected(gallery: &Gallery, session: &Session) -> Value {
    let registered = gallery.registered(session, &receipt(1)).await;
    let verdict = format!("/admin/receipts/{}/verdict", registered["receipt_id"].as_str().unwrap());
    gallery.admin("POST", &verdict, json!({"state": "rejected", "reason": "not_found"})).await.is(200).json()
}

async fn part(gallery: &Gallery, session: &Session, place: (u32, u32), bytes: &[u8]) -> Answer {
    let body = json!({"photograph": place.0, "part": place.1, "bytes": STANDARD.encode(bytes)});
    let key = format!("part-{}-{}-{}", place.0, place.1, bytes.len());
    gallery.intend(session, &format!("/v1/appeals/{APPEAL}/parts"), &key, &body).await
}

async fn answer(gallery: &Gallery, body: Value) -> Answer {
    gallery.admin("POST", &format!("/admin/appeals/{APPEAL}/answer"), body).await
}

#[tokio::test]
async fn photographs_come_part_by_part_and_whole() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let receipt = rejected(&gallery, &session).await;
    let (first, second) = (vec![7_u8; 70_000], b"small".to_vec());
    let new = appeal(&receipt, vec![announced(&first, 2), announced(&second, 1)]);
    let opened = gallery.intend(&session, "/v1/appeals", "a", &new).await.is(201).json();
    assert_eq!((&opened["state"], &opened["photographs_received"]), (&json!("open"), &json!(0)));
    // The same once more, under its key and under another: it is there once.
    gallery.intend(&session, "/v1/appeals", "a", &new).await.is(200);
    gallery.intend(&session, "/v1/appeals", "b", &new).await.is(200);
    assert_eq!(gallery.get(&session, "/v1/appeals").await.json()["appeals"].as_array().unwrap().len(), 1);

    let photograph = |number| format!("/admin/appeals/{APPEAL}/photographs/{number}");
    part(&gallery, &session, (0, 1), &first[65_536..]).await.is(200);
    gallery.admin("GET", &photograph(0), Value::Null).await.refused(404, "not-found");
    for _ in 0..2 {
        let had = part(&gallery, &session, (0, 0), &first[..65_536]).await.is(200).json();
        assert_eq!(had["photographs_received"], 1);
    }
    assert_eq!(part(&gallery, &session, (1, 0), &second).await.is(200).json()["photographs_received"], 2);
    assert_eq!(gallery.admin("GET", &photograph(0), Value::Null).await.is(200).bytes, first);
    let listed = gallery.admin("GET", "/admin/appeals", Value::Null).await.is(200).json();
    assert_eq!(listed[0]["trace_id"], new["trace_id"]);
    assert_eq!(
        (&listed[0]["photographs"][0]["received"], &listed[0]["photographs"][1]["received"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn what_is_not_as_announced_is_dropped_and_can_come_again() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let receipt = rejected(&gallery, &session).await;
    let new = appeal(&receipt, vec![announced(b"right", 1)]);
    gallery.intend(&session, "/v1/appeals", "a", &new).await.is(201);
    part(&gallery, &session, (0, 0), b"wron").await.refused(422, "photograph-damaged");
    part(&gallery, &session, (0, 0), b"too much").await.refused(422, "invalid-appeal");
    part(&gallery, &session, (0, 1), b"right").await.refused(422, "invalid-appeal");
    part(&gallery, &session, (1, 0), b"right").await.refused(422, "invalid-appeal");
    assert_eq!(part(&gallery, &session, (0, 0), b"right").await.is(200).json()["photographs_received"], 1);
    let other = gallery.sign_in(OTHER_PHONE).await;
    part(&gallery, &other, (0, 0), b"right").await.refused(404, "appeal-unknown");
}

#[tokio::test]
async fn to_accept_is_to_count_and_there_is_one_appeal_for_each_decision() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let rejected = rejected(&gallery, &session).await;
    let new = appeal(&rejected, Vec::new());
    gallery.intend(&session, "/v1/appeals", "a", &new).await.is(201);
    let another = with(new.clone(), "appeal_id", "other");
    gallery.intend(&session, "/v1/appeals", "b", &another).await.refused(409, "appeal-open");

    gallery.advance(60).await;
    answer(&gallery, json!({"state": "accepted", "answer": "Вы правы."})).await.is(200);
    answer(&gallery, json!({"state": "declined", "answer": ""})).await.refused(409, "conflict");
    let listed = gallery.get(&session, "/v1/appeals").await.is(200).json();
    assert_eq!(
        (&listed["appeals"][0]["state"], &listed["appeals"][0]["answer"]),
        (&json!("accepted"), &json!("Вы правы."))
    );
    let id = rejected["receipt_id"].as_str().unwrap();
    assert_eq!(gallery.receipt(&mut session, id).await["state"], "credited");
    gallery.intend(&session, "/v1/appeals", "c", &another).await.refused(409, "appeal-answered");
    part(&gallery, &session, (0, 0), b"late").await.refused(409, "appeal-answered");

    gallery.advance(60).await;
    let verdict = json!({"state": "rejected", "reason": "not_this_gallery"});
    gallery.admin("POST", &format!("/admin/receipts/{id}/verdict"), verdict).await.is(200);
    gallery.intend(&session, "/v1/appeals", "d", &another).await.is(201);
}

#[tokio::test]
async fn a_receipt_that_was_never_registered_is_counted_at_the_desk() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    gallery.intend(&session, "/v1/appeals", "a", &appeal(&receipt(9), Vec::new())).await.is(201);
    answer(&gallery, json!({"state": "accepted", "answer": "Да."})).await.refused(400, "malformed");
    let accepted = json!({"state": "accepted", "answer": "Да.", "shop": "Бутик", "category": "fashion"});
    answer(&gallery, accepted).await.is(200);
    let receipts = gallery.all(&mut session, "/v1/receipts", "receipts").await;
    assert_eq!((&receipts[0]["state"], &receipts[0]["source"]), (&json!("credited"), &json!("reception")));
    assert_eq!(receipts[0]["document_number"], receipt(9)["document_number"]);
}

#[tokio::test]
async fn what_is_no_appeal_is_told_where() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let good = appeal(&receipt(1), Vec::new());
    let large = json!({"size": 1_000_001, "sha256": "0".repeat(64), "parts": 16});
    for (number, (field, value)) in [
        ("appeal_id", json!("")),
        ("appeal_id", json!("a/b")),
        ("comment", json!("ё".repeat(1_001))),
        ("photographs", json!([announced(b"1", 1), announced(b"2", 1), announced(b"3", 1), announced(b"4", 1)])),
        ("photographs", json!([large, large])),
        ("photographs", json!([{"size": 1, "sha256": "0", "parts": 1}])),
    ]
    .into_iter()
    .enumerate()
    {
        let bad = with(good.clone(), field, value);
        let refused = gallery.intend(&session, "/v1/appeals", &number.to_string(), &bad).await;
        refused.refused(422, "invalid-appeal");
        assert_eq!(refused.json()["pointer"], format!("/{field}"));
    }
    gallery
        .call("DELETE", "/v1/member", &[("authorization", &session.bearer()), ("idempotency-key", "x")], None)
        .await
        .is(204);
    assert_eq!(gallery.admin("GET", "/admin/appeals", Value::Null).await.json(), json!([]));
}
