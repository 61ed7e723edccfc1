//! When the app pulls by itself.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    HOUR, MINUTE, Work, World,
    gallery::{Gallery, LEDGER, MEMBER, RECEIPTS, REGISTER, RULES, busy, empty, json, receipt, rules},
    restored::restored,
};
use crate::{http::TransportError, receipts::ReceiptState};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_resource_that_keeps_failing_delays_no_verdict() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| empty(500));
    gallery.tell_receipts(vec![receipt("r1", 1, "pending")]);
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(6 * HOUR).await;
    world.gallery.tell_receipts(vec![receipt("r2", 2, "pending")]);
    while world.receipts().await.len() < 2 {
        sleep(SECOND).await;
    }
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    sleep(MINUTE).await;
    let states: Vec<_> = world.receipts().await.iter().map(|receipt| receipt.state).collect();
    assert!(states.contains(&ReceiptState::Credited), "{states:?}");
}

#[tokio::test(start_paused = true)]
async fn what_waits_goes_when_the_gallery_has_answered_although_one_resource_fails() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| empty(500));
    gallery.on(REGISTER, |_| Err(TransportError::Unreachable));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    sleep(6 * HOUR).await;
    world.gallery.on(REGISTER, |call| {
        let document = call.body["document_number"].as_u64();
        json(201, &receipt(&format!("r{}", document.unwrap()), document, "pending"))
    });
    assert!(world.app.sync().pull().await.is_err());
    sleep(SECOND).await;
    assert_eq!(world.queue().await.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_gallery_has_lost_goes_at_once_although_the_pull_ends_early() {
    let world = World::of_a_member(Gallery::healthy(), Work::ByItself).await;
    world.scan_new(1).await;
    sleep(MINUTE).await;
    let sent = world.gallery.count(REGISTER);
    restored(&world.gallery, vec![], vec![]);
    world.gallery.on(LEDGER, |_| Err(TransportError::Unreachable));
    assert!(world.app.sync().pull().await.is_err());
    sleep(SECOND).await;
    assert_eq!(world.gallery.count(REGISTER), sent + 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_gallery_asked_for_is_kept_whatever_happens_at_the_phone() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| busy(1_800));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(SECOND).await;
    let (asked_at, before) = (Instant::now(), world.gallery.count_all());
    world.gallery.on(RULES, |_| json(200, &rules()));
    while asked_at.elapsed() < 25 * MINUTE {
        world.app.foreground();
        world.app.connectivity_changed();
        sleep(MINUTE).await;
    }
    assert_eq!(world.gallery.count_all(), before);
    // It asked everybody for the same: each takes a little more.
    sleep(16 * MINUTE).await;
    assert!(world.gallery.count(RECEIPTS) > 0, "and not for longer");
}

#[tokio::test(start_paused = true)]
async fn what_a_busy_gallery_did_not_answer_is_asked_for_although_something_else_is_told_meanwhile() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| busy(1_800));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(SECOND).await;
    world.gallery.on(RULES, |_| json(200, &rules()));
    // Its verdict is all that this asks for.
    world.scan_new(1).await;
    sleep(41 * MINUTE).await;
    assert!(world.app.programme().snapshot().await.unwrap().rules_version.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_busy_feed_holds_up_the_next_pull() {
    let gallery = Gallery::healthy();
    gallery.on("GET /v1/feed", |_| busy(1_800));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(SECOND).await;
    let before = world.gallery.count_all();
    world.app.foreground();
    sleep(20 * MINUTE).await;
    assert_eq!(world.gallery.count_all(), before);
}

#[tokio::test(start_paused = true)]
async fn a_flapping_network_is_no_storm() {
    let world = World::of_a_member(Gallery::healthy(), Work::ByItself).await;
    sleep(MINUTE).await;
    let before = world.gallery.count(MEMBER);
    for _ in 0..600 {
        world.app.connectivity_changed();
        sleep(SECOND / 10).await;
    }
    let pulls = world.gallery.count(MEMBER) - before;
    assert!((6..=12).contains(&pulls), "{pulls} pulls in a minute");
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_without_a_reason_pulls_nothing() {
    let world = World::of_a_member(Gallery::healthy(), Work::ByItself).await;
    sleep(MINUTE).await;
    let rules = world.gallery.count(RULES);
    // The third comes while the second waits, and is answered with it.
    for _ in 0..3 {
        world.app.foreground();
        sleep(SECOND / 100).await;
    }
    sleep(MINUTE).await;
    assert_eq!(world.gallery.count(RULES), rules);
}
