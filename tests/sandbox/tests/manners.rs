//! What every answer keeps to, whatever is sent.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, PHONE};
use serde_json::json;

const RULES: &str = "/v1/programme/rules";

#[tokio::test]
async fn every_answer_names_its_request() {
    let gallery = Gallery::start().await;
    let long = "x".repeat(64);
    for id in ["a", "!~", long.as_str()] {
        for path in [RULES, "/v1/member", "/nothing"] {
            let answer = gallery.call("GET", path, &[("x-request-id", id)], None).await;
            assert_eq!(answer.header("x-request-id"), id);
        }
    }
    let too_long = "x".repeat(65);
    for id in ["", "a b", "é", too_long.as_str()] {
        let answer = gallery.call("GET", RULES, &[("x-request-id", id)], None).await;
        assert_ne!(answer.header("x-request-id"), id);
    }
}

#[tokio::test]
async fn every_answer_carries_the_sandbox_s_date_and_contract() {
    let gallery = Gallery::start().await;
    gallery.set_clock("2026-11-06T08:49:37Z").await;
    for path in [RULES, "/v1/member", "/nothing"] {
        let answer = gallery.call("GET", path, &[], None).await;
        assert!(answer.header("date").starts_with("Fri, 06 Nov 2026 08:49:"), "{}", answer.header("date"));
        assert_eq!(answer.header("vremena-contract"), "1");
    }
}

#[tokio::test]
async fn contracts_that_are_not_served() {
    let gallery = Gallery::start().await;
    gallery.call("GET", RULES, &[("vremena-contract", "1")], None).await.is(200);
    for number in ["0", "2", "99999999999999999999999"] {
        for path in [RULES, "/v1/member"] {
            gallery.call("GET", path, &[("vremena-contract", number)], None).await.refused(426, "contract-too-old");
        }
    }
    for nonsense in ["", "one", "-1", "1.0"] {
        gallery.call("GET", RULES, &[("vremena-contract", nonsense)], None).await.refused(400, "malformed");
    }
}

#[tokio::test]
async fn problems_speak_the_reader_s_language() {
    let gallery = Gallery::start().await;
    let detail = |answer: common::Answer| answer.json()["detail"].as_str().unwrap().to_owned();
    let russian = detail(gallery.call("GET", "/v1/member", &[("accept-language", "ru-RU")], None).await);
    let english = detail(gallery.call("GET", "/v1/member", &[("accept-language", "en-GB,en;q=0.9")], None).await);
    assert_eq!(russian, "Нужен действующий токен доступа.");
    assert_eq!(english, "A valid access token is needed.");
    assert_eq!(detail(gallery.call("GET", "/v1/member", &[], None).await), russian);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let fill = |length: usize| {
        let empty = json!({"phone": PHONE, "code": "0", "fill": ""}).to_string().len();
        json!({"phone": PHONE, "code": "0", "fill": "x".repeat(length - empty)})
    };
    let limit = 1024 * 1024;
    gallery.post("/v1/auth/session", fill(limit)).await.refused(422, "code-expired");
    gallery.post("/v1/auth/session", fill(limit + 1)).await.refused(413, "payload-too-large");
    gallery.register(&session, "k", &fill(4 * limit)).await.refused(413, "payload-too-large");
    // Also where no body is read.
    gallery.call("GET", RULES, &[], Some(fill(limit + 1))).await.refused(413, "payload-too-large");
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let gallery = Gallery::start().await;
    let deep = "[".repeat(100_000);
    for path in ["/v1/auth/code", "/v1/auth/session", "/v1/auth/refresh"] {
        for body in ["", "{", "phone", "null", "[]", "\u{feff}{}", "{\"phone\":1}", "\0", &deep] {
            let answer = gallery.raw("POST", path, &[], Some(body.into())).await.unwrap();
            answer.refused(400, "malformed");
        }
        gallery.raw("POST", path, &[], Some(vec![b'"', 0xff, b'"'])).await.unwrap().refused(400, "malformed");
        gallery.raw("POST", path, &[], None).await.unwrap().refused(400, "malformed");
    }
    let twice = format!("{{\"phone\":\"{PHONE}\",\"phone\":\"{PHONE}\"}}");
    gallery.raw("POST", "/v1/auth/code", &[], Some(twice.into())).await.unwrap().refused(400, "malformed");
}

#[tokio::test]
async fn a_broken_or_busy_database_is_a_problem_without_internals() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let database = rusqlite::Connection::open(gallery.directory.path().join("gallery.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = gallery.get(&session, "/v1/member").await;
    busy.refused(503, "unavailable");
    assert_eq!(busy.header("retry-after"), "1");
    database.execute_batch("ROLLBACK").unwrap();
    gallery.get(&session, "/v1/member").await.is(200);
    database.execute_batch("DROP TABLE rules").unwrap();
    let broken = gallery.get(&session, "/v1/member").await;
    broken.refused(500, "internal");
    assert!(!String::from_utf8_lossy(&broken.bytes).contains("rules"));
}
