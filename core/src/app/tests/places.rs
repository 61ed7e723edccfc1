//! Registrations: what the gallery said last stays said, and a place is shown only where there is one.

use serde_json::{Value, json};
use tokio::time::{advance, sleep};

use super::{
    HOUR, MINUTE, Work, World,
    gallery::{Gallery, LEDGER, RECEIPTS, empty, json as reply, problem, tagged},
    restored::restored,
    shown,
};
use crate::{
    error::CoreError,
    events::{Registration, RegistrationChange, RegistrationReason, RegistrationState},
    explanation::NextStep,
    http::TransportError,
    ids::EventId,
    storage::StorageError,
};

const REGISTER: &str = "POST /v1/events/e1/registration";
const CANCEL: &str = "POST /v1/events/e1/cancellation";
const EVENTS: &str = "GET /v1/events";
const FEED: &str = "GET /v1/feed";

fn answer(state: &str, ticket: Option<&str>, at: &str) -> Value {
    json!({ "event_id": "e1", "state": state, "ticket_code": ticket, "changed_at": at })
}

fn listed(registration: &Value) -> Value {
    json!({ "events": [{
        "event_id": "e1", "title": { "ru": "x" }, "description": { "ru": "" }, "audience": [], "place": { "ru": "" },
        "starts_at": "2026-03-17T12:00:00Z", "ends_at": "2026-03-17T14:00:00Z",
        "registration_opens_at": "2026-03-01T12:00:00Z", "registration_closes_at": "2026-03-16T12:00:00Z",
        "capacity": 2, "places_left": 1, "registration": registration,
    }] })
}

/// A member who knows of one event, at which they have this registration.
async fn world(registration: Value) -> World {
    let gallery = Gallery::healthy();
    gallery.on(EVENTS, move |_| tagged(reply(200, &listed(&registration))));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.app.sync().pull().await.unwrap();
    world
}

fn event() -> EventId {
    EventId::new("e1")
}

async fn registration(world: &World) -> Registration {
    world.app.events().list().await.unwrap().remove(0).registration.unwrap()
}

async fn has_next_event(world: &World) -> bool {
    world.app.home().snapshot().await.unwrap().next_event.is_some()
}

