//! Events, and who comes to them.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Answer, Gallery, OTHER_PHONE, PHONE, Session, event};
use serde_json::{Value, json};

async fn announce(gallery: &Gallery, event: Value) -> String {
    let made = gallery.admin("POST", "/admin/events", event).await.is(201).json();
    made["event_id"].as_str().unwrap().to_owned()
}

async fn change(gallery: &Gallery, event_id: &str, fields: Value) -> Value {
    gallery.admin("PUT", &format!("/admin/events/{event_id}"), fields).await.is(200).json()
}

async fn ask(gallery: &Gallery, session: &Session, event_id: &str, what: &str, key: &str) -> Answer {
    let body = json!({"requested_at": "2026-03-10T08:59:00Z"});
    gallery.intend(session, &format!("/v1/events/{event_id}/{what}"), key, &body).await
}

async fn register(gallery: &Gallery, session: &Session, event_id: &str, key: &str) -> Answer {
    ask(gallery, session, event_id, "registration", key).await
}

async fn cancel(gallery: &Gallery, session: &Session, event_id: &str, key: &str) -> Answer {
    ask(gallery, session, event_id, "cancellation", key).await
}

async fn show(gallery: &Gallery, session: &Session, event_id: &str) -> Value {
    gallery.get(session, &format!("/v1/events/{event_id}")).await.is(200).json()
}

async fn listed(gallery: &Gallery, session: &mut Session) -> Vec<String> {
    *session = gallery.refreshed(session).await;
    let events = gallery.get(session, "/v1/events").await.is(200).json();
    events["events"].as_array().unwrap().iter().map(|event| event["event_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn members_see_the_events_of_their_tier_until_they_are_over() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    assert_eq!(listed(&gallery, &mut session).await, ["spring-evening"]);
    gallery.purchase(&session, 30_000_000, "2026-03-01T12:00:00+03:00").await;
    assert_eq!(listed(&gallery, &mut session).await, ["private-preview", "spring-evening"]);
    let today = announce(&gallery, event(5)).await;
    assert_eq!(listed(&gallery, &mut session).await, [&today, "private-preview", "spring-evening"]);
    gallery.set_clock("2026-03-10T15:59:50Z").await;
    assert_eq!(listed(&gallery, &mut session).await.len(), 3);
    gallery.set_clock("2026-03-10T16:00:00Z").await;
    assert_eq!(listed(&gallery, &mut session).await.len(), 2);
    // By its id it is still known.
    assert_eq!(show(&gallery, &session, &today).await["event_id"], today);
    gallery.get(&session, "/v1/events/nothing").await.refused(404, "event-unknown");
}

#[tokio::test]
async fn who_is_registered_keeps_seeing_the_event() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let bought = gallery.purchase(&session, 30_000_000, "2026-03-01T12:00:00+03:00").await;
    register(&gallery, &session, "private-preview", "k1").await.is(201);
    let verdict = format!("/admin/receipts/{}/verdict", bought["receipt_id"].as_str().unwrap());
    gallery.admin("POST", &verdict, json!({"state": "rejected"})).await.is(200);
    assert_eq!(gallery.get(&session, "/v1/member").await.json()["tier"], "vesna");
    assert_eq!(listed(&gallery, &mut session).await, ["private-preview", "spring-evening"]);
    cancel(&gallery, &session, "private-preview", "k2").await.is(200);
    assert_eq!(listed(&gallery, &mut session).await, ["spring-evening"]);
    register(&gallery, &session, "private-preview", "k3").await.refused(409, "not-for-this-tier");
    // Not to be had, but to be looked at: a link may lead to it.
    assert_eq!(show(&gallery, &session, "private-preview").await["registration"]["state"], "cancelled");
}

#[tokio::test]
async fn a_place_is_taken_given_back_and_taken_again() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let id = announce(&gallery, event(2)).await;
    assert_eq!(show(&gallery, &session, &id).await["registration"], Value::Null);
    let list = gallery.get(&session, "/v1/events").await.is(200);
    gallery.get_again(&session, "/v1/events", &list).await.is(304);

    let confirmed = register(&gallery, &session, &id, "k1").await.is(201).json();
    assert_eq!((&confirmed["event_id"], &confirmed["state"]), (&json!(id), &json!("confirmed")));
    let ticket = confirmed["ticket_code"].as_str().unwrap();
    let shown = show(&gallery, &session, &id).await;
    assert_eq!((&shown["registration"], &shown["places_left"]), (&confirmed, &json!(1)));
    let list = gallery.get_again(&session, "/v1/events", &list).await.is(200);

    // Again: the same key is the same intent, another is a mistake.
    assert_eq!(register(&gallery, &session, &id, "k1").await.is(200).json(), confirmed);
    let twice = register(&gallery, &session, &id, "k2").await;
    twice.refused(409, "already-registered-for-event");
    assert_eq!(twice.json()["registration"], confirmed);

    gallery.advance(60).await;
    let cancelled = cancel(&gallery, &session, &id, "k3").await.is(200).json();
    assert_eq!((&cancelled["state"], &cancelled["ticket_code"]), (&json!("cancelled"), &Value::Null));
    assert_ne!(cancelled["changed_at"], confirmed["changed_at"]);
    assert_eq!(cancel(&gallery, &session, &id, "k3").await.is(200).json(), cancelled);
    cancel(&gallery, &session, &id, "k4").await.refused(409, "not-registered");
    assert_eq!(show(&gallery, &session, &id).await["places_left"], 2);
    gallery.get_again(&session, "/v1/events", &list).await.is(200);
    // Its first key tells how it is now, and registers nobody again.
    assert_eq!(register(&gallery, &session, &id, "k1").await.is(200).json(), cancelled);

    let anew = register(&gallery, &session, &id, "k5").await.is(201).json();
    assert_eq!(anew["state"], "confirmed");
    assert_ne!(anew["ticket_code"], ticket);
    assert_eq!(cancel(&gallery, &session, &id, "k3").await.is(200).json(), anew);
    assert_eq!(show(&gallery, &session, &id).await["places_left"], 1);
}

