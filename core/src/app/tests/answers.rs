//! The gallery's answers, spoiled: whatever comes, no intent is lost, and a healthy gallery mends it all.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::Response;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::advance;

use super::{
    HOUR, Work, World,
    gallery::{Gallery, LEDGER, MEMBER, RECEIPTS, REGISTER, RULES, Reply, page, receipt, record, rules},
};
use crate::{outbox::DrainBudget, receipts::ReceiptState};

const CARD: &str = "GET /v1/card";
const EVENTS: &str = "GET /v1/events";
const FEED: &str = "GET /v1/feed";
const ROUTES: [&str; 8] = [REGISTER, RECEIPTS, LEDGER, MEMBER, RULES, CARD, EVENTS, FEED];
/// So many receipts are captured, numbered from 1.
const CAPTURED: u32 = 3;

/// One thing that is wrong with an answer.
#[derive(Clone, Debug)]
enum Spoilt {
    /// It ends here, in parts of the whole.
    Cut(f64),
    /// These bits of one byte are other ones.
    Flipped(f64, u8),
    /// One value within it is another one.
    Replaced(usize, Value),
    /// One field within it is not there.
    Removed(usize),
    /// It has this status.
    Status(u16),
    /// It has this media type.
    MediaType(&'static str),
}

fn spoilt() -> impl Strategy<Value = Spoilt> {
    let value = prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("r1"),
        json!("captured"),
        json!("\u{0}\u{202e}{"),
        json!("x".repeat(100_000)),
        json!("9999-12-31T23:59:60+14:00"),
        json!("0000-01-01T00:00:00Z"),
        json!([]),
        json!({}),
        json!([[[]]]),
    ]);
    let statuses = vec![200, 201, 204, 302, 304, 400, 401, 403, 404, 409, 422, 426, 429, 500, 503];
    prop_oneof![
        (0.0..1.0).prop_map(Spoilt::Cut),
        (0.0..1.0, 1u8..).prop_map(|(at, bits)| Spoilt::Flipped(at, bits)),
        (0usize..40, value).prop_map(|(place, value)| Spoilt::Replaced(place, value)),
        (0usize..40).prop_map(Spoilt::Removed),
        prop::sample::select(statuses).prop_map(Spoilt::Status),
        prop::sample::select(vec!["text/html", "application/problem+json", ""]).prop_map(Spoilt::MediaType),
    ]
}

impl Spoilt {
    fn apply(&self, mut body: Value) -> Reply {
        let (mut status, mut media_type) = (200, "application/json");
        match self {
            Self::Replaced(place, value) => change(&mut body, &mut place.clone(), Some(value)),
            Self::Removed(place) => change(&mut body, &mut place.clone(), None),
            Self::Status(other) => status = *other,
            Self::MediaType(other) => media_type = other,
            Self::Cut(_) | Self::Flipped(..) => {}
        }
        let mut bytes = body.to_string().into_bytes();
        let place = |part: f64| (bytes.len() as f64 * part) as usize;
        match self {
            Self::Cut(part) => bytes.truncate(place(*part)),
            Self::Flipped(part, bits) => {
                let at = place(*part);
                bytes[at] ^= bits;
            }
            _ => {}
        }
        Ok(Response::builder().status(status).header("content-type", media_type).body(bytes).unwrap())
    }
}

/// Changes the value at a place, counted in the order in which they stand there; beyond the last it changes none.
fn change(value: &mut Value, place: &mut usize, other: Option<&Value>) {
    let children: Vec<_> = match value {
        Value::Object(fields) => fields.keys().cloned().map(Value::from).collect(),
        Value::Array(items) => (0..items.len()).map(Value::from).collect(),
        _ => return,
    };
    for child in children {
        let found = match (&child, &mut *value) {
            (Value::String(name), Value::Object(fields)) if *place == 0 && other.is_none() => {
                fields.remove(name);
                None
            }
            (Value::String(name), Value::Object(fields)) => fields.get_mut(name),
            (index, Value::Array(items)) => items.get_mut(index.as_u64().unwrap_or_default() as usize),
            _ => None,
        };
        if *place == 0 {
            if let (Some(found), Some(other)) = (found, other) {
                *found = other.clone();
            }
            *place = usize::MAX;
            return;
        }
        *place -= 1;
        if let Some(found) = found {
            change(found, place, other);
        }
        if *place == usize::MAX {
            return;
        }
    }
}

/// What a healthy gallery answers; the route's body where it matters.
fn healthy(route: &str, sent: &Value) -> Value {
    match route {
        REGISTER => receipt(&format!("g{}", sent["document_number"]), sent["document_number"].as_u64(), "pending"),
        RECEIPTS => page("receipts", &[receipt("g1", 1, "credited"), receipt("g9", 9, "rejected")], "c1", false),
        LEDGER => page("entries", &[entry()], "c1", false),
        MEMBER => record("m1"),
        RULES => rules(),
        CARD => card(),
        EVENTS => json!({ "events": [event()] }),
        _ => page("items", &[item()], "n", false),
    }
}

fn entry() -> Value {
    json!({
        "id": "g1", "kind": "purchase", "at": "2026-03-13T12:00:00+03:00", "amount": 10_000, "category": "clothes",
        "state": "credited",
    })
}

