//! Registering receipts.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, OTHER_PHONE, PHONE, receipt, with};
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test]
async fn a_registered_receipt_is_pending() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let registered = gallery.register(&session, "k1", &receipt(1)).await.is(201).json();
    for (field, value) in receipt(1).as_object().unwrap() {
        if field != "captured_at" {
            assert_eq!(registered[field], *value, "{field}");
        }
    }
    assert_eq!(registered["state"], "pending");
    assert!(registered["next_check_at"].is_string());
    for field in ["reason", "decided_at", "shop", "category", "of", "rules_version"] {
        assert_eq!(registered[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn a_key_registers_once() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    gallery.faults(&["drop_answer"]).await;
    let headers = [("authorization", session.bearer()), ("idempotency-key", "k1".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let body = receipt(1).to_string().into_bytes();
    gallery.raw("POST", "/v1/receipts", &headers, Some(body)).await.unwrap_err();

    // The answer was lost, the effect was not.
    let again = gallery.register(&session, "k1", &receipt(1)).await.is(200).json();
    let spaced = format!(" {} ", with(receipt(1), "unknown", 7));
    let again_spaced = gallery.raw("POST", "/v1/receipts", &headers, Some(spaced.into_bytes())).await.unwrap().is(200);
    assert_eq!(again, again_spaced.json());
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await.len(), 1);

    gallery
        .register(&session, "k1", &with(receipt(1), "source", "manual"))
        .await
        .refused(422, "idempotency-key-reused");
    gallery.register(&session, "k1", &receipt(2)).await.refused(422, "idempotency-key-reused");

    // Later the same key shows the receipt as it has become, even when it would be too old by then.
    gallery.advance(40 * 86_400).await;
    let session = gallery.refreshed(&session).await;
    let now = gallery.register(&session, "k1", &receipt(1)).await.is(200).json();
    assert_eq!((&now["receipt_id"], &now["state"]), (&again["receipt_id"], &json!("credited")));
}

#[tokio::test]
async fn at_the_same_time_too() {
    let gallery = Gallery::start().await;
    let mut one = gallery.sign_in(PHONE).await;
    let mut other = gallery.sign_in(OTHER_PHONE).await;
    let mine = receipt(1);
    let same_key = (0..8).map(|_| gallery.register(&one, "k", &mine));
    let statuses = join_all(same_key).await.into_iter().map(|answer| answer.status.as_u16());
    let mut statuses: Vec<_> = statuses.collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);

    let (theirs, keys) = (receipt(2), ["a", "b", "c", "d"]);
    let both = keys.iter().flat_map(|key| [(&one, key), (&other, key)]);
    let answers = join_all(both.map(|(session, key)| gallery.register(session, key, &theirs))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 7);
    let mut count = 0;
    for session in [&mut one, &mut other] {
        count += gallery.all(session, "/v1/receipts", "receipts").await.len();
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn keys_belong_to_a_member() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    gallery.register(&one, "k", &receipt(1)).await.is(201);
    gallery.register(&other, "k", &receipt(2)).await.is(201);
}

#[tokio::test]
async fn keys_are_needed_and_readable() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let bearer = session.bearer();
    let headers = [("authorization", bearer.as_str())];
    gallery.call("POST", "/v1/receipts", &headers, Some(receipt(1))).await.refused(400, "idempotency-key-missing");
    gallery.register(&session, "", &receipt(1)).await.refused(400, "idempotency-key-missing");
    gallery.register(&session, "a b", &receipt(1)).await.refused(400, "malformed");
    gallery.register(&session, &"k".repeat(129), &receipt(1)).await.refused(400, "malformed");
    gallery.register(&session, &"k".repeat(128), &receipt(1)).await.is(201);
}

#[tokio::test]
async fn a_receipt_counts_once() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let first = gallery.register(&one, "k1", &receipt(1)).await.is(201).json();

    let own = gallery.register(&one, "k2", &with(receipt(1), "total_kopecks", 5)).await;
    own.refused(409, "already-registered");
    assert_eq!(own.json()["receipt"], first);

    let foreign = gallery.register(&other, "k1", &receipt(1)).await;
    foreign.refused(409, "counted-by-another");
    assert!(!String::from_utf8_lossy(&foreign.bytes).contains(&one.member_id));
    assert!(!String::from_utf8_lossy(&foreign.bytes).contains(first["receipt_id"].as_str().unwrap()));

    // The identity is all three: a mistyped sign must not block the right receipt, nor a leading zero.
    gallery.register(&one, "k3", &with(receipt(1), "fiscal_sign", 1)).await.is(201);
    gallery.register(&one, "k4", &with(receipt(1), "drive_number", "07380440801290534")).await.is(422);
    gallery.register(&one, "k5", &with(receipt(1), "drive_number", "734")).await.is(201);
    let zero = gallery.register(&one, "k6", &with(receipt(1), "drive_number", "0734")).await.is(201).json();
    assert_eq!(zero["drive_number"], "0734");
}

#[tokio::test]
async fn fields_out_of_range_are_pointed_at() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let cases = [
        ("drive_number", json!("")),
        ("drive_number", json!("12345678901234567")),
        ("drive_number", json!("12a")),
        ("drive_number", json!("１２３")),
        ("document_number", json!(-1)),
        ("document_number", json!(4_294_967_296_i64)),
        ("fiscal_sign", json!(i64::MAX)),
        ("total_kopecks", json!(-1)),
        ("total_kopecks", json!(10_000_000_000_001_i64)),
        ("issued_at", json!("2026-03-10")),
        ("issued_at", json!("2026-02-30T10:00:00+03:00")),
        ("issued_at", json!("2026-03-12T10:00:00+03:00")),
        ("issued_at", json!("9999-12-31T23:59:59-23:59")),
        ("operation", json!("refund")),
        ("source", json!("reception")),
        ("captured_at", json!("yesterday")),
    ];
    for (number, (field, value)) in cases.into_iter().enumerate() {
        let answer = gallery.register(&session, &format!("k{number}"), &with(receipt(1), field, value.clone())).await;
        answer.refused(422, "invalid-receipt");
        assert_eq!(answer.json()["pointer"], format!("/{field}"), "{value}");
    }
    // A refused attempt leaves its key free.
    gallery.register(&session, "k1", &receipt(1)).await.is(201);
}

