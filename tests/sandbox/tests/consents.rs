//! Consents: before a code, with the sign-in, and later.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Answer, Gallery, OTHER_PHONE, PHONE, Session, code_request};
use serde_json::{Value, json};

const CONSENTS: &str = "/v1/member/consents";

fn decision(purpose: &str, version: i64, granted: bool) -> Value {
    json!({"purpose": purpose, "version": version, "granted": granted, "decided_at": "2026-03-10T08:59:00Z"})
}

fn asking(consents: &[Value]) -> Value {
    json!({"phone": PHONE, "consents": consents})
}

async fn publish(gallery: &Gallery, purpose: &str, change: Value) -> Value {
    gallery.admin("PUT", &format!("/admin/consents/{purpose}"), change).await.is(201).json()
}

async fn needed(gallery: &Gallery, consents: &[Value]) -> Vec<String> {
    let answer = gallery.post("/v1/auth/code", asking(consents)).await;
    answer.refused(422, "consent-needed");
    serde_json::from_value(answer.json()["purposes"].clone()).unwrap()
}

async fn decided(gallery: &Gallery, session: &Session) -> Vec<(String, i64, bool)> {
    let list = gallery.get(session, CONSENTS).await.is(200).json()["consents"].clone();
    let row = |row: &Value| {
        let purpose = row["purpose"].as_str().unwrap().to_owned();
        (purpose, row["version"].as_i64().unwrap(), row["granted"].as_bool().unwrap())
    };
    list.as_array().unwrap().iter().map(row).collect()
}

async fn decide(gallery: &Gallery, session: &Session, key: &str, decision: Value) -> Answer {
    gallery.intend(session, CONSENTS, key, &decision).await
}

#[tokio::test]
async fn documents_are_read_without_a_session_and_fetched_once() {
    let gallery = Gallery::start().await;
    let answer = gallery.call("GET", "/v1/consents", &[], None).await.is(200);
    let documents = answer.json()["documents"].as_array().unwrap().clone();
    let shown: Vec<_> = documents.iter().map(|document| (&document["purpose"], &document["required"])).collect();
    let (no, yes) = (json!(false), json!(true));
    assert_eq!(shown, [(&json!("processing"), &yes), (&json!("advertising"), &no), (&json!("analytics"), &no)]);
    for document in &documents {
        assert_eq!(document["version"], 1);
        for field in ["title", "text"] {
            assert_ne!(document[field]["ru"], document[field]["en"]);
        }
    }
    let etag = answer.header("etag").to_owned();
    gallery.call("GET", "/v1/consents", &[("if-none-match", &etag)], None).await.is(304);
    let text = json!({"ru": "Новый текст", "en": "A new text"});
    assert_eq!(publish(&gallery, "advertising", json!({"text": text})).await["version"], 2);
    let changed = gallery.call("GET", "/v1/consents", &[("if-none-match", &etag)], None).await.is(200).json();
    assert_eq!(changed["documents"][1]["text"], text);
    assert_eq!(changed["documents"][1]["title"], documents[1]["title"]);
    gallery.admin("PUT", "/admin/consents/nothing", json!({})).await.refused(404, "not-found");
}

#[tokio::test]
async fn no_code_without_the_required_consents() {
    let gallery = Gallery::start().await;
    gallery.post("/v1/auth/code", json!({"phone": PHONE})).await.refused(422, "consent-needed");
    assert_eq!(needed(&gallery, &[]).await, ["processing"]);
    assert_eq!(needed(&gallery, &[decision("processing", 1, false)]).await, ["processing"]);
    let changed_mind = [decision("processing", 1, true), decision("processing", 1, false)];
    assert_eq!(needed(&gallery, &changed_mind).await, ["processing"]);
    // Nothing was sent, so nothing has to be waited for.
    gallery.admin("GET", &format!("/admin/codes/{PHONE}"), Value::Null).await.refused(404, "not-found");
    gallery.post("/v1/auth/code", asking(&[decision("processing", 1, true)])).await.is(202);
}

#[tokio::test]
async fn a_yes_to_another_text_is_no_yes() {
    let gallery = Gallery::start().await;
    publish(&gallery, "processing", json!({})).await;
    publish(&gallery, "advertising", json!({})).await;
    let both = [decision("processing", 1, true), decision("advertising", 1, true)];
    assert_eq!(needed(&gallery, &both).await, ["processing", "advertising"]);
    let unheard_of = [decision("processing", 3, true), decision("advertising", 1, false)];
    assert_eq!(needed(&gallery, &unheard_of).await, ["processing"]);
    // A no needs no newer text.
    gallery
        .post("/v1/auth/code", asking(&[decision("processing", 2, true), decision("advertising", 1, false)]))
        .await
        .is(202);
    publish(&gallery, "analytics", json!({"required": true})).await;
    assert_eq!(needed(&gallery, &[decision("processing", 2, true)]).await, ["analytics"]);
}

