//! A gallery in the place of the network. It answers as the input says, and as a healthy one does where the input says
//! nothing.
//!
//! The input is parted by `SEPARATOR`; each part is one answer: a byte for the request, one for the status, one for the
//! media type, and the body. Answers to the same request come in their order, each once.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use http::{HeaderValue, Request, Response};
use serde_json::{Value, json};
use vremena_core::http::{Transport, TransportError, TransportFuture};

/// Stands in no JSON of the gallery.
const SEPARATOR: &[u8] = b"\n~~\n";
/// Named by `a`, `b` and so on.
const REQUESTS: [&str; 23] = [
    "POST /v1/auth/session",
    "POST /v1/auth/refresh",
    "POST /v1/receipts",
    "GET /v1/receipts",
    "GET /v1/ledger",
    "GET /v1/member",
    "GET /v1/programme/rules",
    "GET /v1/card",
    "GET /v1/events",
    "GET /v1/feed",
    "GET /v1/media/*",
    "GET /v1/wallet/apple",
    "GET /v1/wallet/google",
    "POST /v1/events/*/registration",
    "POST /v1/events/*/cancellation",
    "POST /v1/auth/code",
    "POST /v1/auth/sign-out",
    "GET /v1/consents",
    "GET /v1/member/consents",
    "POST /v1/member/consents",
    "POST /v1/member/card-link",
    "POST /v1/feed/*/read",
    "DELETE /v1/member",
];
/// Named by `0`, `1` and so on.
const STATUSES: [u16; 17] = [200, 201, 204, 302, 304, 400, 401, 403, 404, 409, 410, 422, 426, 429, 500, 503, 202];
/// Named by `A`, `B` and so on; beyond the last, no whole answer comes.
const MEDIA_TYPES: [&str; 6] = [
    "application/json",
    "application/problem+json",
    "image/jpeg",
    "image/png",
    "application/vnd.apple.pkpass",
    "text/html",
];
/// An answer begins with its date, which the gallery's clock is learnt from, as far as it has one.
const DATE: usize = "Sat, 14 Mar 2026 12:00:00 GMT".len();
const FAULTS: [TransportError; 2] = [TransportError::Cut, TransportError::TooLarge];

type Reply = Result<Response<Vec<u8>>, TransportError>;

/// The transport.
pub struct Gallery(Mutex<HashMap<&'static str, VecDeque<Reply>>>);

impl Gallery {
    /// A gallery that answers as the input says.
    pub fn answering(data: &[u8]) -> Self {
        let mut replies: HashMap<_, VecDeque<_>> = HashMap::new();
        let mut rest = data;
        while !rest.is_empty() {
            let end = rest.windows(SEPARATOR.len()).position(|bytes| bytes == SEPARATOR);
            let (part, after) = match end {
                Some(end) => (&rest[..end], &rest[end + SEPARATOR.len()..]),
                None => (rest, &[][..]),
            };
            rest = after;
            let [request, status, media_type, body @ ..] = part else { continue };
            let line = named(&REQUESTS, *request, b'a');
            replies.entry(line).or_default().push_back(reply(*status, *media_type, body));
        }
        Self(Mutex::new(replies))
    }

    /// Whether the input has an answer left to this request.
    pub fn has_to_say(&self, line: &str) -> bool {
        self.0.lock().unwrap().get(line).is_some_and(|replies| !replies.is_empty())
    }

    /// From now on it is healthy.
    pub fn recover(&self) {
        self.0.lock().unwrap().clear();
    }
}

impl Transport for Gallery {
    fn send(&self, request: Request<Vec<u8>>) -> TransportFuture<'_> {
        let line = line(&request);
        let told = self.0.lock().unwrap().get_mut(line.as_str()).and_then(VecDeque::pop_front);
        let reply = told.unwrap_or_else(|| healthy(&line, &request));
        Box::pin(std::future::ready(reply))
    }
}

/// The request as it stands in `REQUESTS`: what names a thing is a star.
fn line(request: &Request<Vec<u8>>) -> String {
    let path = request.uri().path();
    let parts: Vec<_> = path.split('/').collect();
    let path = match parts.as_slice() {
        ["", "v1", "media", ..] => "/v1/media/*".to_owned(),
        ["", "v1", "events", _, action] => format!("/v1/events/*/{action}"),
        ["", "v1", "feed", _, "read"] => "/v1/feed/*/read".to_owned(),
        _ => path.to_owned(),
    };
    format!("{} {path}", request.method())
}

fn named<T: Copy>(all: &[T], name: u8, first: u8) -> T {
    all[usize::from(name.wrapping_sub(first)) % all.len()]
}

fn reply(status: u8, media_type: u8, body: &[u8]) -> Reply {
    let media_type = usize::from(media_type.wrapping_sub(b'A')) % (MEDIA_TYPES.len() + FAULTS.len());
    let Some(media_type) = MEDIA_TYPES.get(media_type) else { return Err(FAULTS[media_type - MEDIA_TYPES.len()]) };
    let response = Response::builder()
        .status(named(&STATUSES, status, b'0'))
        .header("content-type", *media_type)
        .header("etag", format!("\"{}\"", body.len()))
        .header("vremena-contract", "1")
        .header("date", HeaderValue::from_bytes(&body[..body.len().min(DATE)]).unwrap_or_else(|_| HeaderValue::from(0)))
        .header("retry-after", body.len().to_string());
    Ok(response.body(body.to_vec()).unwrap())
}

