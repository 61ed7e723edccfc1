//! Whatever is sent, wherever: an answer that keeps the API's manners, and never a broken server.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::cell::RefCell;
use std::collections::BTreeSet;

use common::{Gallery, PHONE, receipt};
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use serde_json::{Value, json};

const RULES: &str = "/v1/programme/rules";

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

const NAMES: [&str; 66] = [
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
    "type",
    "title",
    "body",
    "audience",
    "links",
    "url",
    "published_at",
    "event_id",
    "discount_percent",
    "picture_base64",
    "picture_type",
    "capacity",
    "starts_at",
    "ends_at",
    "requested_at",
    "status",
    "symbology",
    "template",
    "forge",
    "ru",
    "en",
    "consents",
    "granted",
    "decided_at",
    "number",
    "name",
    "required",
    "text",
    "appeal_id",
    "comment",
    "photographs",
    "size",
    "sha256",
    "parts",
    "part",
    "answer",
];

const WORDS: [&str; 23] = [
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
    "spring-evening",
    "image/png",
    "AAAA",
    "voided",
    "leto",
    "advertising",
    "4081507726610394",
];

const PATHS: [&str; 62] = [
    "/v1/auth/code",
    "/v1/auth/session",
    "/v1/auth/refresh",
    "/v1/auth/sign-out",
    "/v1/member",
    RULES,
    "/v1/programme/rules/1",
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
    "/v1/appeals",
    "/v1/appeals/0/parts",
    "/admin/appeals",
    "/admin/appeals/0/answer",
    "/admin/appeals/0/photographs/0",
    "/v1/feed",
    "/v1/feed?limit=1&cursor=1:2.x",
    "/v1/media/x",
    "/v1/media/%FF",
    "/v1/events",
    "/v1/events/spring-evening",
    "/v1/events/%00/registration",
    "/v1/events/spring-evening/registration",
    "/v1/events/spring-evening/cancellation",
    "/v1/card",
    "/v1/wallet/apple",
    "/v1/wallet/google",
    "/admin/feed",
    "/admin/feed/morning",
    "/admin/events",
    "/admin/events/spring-evening",
    "/admin/events/spring-evening/registrations",
    "/admin/members/{m}/card",
    "/admin/wallet",
    "/v1/consents",
    "/v1/member/consents",
    "/v1/member/card-link",
    "/v1/feed/morning/read",
    "/v1/feed/%00/read",
    "/admin/consents/advertising",
    "/admin/members/{m}/consents",
    "/admin/cards",
    "/admin/epoch",
    "/admin/snapshot",
    "/admin/restore",
    "/admin/contract",
];

/// Where chance alone would seldom send a body that means something.
const AIMED: [(&str, &str); 6] = [
    ("POST", "/v1/events/spring-evening/registration"),
    ("POST", "/v1/events/spring-evening/cancellation"),
    ("POST", "/admin/feed"),
    ("PUT", "/admin/feed/courtyard"),
    ("POST", "/admin/events"),
    ("PUT", "/admin/events/spring-evening"),
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

/// An item, an event and an intent at once: each takes what it knows.
fn published() -> Value {
    let text = json!({"ru": "т", "en": "t"});
    json!({
        "type": "news", "title": text, "body": text, "description": text, "place": text, "capacity": 1,
        "starts_at": "2026-03-11T09:00:00Z", "ends_at": "2026-03-11T10:00:00Z",
        "registration_opens_at": "2026-03-01T09:00:00Z", "registration_closes_at": "2026-03-11T09:00:00Z",
        "requested_at": "2026-03-10T09:00:00Z",
    })
}

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
        2 => Just(published().to_string().into_bytes()),
        3 => (prop::sample::select(&NAMES[..]), values()).prop_map(|(name, value)| {
            common::with(published(), name, value).to_string().into_bytes()
        }),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ];
    let visible = prop::collection::vec((0x20_u8..=0xff).prop_filter("a header's", |byte| *byte != 0x7f), 0..40);
    let anything = (prop::sample::select(&METHODS[..]), prop::sample::select(&PATHS[..]));
    let target = prop_oneof![
        4 => anything,
        1 => Just(("POST", "/v1/receipts")),
        1 => prop::sample::select(&AIMED[..]),
    ];
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
        for path in ["/v1/feed", "/v1/events", "/v1/card", "/v1/wallet/google"] {
            gallery.get(&session, path).await.is(200);
        }
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
    // Signing out or leaving would make everything after it a 401.
    if sent.signed_in && path != "/v1/auth/sign-out" && sent.method != "DELETE" {
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
