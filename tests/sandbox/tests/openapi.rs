//! `core/api/openapi.json` is written from the handlers, and is what the contract promises.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Gallery, PHONE, Session};
use serde_json::{Value, json};
use vremena_sandbox::openapi_json;

const OPERATIONS: [(&str, &str); 28] = [
    ("get", "/v1/consents"),
    ("post", "/v1/auth/code"),
    ("post", "/v1/auth/session"),
    ("post", "/v1/auth/refresh"),
    ("post", "/v1/auth/sign-out"),
    ("get", "/v1/member"),
    ("delete", "/v1/member"),
    ("get", "/v1/member/consents"),
    ("post", "/v1/member/consents"),
    ("post", "/v1/member/card-link"),
    ("get", "/v1/programme/rules"),
    ("get", "/v1/programme/rules/{version}"),
    ("get", "/v1/ledger"),
    ("get", "/v1/receipts"),
    ("post", "/v1/receipts"),
    ("get", "/v1/appeals"),
    ("post", "/v1/appeals"),
    ("post", "/v1/appeals/{appeal_id}/parts"),
    ("get", "/v1/feed"),
    ("post", "/v1/feed/{item_id}/read"),
    ("get", "/v1/media/{media_id}"),
    ("get", "/v1/events"),
    ("get", "/v1/events/{event_id}"),
    ("post", "/v1/events/{event_id}/registration"),
    ("post", "/v1/events/{event_id}/cancellation"),
    ("get", "/v1/card"),
    ("get", "/v1/wallet/apple"),
    ("get", "/v1/wallet/google"),
];

/// The operations, their paths with the ids of what a fresh gallery has published.
async fn operations(gallery: &Gallery, session: &Session) -> Vec<(String, String)> {
    let event = gallery.get(session, "/v1/events/spring-evening").await.is(200).json();
    let media = event["picture_url"].as_str().unwrap().strip_prefix("/v1/media/").unwrap();
    let filled = |path: &str| {
        path.replace("{event_id}", "spring-evening")
            .replace("{media_id}", media)
            .replace("{item_id}", "morning")
            .replace("{version}", "1")
    };
    OPERATIONS.iter().map(|(method, path)| (method.to_uppercase(), filled(path))).collect()
}

fn document() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

#[test]
fn the_file_is_the_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/api/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, openapi_json()).unwrap();
    }
    let file = std::fs::read_to_string(&path).unwrap();
    assert!(file == openapi_json(), "run the tests of vremena-sandbox with UPDATE_OPENAPI=1");
}

#[test]
fn the_document_has_the_contract_s_operations_and_no_others() {
    let document = document();
    let mut found: Vec<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method.as_str(), path.as_str())))
        .collect();
    let mut expected = OPERATIONS.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

/// Every reference leads somewhere, and every schema is a valid one.
#[test]
fn the_document_is_whole() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
    let ids: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|(method, path)| document["paths"][path][method]["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), OPERATIONS.len());
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(reference) if name == "$ref" => references.push(reference.clone()),
                    field => collect(field, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[test]
fn every_error_is_a_problem_with_its_own_type() {
    let document = document();
    for (method, path) in OPERATIONS {
        for (status, response) in document["paths"][path][method]["responses"].as_object().unwrap() {
            let error = status.parse::<u16>().unwrap() >= 400;
            let problem = response["content"].get("application/problem+json").is_some();
            assert_eq!(error, problem, "{method} {path} {status}");
            let retry = response["headers"].get("Retry-After").is_some();
            assert_eq!(retry, status == "429" || status == "503", "{method} {path} {status}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let problems: Vec<_> = schemas.iter().filter(|(name, _)| name.ends_with("Problem")).collect();
    assert_eq!(problems.len(), 43);
    for (name, schema) in problems {
        let urn = schema["properties"]["type"]["enum"][0].as_str().unwrap();
        assert!(urn.starts_with("urn:vremena:problem:"), "{name}");
    }
}

#[tokio::test]
async fn every_operation_is_there() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    for (method, path) in operations(&gallery, &session).await {
        let bearer = session.bearer();
        let body = (method == "POST").then(|| json!({}));
        let answer = gallery.call(&method, &path, &[("authorization", &bearer)], body).await;
        assert!(![404, 405].contains(&answer.status.as_u16()), "{method} {path}");
        let answer = gallery.call("PATCH", &path, &[], None).await;
        answer.refused(405, "method-not-allowed");
        assert!(answer.header("allow").contains(&method));
    }
    gallery.call("GET", "/v1/nothing", &[], None).await.refused(404, "not-found");
    gallery.call("GET", "/", &[], None).await.refused(404, "not-found");
}

#[tokio::test]
async fn what_is_the_member_s_needs_a_session_that_lives() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let document = document();
    let operations = operations(&gallery, &session).await;
    let secured = OPERATIONS
        .iter()
        .zip(&operations)
        .filter(|((method, path), _)| document["paths"][path][method].get("security").is_some());
    let secured: Vec<_> = secured.map(|(_, (method, path))| (method, path)).collect();
    assert_eq!(secured.len(), OPERATIONS.len() - 7);
    for (method, path) in &secured {
        gallery.call(method, path, &[], None).await.refused(401, "unauthorized");
    }
    gallery.admin("POST", &format!("/admin/members/{}/revoke", session.member_id), Value::Null).await.is(204);
    for (method, path) in &secured {
        let bearer = session.bearer();
        gallery.call(method, path, &[("authorization", &bearer)], None).await.refused(401, "session-ended");
    }
}

/// Each of them, from each operation: what an answer is held against is its own part of the document.
#[tokio::test]
async fn every_operation_answers_with_the_common_problems() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let bearer = session.bearer();
    let large = json!({"fill": "x".repeat(1024 * 1024)});
    let database = rusqlite::Connection::open(gallery.directory.path().join("gallery.db")).unwrap();
    let operations = operations(&gallery, &session).await;
    for (method, path) in &operations {
        let contract = |number: &'static str| [("authorization", bearer.as_str()), ("vremena-contract", number)];
        gallery.call(method, path, &contract("x"), None).await.refused(400, "malformed");
        gallery.call(method, path, &contract("2"), None).await.refused(426, "contract-too-old");
        gallery.call(method, path, &contract("1"), Some(large.clone())).await.refused(413, "payload-too-large");
    }
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    for (method, path) in &operations {
        gallery.call(method, path, &[], None).await.refused(503, "unavailable");
    }
    database.execute_batch("ROLLBACK; DROP TABLE receipt").unwrap();
    for (method, path) in &operations {
        gallery.call(method, path, &[], None).await.refused(500, "internal");
    }
}
