//! What the phone shows as on its way, and the queue has lost: it must not stay so for ever.

use serde_json::json;

use super::{
    Work, World,
    gallery::{Gallery, REGISTER, json as reply, tagged},
    manual::entry,
    recovery::destroy,
};
use crate::{
    error::CoreError,
    events::{RegistrationChange, RegistrationState},
    ids::EventId,
    receipts::{Capture, ManualCapture},
    storage::StorageError,
};

async fn change(world: &World, sql: &'static str) {
    world.app.storage.member.write(move |tx| Ok::<_, StorageError>(tx.execute_batch(sql)?)).await.unwrap();
}

async fn kinds(world: &World) -> Vec<String> {
    world.queue().await.into_iter().map(|item| item.kind).collect()
}

#[tokio::test(start_paused = true)]
async fn a_receipt_whose_entry_is_damaged_is_queued_anew_and_arrives() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    for document in 1..=3 {
        world.scan_new(document).await;
    }
    // One that the gallery has refused has no entry either.
    change(&world, "UPDATE receipts SET state = 'rejected' WHERE document_number = 3").await;
    world.app.pause().await.unwrap();
    destroy(&world, "outbox");
    world.app.resume().await.unwrap();

    assert!(matches!(world.app.storage.member.look_at_queue().await, Err(StorageError::Damaged(_))));
    assert_eq!(kinds(&world).await, ["receipt", "receipt"]);
    let report = world.drain().await;
    assert_eq!((report.sent, report.remaining), (2, 0));
    let mut sent: Vec<_> = world.gallery.calls(REGISTER).into_iter().map(|call| (call.key, call.body)).collect();
    sent.dedup_by(|a, b| a.0 == b.0);
    assert_eq!(sent.len(), 2, "each under a key of its own");
    assert_eq!(sent[0].1["issued_at"], "2026-03-13T12:00:00+03:00");
}

#[tokio::test(start_paused = true)]
async fn wishes_whose_entries_are_damaged_are_queued_anew() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    change(
        &world,
        "INSERT INTO registrations (member_id, event_id, state, ticket_code, changed_at) VALUES
         ('m1', 'e1', 'registering', NULL, 1773489600000), ('m1', 'e2', 'cancelling', 'T2', 1773489600000),
         ('m2', 'e1', 'registering', NULL, 1773489600000), ('m1', 'e3', 'confirmed', 'T3', 1773489600000)",
    )
    .await;
    world.app.pause().await.unwrap();
    destroy(&world, "outbox");
    world.app.resume().await.unwrap();
    assert!(matches!(world.app.storage.member.look_at_queue().await, Err(StorageError::Damaged(_))));
    assert_eq!(kinds(&world).await, ["registration", "cancellation"], "the other member's wait for their return");
}

#[tokio::test(start_paused = true)]
async fn a_captured_receipt_without_an_entry_is_captured_by_scanning_it_again() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world.scan_new(1).await;
    assert!(matches!(world.scan(1).await.unwrap(), Capture::AlreadyKnown(_)));
    change(&world, "DELETE FROM outbox").await;
    assert!(matches!(world.scan(1).await.unwrap(), Capture::Captured(_)));
    assert_eq!((world.queue().await.len(), world.receipts().await.len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_wish_without_an_entry_can_be_wished_again() {
    let gallery = Gallery::healthy();
    gallery.on("GET /v1/events", |_| {
        tagged(reply(
            200,
            &json!({ "events": [{
                "event_id": "e1", "title": { "ru": "x" }, "description": { "ru": "" }, "audience": ["vesna"],
                "place": { "ru": "" }, "starts_at": "2026-03-17T12:00:00Z", "ends_at": "2026-03-17T14:00:00Z",
                "registration_opens_at": "2026-03-01T12:00:00Z", "registration_closes_at": "2026-03-16T12:00:00Z",
                "capacity": 2, "places_left": 1, "registration": null,
            }] }),
        ))
    });
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.app.sync().pull().await.unwrap();
    for _ in 0..2 {
        let wished = world.app.events().register(&EventId::new("e1")).await.unwrap();
        assert!(matches!(wished, RegistrationChange::Queued(_)), "{wished:?}");
        assert_eq!(kinds(&world).await, ["registration"]);
        change(&world, "DELETE FROM outbox").await;
    }
}

/// Turns a digit of the first entry over, so that it seems to be of another receipt.
const DAMAGE: &str = "UPDATE outbox SET payload = replace(payload, '\"document_number\":1', '\"document_number\":3')
    WHERE entry_id = 1";

#[tokio::test(start_paused = true)]
async fn a_damaged_entry_that_is_given_up_takes_its_own_receipt_along_and_no_other() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    for document in [1, 3] {
        world.scan_new(document).await;
    }
    change(&world, DAMAGE).await;
    world.drain().await;
    world.app.outbox().discard(1).await.unwrap();
    let left: Vec<_> = world.receipts().await.into_iter().map(|left| left.identity.unwrap().document_number).collect();
    assert_eq!((left, world.queue().await.len()), (vec![3], 1));
    assert!(matches!(world.scan(1).await.unwrap(), Capture::Captured(_)));
}

#[tokio::test(start_paused = true)]
async fn a_damaged_entry_that_is_given_up_takes_its_own_wish_along() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    change(
        &world,
        "INSERT INTO registrations (member_id, event_id, state, changed_at) VALUES ('m1', 'e1', 'registering', 0);
         INSERT INTO outbox (idempotency_key, member_id, kind, subject, payload_version, payload, state, wedged_reason,
         not_before, created_at, checksum) VALUES ('k', 'm1', 'registration', 'event:e1', 1,
         '{\"event_id\":\"e9\",\"requested_at\":\"2026-03-14T12:00:00Z\"}', 'wedged', 'damaged-entry', 0, 0, 1)",
    )
    .await;
    world.app.outbox().discard(1).await.unwrap();
    let states = world.app.storage.member.read(|tx| {
        let mut statement = tx.prepare("SELECT event_id || ' ' || state FROM registrations")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok::<Vec<String>, StorageError>(rows.collect::<Result<_, _>>()?)
    });
    assert_eq!(states.await.unwrap(), [format!("e1 {}", RegistrationState::Cancelled.code())]);
    assert_eq!(world.queue().await.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_damaged_entry_says_is_not_offered_as_what_the_member_typed() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    let typed = world.app.receipts().capture_manual(&entry(1)).await.unwrap();
    assert!(matches!(typed, ManualCapture::Captured(_)));
    change(&world, DAMAGE).await;
    world.drain().await;
    let wedged = world.queue().await.remove(0);
    assert_eq!((wedged.wedged_reason.as_deref(), wedged.is_editable), (Some("damaged-entry"), false));
    assert!(matches!(world.app.receipts().amend(1, &entry(1)).await, Err(CoreError::NotFound)));
}
