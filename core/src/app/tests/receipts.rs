//! What is known of one receipt, when several ways of learning it meet.

use std::sync::Mutex;

use serde_json::json;

use super::{
    Work, World,
    gallery::{Gallery, REGISTER, busy, json as reply, problem, receipt, with},
    shown, soon,
};
use crate::{
    ids::ReceiptId,
    outbox::DrainBudget,
    receipts::{Capture, ReceiptReason, ReceiptState},
    storage::StorageError,
};

async fn world() -> World {
    World::of_a_member(Gallery::healthy(), Work::OnDemand).await
}

/// The codes of the one receipt as they lie in SQL: a later version may know them.
async fn stored_codes(world: &World) -> (String, Option<String>) {
    let codes = world.app.storage.member.read(|tx| {
        let row = tx.query_row("SELECT state, reason FROM receipts", [], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok::<_, StorageError>(row?)
    });
    codes.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_receipt_of_receptions_that_the_member_scans_too_is_one_receipt() {
    let world = world().await;
    world.gallery.tell_receipts(vec![receipt("r1", None, "credited")]);
    world.app.sync().pull().await.unwrap();
    let captured = world.scan_new(1).await;
    world
        .gallery
        .on(REGISTER, |_| problem(409, "already-registered", json!({"receipt": receipt("r1", 1, "credited")})));
    let report = world.drain().await;
    assert_eq!((report.stopped, report.sent, report.remaining), (None, 1, 0));

    let known = world.the_receipt().await;
    assert_eq!(known.receipt_id, Some(ReceiptId::new("r1")));
    assert_eq!((known.local_id, known.identity), (captured.local_id, captured.identity));
    assert_eq!(known.state, ReceiptState::Credited);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_of_receptions_that_learns_its_requisites_meets_the_scanned_one() {
    let world = world().await;
    world.gallery.tell_receipts(vec![receipt("r1", None, "credited")]);
    world.app.sync().pull().await.unwrap();
    let captured = world.scan_new(1).await;
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.app.sync().pull().await.unwrap();

    let known = world.the_receipt().await;
    assert_eq!(known.receipt_id, Some(ReceiptId::new("r1")));
    assert_eq!((known.local_id, known.identity), (captured.local_id, captured.identity));
    assert_eq!(known.state, ReceiptState::Credited);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_of_receptions_learns_its_requisites_from_the_feed() {
    let world = world().await;
    for told in [receipt("r1", None, "pending"), receipt("r1", 1, "credited")] {
        world.gallery.tell_receipts(vec![told]);
        world.app.sync().pull().await.unwrap();
    }
    assert!(world.the_receipt().await.identity.is_some());
    assert!(matches!(world.scan(1).await.unwrap(), Capture::AlreadyKnown(_)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_requisites_does_not_take_them_from_a_scanned_receipt() {
    let world = world().await;
    let captured = world.scan_new(1).await;
    world.drain().await;
    world.gallery.tell_receipts(vec![receipt("r1", None, "credited")]);
    world.app.sync().pull().await.unwrap();

    let known = world.the_receipt().await;
    assert_eq!((known.identity, known.state), (captured.identity, ReceiptState::Credited));
    assert!(matches!(world.scan(1).await.unwrap(), Capture::AlreadyKnown(_)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_late_does_not_overwrite_the_newer_verdict() {
    let world = world().await;
    world.scan_new(1).await;
    let pending = world.gallery.hold(REGISTER);
    let drain = world.drain();
    let verdict = async {
        pending.answered().await;
        world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
        world.app.sync().pull().await.unwrap();
        let before = world.the_receipt().await;
        pending.release();
        before
    };
    let (report, before) = soon(async { tokio::join!(drain, verdict) }).await;
    assert_eq!((before.state, report.remaining), (ReceiptState::Credited, 0));
    assert_eq!(world.the_receipt().await, before);
}

#[tokio::test(start_paused = true)]
async fn codes_of_a_newer_server_stay_as_they_came() {
    let world = world().await;
    let newer = with(receipt("r1", 1, "frozen"), json!({"reason": "moon_phase"}));
    world.gallery.tell_receipts(vec![newer]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(stored_codes(&world).await, ("frozen".to_owned(), Some("moon_phase".to_owned())));
    let known = world.the_receipt().await;
    assert_eq!((known.state, known.reason), (ReceiptState::Unknown, Some(ReceiptReason::Unknown)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_a_newer_servers_reason_keeps_the_reason_as_it_came() {
    let world = world().await;
    world.scan_new(1).await;
    world.gallery.on(REGISTER, |_| problem(422, "receipt-refused", json!({"reason": "moon_phase"})));
    world.drain().await;
    assert_eq!(stored_codes(&world).await, ("rejected".to_owned(), Some("moon_phase".to_owned())));
    let known = world.the_receipt().await;
    assert_eq!((known.state, known.reason), (ReceiptState::Rejected, Some(ReceiptReason::Unknown)));
}

#[tokio::test(start_paused = true)]
async fn a_wedged_receipt_that_the_gallery_has_credited_all_the_same_is_wedged_no_more() {
    let world = world().await;
    world.scan_new(1).await;
    world.gallery.on(REGISTER, |_| problem(422, "of-a-newer-server", json!({})));
    world.drain().await;
    assert_eq!(world.the_receipt().await.wedged_reason.as_deref(), Some("of-a-newer-server"));

    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.app.sync().pull().await.unwrap();
    let known = world.the_receipt().await;
    assert_eq!((known.state, known.wedged_reason), (ReceiptState::Credited, None));
    assert_eq!(world.queue().await, []);
}

#[tokio::test(start_paused = true)]
async fn an_instant_at_the_calendars_end_stops_neither_pages_nor_snapshots() {
    let world = world().await;
    let endless = json!({"next_check_at": "+262142-12-31T23:59:59Z"});
    world.gallery.tell_receipts(vec![with(receipt("r1", 1, "pending"), endless)]);
    let mut snapshots = world.app.receipts().observe();
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.the_receipt().await.state, ReceiptState::Pending);
    shown(&mut snapshots, |snapshot| snapshot.recent.len() == 1).await;

    // The publisher lives on, and the app can be opened again.
    world.scan_new(2).await;
    shown(&mut snapshots, |snapshot| snapshot.recent.len() == 2).await;
    assert_eq!(world.reopened().await.receipts().await.len(), 2);
}

async fn documents(world: &World) -> Vec<u32> {
    let receipts = world.receipts().await;
    let mut documents: Vec<_> = receipts
        .iter()
        .filter_map(|receipt| receipt.identity.as_ref())
        .map(|identity| identity.document_number)
        .collect();
    documents.sort_unstable();
    documents
}

#[tokio::test(start_paused = true)]
async fn a_receipt_id_given_twice_takes_no_other_receipt_away() {
    let world = world().await;
    world.gallery.on(REGISTER, |call| reply(201, &receipt("r1", call.body["document_number"].as_u64(), "pending")));
    world.scan_new(1).await;
    world.scan_new(2).await;
    assert_eq!(world.drain().await.remaining, 0);
    assert_eq!(documents(&world).await, [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_whose_id_a_restored_gallery_gives_to_another_is_brought_again() {
    let world = world().await;
    world.gallery.on(REGISTER, |call| reply(201, &receipt("r1", call.body["document_number"].as_u64(), "pending")));
    world.scan_new(1).await;
    world.scan_new(2).await;
    world.drain().await;
    world.gallery.tell_receipts(vec![receipt("r1", 2, "pending")]);
    world.app.sync().pull().await.unwrap();
    let queue = world.queue().await;
    assert_eq!((queue.len(), world.receipts().await.len()), (1, 2));
    world.gallery.on(REGISTER, |call| reply(201, &receipt("r3", call.body["document_number"].as_u64(), "pending")));
    assert_eq!(world.drain().await.remaining, 0);
    let sent: Vec<_> = world.gallery.calls(REGISTER).iter().map(|call| call.body["document_number"].clone()).collect();
    assert_eq!(sent, [1, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_right_since_the_gallery_was_heard_costs_no_receipt() {
    for days in [-40, 40] {
        let world = world().await;
        // As if the phone's clock had been wrong by as much when the gallery's was learnt.
        let offset = chrono::TimeDelta::days(days).num_milliseconds();
        let learnt = move |tx: &rusqlite::Transaction<'_>| crate::sync::keep_server_time(tx, offset);
        world.app.storage.member.write(learnt).await.unwrap();
        let world = world.reopened().await;
        world.scan_new(1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_feed_does_not_rename_a_captured_receipt() {
    let world = world().await;
    world.scan_new(1).await;
    world.drain().await;
    world.gallery.tell_receipts(vec![receipt("r1", 7, "credited")]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(documents(&world).await, [1, 7]);
}

/// A salvage gives the numbers of lost entries to others.
#[tokio::test(start_paused = true)]
async fn an_answer_on_its_way_settles_its_own_entry_and_not_one_that_got_its_number() {
    let not_understood = problem(400, "malformed", json!({}));
    for answer in [reply(201, &receipt("r1", 1, "pending")), busy(60), not_understood] {
        let world = world().await;
        let answer = Mutex::new(Some(answer));
        world.gallery.on(REGISTER, move |call| match call.body["document_number"].as_u64() {
            Some(1) => answer.lock().unwrap().take().unwrap(),
            document => reply(201, &receipt("r2", document, "pending")),
        });
        world.scan_new(1).await;
        let held = world.gallery.hold(REGISTER);
        let meanwhile = async {
            held.answered().await;
            let moved = world.app.storage.member.write(|tx| {
                tx.execute_batch("DELETE FROM outbox; DELETE FROM receipts; DELETE FROM sqlite_sequence")?;
                Ok::<_, StorageError>(())
            });
            moved.await.unwrap();
            world.scan_new(2).await;
            let waiting = world.queue().await.remove(0);
            held.release();
            waiting
        };
        let budget = DrainBudget { entries: Some(1), time: None };
        let (report, waiting) = soon(async { tokio::join!(world.app.outbox().drain(budget), meanwhile) }).await;
        report.unwrap();
        assert_eq!(world.queue().await, [waiting]);
    }
}
