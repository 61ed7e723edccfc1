//! Entries that cannot be sent as they are: shown with their reason, and the member's to retry, mend or give up.

use serde_json::json;

use super::{
    Work, World,
    gallery::{Gallery, REGISTER, json as reply, problem, receipt},
    manual::entry,
    shown,
};
use crate::{
    error::CoreError,
    fiscal::ManualEntry,
    outbox::QueueItem,
    receipts::{Capture, ManualCapture},
    storage::StorageError,
};

/// A gallery that cannot make sense of this document.
fn at_a_loss_over(document: u64) -> Gallery {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, move |call| match call.body["document_number"].as_u64() {
        Some(asked) if asked == document => problem(400, "malformed", json!({})),
        asked => reply(201, &receipt(&format!("r{}", asked.unwrap()), asked, "pending")),
    });
    gallery
}

async fn the_entry(world: &World) -> QueueItem {
    let mut queue = world.queue().await;
    assert_eq!(queue.len(), 1, "{queue:?}");
    queue.remove(0)
}

async fn with_a_wedged_receipt() -> World {
    let world = World::of_a_member(at_a_loss_over(1), Work::OnDemand).await;
    let typed = world.app.receipts().capture_manual(&entry(1)).await.unwrap();
    assert!(matches!(typed, ManualCapture::Captured(_)));
    assert_eq!(world.drain().await.remaining, 1);
    world
}

#[tokio::test(start_paused = true)]
async fn a_wedged_entry_is_shown_with_what_it_is_and_why() {
    let world = World::of_a_member(at_a_loss_over(1), Work::OnDemand).await;
    let mut queue = world.app.outbox().observe();
    world.scan_new(1).await;
    shown(&mut queue, |queue| queue.summary.waiting == 1).await;
    let waiting = the_entry(&world).await;
    assert_eq!((waiting.title.as_str(), waiting.wedged_reason), ("Чек на 100\u{a0}₽ от 13 марта 2026", None));

    world.drain().await;
    shown(&mut queue, |queue| queue.summary.wedged == 1 && queue.items[0].wedged_reason.is_some()).await;
    let wedged = the_entry(&world).await;
    assert_eq!(wedged.wedged_reason.as_deref(), Some("malformed"));
    assert!(wedged.explanation.sentence.contains("malformed"), "{:?}", wedged.explanation);
    assert!(!wedged.is_editable, "a scanned receipt is what its code says");
    assert_eq!(world.the_receipt().await.wedged_reason.as_deref(), Some("malformed"));
}

#[tokio::test(start_paused = true)]
async fn a_retried_entry_goes_under_its_own_key_and_is_carried_out_once() {
    let world = with_a_wedged_receipt().await;
    world.app.outbox().retry(the_entry(&world).await.entry_id).await.unwrap();
    world.gallery.on(REGISTER, |call| {
        let document = call.body["document_number"].as_u64();
        reply(201, &receipt("r1", document, "pending"))
    });
    assert_eq!(world.drain().await.remaining, 0);
    let keys: Vec<_> = world.gallery.calls(REGISTER).into_iter().map(|call| call.key).collect();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]));
    assert_eq!(world.the_receipt().await.receipt_id.unwrap().as_str(), "r1");
}

#[tokio::test(start_paused = true)]
async fn a_discarded_receipt_is_gone_and_can_be_captured_anew() {
    let world = with_a_wedged_receipt().await;
    world.app.outbox().discard(the_entry(&world).await.entry_id).await.unwrap();
    assert_eq!((world.queue().await.len(), world.receipts().await.len()), (0, 0));
    assert!(matches!(world.scan(1).await.unwrap(), Capture::Captured(_)));
}

