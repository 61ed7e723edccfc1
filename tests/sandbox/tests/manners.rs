//! What every answer keeps to, whatever is sent.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::cell::RefCell;
use std::collections::BTreeSet;

use common::{Gallery, PHONE, receipt};
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use serde_json::{Value, json};

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

/// A JSON value that knows the contract's names and words, and none of its rules.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1_i64..3).prop_map(Value::from),
        prop::string::string_regex(".{0,20}").unwrap().prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(&NAMES[..]), inner), 0..10).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

const NAMES: [&str; 30] = [
    "phone",
    "code",
    "refresh_token",
    "drive_number",
    "document_number",
    "fiscal_sign",
    "total_kopecks",
    "issued_at",
    "operation",
    "source",
    "captured_at",
    "set",
    "advance_seconds",
    "shop",
    "category",
    "state",
    "reason",
    "purchase",
    "known",
    "in_gallery",
    "known_from",
    "faults",
    "version",
    "tiers",
    "id",
    "require",
    "kind",
    "until",
    "points",
    "tier",
];

const WORDS: [&str; 16] = [
    PHONE,
    "+70000000000",
    "0000",
    "12345",
    "2026-03-10T11:30:00+03:00",
    "0000-01-01T00:00:00Z",
    "sale",
    "payout",
    "scanned",
    "credited",
    "rejected",
    "too_old",
    "grant",
    "points",
    "2026-03-31",
    "9999-12-31T23:59:60-23:59",
];

const PATHS: [&str; 25] = [
    "/v1/auth/code",
    "/v1/auth/session",
    "/v1/auth/refresh",
    "/v1/auth/sign-out",
    "/v1/member",
    RULES,
    "/v1/ledger",
    "/v1/receipts",
    "/v1/receipts?limit=7&cursor=1.x",
    "/v1/ledger?cursor=%FF%00",
    "/v1/ledger?limit=%F0",
    "/v1//",
    "/",
    "/v1/%2e%2e/member",
    "/v1/receipts/../member",
    "/v1/member?%",
    "/admin/clock",
    "/admin/codes/%FF",
    "/admin/codes/+79161234567",
    "/admin/members/x/purchases",
    "/admin/members/{m}/purchases",
    "/admin/members/{m}/ledger",
    "/admin/receipts/x/verdict",
    "/admin/receipts/%00/link",
    "/admin/tax/tickets",
];

const METHODS: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"];

const HEADERS: [&str; 8] = [
    "authorization",
    "accept-language",
    "vremena-contract",
    "idempotency-key",
    "x-request-id",
    "if-none-match",
    "content-type",
    "content-encoding",
];

#[derive(Clone, Debug)]
struct Sent {
    method: &'static str,
    path: &'static str,
    signed_in: bool,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

fn requests() -> impl Strategy<Value = Sent> {
    let body = prop_oneof![
        3 => (0_u32..9).prop_map(|number| receipt(number).to_string().into_bytes()),
        4 => values().prop_map(|value| value.to_string().into_bytes()),
        3 => (prop::sample::select(&NAMES[..]), values()).prop_map(|(name, value)| {
            common::with(receipt(1), name, value).to_string().into_bytes()
        }),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ];
    let visible = prop::collection::vec((0x20_u8..=0xff).prop_filter("a header's", |byte| *byte != 0x7f), 0..40);
    let anything = (prop::sample::select(&METHODS[..]), prop::sample::select(&PATHS[..]));
    let target = prop_oneof![3 => anything, 1 => Just(("POST", "/v1/receipts"))];
    (target, any::<bool>(), prop::collection::vec((prop::sample::select(&HEADERS[..]), visible), 0..3), body)
        .prop_map(|((method, path), signed_in, headers, body)| Sent { method, path, signed_in, headers, body })
}

#[test]
fn nothing_that_is_sent_breaks_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (gallery, session) = runtime.block_on(async {
        let gallery = Gallery::start().await;
        let session = gallery.sign_in(PHONE).await;
        (gallery, session)
    });
    let mut runner = TestRunner::new(Cases { cases: 1500, failure_persistence: None, ..Cases::default() });
    let statuses = RefCell::new(BTreeSet::new());
    let result = runner.run(&requests(), |sent| {
        let status = runtime.block_on(send(&gallery, &session, sent));
        statuses.borrow_mut().insert(status);
        prop_assert!(status < 500, "{}", status);
        Ok(())
    });
    result.unwrap();
    // Enough of it got as far as the rules behind the shapes.
    for status in [200, 201, 400, 401, 404, 405, 409, 422] {
        assert!(statuses.borrow().contains(&status), "never {status}");
    }
    runtime.block_on(async {
        gallery.call("GET", RULES, &[], None).await.is(200);
        gallery.admin("GET", "/admin/receipts", Value::Null).await.is(200);
    });
}

async fn send(gallery: &Gallery, session: &common::Session, sent: Sent) -> u16 {
    let path = sent.path.replace("{m}", &session.member_id);
    let (base, token) = if path.starts_with("/admin") {
        (gallery.sandbox.admin_url(), "secret")
    } else {
        (gallery.sandbox.base_url(), session.access.as_str())
    };
    let mut request = gallery.http.request(sent.method.parse().unwrap(), format!("{base}{path}"));
    // Signing out would make everything after it a 401.
    if sent.signed_in && path != "/v1/auth/sign-out" {
        request = request.bearer_auth(token).header("idempotency-key", sent.body.len());
    }
    for (name, value) in sent.headers {
        request = request.header(name, value);
    }
    let response = request.body(sent.body).send().await.unwrap();
    let status = response.status().as_u16();
    let head = sent.method == "HEAD";
    let problem = response.headers().get("content-type").is_some_and(|kind| kind == "application/problem+json");
    assert!(response.headers().contains_key("x-request-id"));
    let bytes = response.bytes().await.unwrap();
    if status >= 400 {
        assert!(problem, "{status}");
        assert!(head || serde_json::from_slice::<Value>(&bytes).unwrap()["status"] == status);
    }
    status
}