fn card() -> Value {
    let code = json!({ "symbology": "qr", "error_correction": "M", "template": "VG1*{number}*{tier}" });
    json!({ "number": "0001", "status": "active", "pass_serial": "p1", "code": code })
}

pub(super) fn event() -> Value {
    json!({
        "event_id": "e1", "title": { "ru": "Показ" }, "description": { "ru": "Показ" }, "audience": [],
        "place": { "ru": "Атриум" }, "starts_at": "2026-04-14T12:00:00Z", "ends_at": "2026-04-14T14:00:00Z",
        "registration_opens_at": "2026-01-01T00:00:00Z", "registration_closes_at": "2026-04-14T12:00:00Z",
        "capacity": 10, "places_left": 5,
        "registration": {
            "event_id": "e1", "state": "confirmed", "ticket_code": "T1", "changed_at": "2026-03-14T12:00:00Z",
        },
    })
}

pub(super) fn item() -> Value {
    json!({
        "item_id": "f1", "type": "news", "audience": [], "title": { "ru": "Новость" }, "body": { "ru": "Новость" },
        "links": [{ "title": { "ru": "Ещё" }, "url": "https://example.com" }], "picture_url": "/v1/media/p1",
        "published_at": "2026-03-01T00:00:00Z", "until": null, "event_id": null, "discount_percent": 10,
    })
}

/// What was captured stands in the history, and in the queue unless the gallery's word on it is stored.
async fn nothing_is_lost(world: &World) {
    let history = world.receipts().await;
    let document = |number: u32| {
        let mut rows = history.iter();
        rows.find(|row| row.identity.as_ref().is_some_and(|identity| identity.document_number == number))
    };
    let captured: Vec<_> = (1..=CAPTURED).filter_map(document).collect();
    assert_eq!(captured.len(), CAPTURED as usize, "a receipt is no longer there");
    let unanswered =
        |receipt: &&&crate::receipts::Receipt| receipt.receipt_id.is_none() && receipt.state == ReceiptState::Captured;
    let unanswered = captured.iter().filter(unanswered).count();
    assert!(unanswered <= world.queue().await.len(), "an entry has left the queue without an answer");
}

async fn everything_is_shown(world: &World) {
    world.app.home().snapshot().await.unwrap();
    world.app.feed().items().await.unwrap();
    world.app.events().list().await.unwrap();
    world.app.wallet().card().await.unwrap();
    world.app.programme().snapshot().await.unwrap();
}

async fn lives_with(answers: Vec<(usize, Spoilt)>) {
    let is_spoilt = Arc::new(AtomicBool::new(true));
    let gallery = Gallery::healthy();
    for route in ROUTES {
        let wrong: Vec<_> =
            answers.iter().filter(|(at, _)| ROUTES[*at] == route).map(|(_, spoilt)| spoilt.clone()).collect();
        let (is_spoilt, asked) = (Arc::clone(&is_spoilt), std::sync::atomic::AtomicUsize::new(0));
        gallery.on(route, move |call| {
            let body = healthy(route, &call.body);
            match wrong.get(asked.fetch_add(1, Ordering::Relaxed) % wrong.len().max(1)) {
                Some(spoilt) if is_spoilt.load(Ordering::Relaxed) => spoilt.apply(body),
                _ => super::gallery::json(200, &body),
            }
        });
    }
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    for number in 1..=CAPTURED {
        world.scan_new(number).await;
    }
    for _ in 0..3 {
        let _sent = world.app.outbox().drain(DrainBudget::default()).await;
        let _pulled = world.app.sync().pull().await;
        nothing_is_lost(&world).await;
        everything_is_shown(&world).await;
        advance(HOUR).await;
    }
    is_spoilt.store(false, Ordering::Relaxed);
    let world = world.reopened().await;
    world.app.account().sign_in("+79000000001", "0000").await.unwrap();
    for _ in 0..3 {
        advance(3 * HOUR).await;
        world.drain().await;
    }
    world.app.sync().pull().await.unwrap();
    nothing_is_lost(&world).await;
    everything_is_shown(&world).await;
    let waiting = world.queue().await.into_iter().filter(|item| item.wedged_reason.is_none()).count();
    assert_eq!(waiting, 0, "a healthy gallery was never asked for them");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 64, ..ProptestConfig::default() })]
    #[test]
    fn spoilt_answers_lose_nothing_and_are_mended(
        answers in prop::collection::vec((0..ROUTES.len(), spoilt()), 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(lives_with(answers));
    }
}

#[test]
fn a_change_meets_every_value_of_an_answer() {
    let whole = healthy(EVENTS, &Value::Null);
    let changed = |place: usize, other: Option<&Value>| {
        let mut value = whole.clone();
        change(&mut value, &mut place.clone(), other);
        value
    };
    let differ = (0..40).take_while(|place| changed(*place, Some(&json!("other"))) != whole).count();
    assert_eq!(differ, 21, "the list, the event, its fields and theirs");
    assert_eq!(changed(differ, Some(&json!("other"))), whole);
    assert_eq!(changed(0, None), json!({}));
    assert!((2..differ).all(|place| changed(place, None) != whole));
}
