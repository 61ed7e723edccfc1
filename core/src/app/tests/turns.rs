//! When the queue goes, and who sends: hope, holds, budgets, and another process on the same files.

use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use super::{
    MINUTE, Work, World,
    gallery::{Gallery, REGISTER, busy, empty, json as reply, receipt},
    open, soon,
};
use crate::{
    outbox::{DrainBudget, Stop},
    storage::StorageError,
};

const SECOND: Duration = Duration::from_secs(1);

fn healthy(gallery: &Gallery) {
    gallery.on(REGISTER, |call| {
        let document = call.body["document_number"].as_u64();
        reply(201, &receipt(&format!("r{}", document.unwrap()), document, "pending"))
    });
}

/// A member whose one receipt has failed so often that it now waits long.
async fn who_waits_long() -> World {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |_| empty(500));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.scan_new(1).await;
    let mut waits = Duration::ZERO;
    while waits < 20 * MINUTE {
        let due = world.drain().await.next_due.unwrap();
        waits = (due - crate::ports::Clock::now(world.phone.as_ref())).to_std().unwrap_or_default();
        if waits < 20 * MINUTE {
            advance(waits).await;
        }
    }
    world
}

#[tokio::test(start_paused = true)]
async fn in_the_foreground_what_waits_of_itself_goes_at_once() {
    let world = who_waits_long().await;
    healthy(&world.gallery);
    advance(10 * SECOND).await;
    assert_eq!(world.drain().await.sent, 0, "it waits");
    world.app.foreground();
    assert_eq!(world.drain().await.sent, 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_pull_brings_forward_what_waits() {
    let world = who_waits_long().await;
    healthy(&world.gallery);
    advance(10 * SECOND).await;
    world.app.sync().pull().await.unwrap();
    let due = world.drain().await.next_due;
    let waits = due.map(|due| (due - crate::ports::Clock::now(world.phone.as_ref())).to_std().unwrap_or_default());
    assert!(waits.is_none_or(|waits| waits <= 5 * MINUTE), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_success_of_another_brings_forward_what_waits() {
    let world = who_waits_long().await;
    healthy(&world.gallery);
    // Its turn is another's: the gallery is held for what it did to the first.
    advance(30 * MINUTE).await;
    world.scan_new(2).await;
    assert!(world.drain().await.sent >= 1);
    advance(5 * MINUTE).await;
    assert_eq!(world.drain().await.remaining, 0);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_times_in_the_foreground_are_no_storm() {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |_| empty(500));
    let world = World::of_a_member(gallery, Work::ByItself).await;
    world.scan_new(1).await;
    for _ in 0..100 {
        world.app.foreground();
        sleep(Duration::from_millis(600)).await;
    }
    let asked = world.gallery.count(REGISTER);
    assert!((2..=20).contains(&asked), "{asked} times in a minute");
}

#[tokio::test(start_paused = true)]
async fn what_the_gallery_asked_for_is_kept_in_the_foreground_and_over_a_restart() {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |_| busy(1800));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.scan_new(1).await;
    world.drain().await;
    let world = world.reopened().await;
    world.scan_new(2).await;
    world.app.foreground();
    assert_eq!(world.drain().await.stopped, Some(Stop::Busy));
    assert_eq!(world.gallery.count(REGISTER), 1);
    healthy(&world.gallery);
    advance(41 * MINUTE).await;
    assert_eq!(world.drain().await.remaining, 0);
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_reaches_nobody_says_when_to_try_again() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world.scan_new(1).await;
    let mut wait = Duration::ZERO;
    for _ in 0..12 {
        advance(wait).await;
        let report = world.drain().await;
        assert_eq!(report.stopped, Some(Stop::Unreachable));
        wait = (report.next_due.unwrap() - crate::ports::Clock::now(world.phone.as_ref())).to_std().unwrap();
        assert!(wait >= Duration::from_millis(100), "{wait:?}");
    }
    assert!(wait > 30 * SECOND, "{wait:?}");
}

#[tokio::test(start_paused = true)]
async fn a_budget_of_entries_is_kept() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    for document in 1..=5 {
        world.scan_new(document).await;
    }
    let two = DrainBudget { entries: Some(2), time: None };
    let report = world.app.outbox().drain(two).await.unwrap();
    assert_eq!((report.sent, report.remaining, report.stopped), (2, 3, Some(Stop::BudgetSpent)));
    assert!(report.next_due.is_some());
    assert_eq!(world.drain().await.stopped, None);
    let report = world.app.outbox().drain(two).await.unwrap();
    assert_eq!((report.sent, report.remaining, report.stopped), (0, 0, None), "nothing is due");
}

#[tokio::test(start_paused = true)]
async fn a_budget_of_time_ends_a_drain_over_a_call_and_nothing_is_lost() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    let held = world.gallery.hold(REGISTER);
    let begun = Instant::now();
    let budget = DrainBudget { time: Some(20 * SECOND), entries: None };
    let report = soon(world.app.outbox().drain(budget)).await.unwrap();
    assert_eq!((report.sent, report.remaining, report.stopped), (0, 2, Some(Stop::BudgetSpent)));
    assert_eq!(begun.elapsed(), 20 * SECOND);
    held.release();
    assert_eq!(world.drain().await.remaining, 0);
    let keys: Vec<_> = world.gallery.calls(REGISTER).into_iter().map(|call| call.key).collect();
    assert!(keys.len() == 3 && keys[0] == keys[1], "the outcome was unknown: the same key");
}

#[tokio::test(start_paused = true)]
async fn a_drain_with_a_budget_does_not_wait_for_another_longer_than_that() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    let held = world.gallery.hold(REGISTER);
    let budget = DrainBudget { time: Some(5 * SECOND), entries: None };
    let background = async {
        held.answered().await;
        let report = world.app.outbox().drain(budget).await.unwrap();
        held.release();
        report
    };
    let (foreground, background) = soon(async { tokio::join!(world.drain(), background) }).await;
    assert_eq!((foreground.sent, background.sent, background.stopped), (1, 0, Some(Stop::BudgetSpent)));
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_waited_in_vain_leaves_the_sending_to_the_one_that_sends() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    let extension = open(&world.folder, &world.gallery, &world.phone, Work::OnDemand).await;
    world.scan_new(1).await;
    let held = world.gallery.hold(REGISTER);
    let meanwhile = async {
        held.answered().await;
        let budget = DrainBudget { time: Some(5 * SECOND), entries: None };
        let waited = world.app.outbox().drain(budget).await.unwrap();
        sleep(SECOND).await;
        let told = world.app.outbox().observe().borrow().stopped;
        let other = extension.outbox().drain(DrainBudget::default()).await.unwrap();
        held.release();
        (waited.stopped, told, other.stopped)
    };
    let (sent, stops) = soon(async { tokio::join!(world.drain(), meanwhile) }).await;
    assert_eq!(stops, (Some(Stop::BudgetSpent), None, Some(Stop::AnotherProcess)));
    assert_eq!((sent.sent, world.gallery.count(REGISTER)), (1, 1));
}

