//! Faults on the wire, and a public listener that closes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Gallery, PHONE, client, code_request, config, receipt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vremena_sandbox::Sandbox;

const RULES: &str = "/v1/programme/rules";
const REQUEST: &[u8] = b"GET /v1/programme/rules HTTP/1.1\r\nhost: gallery\r\n\r\n";

/// What comes back on the wire until the connection closes.
async fn exchange(gallery: &Gallery, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(gallery.sandbox.address()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut received = Vec::new();
    let read = stream.read_to_end(&mut received);
    // A reset is a way to close, too.
    let _ = tokio::time::timeout(Duration::from_secs(10), read).await.expect("the connection closes");
    received
}

#[tokio::test]
async fn drop_answer_carries_out_and_says_nothing() {
    let gallery = Gallery::start().await;
    gallery.faults(&["drop_answer"]).await;
    let body = code_request(PHONE).to_string();
    let request =
        format!("POST /v1/auth/code HTTP/1.1\r\nhost: gallery\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    assert_eq!(exchange(&gallery, request.as_bytes()).await, b"");
    assert_eq!(gallery.code(PHONE).await.len(), 4);
}

#[tokio::test]
async fn cut_body_announces_more_than_it_sends() {
    let gallery = Gallery::start().await;
    let whole = gallery.raw("GET", RULES, &[], None).await.unwrap();
    gallery.faults(&["cut_body", "cut_body"]).await;
    let received = exchange(&gallery, REQUEST).await;
    let received = String::from_utf8_lossy(&received).into_owned();
    let (head, body) = received.split_once("\r\n\r\n").expect("a head");
    assert!(
        head.contains("HTTP/1.1 200") && head.contains(&format!("content-length: {}", whole.bytes.len())),
        "{head}"
    );
    assert!(!body.is_empty() && body.len() < whole.bytes.len());
    gallery.raw("GET", RULES, &[], None).await.unwrap_err();
    gallery.raw("GET", RULES, &[], None).await.unwrap().is(200);
}

#[tokio::test]
async fn half_json_is_good_http_and_bad_json() {
    let gallery = Gallery::start().await;
    let whole = gallery.raw("GET", RULES, &[], None).await.unwrap();
    gallery.faults(&["half_json"]).await;
    let half = gallery.raw("GET", RULES, &[], None).await.unwrap().is(200);
    assert_eq!(half.bytes, whole.bytes[..whole.bytes.len() / 2]);
    assert_eq!(half.header("content-type"), "application/json");
    serde_json::from_slice::<Value>(&half.bytes).unwrap_err();
}

#[tokio::test]
async fn the_other_answers_that_are_none() {
    let gallery = Gallery::start().await;
    gallery.faults(&["html", "wrong_shape", "success_problem", "status:503", "status:429:120"]).await;
    let html = gallery.raw("GET", RULES, &[], None).await.unwrap().is(200);
    assert!(html.header("content-type").starts_with("text/html") && html.bytes.starts_with(b"<!doctype html>"));
    let wrong = gallery.raw("GET", RULES, &[], None).await.unwrap().is(200).json();
    assert_eq!(wrong, json!({"unexpected": ["shape"]}));
    let problem = gallery.raw("GET", RULES, &[], None).await.unwrap().is(200);
    assert_eq!((problem.header("content-type"), &problem.json()["status"]), ("application/problem+json", &json!(500)));
    let busy = gallery.raw("GET", RULES, &[], None).await.unwrap().is(503);
    assert!(!busy.headers.contains_key("retry-after"));
    let storm = gallery.raw("GET", RULES, &[], None).await.unwrap().is(429);
    assert_eq!(storm.header("retry-after"), "120");
    gallery.call("GET", RULES, &[], None).await.is(200);
}

#[tokio::test]
async fn which_faults_carry_a_request_out() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let headers = [("authorization", session.bearer()), ("idempotency-key", "k".to_owned())];
    for (number, (fault, carried_out)) in [
        ("drop_answer", true),
        ("cut_body", true),
        ("half_json", true),
        ("wrong_shape", true),
        ("html", false),
        ("status:500", false),
        ("success_problem", false),
    ]
    .into_iter()
    .enumerate()
    {
        let before = gallery.all(&mut session, "/v1/receipts", "receipts").await.len();
        gallery.faults(&[fault]).await;
        let key = format!("k{number}");
        let headers = [headers[0].0, headers[1].0].into_iter().zip([session.bearer(), key]).collect::<Vec<_>>();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = receipt(number as u32).to_string().into_bytes();
        let _ = gallery.raw("POST", "/v1/receipts", &headers, Some(body)).await;
        let after = gallery.all(&mut session, "/v1/receipts", "receipts").await.len();
        assert_eq!(after - before, usize::from(carried_out), "{fault}");
    }
}

#[tokio::test]
async fn huge_body_does_not_end() {
    let gallery = Gallery::start().await;
    gallery.faults(&["huge_body"]).await;
    let mut stream = TcpStream::connect(gallery.sandbox.address()).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    let mut received = 0;
    let mut buffer = vec![0; 64 * 1024];
    while received < 16 * 1024 * 1024 {
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0);
        received += read;
    }
}

