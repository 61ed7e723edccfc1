//! Signing in and out, and the rotation of tokens.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, OTHER_PHONE, PHONE, Session, code_request};
use serde_json::{Value, json};

async fn try_code(gallery: &Gallery, code: &str) -> common::Answer {
    gallery.post("/v1/auth/session", json!({"phone": PHONE, "code": code})).await
}

fn wrong(code: &str) -> String {
    format!("{:04}", (code.parse::<u32>().unwrap() + 1) % 10_000)
}

#[tokio::test]
async fn a_new_phone_becomes_a_member() {
    let gallery = Gallery::start().await;
    let sent = gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202).json();
    assert_eq!(sent, json!({"resend_after_seconds": 60, "expires_in_seconds": 300, "code_length": 4}));
    let code = gallery.code(PHONE).await;
    assert!(code.len() == 4 && code.parse::<u32>().is_ok());
    let opened = try_code(&gallery, &code).await.is(200).json();
    assert_eq!(opened["tokens"]["access_expires_in_seconds"], 900);
    assert_eq!(opened["member"]["tier"], "vesna");
    assert_eq!(opened["member"]["tier_since"], Value::Null);
    assert_eq!(opened["member"]["joined"], "2026-03-10");
    // A code is good once.
    try_code(&gallery, &code).await.refused(422, "code-expired");
}

#[tokio::test]
async fn joining_is_on_a_moscow_day() {
    let gallery = Gallery::start().await;
    gallery.set_clock("2026-03-10T21:30:00Z").await;
    let session = gallery.sign_in(PHONE).await;
    assert_eq!(gallery.get(&session, "/v1/member").await.json()["joined"], "2026-03-11");
}

#[tokio::test]
async fn the_same_phone_is_the_same_member() {
    let gallery = Gallery::start().await;
    let first = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    gallery.advance(61).await;
    let second = gallery.sign_in(PHONE).await;
    assert_eq!(first.member_id, second.member_id);
    assert_ne!(first.member_id, other.member_id);
    // Two sessions live side by side.
    gallery.get(&first, "/v1/member").await.is(200);
    gallery.get(&second, "/v1/member").await.is(200);
}

#[tokio::test]
async fn phones_must_be_e164() {
    let gallery = Gallery::start().await;
    for phone in ["", "+", "89161234567", "+7 916 123", "+0123456789", "+7916123456712345", "+791612345６7"] {
        gallery.post("/v1/auth/code", code_request(phone)).await.refused(422, "invalid-phone");
        let body = json!({"phone": phone, "code": "0000"});
        gallery.post("/v1/auth/session", body).await.refused(422, "invalid-phone");
    }
}

#[tokio::test]
async fn a_code_is_resent_after_a_minute() {
    let gallery = Gallery::start().await;
    gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202);
    let first = gallery.code(PHONE).await;
    let early = gallery.post("/v1/auth/code", code_request(PHONE)).await;
    early.refused(429, "too-many-requests");
    assert!((55..=60).contains(&early.header("retry-after").parse::<i64>().unwrap()));
    gallery.post("/v1/auth/code", code_request(OTHER_PHONE)).await.is(202);
    gallery.advance(60).await;
    gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202);
    let second = gallery.code(PHONE).await;
    assert_ne!(first, second);
    assert_eq!(try_code(&gallery, &first).await.is(422).json()["attempts_left"], 4);
    try_code(&gallery, &second).await.is(200);
}

#[tokio::test]
async fn wrong_codes_run_out() {
    let gallery = Gallery::start().await;
    try_code(&gallery, "0000").await.refused(422, "code-expired");
    gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202);
    let code = gallery.code(PHONE).await;
    for left in (0..5).rev() {
        let answer = try_code(&gallery, &wrong(&code)).await;
        answer.refused(422, "wrong-code");
        assert_eq!(answer.json()["attempts_left"], left);
    }
    let answer = try_code(&gallery, &code).await;
    answer.refused(429, "too-many-attempts");
    assert!((290..=300).contains(&answer.header("retry-after").parse::<i64>().unwrap()));
    // A new code brings new tries.
    gallery.advance(60).await;
    gallery.sign_in(PHONE).await;
}

#[tokio::test]
async fn codes_expire() {
    let gallery = Gallery::start().await;
    gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202);
    let code = gallery.code(PHONE).await;
    gallery.advance(300).await;
    try_code(&gallery, &code).await.refused(422, "code-expired");
}

