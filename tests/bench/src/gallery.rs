//! A gallery in the place of the network: it answers at once, and notes when it was asked.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Instant,
};

use chrono::{Days, NaiveDate};
use http::{Request, Response};
use serde_json::{Value, json};
use vremena_core::http::{Transport, TransportError, TransportFuture};

/// Numbers of receipts that the member has had for long begin here; those that are captured lie below.
pub const OLD_RECEIPTS: u32 = 1_000_000;
const YEAR: u32 = 365 * 24 * 60 * 60;
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 13).expect("a day of the calendar");
const DAYS: u64 = 3_650;

/// The transport.
#[derive(Default)]
pub struct Gallery {
    /// What its feeds have to tell.
    receipts: u32,
    entries: u32,
    /// When receipts were registered.
    asked: Mutex<Vec<Instant>>,
    /// After so many more registrations there is no network.
    allowed: AtomicU32,
    closed: AtomicBool,
}

impl Gallery {
    /// A gallery that knows so many of the member's receipts, and so many entries of the ledger.
    pub fn knowing(receipts: u32, entries: u32) -> Self {
        Self { receipts, entries, ..Self::default() }
    }

    /// From now on it takes so many receipts; then the phone has no network.
    pub fn allow(&self, receipts: u32) {
        self.allowed.store(receipts, Ordering::SeqCst);
        self.closed.store(receipts == 0, Ordering::SeqCst);
    }

    /// Whether the phone has a network.
    pub fn is_open(&self) -> bool {
        !self.closed.load(Ordering::SeqCst)
    }

    /// When receipts were registered since the last time that this was asked for.
    pub fn asked(&self) -> Vec<Instant> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, request: &Request<Vec<u8>>) -> Option<(u16, Value)> {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let query = request.uri().query().unwrap_or_default();
        let line = format!("{} {}", request.method(), request.uri().path());
        Some(match line.as_str() {
            "POST /v1/auth/session" => (200, json!({ "tokens": tokens(), "member": member() })),
            "POST /v1/receipts" => {
                self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
                if self.allowed.fetch_sub(1, Ordering::SeqCst) == 1 {
                    self.closed.store(true, Ordering::SeqCst);
                }
                (201, receipt(body["document_number"].as_u64()?, "pending"))
            }
            "GET /v1/receipts" => (200, page("receipts", self.receipts, query, |at| receipt(at.into(), "credited"))),
            "GET /v1/ledger" => (200, page("entries", self.entries, query, entry)),
            "GET /v1/member" => (200, member()),
            "GET /v1/programme/rules" => (200, rules()),
            "GET /v1/card" => (200, card()),
            "GET /v1/events" => (200, json!({ "events": [] })),
            "GET /v1/member/consents" => (200, json!({ "consents": [] })),
            "GET /v1/appeals" => (200, json!({ "appeals": [] })),
            "GET /v1/feed" => (200, json!({ "items": [], "next_cursor": null, "more": false })),
            _ => return None,
        })
    }
}

impl Transport for Gallery {
    fn send(&self, request: Request<Vec<u8>>) -> TransportFuture<'_> {
        let answer = self.answer(&request).and_then(|(status, body)| {
            let response = Response::builder().status(status).header("content-type", "application/json");
            response.body(body.to_string().into_bytes()).ok()
        });
        Box::pin(std::future::ready(answer.ok_or(TransportError::Unreachable)))
    }
}

/// A page of 200 of a feed; its cursor counts what was read.
fn page(name: &str, count: u32, query: &str, item: impl Fn(u32) -> Value) -> Value {
    let from = query.split_once("cursor=").and_then(|(_, cursor)| cursor.parse().ok()).unwrap_or(0);
    let until = count.min(from + 200);
    let items: Vec<_> = (from..until).map(|at| item(OLD_RECEIPTS + at)).collect();
    json!({ name: items, "joined": "2026-01-14", "next_cursor": until.to_string(), "more": until < count })
}

/// One of a day of the last ten years.
fn receipt(document: u64, state: &str) -> Value {
    let day = LAST_DAY - Days::new(document % DAYS);
    json!({
        "receipt_id": format!("r{document}"), "drive_number": "7380440801290534", "document_number": document,
        "fiscal_sign": 1, "operation": "sale", "total_kopecks": 10_000,
        "issued_at": format!("{day}T12:00:00+03:00"), "state": state, "reason": null, "next_check_at": null,
        "source": "scanned", "registered_at": "2026-03-14T12:00:00Z",
        "decided_at": (state != "pending").then_some("2026-03-14T12:00:00Z"), "shop": "Shop", "category": "clothes",
        "returned_kopecks": 0, "of": null, "rules_version": 1,
    })
}

fn entry(at: u32) -> Value {
    json!({
        "id": format!("r{at}"), "kind": "purchase", "at": "2026-03-13T12:00:00+03:00", "amount": 10_000,
        "category": "clothes", "state": "credited",
    })
}

fn tokens() -> Value {
    json!({ "access_token": "access", "access_expires_in_seconds": YEAR, "refresh_token": "refresh" })
}

fn member() -> Value {
    json!({ "member_id": "m1", "joined": "2026-01-14", "tier": "vesna", "tier_since": null })
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
            { "id": "leto", "name": { "ru": "Лето", "en": "Summer" }, "require": { "metric": "sum", "at_least": 30_000_000_000_u64 } },
        ],
    })
}