/// Whose lease stands in the file.
async fn holder(world: &World) -> String {
    let holder = world
        .app
        .storage
        .member
        .read(|tx| Ok::<_, StorageError>(tx.query_row("SELECT holder FROM outbox_worker", [], |row| row.get(0))?));
    holder.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn who_slept_through_a_lease_does_not_take_it_back() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    // A lease that ends sooner than any taken since was there before this process.
    sleep(10 * SECOND).await;
    world.scan_new(1).await;
    let held = world.gallery.hold(REGISTER);
    let meanwhile = async {
        held.answered().await;
        let until = crate::ports::Clock::now(world.phone.as_ref()) + 25 * SECOND;
        let taken = world.app.storage.member.write(move |tx| {
            let sql = "UPDATE outbox_worker SET holder = 'another', leased_until = ?1";
            Ok::<_, StorageError>(tx.execute(sql, [until.timestamp_millis()])?)
        });
        assert_eq!(taken.await.unwrap(), 1);
        sleep(21 * SECOND).await;
        let meanwhile = holder(&world).await;
        sleep(10 * SECOND).await;
        let afterwards = holder(&world).await;
        held.release();
        (meanwhile, afterwards)
    };
    let (_, (meanwhile, afterwards)) = soon(async { tokio::join!(world.drain(), meanwhile) }).await;
    assert_eq!(meanwhile, "another");
    assert_ne!(afterwards, "another", "its lease has ended");
}