fn healthy(line: &str, request: &Request<Vec<u8>>) -> Reply {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let answer = match line {
        "POST /v1/auth/session" => json!({ "tokens": tokens(), "member": member() }),
        "POST /v1/auth/refresh" => tokens(),
        "POST /v1/auth/code" => json!({ "resend_after_seconds": 1, "expires_in_seconds": 1, "code_length": 4 }),
        "POST /v1/receipts" => receipt(&body),
        "GET /v1/receipts" => page("receipts"),
        "GET /v1/ledger" => page("entries"),
        "GET /v1/member" => member(),
        "GET /v1/programme/rules" => rules(),
        "GET /v1/card" => card(),
        "GET /v1/consents" => json!({ "documents": [consent_document()] }),
        "GET /v1/member/consents" => json!({ "consents": [] }),
        "POST /v1/member/consents" => json!({}),
        "POST /v1/feed/*/read" => json!({}),
        "GET /v1/events" => json!({ "events": [event()] }),
        "GET /v1/feed" => json!({ "items": [item()], "next_cursor": null, "more": false }),
        "POST /v1/events/*/registration" => registration(&body, "confirmed"),
        "POST /v1/events/*/cancellation" => registration(&body, "cancelled"),
        _ => return Err(TransportError::Unreachable),
    };
    let response = Response::builder().status(200).header("content-type", "application/json");
    Ok(response.body(answer.to_string().into_bytes()).unwrap())
}

fn tokens() -> Value {
    json!({ "access_token": "access", "access_expires_in_seconds": 3600, "refresh_token": "refresh" })
}

fn member() -> Value {
    json!({ "member_id": "m1", "joined": "2026-03-14", "tier": "vesna", "tier_since": null })
}

/// The receipt that was sent, as the gallery knows it then.
fn receipt(sent: &Value) -> Value {
    json!({
        "receipt_id": format!("healthy-{}", sent["document_number"]), "drive_number": sent["drive_number"],
        "document_number": sent["document_number"], "fiscal_sign": sent["fiscal_sign"], "operation": "sale",
        "total_kopecks": sent["total_kopecks"], "issued_at": sent["issued_at"], "state": "pending", "reason": null,
        "next_check_at": null, "source": "scanned", "registered_at": "2026-03-14T12:00:00Z", "decided_at": null,
        "shop": null, "category": null, "returned_kopecks": 0, "of": null, "rules_version": null,
    })
}

fn page(name: &str) -> Value {
    json!({ name: [], "joined": "2026-03-14", "next_cursor": "healthy", "more": false })
}

fn consent_document() -> Value {
    json!({
        "purpose": "processing", "version": 1, "required": true, "title": { "ru": "Согласие" }, "text": { "ru": "Да" },
    })
}

fn card() -> Value {
    let code = json!({ "symbology": "qr", "error_correction": "M", "template": "{number}" });
    json!({ "number": "0001", "status": "active", "pass_serial": "p1", "code": code })
}

fn rules() -> Value {
    json!({
        "version": 1, "effective_from": "2026-01-01", "zone": "Europe/Moscow",
        "period": { "kind": "rolling_months", "n": 12 },
        "validity": { "kind": "period_end" }, "downgrade": "by_balance", "grace_days": 0, "returns": "original_date",
        "tiers": [
            { "id": "vesna", "name": { "ru": "Весна", "en": "Spring" } },
            { "id": "leto", "name": { "ru": "Лето", "en": "Summer" }, "require": { "metric": "sum", "at_least": 30_000_000 } },
        ],
    })
}

fn event() -> Value {
    json!({
        "event_id": "e1", "title": { "ru": "Показ" }, "description": { "ru": "Показ" }, "audience": [],
        "place": { "ru": "Атриум" }, "starts_at": "2026-04-14T12:00:00Z", "ends_at": "2026-04-14T14:00:00Z",
        "registration_opens_at": "2026-01-01T00:00:00Z", "registration_closes_at": "2026-04-14T12:00:00Z",
        "capacity": 10, "places_left": 5, "registration": null,
    })
}

fn item() -> Value {
    json!({
        "item_id": "f1", "type": "news", "audience": [], "title": { "ru": "Новость" }, "body": { "ru": "Новость" },
        "links": [], "picture_url": "/v1/media/p1", "published_at": "2026-03-01T00:00:00Z", "until": null,
        "event_id": null, "discount_percent": null,
    })
}

fn registration(sent: &Value, state: &str) -> Value {
    let event_id = &sent["event_id"];
    json!({ "event_id": event_id, "state": state, "ticket_code": "T1", "changed_at": "2026-03-14T12:00:00Z" })
}
