//! A gallery in the place of the network: it answers as a healthy one does, until a test says otherwise.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use http::{Request, Response};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::http::{Transport, TransportError, TransportFuture};

/// The routes that tests speak of.
pub const REGISTER: &str = "POST /v1/receipts";
pub const RECEIPTS: &str = "GET /v1/receipts";
pub const LEDGER: &str = "GET /v1/ledger";
pub const MEMBER: &str = "GET /v1/member";
pub const CONSENTS: &str = "GET /v1/member/consents";
pub const DECIDE: &str = "POST /v1/member/consents";
pub const DELETE: &str = "DELETE /v1/member";
pub const RULES: &str = "GET /v1/programme/rules";
pub const SIGN_IN: &str = "POST /v1/auth/session";
pub const SIGN_OUT: &str = "POST /v1/auth/sign-out";
pub const REFRESH: &str = "POST /v1/auth/refresh";

pub type Reply = Result<Response<Vec<u8>>, TransportError>;
type Route = Box<dyn Fn(&Call) -> Reply + Send>;

/// A request, as the gallery sees it.
#[derive(Clone)]
pub struct Call {
    pub query: String,
    /// The access token; empty where there is none.
    pub token: String,
    /// The tag of what the phone has; empty where there is none.
    pub tag: String,
    /// The idempotency key; empty where there is none.
    pub key: String,
    /// The request's own name.
    pub request_id: String,
    /// Null where there is none.
    pub body: Value,
}

/// An answer that is on its way until the test lets it arrive.
#[derive(Default)]
pub struct Held {
    answered: Notify,
    released: Notify,
}

/// The transport.
pub struct Gallery {
    routes: Mutex<HashMap<&'static str, Route>>,
    calls: Mutex<Vec<(String, Call)>>,
    held: Mutex<HashMap<&'static str, Arc<Held>>>,
    feeds: AtomicU32,
}

impl Gallery {
    /// One that only signs in: everything else meets no network.
    pub fn unreachable() -> Self {
        let gallery = Self {
            routes: Mutex::default(),
            calls: Mutex::default(),
            held: Mutex::default(),
            feeds: AtomicU32::default(),
        };
        gallery.grant(YEAR);
        gallery
    }

    /// One that takes every receipt, and tells of those alone.
    pub fn healthy() -> Self {
        let gallery = Self::unreachable();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&taken);
        gallery.on(REGISTER, move |call| {
            let document = call.body["document_number"].as_u64();
            let receipt = receipt(&format!("r{}", document.unwrap()), document, "pending");
            taken.lock().unwrap().push(receipt.clone());
            json(201, &receipt)
        });
        gallery.on(RECEIPTS, move |call| {
            let told = told.lock().unwrap();
            let known = call.query.split_once("cursor=t").map_or(0, |(_, known)| known.parse().unwrap());
            json(200, &page("receipts", &told[known..], &format!("t{}", told.len()), false))
        });
        gallery.tell_ledger(vec![]);
        gallery.on(MEMBER, |call| json(200, &record(call.token.trim_start_matches("access-"))));
        gallery.on(RULES, |_| json(200, &rules()));
        gallery.on(CONSENTS, |_| json(200, &json!({"consents": []})));
        gallery.on("GET /v1/appeals", |_| json(200, &json!({"appeals": []})));
        gallery.on("GET /v1/card", |_| json(200, &card()));
        gallery.on("GET /v1/events", |_| json(200, &json!({"events": []})));
        gallery.on("GET /v1/feed", |call| match call.tag.as_str() {
            "" => tagged(json(200, &page("items", &[], "n", false))),
            _ => empty(304),
        });
        gallery.on(REFRESH, |call| {
            let member = call.body["refresh_token"].as_str().unwrap().trim_start_matches("refresh-");
            json(200, &tokens(member, YEAR))
        });
        gallery.on(SIGN_OUT, |_| empty(204));
        gallery
    }

    /// From now on `route` is answered so.
    pub fn on(&self, route: &'static str, answer: impl Fn(&Call) -> Reply + Send + 'static) {
        self.routes.lock().unwrap().insert(route, Box::new(answer));
    }

    /// From now on who signs in gets tokens that are good for so many seconds. Phone numbers end in their member's digit.
    pub fn grant(&self, seconds: u32) {
        self.on(SIGN_IN, move |call| {
            let member = format!("m{}", call.body["phone"].as_str().unwrap().chars().last().unwrap());
            json(200, &json!({"tokens": tokens(&member, seconds), "member": record(&member)}))
        });
    }

    /// From now on the feed of receipts is these.
    pub fn tell_receipts(&self, receipts: Vec<Value>) {
        self.tell(RECEIPTS, "receipts", receipts);
    }

    /// From now on the ledger is these.
    pub fn tell_ledger(&self, entries: Vec<Value>) {
        self.tell(LEDGER, "entries", entries);
    }

    /// All at once, and nothing to who has read them. Another feed has another cursor.
    fn tell(&self, route: &'static str, name: &'static str, items: Vec<Value>) {
        let end = format!("c{}", self.feeds.fetch_add(1, Ordering::Relaxed));
        self.on(route, move |call| {
            let known = call.query.ends_with(&format!("cursor={end}"));
            let news = if known { &[][..] } else { &items[..] };
            json(200, &page(name, news, &end, false))
        });
    }

    /// What came to `route` so far.
    pub fn calls(&self, route: &str) -> Vec<Call> {
        self.calls.lock().unwrap().iter().filter(|(line, _)| line == route).map(|(_, call)| call.clone()).collect()
    }

    /// How much came to `route` so far.
    pub fn count(&self, route: &str) -> usize {
        self.calls(route).len()
    }

    /// How much came in all.
    pub fn count_all(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    /// The names of all requests, in their order.
    pub fn request_ids(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|(_, call)| call.request_id.clone()).collect()
    }

    /// The next call of `route` is answered as usual, but the answer stays on its way.
    pub fn hold(&self, route: &'static str) -> Arc<Held> {
        let held = Arc::new(Held::default());
        self.held.lock().unwrap().insert(route, held.clone());
        held
    }
}