#[tokio::test(start_paused = true)]
async fn while_one_process_sends_another_on_the_same_files_does_not() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    let extension = open(&world.folder, &world.gallery, &world.phone, Work::OnDemand).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    let held = world.gallery.hold(REGISTER);
    let meanwhile = async {
        held.answered().await;
        let at_once = extension.outbox().drain(DrainBudget::default()).await.unwrap();
        // As long as a lease lasts three times over: it is renewed.
        sleep(100 * SECOND).await;
        let later = extension.outbox().drain(DrainBudget::default()).await.unwrap();
        held.release();
        (at_once, later)
    };
    let (sent, (at_once, later)) = tokio::join!(world.drain(), meanwhile);
    assert_eq!((sent.sent, sent.remaining), (2, 0));
    for report in [at_once, later] {
        assert_eq!((report.sent, report.stopped), (0, Some(Stop::AnotherProcess)));
        assert!(report.next_due.is_some());
    }
    assert_eq!(world.gallery.count(REGISTER), 2);
}

#[tokio::test(start_paused = true)]
async fn who_was_killed_while_sending_keeps_the_next_process_waiting_for_nothing() {
    let world = killed_while_it_sends().await.reopened().await;
    assert_eq!(world.drain().await.remaining, 0);
}

#[tokio::test(start_paused = true)]
async fn who_was_killed_while_sending_keeps_those_who_had_the_file_open_waiting_for_a_lease() {
    let world = killed_while_it_sends().await;
    let extension = open(&world.folder, &world.gallery, &world.phone, Work::OnDemand).await;
    let world = world.reopened().await;
    for app in [&world.app, &extension] {
        let report = app.outbox().drain(DrainBudget::default()).await.unwrap();
        assert_eq!(report.stopped, Some(Stop::AnotherProcess));
    }
    sleep(30 * SECOND).await;
    assert_eq!(world.drain().await.remaining, 0);
}

/// The app ends in the middle of a request when it is dropped.
async fn killed_while_it_sends() -> World {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    let held = world.gallery.hold(REGISTER);
    tokio::select! {
        _ = world.drain() => panic!("it is held"),
        () = held.answered() => {}
    }
    sleep(SECOND).await;
    world
}

#[tokio::test(start_paused = true)]
async fn who_pauses_while_sending_lets_the_other_process_go_at_once() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    let extension = open(&world.folder, &world.gallery, &world.phone, Work::OnDemand).await;
    world.scan_new(1).await;
    let held = world.gallery.hold(REGISTER);
    let suspended = async {
        held.answered().await;
        world.app.pause().await.unwrap();
        let report = extension.outbox().drain(DrainBudget::default()).await.unwrap();
        held.release();
        report
    };
    let (interrupted, report) =
        soon(async { tokio::join!(world.app.outbox().drain(DrainBudget::default()), suspended) }).await;
    assert!(interrupted.is_err(), "{interrupted:?}");
    assert_eq!((report.sent, report.remaining), (1, 0));
    world.app.resume().await.unwrap();
    assert_eq!(world.drain().await.remaining, 0);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_fails_for_its_own_sake_is_no_storm_while_others_succeed() {
    let gallery = Gallery::healthy();
    gallery.on(REGISTER, |call| match call.body["document_number"].as_u64() {
        Some(1) => empty(500),
        document => reply(201, &receipt(&format!("r{}", document.unwrap()), document, "pending")),
    });
    let world = World::of_a_member(gallery, Work::ByItself).await;
    world.scan_new(1).await;
    for document in 2..=361 {
        world.scan_new(document).await;
        sleep(10 * SECOND).await;
    }
    let poison = world.gallery.calls(REGISTER).iter().filter(|call| call.body["document_number"] == 1).count();
    assert!((5..=60).contains(&poison), "{poison} times in an hour");
    assert_eq!(world.queue().await.len(), 1);
}