#[tokio::test]
async fn codes_follow_from_the_seed() {
    let (one, other) = (Gallery::start().await, Gallery::start().await);
    for gallery in [&one, &other] {
        gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202);
    }
    assert_eq!(one.code(PHONE).await, other.code(PHONE).await);
}

#[tokio::test]
async fn a_lost_refresh_answer_does_no_harm() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    gallery.get(&session, "/v1/member").await.is(200);

    gallery.faults(&["drop_answer"]).await;
    let body = json!({"refresh_token": session.refresh}).to_string().into_bytes();
    gallery.raw("POST", "/v1/auth/refresh", &[], Some(body)).await.unwrap_err();

    // The pair was made and lost: the old token gives another.
    let renewed = gallery.refreshed(&session).await;
    assert_ne!(renewed.refresh, session.refresh);
    // Not used yet, so the old token would still do.
    let again = gallery.refreshed(&session).await;
    // Its first use ends every token before it.
    gallery.get(&again, "/v1/member").await.is(200);
    for dead in [&session, &renewed] {
        let body = json!({"refresh_token": dead.refresh});
        gallery.post("/v1/auth/refresh", body).await.refused(401, "session-ended");
    }
    // And the session lives on.
    let last = gallery.refreshed(&again).await;
    gallery.get(&last, "/v1/member").await.is(200);
}

#[tokio::test]
async fn refreshing_with_a_new_pair_is_a_use_of_it() {
    let gallery = Gallery::start().await;
    let first = gallery.sign_in(PHONE).await;
    let second = gallery.refreshed(&first).await;
    gallery.refreshed(&second).await;
    let body = json!({"refresh_token": first.refresh});
    gallery.post("/v1/auth/refresh", body).await.refused(401, "session-ended");
    gallery.refreshed(&second).await;
}

#[tokio::test]
async fn access_runs_out_and_a_refresh_brings_it_back() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    gallery.advance(900).await;
    gallery.get(&session, "/v1/member").await.refused(401, "unauthorized");
    let session = gallery.refreshed(&session).await;
    gallery.get(&session, "/v1/member").await.is(200);
    let path = format!("/admin/members/{}/expire-access", session.member_id);
    gallery.admin("POST", &path, Value::Null).await.is(204);
    gallery.get(&session, "/v1/member").await.refused(401, "unauthorized");
    let session = gallery.refreshed(&session).await;
    gallery.get(&session, "/v1/member").await.is(200);
}

#[tokio::test]
async fn signing_out_ends_one_session_and_revoking_all() {
    let gallery = Gallery::start().await;
    let ended = gallery.sign_in(PHONE).await;
    gallery.advance(61).await;
    let kept = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let bearer = ended.bearer();
    gallery.call("POST", "/v1/auth/sign-out", &[("authorization", &bearer)], None).await.is(204);
    assert_dead(&gallery, &ended).await;
    gallery.call("POST", "/v1/auth/sign-out", &[("authorization", &bearer)], None).await.is(401);
    gallery.get(&kept, "/v1/member").await.is(200);

    gallery.admin("POST", &format!("/admin/members/{}/revoke", kept.member_id), Value::Null).await.is(204);
    assert_dead(&gallery, &kept).await;
    gallery.get(&other, "/v1/member").await.is(200);
    gallery.advance(61).await;
    gallery.sign_in(PHONE).await;
}

async fn assert_dead(gallery: &Gallery, session: &Session) {
    gallery.get(session, "/v1/member").await.refused(401, "session-ended");
    let body = json!({"refresh_token": session.refresh});
    gallery.post("/v1/auth/refresh", body).await.refused(401, "session-ended");
}

#[tokio::test]
async fn nothing_of_a_member_without_a_token() {
    let gallery = Gallery::start().await;
    for header in ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic abc", "nonsense"] {
        for (method, path) in [
            ("GET", "/v1/member"),
            ("GET", "/v1/ledger"),
            ("GET", "/v1/receipts"),
            ("POST", "/v1/receipts"),
            ("POST", "/v1/auth/sign-out"),
        ] {
            gallery.call(method, path, &[("authorization", header)], None).await.refused(401, "unauthorized");
            gallery.call(method, path, &[], None).await.refused(401, "unauthorized");
        }
    }
    gallery.post("/v1/auth/refresh", json!({"refresh_token": "x"})).await.refused(401, "session-ended");
}