impl Held {
    /// Waits until the gallery has answered.
    pub async fn answered(&self) {
        self.answered.notified().await;
    }

    /// Lets the answer arrive.
    pub fn release(&self) {
        self.released.notify_one();
    }
}

impl Transport for Gallery {
    fn send(&self, request: Request<Vec<u8>>) -> TransportFuture<'_> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let header = |name: &str| request.headers().get(name).map_or("", |value| value.to_str().unwrap());
        let call = Call {
            query: request.uri().query().unwrap_or_default().to_owned(),
            token: header("authorization").trim_start_matches("Bearer ").to_owned(),
            tag: header("if-none-match").to_owned(),
            key: header("idempotency-key").to_owned(),
            request_id: header("x-request-id").to_owned(),
            body: serde_json::from_slice(request.body()).unwrap_or_default(),
        };
        let reply = match self.routes.lock().unwrap().get(line.as_str()) {
            Some(answer) => answer(&call),
            None => Err(TransportError::Unreachable),
        };
        let held = self.held.lock().unwrap().remove(line.as_str());
        self.calls.lock().unwrap().push((line, call));
        Box::pin(async move {
            if let Some(held) = held {
                held.answered.notify_one();
                held.released.notified().await;
            }
            reply
        })
    }
}

pub const YEAR: u32 = 365 * 24 * 60 * 60;

/// A JSON answer.
pub fn json(status: u16, body: &Value) -> Reply {
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(body.to_string().into_bytes()).unwrap())
}

/// The same with a tag.
pub fn tagged(reply: Reply) -> Reply {
    reply.map(|mut response| {
        response.headers_mut().insert("etag", "\"1\"".parse().unwrap());
        response
    })
}

/// A problem of this name, with `extensions` beside it.
pub fn problem(status: u16, slug: &str, extensions: Value) -> Reply {
    let mut body = extensions;
    body["type"] = json!(format!("urn:vremena:problem:{slug}"));
    let response = Response::builder().status(status).header("content-type", "application/problem+json");
    Ok(response.body(body.to_string().into_bytes()).unwrap())
}

/// An answer without a body.
pub fn empty(status: u16) -> Reply {
    Ok(Response::builder().status(status).body(Vec::new()).unwrap())
}

/// "Not now", with the seconds to wait.
pub fn busy(seconds: u64) -> Reply {
    Ok(Response::builder().status(503).header("retry-after", seconds).body(Vec::new()).unwrap())
}

/// A page of a feed.
pub fn page(name: &str, items: &[Value], next_cursor: &str, more: bool) -> Value {
    json!({name: items, "joined": "2026-03-14", "next_cursor": next_cursor, "more": more})
}

/// Tokens of `member` that are good for so many seconds.
pub fn tokens(member: &str, seconds: u32) -> Value {
    json!({
        "access_token": format!("access-{member}"), "access_expires_in_seconds": seconds,
        "refresh_token": format!("refresh-{member}"),
    })
}

/// A member's record.
pub fn record(member: &str) -> Value {
    json!({"member_id": member, "joined": "2026-03-14", "tier": "vesna", "tier_since": null})
}

/// A member's card.
fn card() -> Value {
    let code = json!({"symbology": "qr", "error_correction": "M", "template": "{number}"});
    json!({"number": "0001", "status": "active", "pass_serial": "p1", "code": code})
}

/// The programme's rules.
pub fn rules() -> Value {
    json!({
        "version": 1, "effective_from": "2026-01-01", "zone": "Europe/Moscow",
        "period": {"kind": "rolling_months", "n": 12},
        "validity": {"kind": "period_end"}, "downgrade": "by_balance", "grace_days": 0, "returns": "original_date",
        "tiers": [
            {"id": "vesna", "name": {"ru": "Весна", "en": "Spring"}},
            {"id": "leto", "name": {"ru": "Лето", "en": "Summer"}, "require": {"metric": "sum", "at_least": 30_000_000}},
        ],
    })
}

/// A receipt as the gallery knows it; reception registers some without their requisites.
pub fn receipt(id: &str, document: impl Into<Option<u64>>, state: &str) -> Value {
    let document = document.into();
    json!({
        "receipt_id": id, "drive_number": document.map(|_| "7380440801290534"), "document_number": document,
        "fiscal_sign": document.map(|_| 1), "operation": "sale", "total_kopecks": 10_000,
        "issued_at": "2026-03-13T12:00:00+03:00", "state": state, "reason": null, "next_check_at": null,
        "source": if document.is_some() { "scanned" } else { "reception" }, "registered_at": "2026-03-14T12:00:00Z",
        "decided_at": (state != "pending").then_some("2026-03-14T12:00:00Z"), "shop": null, "category": null,
        "returned_kopecks": 0, "of": null, "rules_version": null,
    })
}

/// A ledger's entry.
pub fn purchase(id: &str) -> Value {
    json!({"id": id, "kind": "purchase", "at": "2026-03-01T12:00:00Z", "amount": 10_000, "state": "credited"})
}

/// `value` with other fields.
pub fn with(mut value: Value, fields: Value) -> Value {
    for (name, field) in fields.as_object().unwrap() {
        value[name] = field.clone();
    }
    value
}
