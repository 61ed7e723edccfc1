//! Galleries that were restored from a backup: what they have lost, members bring again.

use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    MINUTE, Work, World,
    gallery::{Gallery, LEDGER, RECEIPTS, REGISTER, RULES, empty, json, page, problem, purchase, receipt, with},
};
use crate::{money::Kopecks, receipts::ReceiptState};

/// A gallery whose feeds know no cursor but their own: it was restored from a backup.
pub(super) fn restored(gallery: &Gallery, receipts: Vec<Value>, entries: Vec<Value>) {
    for (route, name, items) in [(RECEIPTS, "receipts", receipts), (LEDGER, "entries", entries)] {
        gallery.on(route, move |call| match call.query.split_once("cursor=") {
            None => json(200, &page(name, &items, "restored", false)),
            Some((_, "restored")) => json(200, &page(name, &[], "restored", false)),
            Some(_) => problem(410, "cursor-unknown", json!({})),
        });
    }
}

pub(super) async fn sum(world: &World) -> Kopecks {
    world.app.programme().snapshot().await.unwrap().sum
}

#[tokio::test(start_paused = true)]
async fn what_a_restored_gallery_has_lost_is_brought_again_and_nothing_is_there_twice() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    world.drain().await;
    let known = vec![receipt("r1", 1, "credited"), receipt("r2", 2, "credited"), receipt("r3", None, "credited")];
    world.gallery.tell_receipts(known);
    world.gallery.tell_ledger(vec![purchase("e1"), purchase("e2"), purchase("e3")]);
    world.app.sync().pull().await.unwrap();
    assert_eq!((world.receipts().await.len(), sum(&world).await), (3, Kopecks::new(30_000)));

    // The second receipt and what reception registered came after the backup.
    restored(&world.gallery, vec![receipt("r1", 1, "credited")], vec![purchase("e1")]);
    world.app.sync().pull().await.unwrap();
    let receipts = world.receipts().await;
    let mut states: Vec<_> = receipts.iter().map(|receipt| receipt.state).collect();
    states.sort_by_key(|state| state.code());
    assert_eq!(states, [ReceiptState::Captured, ReceiptState::Credited]);
    assert_eq!(sum(&world).await, Kopecks::new(10_000), "the ledger is the gallery's");
    assert_eq!(world.drain().await.remaining, 0);
    let sent: Vec<_> = world.gallery.calls(REGISTER).iter().map(|call| call.body["document_number"].clone()).collect();
    assert_eq!(sent, [1, 2, 2]);
    let keys: Vec<_> = world.gallery.calls(REGISTER).into_iter().map(|call| call.key).collect();
    assert_ne!(keys[1], keys[2], "the gallery has forgotten the first");

    let quiet = world.app.sync().pull().await.unwrap();
    assert_eq!((quiet.changed, world.receipts().await.len(), world.queue().await.len()), (false, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn what_a_gallery_has_lost_before_its_feed_was_first_read_is_brought_again() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    world.drain().await;

    // A feed that was never begun has no cursor by which the restored gallery could be told from the one before.
    restored(&world.gallery, vec![receipt("r1", 1, "credited")], vec![]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.queue().await.len(), 1);
    assert_eq!(world.drain().await.remaining, 0);
    let sent: Vec<_> = world.gallery.calls(REGISTER).iter().map(|call| call.body["document_number"].clone()).collect();
    assert_eq!(sent, [1, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_is_brought_again_though_the_gallery_called_its_source_otherwise() {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |call| {
        let taken = receipt("r1", call.body["document_number"].as_u64(), "pending");
        json(200, &with(taken, json!({ "source": "a word of a later version" })))
    });
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.scan_new(1).await;
    world.drain().await;
    restored(&world.gallery, vec![], vec![]);
    world.app.sync().pull().await.unwrap();
    world.drain().await;
    let calls = world.gallery.calls(REGISTER);
    let sent: Vec<_> = calls.iter().map(|call| (&call.body["document_number"], &call.body["source"])).collect();
    assert_eq!(sent, [(&json!(1), &json!("scanned")), (&json!(1), &json!("scanned"))]);
}

#[tokio::test(start_paused = true)]
async fn what_is_brought_again_goes_at_once_though_another_resource_fails() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| json(500, &json!({})));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(MINUTE).await;
    world.scan_new(1).await;
    sleep(MINUTE).await;
    assert_eq!(world.gallery.count(REGISTER), 1);
    restored(&world.gallery, vec![], vec![]);
    world.app.foreground();
    sleep(MINUTE).await;
    assert_eq!(world.gallery.count(REGISTER), 2);
}

#[tokio::test(start_paused = true)]
async fn while_a_feed_is_read_anew_what_was_there_stays() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited"), receipt("r2", 2, "credited")]);
    world.app.sync().pull().await.unwrap();
    world.gallery.on(RECEIPTS, |call| match call.query.split_once("cursor=") {
        None => json(200, &page("receipts", &[receipt("r2", 2, "credited")], "half", true)),
        Some((_, "half")) => empty(503),
        Some(_) => problem(410, "cursor-unknown", json!({})),
    });
    assert!(world.app.sync().pull().await.is_err());
    assert_eq!(world.receipts().await.len(), 2, "not read to its end");
    let world = world.reopened().await;
    world.gallery.on(RECEIPTS, |call| {
        assert!(call.query.ends_with("cursor=half"), "it goes on where it was");
        json(200, &page("receipts", &[receipt("r4", 4, "credited")], "whole", false))
    });
    world.app.sync().pull().await.unwrap();
    let mut documents: Vec<_> =
        world.receipts().await.iter().map(|receipt| receipt.identity.as_ref().unwrap().document_number).collect();
    documents.sort_unstable();
    assert_eq!((documents, world.queue().await.len()), (vec![1, 2, 4], 1), "the first is brought again");
}