#[tokio::test]
async fn another_shape_is_malformed() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let mut without = receipt(1);
    without.as_object_mut().unwrap().remove("fiscal_sign");
    for body in [
        without,
        with(receipt(1), "document_number", "1"),
        with(receipt(1), "total_kopecks", 1.5),
        with(receipt(1), "drive_number", 7),
        with(receipt(1), "operation", json!({})),
        json!([]),
        json!(null),
    ] {
        gallery.register(&session, "k", &body).await.refused(400, "malformed");
    }
    let mut without_operation = receipt(1);
    without_operation.as_object_mut().unwrap().remove("operation");
    assert_eq!(gallery.register(&session, "k", &without_operation).await.is(201).json()["operation"], Value::Null);
}

#[tokio::test]
async fn the_edges_are_accepted() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let body = json!({
        "drive_number": "1", "document_number": 0, "fiscal_sign": u32::MAX, "total_kopecks": 10_000_000_000_000_i64,
        "issued_at": "2026-03-10T08:30:00Z", "operation": null, "source": "manual",
        "captured_at": "2026-03-10T11:00:00.123+03:00", "note": "ignored",
    });
    let answer = gallery.register(&session, "k", &body).await.is(201).json();
    // The till's time comes back with Moscow's offset.
    assert_eq!(answer["issued_at"], "2026-03-10T11:30:00+03:00");
    assert_eq!(answer["registered_at"].as_str().unwrap().len(), "2026-03-10T09:00:00Z".len());
}

#[tokio::test]
async fn old_receipts_are_refused() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    // 30 days are counted on Moscow's calendar.
    gallery.register(&session, "k1", &with(receipt(1), "issued_at", "2026-02-08T00:00:00+03:00")).await.is(201);
    for issued_at in ["2026-02-07T23:59:59+03:00", "2015-07-20T17:48:00+03:00", "1901-01-01T00:00:00Z"] {
        let answer = gallery.register(&session, "k2", &with(receipt(2), "issued_at", issued_at)).await;
        answer.refused(422, "receipt-refused");
        assert_eq!(answer.json()["reason"], "too_old");
    }
}
