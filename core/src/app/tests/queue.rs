//! The queue: what one entry or one answer must not do to the others, or to the gallery.

use serde_json::json;
use tokio::time::{advance, sleep};

use super::{
    HOUR, MINUTE, Work, World,
    gallery::{Gallery, MEMBER, REGISTER, busy, empty, json, receipt},
};
use crate::outbox::Stop;

/// A gallery whose answer to this document never decodes.
fn with_a_poison(document: u64, gallery: Gallery) -> Gallery {
    gallery.on(REGISTER, move |call| match call.body["document_number"].as_u64() {
        Some(asked) if asked == document => json(201, &json!({"unexpected": 1})),
        asked => json(201, &receipt(&format!("r{}", asked.unwrap()), asked, "pending")),
    });
    gallery
}

/// How often this document was sent.
fn sent(gallery: &Gallery, document: u64) -> usize {
    gallery.calls(REGISTER).iter().filter(|call| call.body["document_number"] == document).count()
}

/// The queue alone sets the pace: pulls that succeed must not, and pulls that fail must not.
async fn lives_an_hour_with_a_poison(gallery: Gallery) {
    let world = World::of_a_member(with_a_poison(1, gallery), Work::ByItself).await;
    sleep(MINUTE).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    sleep(HOUR).await;
    let (poison, neighbour) = (sent(&world.gallery, 1), sent(&world.gallery, 2));
    assert!((2..=60).contains(&poison), "{poison} times in an hour");
    assert_eq!(neighbour, 1);
    assert_eq!(world.queue().await.len(), 1, "the neighbour has gone");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_decodes_is_no_storm() {
    lives_an_hour_with_a_poison(Gallery::healthy()).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_decodes_is_no_storm_while_pulls_fail() {
    lives_an_hour_with_a_poison(Gallery::unreachable()).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_decodes_does_not_block_its_neighbours() {
    let world = World::of_a_member(with_a_poison(1, Gallery::healthy()), Work::OnDemand).await;
    for document in 1..=3 {
        world.scan_new(document).await;
    }
    world.drain().await;
    assert_eq!(sent(&world.gallery, 2), 1, "one other entry is tried at once");
    for _ in 0..3 {
        advance(MINUTE).await;
        world.drain().await;
    }
    assert_eq!((sent(&world.gallery, 2), sent(&world.gallery, 3)), (1, 1));
    let left = world.queue().await;
    assert_eq!((left.len(), left[0].attempts, left[0].wedged_reason.as_deref()), (1, 0, None), "{left:?}");
}

/// What tries another entry for the poison's sake must not try them all where there is no network.
#[tokio::test(start_paused = true)]
async fn without_a_network_a_drain_tries_two_entries_at_most() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    for document in 1..=10 {
        world.scan_new(document).await;
    }
    let report = world.drain().await;
    assert_eq!((report.stopped, report.sent, report.remaining), (Some(Stop::Unreachable), 0, 10));
    let tried = world.gallery.count(REGISTER);
    assert!((1..=2).contains(&tried), "{tried} tries");
}

#[tokio::test(start_paused = true)]
async fn a_busy_gallery_is_asked_once_for_a_hundred_entries() {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |_| busy(3600));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    for document in 1..=100 {
        world.scan_new(document).await;
    }
    let report = world.drain().await;
    assert_eq!((report.stopped, report.sent, report.remaining), (Some(Stop::Busy), 0, 100));
    assert_eq!(world.gallery.count(REGISTER), 1);

    // It has asked everybody to wait, so also those who come meanwhile.
    for minutes in [10, 20, 29] {
        advance(minutes * MINUTE).await;
        world.scan_new(100 + minutes).await;
        world.drain().await;
        assert_eq!(world.gallery.count(REGISTER), 1, "{minutes} minutes later");
    }

    advance(12 * MINUTE).await;
    world.gallery.on(REGISTER, |call| {
        let document = call.body["document_number"].as_u64();
        json(201, &receipt(&format!("r{}", document.unwrap()), document, "pending"))
    });
    let report = world.drain().await;
    assert_eq!((report.stopped, report.sent, report.remaining), (None, 103, 0));
}

/// Pulls go on meanwhile; that the gallery answers those is no reason to ask it again.
#[tokio::test(start_paused = true)]
async fn a_busy_gallery_is_left_alone_for_the_time_that_it_asked_for() {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |_| busy(3600));
    gallery.tell_receipts(vec![receipt("r9", 9, "pending")]);
    let world = World::of_a_member(gallery, Work::ByItself).await;
    for document in 1..=5 {
        world.scan_new(document).await;
    }
    sleep(HOUR - MINUTE).await;
    assert!(world.gallery.count(MEMBER) > 2, "pulls go on");
    assert_eq!(world.gallery.count(REGISTER), 1);
    sleep(2 * HOUR + 3 * MINUTE).await;
    let asked = world.gallery.count(REGISTER);
    assert!((3..=4).contains(&asked), "once in an hour or a little more, not {asked} times in three");
}

/// A gallery that always answers like this, and a queue of so many receipts: how often it was asked in five minutes.
async fn asked_in_five_minutes(status: u16, entries: u32) -> usize {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, move |_| empty(status));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    for document in 1..=entries {
        world.scan_new(document).await;
    }
    sleep(5 * MINUTE).await;
    world.gallery.count(REGISTER)
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_backs_off_as_one_entry_does() {
    for status in [500, 503] {
        let asked = asked_in_five_minutes(status, 200).await;
        assert!((2..=60).contains(&asked), "{status}: {asked} requests");
    }
}