#[tokio::test]
async fn never_answers_until_the_client_gives_up() {
    let gallery = Gallery::start().await;
    gallery.faults(&["never"]).await;
    let url = format!("{}{RULES}", gallery.sandbox.base_url());
    let waited = gallery.http.get(url).timeout(Duration::from_millis(50)).send().await.unwrap_err();
    assert!(waited.is_timeout());
    gallery.call("GET", RULES, &[], None).await.is(200);
    assert_eq!(count(&gallery, "GET", RULES, 0).await, 1);
}

#[tokio::test]
async fn delays() {
    let gallery = Gallery::start().await;
    gallery.admin("PUT", "/admin/network", json!({"delay_ms": 60})).await.is(204);
    let started = std::time::Instant::now();
    gallery.call("GET", RULES, &[], None).await.is(200);
    assert!(started.elapsed() >= Duration::from_millis(60));
    // What is not said is as on a healthy network.
    gallery.admin("PUT", "/admin/network", json!({})).await.is(204);
    let url = format!("{}{RULES}", gallery.sandbox.base_url());
    gallery.http.get(url).timeout(Duration::from_secs(5)).send().await.unwrap();
}

#[tokio::test]
async fn unknown_faults_change_nothing() {
    let gallery = Gallery::start().await;
    for word in ["", "drop", "status:", "status:99", "status:101", "status:600", "status:x:1", "status:429:\n"] {
        gallery.admin("PUT", "/admin/network", json!({"faults": [word]})).await.refused(400, "malformed");
    }
    gallery.admin("PUT", "/admin/network", json!({"delay_ms": -1})).await.refused(400, "malformed");
    gallery.call("GET", RULES, &[], None).await.is(200);
}

#[tokio::test]
async fn a_closed_listener_refuses_and_comes_back_on_its_port() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let address = gallery.sandbox.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    gallery.faults(&["never"]).await;
    let mut waiting = TcpStream::connect(address).await.unwrap();
    waiting.write_all(REQUEST).await.unwrap();
    // The fault is taken once the request has arrived.
    while count(&gallery, "GET", RULES, 0).await == 0 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        for _ in 0..2 {
            gallery.admin("PUT", "/admin/network", json!({"listening": false})).await.is(204);
            TcpStream::connect(address).await.unwrap_err();
            assert!(gallery.raw("GET", RULES, &[], None).await.unwrap_err().is_connect());
        }
        for _ in 0..2 {
            gallery.admin("PUT", "/admin/network", json!({"listening": true})).await.is(204);
            gallery.get(&session, "/v1/member").await.is(200);
        }
        assert_eq!(gallery.sandbox.address(), address);
    }
    // Every open connection was closed, too: the idle one and the one that waited for an answer.
    for stream in [&mut idle, &mut waiting] {
        let closed = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut [0])).await.unwrap();
        assert!(matches!(closed, Ok(0) | Err(_)));
    }
}

async fn count(gallery: &Gallery, method: &str, path: &str, status: u16) -> u64 {
    let requests = gallery.admin("GET", "/admin/requests", Value::Null).await.is(200).json();
    let row = requests["requests"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["method"] == method && row["path"] == path && row["status"] == status);
    row.map_or(0, |row| row["count"].as_u64().unwrap())
}

#[tokio::test]
async fn requests_are_counted_as_they_were_answered() {
    let gallery = Gallery::start().await;
    gallery.faults(&["status:503", "drop_answer"]).await;
    for _ in 0..4 {
        let _ = gallery.raw("GET", &format!("{RULES}?x=1"), &[], None).await;
    }
    gallery.call("GET", "/v1/member", &[], None).await.is(401);
    gallery.call("GET", "/v1/invented", &[], None).await.is(404);
    for id in ["one", "other"] {
        gallery.call("GET", &format!("/v1/events/{id}"), &[], None).await.is(401);
    }
    gallery.call("GET", "/v1/events/", &[], None).await.is(404);
    for (path, status, expected) in [
        (RULES, 503, 1),
        (RULES, 0, 1),
        (RULES, 200, 2),
        ("/v1/member", 401, 1),
        ("/v1/events/{event_id}", 401, 2),
        ("other", 404, 2),
    ] {
        assert_eq!(count(&gallery, "GET", path, status).await, expected, "{path} {status}");
    }
}

#[tokio::test]
async fn a_stopped_sandbox_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let config = config(directory.path().join("gallery.db"));
    let sandbox = Sandbox::start(config.clone()).await.unwrap();
    let address = sandbox.address();
    let gallery = Gallery { sandbox, http: client(), directory: tempfile::tempdir().unwrap() };
    let mut session = gallery.sign_in(PHONE).await;
    let made = gallery.registered(&session, &receipt(1)).await;
    let Gallery { sandbox, .. } = gallery;
    let admin = sandbox.admin_url();
    sandbox.stop().await;
    TcpStream::connect(address).await.unwrap_err();
    assert!(client().get(admin).send().await.unwrap_err().is_connect());

    let again = vremena_sandbox::Config { listen: address, ..config };
    let sandbox = Sandbox::start(again).await.unwrap();
    let gallery = Gallery { sandbox, http: client(), directory };
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await, [made]);
}
