//! An operator's backups, the epochs of the feeds, and a contract that is newer than the app.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{Gallery, PHONE, Session, receipt};
use serde_json::{Value, json};
use vremena_sandbox::{Backend, Clock};

const FEEDS: [&str; 2] = ["/v1/receipts", "/v1/ledger"];

async fn cursors(gallery: &Gallery, session: &Session) -> Vec<String> {
    let mut cursors = Vec::new();
    for path in FEEDS {
        let page = gallery.get(session, path).await.is(200).json();
        cursors.push(format!("{path}?cursor={}", page["next_cursor"].as_str().unwrap()));
    }
    cursors
}

async fn assert_unknown(gallery: &Gallery, session: &Session, cursors: &[String]) {
    for cursor in cursors {
        gallery.get(session, cursor).await.refused(410, "cursor-unknown");
    }
}

#[tokio::test]
async fn a_restored_backup_forgets_what_happened_since() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    gallery.registered(&session, &receipt(1)).await;
    gallery.admin("POST", "/admin/snapshot", json!({"name": "night"})).await.is(201);
    gallery.registered(&session, &receipt(2)).await;
    let before = cursors(&gallery, &session).await;
    gallery.admin("POST", "/admin/restore", json!({"name": "night"})).await.is(200);
    assert_unknown(&gallery, &session, &before).await;
    let receipts = gallery.get(&session, "/v1/receipts").await.json();
    assert_eq!(receipts["receipts"].as_array().unwrap().len(), 1);
    // The same backup again: what was read in between is no more known than before.
    let between = cursors(&gallery, &session).await;
    gallery.registered(&session, &receipt(3)).await;
    gallery.admin("POST", "/admin/restore", json!({"name": "night"})).await.is(200);
    assert_unknown(&gallery, &session, &before).await;
    assert_unknown(&gallery, &session, &between).await;
    gallery.registered(&session, &receipt(2)).await;
    gallery.admin("POST", "/admin/restore", json!({"name": "day"})).await.refused(404, "not-found");
}

#[tokio::test]
async fn an_epoch_that_the_operator_begins_makes_cursors_unknown() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    gallery.registered(&session, &receipt(1)).await;
    let before = cursors(&gallery, &session).await;
    let first = gallery.admin("POST", "/admin/epoch", Value::Null).await.is(200).json();
    assert_unknown(&gallery, &session, &before).await;
    let between = cursors(&gallery, &session).await;
    let second = gallery.admin("POST", "/admin/epoch", Value::Null).await.is(200).json();
    assert!(second["epoch"].as_i64() > first["epoch"].as_i64());
    assert_unknown(&gallery, &session, &between).await;
    for cursor in cursors(&gallery, &session).await {
        gallery.get(&session, &cursor).await.is(200);
    }
}

#[tokio::test]
async fn a_session_from_after_the_backup_is_unknown() {
    let gallery = Gallery::start().await;
    gallery.admin("POST", "/admin/snapshot", json!({"name": "empty"})).await.is(201);
    let session = gallery.sign_in(PHONE).await;
    gallery.admin("POST", "/admin/restore", json!({"name": "empty"})).await.is(200);
    gallery.get(&session, "/v1/member").await.refused(401, "unauthorized");
    let body = json!({"refresh_token": session.refresh});
    gallery.post("/v1/auth/refresh", body).await.refused(401, "session-ended");
    gallery.sign_in(PHONE).await;
}

/// As a simulation holds it: in memory, without a network.
#[test]
fn a_backend_is_copied_and_put_back() {
    let backend = |seed| Backend::open(Path::new(":memory:"), seed, Clock::machine()).unwrap();
    let (one, other) = (backend(1), backend(2));
    let snapshot = one.snapshot().unwrap();
    one.restore(&snapshot).unwrap();
    other.restore(&snapshot).unwrap();
    one.restore(&other.snapshot().unwrap()).unwrap();
}

#[tokio::test]
async fn answers_can_claim_a_newer_contract() {
    let gallery = Gallery::start().await;
    gallery.admin("PUT", "/admin/contract", json!({"version": 2})).await.is(204);
    for path in ["/v1/consents", "/v1/member", "/nothing"] {
        let answer = gallery.call("GET", path, &[("vremena-contract", "1")], None).await;
        assert_eq!(answer.header("vremena-contract"), "2");
    }
    gallery.call("GET", "/v1/consents", &[("vremena-contract", "1")], None).await.is(200);
    gallery.admin("PUT", "/admin/contract", json!({})).await.is(204);
    assert_eq!(gallery.call("GET", "/v1/consents", &[], None).await.header("vremena-contract"), "1");
}