#[tokio::test(start_paused = true)]
async fn what_still_waits_can_be_neither_retried_nor_discarded_nor_mended() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world.app.receipts().capture_manual(&entry(1)).await.unwrap();
    let entry_id = the_entry(&world).await.entry_id;
    for entry_id in [entry_id, entry_id + 1] {
        assert!(matches!(world.app.outbox().retry(entry_id).await, Err(CoreError::NotFound)));
        assert!(matches!(world.app.outbox().discard(entry_id).await, Err(CoreError::NotFound)));
        assert!(matches!(world.app.receipts().amend(entry_id, &entry(2)).await, Err(CoreError::NotFound)));
    }
    assert_eq!(world.receipts().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_members_entries_are_out_of_reach() {
    let world = with_a_wedged_receipt().await;
    let entry_id = the_entry(&world).await.entry_id;
    world.app.account().sign_out().await.unwrap();
    world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    assert!(matches!(world.app.outbox().retry(entry_id).await, Err(CoreError::NotFound)));
    assert!(matches!(world.app.outbox().discard(entry_id).await, Err(CoreError::NotFound)));
    world.app.account().sign_in("+79000000001", "0000").await.unwrap();
    assert_eq!(the_entry(&world).await.wedged_reason.as_deref(), Some("malformed"));
}

#[tokio::test(start_paused = true)]
async fn a_mended_receipt_is_another_intent_in_the_place_of_the_first() {
    let world = with_a_wedged_receipt().await;
    let first = the_entry(&world).await;
    assert!(first.is_editable);
    let form = world.app.receipts().typed(first.entry_id).await.unwrap();
    assert_eq!((form.document_number.as_str(), form.total.as_str()), ("1", "100.00"));

    // What is wrong again changes nothing.
    let wrong = ManualEntry { total: "1,500".to_owned(), ..form.clone() };
    let refused = world.app.receipts().amend(first.entry_id, &wrong).await.unwrap();
    assert!(matches!(refused, ManualCapture::FieldsRefused(_)));
    assert_eq!(the_entry(&world).await, first);

    let mended = ManualEntry { document_number: "2".to_owned(), ..form };
    let captured = world.app.receipts().amend(first.entry_id, &mended).await.unwrap();
    assert!(matches!(captured, ManualCapture::Captured(_)), "{captured:?}");
    assert_eq!(world.drain().await.remaining, 0);
    assert_eq!(world.the_receipt().await.identity.unwrap().document_number, 2);
    let keys: Vec<_> = world.gallery.calls(REGISTER).into_iter().map(|call| call.key).collect();
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_whose_sum_alone_was_mistyped_is_mended_too() {
    let world = with_a_wedged_receipt().await;
    let entry_id = the_entry(&world).await.entry_id;
    let mended = ManualEntry { total: "250".to_owned(), ..entry(1) };
    let captured = world.app.receipts().amend(entry_id, &mended).await.unwrap();
    assert!(matches!(captured, ManualCapture::Captured(_)), "{captured:?}");
    assert_eq!(world.the_receipt().await.total.get(), 25_000);
    assert_eq!(world.queue().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_mended_into_another_that_is_known_changes_nothing() {
    let world = with_a_wedged_receipt().await;
    let entry_id = the_entry(&world).await.entry_id;
    world.scan_new(2).await;
    let known = world.app.receipts().amend(entry_id, &entry(2)).await.unwrap();
    assert!(matches!(known, ManualCapture::AlreadyKnown(_)), "{known:?}");
    assert_eq!((world.queue().await.len(), world.receipts().await.len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_the_disk_has_changed_is_shown_and_never_sent() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    let turned = world.app.storage.member.write(|tx| {
        Ok::<_, StorageError>(tx.execute(
            "UPDATE outbox SET payload = replace(payload, '\"document_number\":1', '\"document_number\":3')
             WHERE entry_id = 1",
            [],
        )?)
    });
    assert_eq!(turned.await.unwrap(), 1);
    assert_eq!(world.drain().await.sent, 1);
    assert_eq!(the_entry(&world).await.wedged_reason.as_deref(), Some("damaged-entry"));
    assert_eq!(world.gallery.count(REGISTER), 1);
}