#[tokio::test]
async fn what_was_decided_before_the_sign_in_is_the_member_s() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let first =
        [("processing".to_owned(), 1, true), ("advertising".to_owned(), 1, false), ("analytics".to_owned(), 1, true)];
    assert_eq!(decided(&gallery, &session).await, first);
    let proof = gallery.admin("GET", &format!("/admin/members/{}/consents", session.member_id), Value::Null).await;
    let proof = proof.is(200).json();
    assert_eq!(proof.as_array().unwrap().len(), 3);
    assert_eq!(proof[0]["decided_at"], common::START);
    assert!(proof[0]["recorded_at"].is_string());
    let other = gallery.sign_in(OTHER_PHONE).await;
    assert_eq!(decided(&gallery, &other).await.len(), 3);
}

/// Somebody asks for a code for a stranger's phone, and consents to everything in the stranger's name.
#[tokio::test]
async fn what_came_with_a_code_that_is_no_longer_good_is_nobody_s() {
    let gallery = Gallery::start().await;
    let stranger = [decision("processing", 1, true), decision("advertising", 1, true)];
    gallery.post("/v1/auth/code", asking(&stranger)).await.is(202);
    gallery.advance(60).await;
    let session = gallery.sign_in(PHONE).await;
    assert!(decided(&gallery, &session).await.contains(&("advertising".to_owned(), 1, false)));
    let path = format!("/admin/members/{}/consents", session.member_id);
    assert_eq!(gallery.admin("GET", &path, Value::Null).await.json().as_array().unwrap().len(), 3);
}

/// A second phone's clock is behind, or it sends what was decided on it long ago.
#[tokio::test]
async fn an_older_yes_gives_nothing_back_and_a_no_always_counts() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    for (purpose, granted) in [("advertising", true), ("analytics", false)] {
        let mut later = decision(purpose, 1, granted);
        later["decided_at"] = json!("2026-03-10T09:00:30Z");
        decide(&gallery, &session, purpose, later).await.is(200);
    }
    gallery.advance(61).await;
    let again = gallery.sign_in(PHONE).await;
    let decided = decided(&gallery, &again).await;
    assert!(decided.contains(&("analytics".to_owned(), 1, false)));
    assert!(decided.contains(&("advertising".to_owned(), 1, false)));
}

#[tokio::test]
async fn consents_are_given_and_withdrawn_later() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let before = gallery.get(&session, CONSENTS).await.is(200);
    gallery.get_again(&session, CONSENTS, &before).await.is(304);
    let given = decide(&gallery, &session, "one", decision("advertising", 1, true)).await.is(200).json();
    assert_eq!(given, decision("advertising", 1, true));
    gallery.get_again(&session, CONSENTS, &before).await.is(200);
    decide(&gallery, &session, "two", decision("advertising", 1, false)).await.is(200);
    // The answer to the first was lost: sent again, it must not undo the second.
    let late = decide(&gallery, &session, "one", decision("advertising", 1, true)).await.is(200).json();
    assert_eq!(late["granted"], false);
    assert!(decided(&gallery, &session).await.contains(&("advertising".to_owned(), 1, false)));
    decide(&gallery, &session, "one", decision("analytics", 1, true)).await.refused(422, "idempotency-key-reused");
    gallery.post(CONSENTS, decision("analytics", 1, true)).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn what_cannot_be_decided() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    decide(&gallery, &session, "a", decision("processing", 1, false)).await.refused(409, "consent-required");
    publish(&gallery, "advertising", json!({})).await;
    decide(&gallery, &session, "b", decision("advertising", 1, true)).await.refused(409, "consent-outdated");
    decide(&gallery, &session, "c", decision("advertising", 3, true)).await.refused(409, "consent-outdated");
    decide(&gallery, &session, "d", decision("advertising", 3, false)).await.refused(409, "consent-outdated");
    decide(&gallery, &session, "e", decision("spying", 1, true)).await.refused(400, "malformed");
    let bearer = session.bearer();
    let body = Some(decision("advertising", 2, true));
    let keyless = gallery.call("POST", CONSENTS, &[("authorization", &bearer)], body).await;
    keyless.refused(400, "idempotency-key-missing");
    // Whoever takes a yes back need not read the new text first.
    decide(&gallery, &session, "f", decision("advertising", 1, false)).await.is(200);
    decide(&gallery, &session, "g", decision("advertising", 2, true)).await.is(200);
}

#[tokio::test]
async fn a_database_from_before_there_were_consents_gets_the_documents() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gallery.db");
    let sandbox = vremena_sandbox::Sandbox::start(common::config(path.clone())).await.unwrap();
    sandbox.stop().await;
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("DROP TABLE consent_document; DROP TABLE consent; PRAGMA user_version = 1").unwrap();
    drop(database);
    let sandbox = vremena_sandbox::Sandbox::start(common::config(path)).await.unwrap();
    let gallery = Gallery { sandbox, http: common::client(), directory };
    let documents = gallery.call("GET", "/v1/consents", &[], None).await.is(200).json();
    assert_eq!(documents["documents"].as_array().unwrap().len(), 3);
    assert_eq!(gallery.admin("GET", "/admin/feed", Value::Null).await.json().as_array().unwrap().len(), 6);
    gallery.post("/v1/auth/code", code_request(PHONE)).await.is(202);
}