#[tokio::test]
async fn a_key_is_good_for_one_intent() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let (one, another) = (announce(&gallery, event(9)).await, announce(&gallery, event(9)).await);
    register(&gallery, &session, &one, "k").await.is(201);
    register(&gallery, &session, &another, "k").await.refused(422, "idempotency-key-reused");
    cancel(&gallery, &session, &one, "k").await.refused(422, "idempotency-key-reused");
    gallery.register(&session, "k", &common::receipt(1)).await.refused(422, "idempotency-key-reused");
    let path = format!("/v1/events/{one}/registration");
    let later = json!({"requested_at": "2026-03-10T08:59:01Z"});
    gallery.intend(&session, &path, "k", &later).await.refused(422, "idempotency-key-reused");
    register(&gallery, &other, &one, "k").await.is(201);
    // Also when it was refused.
    let path = format!("/v1/events/{one}/cancellation");
    let fresh = gallery.sign_in("+79361234567").await;
    gallery.intend(&fresh, &path, "k", &later).await.refused(409, "not-registered");
    register(&gallery, &fresh, &one, "k").await.refused(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_late_copy_of_what_was_refused_changes_nothing() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let id = announce(&gallery, event(9)).await;
    cancel(&gallery, &session, &id, "early").await.refused(409, "not-registered");
    let confirmed = register(&gallery, &session, &id, "k").await.is(201).json();
    cancel(&gallery, &session, &id, "early").await.refused(409, "not-registered");
    assert_eq!(show(&gallery, &session, &id).await["registration"], confirmed);
    let twice = register(&gallery, &session, &id, "twice").await;
    twice.refused(409, "already-registered-for-event");
    cancel(&gallery, &session, &id, "k2").await.is(200);
    let again = register(&gallery, &session, &id, "twice").await;
    again.refused(409, "already-registered-for-event");
    assert_eq!(again.json(), twice.json());
    assert_eq!(show(&gallery, &session, &id).await["registration"]["state"], "cancelled");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_given_again() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let id = announce(&gallery, event(1)).await;
    let bearer = session.bearer();
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k")];
    let body = json!({"requested_at": "2026-03-10T08:59:00Z"}).to_string().into_bytes();
    gallery.faults(&["drop_answer"]).await;
    let path = format!("/v1/events/{id}/registration");
    gallery.raw("POST", &path, &headers, Some(body)).await.unwrap_err();
    let known = show(&gallery, &session, &id).await["registration"].clone();
    assert_eq!(known["state"], "confirmed");
    assert_eq!(register(&gallery, &session, &id, "k").await.is(200).json(), known);
}

