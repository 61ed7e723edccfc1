//! Registering and cancelling, offline and in order.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    error::CoreError,
    events::{Event, Registration, RegistrationChange, RegistrationReason, RegistrationState},
    explanation::NextStep,
    ids::EventId,
    outbox::Stop,
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, Phone, start, wait_for};

fn event(title: &str) -> Value {
    json!({
        "title": { "ru": title, "en": title }, "description": { "ru": "", "en": "" }, "audience": [],
        "place": { "ru": "Атриум", "en": "Atrium" },
        "starts_at": start() + TimeDelta::days(3), "ends_at": start() + TimeDelta::days(3) + TimeDelta::hours(2),
        "registration_opens_at": start() - TimeDelta::days(1), "registration_closes_at": start() + TimeDelta::days(2),
        "capacity": 2,
    })
}

async fn announced(gallery: &Gallery, change: impl Fn(&mut Value)) -> EventId {
    let mut event = event("An evening");
    change(&mut event);
    EventId::new(gallery.admin.announce(event).await.unwrap())
}

async fn listed(phone: &Phone, event_id: &EventId) -> Event {
    phone.app.events().list().await.unwrap().into_iter().find(|event| event.event_id == *event_id).unwrap()
}

async fn registration(phone: &Phone, event_id: &EventId) -> Registration {
    listed(phone, event_id).await.registration.unwrap()
}

async fn at_the_gallery(gallery: &Gallery, event_id: &EventId) -> Vec<Value> {
    let path = format!("events/{}/registrations", event_id.as_str());
    gallery.admin.call(Method::GET, &path, None).await.unwrap().as_array().unwrap().clone()
}