#[tokio::test(start_paused = true)]
async fn a_refused_cancellation_keeps_its_reason_over_a_pull() {
    let world = world(answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z")).await;
    world.gallery.on(CANCEL, |_| problem(409, "event-started", json!({})));
    assert!(matches!(world.app.events().cancel(&event()).await, Ok(RegistrationChange::Queued(_))));
    world.drain().await;
    world.gallery.on(EVENTS, |_| empty(304));
    world.app.sync().pull().await.unwrap();
    let kept = registration(&world).await;
    assert_eq!((kept.state, kept.reason), (RegistrationState::Confirmed, Some(RegistrationReason::EventStarted)));
    assert_eq!(kept.ticket_code.as_deref(), Some("T1"));
}

#[tokio::test(start_paused = true)]
async fn a_refused_second_registration_stays_refused() {
    let world = world(answer("cancelled", None, "2026-03-10T12:00:00Z")).await;
    world.gallery.on(REGISTER, |_| problem(409, "event-full", json!({})));
    world.app.events().register(&event()).await.unwrap();
    world.drain().await;
    world.gallery.on(EVENTS, |_| empty(304));
    world.app.sync().pull().await.unwrap();
    assert_eq!(registration(&world).await.state, RegistrationState::Refused);
    assert!(!has_next_event(&world).await, "an event without a place is not the next one");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_comes_late_takes_no_ticket() {
    let world = world(answer("cancelled", None, "2026-03-10T12:00:00Z")).await;
    world.gallery.on(REGISTER, |_| reply(201, &answer("confirmed", Some("T2"), "2026-03-14T12:00:00Z")));
    let held = world.gallery.hold(EVENTS);
    let meanwhile = async {
        held.answered().await;
        world.app.events().register(&event()).await.unwrap();
        world.drain().await;
        held.release();
    };
    let (pulled, ()) = tokio::join!(world.app.sync().pull(), meanwhile);
    pulled.unwrap();
    let kept = registration(&world).await;
    assert_eq!((kept.state, kept.ticket_code.as_deref()), (RegistrationState::Confirmed, Some("T2")));
}

#[tokio::test(start_paused = true)]
async fn a_list_of_before_a_place_was_given_does_not_say_that_it_is_lost() {
    for hint in ["events", "receipts,events"] {
        let world = world(Value::Null).await;
        let confirmed = || answer("confirmed", Some("T1"), "2026-03-14T12:00:00Z");
        world.gallery.on(REGISTER, move |_| reply(201, &confirmed()));
        restored(&world.gallery, vec![], vec![]);
        let held = world.gallery.hold(EVENTS);
        let meanwhile = async {
            held.answered().await;
            world.app.events().register(&event()).await.unwrap();
            world.drain().await;
            world.gallery.on(EVENTS, move |_| reply(200, &listed(&confirmed())));
            // Whoever notices now that the gallery was restored waits for the list that is under way.
            let late = async {
                sleep(MINUTE).await;
                held.release();
            };
            tokio::join!(world.app.sync().pull(), late).0.unwrap();
        };
        let (pulled, ()) = tokio::join!(world.app.sync().pull_hinted(hint), meanwhile);
        pulled.unwrap();
        let kept = registration(&world).await;
        assert_eq!((kept.state, kept.ticket_code.as_deref()), (RegistrationState::Confirmed, Some("T1")), "{hint}");
        assert!(world.queue().await.is_empty(), "{hint}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_without_a_place_says_nothing_where_the_gallery_was_not_restored() {
    let world = world(answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z")).await;
    world.gallery.on(EVENTS, |_| reply(200, &listed(&Value::Null)));
    world.app.sync().pull().await.unwrap();
    let kept = registration(&world).await;
    assert_eq!((kept.state, kept.ticket_code.as_deref()), (RegistrationState::Confirmed, Some("T1")));
    restored(&world.gallery, vec![], vec![]);
    world.app.sync().pull().await.unwrap();
    let lost = registration(&world).await;
    assert_eq!((lost.state, lost.ticket_code), (RegistrationState::Registering, None));
    assert_eq!(world.queue().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_the_gallery_has_lost_before_a_feed_was_first_read_is_asked_for_again() {
    let gallery = Gallery::healthy();
    gallery.on(EVENTS, |_| tagged(reply(200, &listed(&Value::Null))));
    for feed in [RECEIPTS, LEDGER] {
        gallery.on(feed, |_| reply(200, &json!({})));
    }
    gallery.on(REGISTER, |_| reply(201, &answer("confirmed", Some("T1"), "2026-03-14T12:00:00Z")));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.app.sync().pull().await.unwrap_err();
    world.app.events().register(&event()).await.unwrap();
    world.drain().await;
    assert_eq!(registration(&world).await.state, RegistrationState::Confirmed);

    // The list is, with its tag, the one of before the registration, and no feed has a cursor that would not be known.
    world.gallery.on(EVENTS, |_| empty(304));
    restored(&world.gallery, vec![], vec![]);
    world.app.sync().pull().await.unwrap();
    let lost = registration(&world).await;
    assert_eq!((lost.state, lost.ticket_code), (RegistrationState::Registering, None));
    assert_eq!(world.queue().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_a_restored_gallery_has_again_is_given_up_again() {
    let world = world(answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z")).await;
    world.gallery.on(CANCEL, |_| reply(200, &answer("cancelled", None, "2026-03-14T12:00:01Z")));
    world.app.events().cancel(&event()).await.unwrap();
    world.drain().await;
    restored(&world.gallery, vec![], vec![]);
    world.gallery.on(EVENTS, |_| reply(200, &listed(&answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z"))));
    for _ in 0..2 {
        world.app.sync().pull().await.unwrap();
        assert_eq!(registration(&world).await.state, RegistrationState::Cancelling);
        assert_eq!(world.queue().await.len(), 1);
    }
    world.drain().await;
    let ended = registration(&world).await;
    assert_eq!((ended.state, ended.ticket_code), (RegistrationState::Cancelled, None));
    assert_eq!(world.gallery.count(CANCEL), 2);

    // On another phone the member has taken a place since.
    world.gallery.on(EVENTS, |_| reply(200, &listed(&answer("confirmed", Some("T2"), "2026-03-14T13:00:00Z"))));
    world.app.sync().pull().await.unwrap();
    assert_eq!(registration(&world).await.state, RegistrationState::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_restored_gallery_answers_no_wish_that_it_has_not_heard() {
    for has_lost in [false, true] {
        let world = world(answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z")).await;
        world.gallery.on(CANCEL, |_| problem(403, "member-blocked", json!({})));
        world.app.events().cancel(&event()).await.unwrap();
        world.drain().await;
        restored(&world.gallery, vec![], vec![]);
        if has_lost {
            world.gallery.on(EVENTS, |_| reply(200, &listed(&Value::Null)));
        }
        world.app.sync().pull().await.unwrap();
        let kept = registration(&world).await;
        assert_eq!(kept.state, RegistrationState::Cancelling);
        assert_eq!(kept.wedged_reason.as_deref(), Some("member-blocked"));

        // The member wants the place after all.
        world.app.outbox().discard(world.queue().await[0].entry_id).await.unwrap();
        world.app.sync().pull().await.unwrap();
        let wanted = if has_lost { RegistrationState::Registering } else { RegistrationState::Confirmed };
        assert_eq!(registration(&world).await.state, wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_cancellation_invents_no_place() {
    let world = world(Value::Null).await;
    for route in [REGISTER, CANCEL] {
        world.gallery.on(route, |_| problem(404, "event-unknown", json!({})));
    }
    world.app.events().register(&event()).await.unwrap();
    world.app.events().cancel(&event()).await.unwrap();
    world.drain().await;
    assert_eq!(registration(&world).await.state, RegistrationState::Refused);
    assert!(!has_next_event(&world).await);
}

#[tokio::test(start_paused = true)]
async fn a_wedged_registration_is_shown_replaced_and_ended_by_the_gallerys_word() {
    let world = world(Value::Null).await;
    world.gallery.on(REGISTER, |_| problem(403, "member-blocked", json!({})));
    world.app.events().register(&event()).await.unwrap();
    world.drain().await;
    let wedged = registration(&world).await;
    assert_eq!(wedged.wedged_reason.as_deref(), Some("member-blocked"));
    assert_eq!(wedged.explanation.next_step, NextStep::ContactSupport);

    // The member tries again: a new wish in the place of the old one.
    assert!(matches!(world.app.events().register(&event()).await, Ok(RegistrationChange::Queued(_))));
    assert_eq!(world.queue().await.len(), 1);
    world.drain().await;
    // Another phone got the place meanwhile.
    let confirmed = answer("confirmed", Some("T1"), "2026-03-14T13:00:00Z");
    world.gallery.on(EVENTS, move |_| reply(200, &listed(&confirmed)));
    world.app.sync().pull().await.unwrap();
    let kept = registration(&world).await;
    assert_eq!((kept.state, kept.wedged_reason), (RegistrationState::Confirmed, None));
    assert!(world.queue().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wedged_registration_can_be_given_up() {
    let world = world(Value::Null).await;
    world.gallery.on(REGISTER, |_| problem(403, "member-blocked", json!({})));
    world.app.events().register(&event()).await.unwrap();
    world.drain().await;
    let mut queue = world.app.outbox().observe();
    shown(&mut queue, |queue| queue.summary.wedged == 1).await;
    // Until nothing of before is left to be shown.
    sleep(MINUTE).await;
    let given_up = world.app.events().cancel(&event()).await;
    assert!(matches!(given_up, Ok(RegistrationChange::Unchanged(_))), "{given_up:?}");
    assert_eq!(registration(&world).await.state, RegistrationState::Cancelled);
    assert!(world.queue().await.is_empty());
    shown(&mut queue, |queue| queue.summary.wedged == 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_wedged_registration_outlives_a_wish_that_comes_too_late() {
    let world = world(Value::Null).await;
    world.gallery.on(REGISTER, |_| problem(403, "member-blocked", json!({})));
    world.app.events().register(&event()).await.unwrap();
    world.drain().await;
    advance(49 * HOUR).await;
    let late = world.app.events().register(&event()).await.unwrap();
    let RegistrationChange::NotAccepted { reason, .. } = late else { panic!("{late:?}") };
    assert_eq!(reason, RegistrationReason::RegistrationClosed);
    let kept = registration(&world).await;
    assert_eq!(kept.state, RegistrationState::Registering);
    assert_eq!(kept.wedged_reason.as_deref(), Some("member-blocked"));
    world.app.outbox().retry(world.queue().await[0].entry_id).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_place_given_since_a_cancellation_is_shown_on_a_phone_that_is_ahead() {
    let world = world(answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z")).await;
    // Another phone has cancelled already, and the gallery only says that there is no place.
    world.gallery.on(CANCEL, |_| problem(409, "not-registered", json!({})));
    world.app.events().cancel(&event()).await.unwrap();
    world.drain().await;
    let cancelled = registration(&world).await;
    assert_eq!((cancelled.state, cancelled.ticket_code), (RegistrationState::Cancelled, None));
    let again = answer("confirmed", Some("T2"), "2026-03-13T12:00:00Z");
    world.gallery.on(EVENTS, move |_| reply(200, &listed(&again)));
    world.app.sync().pull().await.unwrap();
    let kept = registration(&world).await;
    assert_eq!((kept.state, kept.ticket_code.as_deref()), (RegistrationState::Confirmed, Some("T2")));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_read_hides_nothing_of_the_queue() {
    let world = world(Value::Null).await;
    world.app.events().register(&event()).await.unwrap();
    world.scan_new(1).await;
    let broken = world.app.storage.member.write(|tx| {
        tx.execute("UPDATE events SET body = '{}'", [])?;
        Ok::<_, StorageError>(())
    });
    broken.await.unwrap();
    let titles: Vec<_> = world.queue().await.into_iter().map(|item| item.title).collect();
    assert_eq!(titles.len(), 2);
    let cancelled = world.app.events().cancel(&event()).await;
    assert!(matches!(cancelled, Err(CoreError::NotFound)), "{cancelled:?}");
}

#[tokio::test(start_paused = true)]
async fn a_broken_document_is_asked_for_again_without_its_tag() {
    let world = world(Value::Null).await;
    world.gallery.on(EVENTS, |_| tagged(reply(200, &json!({ "oops": 1 }))));
    assert!(world.app.sync().pull().await.is_err());
    world.gallery.on(EVENTS, |call| match call.tag.as_str() {
        "" => tagged(reply(200, &listed(&Value::Null))),
        _ => empty(304),
    });
    world.app.sync().pull().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_document_that_is_too_large_keeps_none_of_the_others_back() {
    let world = world(Value::Null).await;
    let asked = world.gallery.count(FEED);
    world.gallery.on(EVENTS, |_| Err(TransportError::TooLarge));
    assert!(world.app.sync().pull().await.is_err());
    assert_eq!(world.gallery.count(FEED), asked + 1);
}

#[tokio::test(start_paused = true)]
async fn a_feed_with_something_out_of_all_measure_is_read_up_to_there() {
    let world = world(Value::Null).await;
    let item = |id: &str| {
        json!({ "item_id": id, "type": "news", "audience": [], "title": { "ru": id }, "body": { "ru": "" },
            "picture_url": null, "published_at": "2026-03-14T11:00:00Z", "until": null, "event_id": null,
            "discount_percent": 12.5 })
    };
    let (first, second) = (item("first"), item("second"));
    world.gallery.on(FEED, move |call| match (call.query.contains("limit=1&"), call.query.contains("limit=1")) {
        // The third item is larger than any answer may be.
        (true, _) if call.query.contains("cursor=c2") => Err(TransportError::TooLarge),
        (true, _) => reply(200, &json!({ "items": [second], "next_cursor": "c2", "more": true })),
        (_, true) if call.query.ends_with("limit=1") => {
            tagged(reply(200, &json!({ "items": [first], "next_cursor": "c1", "more": true })))
        }
        _ => Err(TransportError::TooLarge),
    });
    world.app.sync().pull().await.unwrap();
    let shown: Vec<_> = world.app.feed().items().await.unwrap().into_iter().map(|item| item.title).collect();
    assert_eq!(shown, ["first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn an_item_that_names_no_audience_is_for_nobody() {
    let world = world(Value::Null).await;
    let item = json!({ "item_id": "a", "type": "news", "segments": ["vip"], "title": { "ru": "VIP" },
        "body": { "ru": "" }, "picture_url": null, "published_at": "2026-03-14T11:00:00Z", "until": null,
        "event_id": null, "discount_percent": null });
    world.gallery.on(FEED, move |_| reply(200, &json!({ "items": [item], "next_cursor": null, "more": false })));
    world.app.sync().pull().await.unwrap();
    assert!(world.app.feed().items().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stored_row_that_cannot_be_read_takes_nothing_else_away() {
    let world = world(answer("confirmed", Some("T1"), "2026-03-10T12:00:00Z")).await;
    world
        .app
        .storage
        .member
        .write(|tx| {
            tx.execute("INSERT INTO events VALUES ('m1', 'e0', '{}')", [])?;
            tx.execute("INSERT OR REPLACE INTO cards VALUES ('m1', '{}')", [])?;
            Ok::<_, StorageError>(())
        })
        .await
        .unwrap();
    let home = world.app.home().snapshot().await.unwrap();
    assert_eq!((home.card, home.next_event.unwrap().event_id), (None, event()));
}

#[tokio::test(start_paused = true)]
async fn no_ticket_and_no_card_stands_in_debug() {
    let world = world(answer("confirmed", Some("T1-secret"), "2026-03-10T12:00:00Z")).await;
    let home = world.app.home().snapshot().await.unwrap();
    assert!(home.next_event.is_some());
    let printed = format!("{home:?} {:?}", world.app.events().list().await.unwrap());
    assert!(!printed.contains("T1-secret"), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn whoever_begins_to_look_is_shown_what_time_has_changed_while_nobody_did() {
    let world = world(Value::Null).await;
    let mut home = world.app.home().observe();
    shown(&mut home, |home| home.next_event.is_some()).await;
    drop(home);
    sleep(48 * HOUR).await;
    let mut home = world.app.home().observe();
    shown(&mut home, |home| home.next_event.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_looks_is_shown_in_time_what_time_has_changed() {
    let world = world(Value::Null).await;
    let mut home = world.app.home().observe();
    shown(&mut home, |home| home.next_event.is_some()).await;
    sleep(48 * HOUR - 6 * MINUTE).await;
    assert!(home.borrow_and_update().next_event.is_some());
    sleep(12 * MINUTE).await;
    assert!(home.borrow().next_event.is_none());
}
