//! Feeds that are read anew, where something comes in between.

use serde_json::json;

use super::{
    Work, World,
    gallery::{Gallery, LEDGER, REGISTER, json, page, problem, purchase, receipt},
    restored::{restored, sum},
};
use crate::{money::Kopecks, receipts::ReceiptState};

async fn world() -> World {
    World::of_a_member(Gallery::healthy(), Work::OnDemand).await
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_another_process_begins_anew_meanwhile_is_read_whole() {
    let world = world().await;
    world.gallery.tell_ledger(vec![purchase("e1"), purchase("e2"), purchase("e3")]);
    world.app.sync().pull().await.unwrap();

    let path = world.folder.path().join("member.db");
    let begun = std::sync::atomic::AtomicBool::new(false);
    world.gallery.on(LEDGER, move |call| match call.query.split_once("cursor=") {
        None => json(200, &page("entries", &[purchase("e1")], "half", true)),
        Some((_, "half")) => {
            // The other one was told later that its cursor is not known, and has ended since.
            if !begun.swap(true, std::sync::atomic::Ordering::SeqCst) {
                let other = rusqlite::Connection::open(&path).unwrap();
                let anew = "UPDATE cursors SET cursor = '', generation = generation + 1, is_whole = 0
                            WHERE resource = 'ledger'";
                assert_eq!(other.execute(anew, []).unwrap(), 1);
            }
            json(200, &page("entries", &[purchase("e2")], "whole", false))
        }
        Some((_, "whole")) => json(200, &page("entries", &[], "whole", false)),
        Some(_) => problem(410, "cursor-unknown", json!({})),
    });
    world.app.sync().pull().await.unwrap();
    assert_eq!(sum(&world).await, Kopecks::new(20_000));
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_is_left_before_its_end_has_lost_nothing() {
    let world = world().await;
    world.gallery.tell_ledger(vec![purchase("e1"), purchase("e2")]);
    world.app.sync().pull().await.unwrap();
    world.gallery.on(LEDGER, |call| match call.query.split_once("cursor=") {
        None => json(200, &page("entries", &[], "next", true)),
        Some((_, "next")) => json(200, &page("entries", &[purchase("e1")], "end", false)),
        Some((_, "end")) => json(200, &page("entries", &[], "end", false)),
        Some(_) => problem(410, "cursor-unknown", json!({})),
    });
    world.app.sync().pull().await.unwrap();
    assert_eq!(sum(&world).await, Kopecks::new(20_000), "there is more to read");
    world.app.sync().pull().await.unwrap();
    assert_eq!(sum(&world).await, Kopecks::new(10_000));
}

#[tokio::test(start_paused = true)]
async fn a_receipt_whose_id_a_restored_gallery_gave_to_another_is_brought_again() {
    let world = world().await;
    world.scan_new(1).await;
    world.drain().await;
    world.app.sync().pull().await.unwrap();
    restored(&world.gallery, vec![receipt("r1", 2, "credited")], vec![]);
    world.app.sync().pull().await.unwrap();
    assert_eq!((world.receipts().await.len(), world.queue().await.len()), (2, 1));

    world.gallery.on(REGISTER, |_| json(201, &receipt("r2", 1, "credited")));
    assert_eq!(world.drain().await.remaining, 0);
    let sent: Vec<_> = world.gallery.calls(REGISTER).iter().map(|call| call.body["document_number"].clone()).collect();
    assert_eq!(sent, [1, 1]);
    let receipts = world.receipts().await;
    assert!(receipts.iter().all(|receipt| receipt.state == ReceiptState::Credited), "{receipts:?}");
    assert!(!world.app.sync().pull().await.unwrap().pending);
}

#[tokio::test(start_paused = true)]
async fn a_refused_receipt_is_not_brought_again() {
    let world = world().await;
    world.gallery.on(REGISTER, |_| problem(422, "receipt-refused", json!({"reason": "too-old"})));
    world.scan_new(1).await;
    world.drain().await;
    assert_eq!(world.the_receipt().await.state, ReceiptState::Rejected);
    restored(&world.gallery, vec![], vec![]);
    world.app.sync().pull().await.unwrap();
    assert_eq!((world.the_receipt().await.state, world.queue().await.len()), (ReceiptState::Rejected, 0));
}