fn queued(change: Result<RegistrationChange, CoreError>) -> Registration {
    match change {
        Ok(RegistrationChange::Queued(registration)) => registration,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_made_offline_is_confirmed_with_a_ticket() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    let wish = queued(phone.app.events().register(&event_id).await);
    assert_eq!((wish.state, wish.explanation.next_step), (RegistrationState::Registering, NextStep::Wait));
    assert!(matches!(phone.app.events().register(&event_id).await, Ok(RegistrationChange::Unchanged(_))));
    let phone = phone.restarted().await.unwrap();
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::Unreachable));
    gallery.admin.network(true, &[]).await.unwrap();
    phone.drained().await.unwrap();
    let confirmed = |event: &Event| {
        let registration = event.registration.as_ref();
        event.event_id == event_id && registration.is_some_and(|it| it.state == RegistrationState::Confirmed)
    };
    wait_for(phone.app.events().observe(), |snapshot| snapshot.events.iter().any(confirmed)).await.unwrap();
    let ticket = registration(&phone, &event_id).await.ticket_code.unwrap();
    assert_eq!(at_the_gallery(&gallery, &event_id).await[0]["ticket_code"], ticket.as_str());

    // A new phone of the same member has it too.
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    let new_phone = gallery.signed_in(PHONE).await.unwrap();
    assert_eq!(registration(&new_phone, &event_id).await.ticket_code, Some(ticket));
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_and_cancelling_offline_happen_in_their_order() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    queued(phone.app.events().register(&event_id).await);
    let wish = queued(phone.app.events().cancel(&event_id).await);
    assert_eq!(wish.state, RegistrationState::Cancelling);
    gallery.admin.network(true, &[]).await.unwrap();
    phone.drained().await.unwrap();
    assert_eq!(registration(&phone, &event_id).await.state, RegistrationState::Cancelled);
    assert_eq!(at_the_gallery(&gallery, &event_id).await[0]["state"], "cancelled");

    // And once more, with a ticket of its own.
    queued(phone.app.events().register(&event_id).await);
    phone.drained().await.unwrap();
    assert_eq!(registration(&phone, &event_id).await.state, RegistrationState::Confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_takes_no_second_place() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    for fault in ["drop_answer", "half_json", "cut_body", "wrong_shape"] {
        queued(phone.app.events().register(&event_id).await);
        gallery.admin.network(true, &[fault]).await.unwrap();
        assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::Unreachable), "{fault}");
        phone.drained().await.unwrap();
        let confirmed = registration(&phone, &event_id).await;
        assert_eq!(confirmed.state, RegistrationState::Confirmed, "{fault}");
        phone.app.sync().pull().await.unwrap();
        assert_eq!(listed(&phone, &event_id).await.places_left, 1, "{fault}");
        assert_eq!(registration(&phone, &event_id).await.ticket_code, confirmed.ticket_code, "{fault}");
        queued(phone.app.events().cancel(&event_id).await);
        phone.drained().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_of_the_gallery_has_its_reason() {
    let gallery = Gallery::open().await.unwrap();
    let full = announced(&gallery, |event| event["capacity"] = 0.into()).await;
    let closing =
        announced(&gallery, |event| event["registration_closes_at"] = json!(start() + TimeDelta::hours(1))).await;
    let closed_event = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    for event_id in [&full, &closing, &closed_event] {
        queued(phone.app.events().register(event_id).await);
    }
    // While the phone was offline the window closed, and the event was given to another tier.
    gallery.time_passes(&phone, TimeDelta::hours(2)).await.unwrap();
    let path = format!("events/{}", closed_event.as_str());
    gallery.admin.call(Method::PUT, &path, Some(json!({ "audience": ["zima"] }))).await.unwrap();
    phone.drained().await.unwrap();
    for (event_id, reason) in [
        (&full, RegistrationReason::EventFull),
        (&closing, RegistrationReason::RegistrationClosed),
        (&closed_event, RegistrationReason::NotForThisTier),
    ] {
        let refused = registration(&phone, event_id).await;
        assert_eq!((refused.state, refused.reason), (RegistrationState::Refused, Some(reason)));
        assert!(refused.explanation.sentence.contains(' ') && refused.ticket_code.is_none());
    }
    phone.app.sync().pull().await.unwrap();
    assert_eq!(registration(&phone, &full).await.state, RegistrationState::Refused, "a pull takes no answer away");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_phone_knows_itself_is_not_queued() {
    let gallery = Gallery::open().await.unwrap();
    let early =
        announced(&gallery, |event| event["registration_opens_at"] = json!(start() + TimeDelta::hours(1))).await;
    let late =
        announced(&gallery, |event| event["registration_closes_at"] = json!(start() - TimeDelta::hours(1))).await;
    let open = announced(&gallery, |_| {}).await;
    let winter = announced(&gallery, |event| event["audience"] = json!(["zima"])).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let events = phone.app.events();
    for (event_id, expected) in
        [(&early, RegistrationReason::RegistrationNotOpen), (&late, RegistrationReason::RegistrationClosed)]
    {
        let refused = events.register(event_id).await.unwrap();
        assert!(matches!(refused, RegistrationChange::NotAccepted { reason, .. } if reason == expected), "{refused:?}");
    }
    assert!(matches!(events.register(&winter).await, Err(CoreError::NotFound)), "it is not even listed");
    assert!(matches!(events.cancel(&open).await, Err(CoreError::NotFound)), "there is nothing to cancel");
    queued(events.register(&open).await);
    phone.drained().await.unwrap();
    gallery.time_passes(&phone, TimeDelta::days(3)).await.unwrap();
    let too_late = events.cancel(&open).await.unwrap();
    let started = RegistrationReason::EventStarted;
    assert!(matches!(too_late, RegistrationChange::NotAccepted { reason, .. } if reason == started), "{too_late:?}");
    assert_eq!(phone.app.outbox().page(0, 10).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capacity_that_shrinks_keeps_the_confirmed_ones() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    queued(phone.app.events().register(&event_id).await);
    phone.drained().await.unwrap();
    let path = format!("events/{}", event_id.as_str());
    gallery.admin.call(Method::PUT, &path, Some(json!({ "capacity": 0 }))).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let event = listed(&phone, &event_id).await;
    assert_eq!((event.capacity, event.places_left), (0, 0));
    assert_eq!(event.registration.unwrap().state, RegistrationState::Confirmed);
    let other = gallery.signed_in(OTHER_PHONE).await.unwrap();
    queued(other.app.events().register(&event_id).await);
    other.drained().await.unwrap();
    assert_eq!(registration(&other, &event_id).await.reason, Some(RegistrationReason::EventFull));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_taken_on_another_phone_is_this_members_place() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    let second = gallery.signed_in(PHONE).await.unwrap();
    queued(phone.app.events().register(&event_id).await);
    phone.drained().await.unwrap();
    queued(second.app.events().register(&event_id).await);
    second.drained().await.unwrap();
    let ticket = registration(&phone, &event_id).await.ticket_code;
    assert!(ticket.is_some());
    assert_eq!(registration(&second, &event_id).await.ticket_code, ticket);
    assert_eq!(at_the_gallery(&gallery, &event_id).await.len(), 1);
}

async fn backed_up(gallery: &Gallery) {
    gallery.admin.call(Method::POST, "snapshot", Some(json!({ "name": "night" }))).await.unwrap();
}

async fn restored(gallery: &Gallery) {
    gallery.admin.call(Method::POST, "restore", Some(json!({ "name": "night" }))).await.unwrap();
}

async fn register(phone: &Phone, event_id: &EventId) -> String {
    queued(phone.app.events().register(event_id).await);
    phone.drained().await.unwrap();
    registration(phone, event_id).await.ticket_code.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_a_restored_gallery_has_lost_is_asked_for_again() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    let second = gallery.signed_in(PHONE).await.unwrap();
    backed_up(&gallery).await;
    register(&phone, &event_id).await;
    second.app.sync().pull().await.unwrap();
    assert!(registration(&second, &event_id).await.ticket_code.is_some());
    restored(&gallery).await;
    for phone in [&phone, &second] {
        phone.app.sync().pull().await.unwrap();
        let lost = registration(phone, &event_id).await;
        if lost.state == RegistrationState::Registering {
            assert_eq!(lost.ticket_code, None);
            assert_eq!(phone.app.outbox().page(0, 10).await.unwrap().len(), 1);
        }
        phone.drained().await.unwrap();
        phone.app.sync().pull().await.unwrap();
        assert_eq!(registration(phone, &event_id).await.state, RegistrationState::Confirmed);
    }
    let there = at_the_gallery(&gallery, &event_id).await;
    assert_eq!((there.len(), &there[0]["state"]), (1, &json!("confirmed")));
    for phone in [&phone, &second] {
        let ticket = registration(phone, &event_id).await.ticket_code;
        assert_eq!(ticket.as_deref(), there[0]["ticket_code"].as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_gallery_has_lost_and_takes_no_more_is_shown_as_lost() {
    let gallery = Gallery::open().await.unwrap();
    let closed = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    backed_up(&gallery).await;
    let unknown = announced(&gallery, |_| {}).await;
    phone.app.sync().pull().await.unwrap();
    register(&phone, &closed).await;
    register(&phone, &unknown).await;
    restored(&gallery).await;
    let over = json!({ "registration_closes_at": start() - TimeDelta::hours(1) });
    gallery.admin.call(Method::PUT, &format!("events/{}", closed.as_str()), Some(over)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    for event_id in [&closed, &unknown] {
        assert_eq!(registration(&phone, event_id).await.state, RegistrationState::Registering);
    }
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    for (event_id, reason) in
        [(&closed, RegistrationReason::RegistrationClosed), (&unknown, RegistrationReason::EventUnknown)]
    {
        let refused = registration(&phone, event_id).await;
        assert_eq!((refused.state, refused.ticket_code), (RegistrationState::Refused, None));
        assert_eq!(refused.reason, Some(reason), "and it stays to be read");
    }
    assert_eq!(phone.app.outbox().page(0, 10).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_gallery_has_forgotten_of_a_place_it_is_told_again() {
    let gallery = Gallery::open().await.unwrap();
    let event_id = announced(&gallery, |_| {}).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let ticket = register(&phone, &event_id).await;
    backed_up(&gallery).await;
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    queued(phone.app.events().cancel(&event_id).await);
    phone.drained().await.unwrap();
    restored(&gallery).await;
    phone.app.sync().pull().await.unwrap();
    let back = registration(&phone, &event_id).await;
    assert_eq!((back.state, back.ticket_code), (RegistrationState::Cancelling, Some(ticket)));
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let given_up = registration(&phone, &event_id).await;
    assert_eq!((given_up.state, given_up.ticket_code), (RegistrationState::Cancelled, None));
    assert_eq!(at_the_gallery(&gallery, &event_id).await[0]["state"], "cancelled");

    // A place that was taken anew after the backup is lost, too, where the backup says that it was given up.
    backed_up(&gallery).await;
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    register(&phone, &event_id).await;
    restored(&gallery).await;
    phone.app.sync().pull().await.unwrap();
    assert_eq!(registration(&phone, &event_id).await.state, RegistrationState::Registering);
    phone.drained().await.unwrap();
    let kept = registration(&phone, &event_id).await;
    assert_eq!(kept.ticket_code.as_deref(), at_the_gallery(&gallery, &event_id).await[0]["ticket_code"].as_str());
}