#[tokio::test]
async fn the_last_place_goes_to_one() {
    let gallery = Gallery::start().await;
    let id = announce(&gallery, event(3)).await;
    let mut sessions = Vec::new();
    for number in 0..8 {
        sessions.push(gallery.sign_in(&format!("+7900000000{number}")).await);
    }
    let all = sessions.iter().map(|session| register(&gallery, session, &id, "k"));
    let answers = futures_util::future::join_all(all).await;
    let confirmed = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(confirmed, 3);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "event-full");
    }
    let tickets: std::collections::BTreeSet<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.json()["ticket_code"].to_string())
        .collect();
    assert_eq!(tickets.len(), 3);
    // Who comes is on the reception's list, and one who cancels makes room for the next.
    let list = gallery.admin("GET", &format!("/admin/events/{id}/registrations"), Value::Null).await.is(200).json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!(list[0]["requested_at"], "2026-03-10T08:59:00Z");
    let (full, lucky): (Vec<_>, Vec<_>) = sessions.iter().zip(&answers).partition(|(_, answer)| answer.status != 201);
    cancel(&gallery, lucky[0].0, &id, "k2").await.is(200);
    register(&gallery, full[0].0, &id, "k3").await.is(201);
    register(&gallery, full[1].0, &id, "k3").await.refused(409, "event-full");
}

#[tokio::test]
async fn a_smaller_capacity_turns_nobody_away() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let id = announce(&gallery, event(2)).await;
    register(&gallery, &one, &id, "k").await.is(201);
    register(&gallery, &other, &id, "k").await.is(201);
    assert_eq!(change(&gallery, &id, json!({"capacity": 1})).await["places_left"], 0);
    let shown = show(&gallery, &one, &id).await;
    assert_eq!((&shown["registration"]["state"], &shown["places_left"]), (&json!("confirmed"), &json!(0)));
    cancel(&gallery, &one, &id, "k2").await.is(200);
    register(&gallery, &one, &id, "k3").await.refused(409, "event-full");
    assert_eq!(change(&gallery, &id, json!({"capacity": 2})).await["places_left"], 1);
    register(&gallery, &one, &id, "k4").await.is(201);
}

#[tokio::test]
async fn registration_has_its_hours() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let id = announce(&gallery, event(9)).await;
    for (instant, refused) in [
        ("2026-03-10T07:59:50Z", Some("registration-not-open")),
        ("2026-03-10T08:00:00Z", None),
        ("2026-03-10T12:59:50Z", None),
        ("2026-03-10T13:00:00Z", Some("registration-closed")),
        ("2026-03-10T17:00:00Z", Some("registration-closed")),
    ] {
        gallery.set_clock(instant).await;
        session = gallery.refreshed(&session).await;
        let answer = register(&gallery, &session, &id, instant).await;
        match refused {
            Some(slug) => answer.refused(409, slug),
            None => {
                answer.is(201);
                cancel(&gallery, &session, &id, &format!("c{instant}")).await.is(200);
            }
        }
    }
    // Open for longer than the event itself is open for nobody.
    change(&gallery, &id, json!({"registration_closes_at": "2026-03-11T00:00:00Z"})).await;
    gallery.set_clock("2026-03-10T16:00:00Z").await;
    session = gallery.refreshed(&session).await;
    register(&gallery, &session, &id, "late").await.refused(409, "registration-closed");
    gallery.set_clock("2026-03-10T15:59:50Z").await;
    session = gallery.refreshed(&session).await;
    register(&gallery, &session, &id, "timely").await.is(201);
    cancel(&gallery, &session, &id, "later").await.refused(409, "event-started");
}

#[tokio::test]
async fn cancelling_ends_with_the_start() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let id = announce(&gallery, event(9)).await;
    register(&gallery, &session, &id, "k1").await.is(201);
    gallery.set_clock("2026-03-10T14:00:00Z").await;
    session = gallery.refreshed(&session).await;
    cancel(&gallery, &session, &id, "k2").await.refused(409, "event-started");
    gallery.set_clock("2026-03-10T13:59:50Z").await;
    session = gallery.refreshed(&session).await;
    cancel(&gallery, &session, &id, "k3").await.is(200);
}

#[tokio::test]
async fn intents_that_are_none() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let bearer = session.bearer();
    let good = json!({"requested_at": "2026-03-10T08:59:00Z"});
    for what in ["registration", "cancellation"] {
        let path = format!("/v1/events/spring-evening/{what}");
        let unsigned = gallery.call("POST", &path, &[("authorization", &bearer)], Some(good.clone())).await;
        unsigned.refused(400, "idempotency-key-missing");
        for body in [json!({}), json!({"requested_at": "now"}), json!({"requested_at": 7}), json!(null), json!([])] {
            gallery.intend(&session, &path, "k", &body).await.refused(400, "malformed");
        }
        ask(&gallery, &session, "nothing", what, "k").await.refused(404, "event-unknown");
        ask(&gallery, &session, "%FF", what, "k").await.refused(400, "malformed");
    }
}
