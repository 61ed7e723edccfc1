//! Pulls: one bad thing must not stand in the way of all the others.

use serde_json::json;
use tokio::time::sleep;

use super::{
    HOUR, MINUTE, Work, World,
    gallery::{
        Gallery, LEDGER, MEMBER, RECEIPTS, RULES, busy, empty, json, page, purchase, receipt, record, rules, tagged,
        with,
    },
    restored::restored,
    shown,
};
use crate::{
    error::CoreError,
    http::CONTRACT_HEADER,
    ids::TierId,
    money::Kopecks,
    receipts::{Capture, ReceiptState},
    storage::StorageError,
    sync::SyncReport,
};

async fn world() -> World {
    World::of_a_member(Gallery::healthy(), Work::OnDemand).await
}

async fn tier(world: &World) -> TierId {
    world.app.account().member().await.unwrap().unwrap().tier
}

#[tokio::test(start_paused = true)]
async fn verdicts_are_shown_although_the_pull_fails_later() {
    let world = world().await;
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.gallery.on(MEMBER, |_| empty(503));
    // The snapshot that the sign-in caused must not be the one that shows them.
    sleep(MINUTE).await;
    let mut snapshots = world.app.receipts().observe();
    let pulled = world.app.sync().pull().await;
    assert!(matches!(pulled, Err(CoreError::Unavailable { .. })), "{pulled:?}");
    shown(&mut snapshots, |snapshot| snapshot.recent.iter().any(|known| known.state == ReceiptState::Credited)).await;
}

#[tokio::test(start_paused = true)]
async fn rules_that_begin_later_are_news_once() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| json(200, &with(rules(), json!({"version": 2, "effective_from": "2027-01-01"}))));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    let mut changed = Vec::new();
    for _ in 0..3 {
        changed.push(world.app.sync().pull().await.unwrap());
    }
    let quiet = SyncReport { changed: false, pending: false };
    assert_eq!(changed, [SyncReport { changed: true, ..quiet }, quiet, quiet]);
}

#[tokio::test(start_paused = true)]
async fn with_rules_that_begin_later_and_something_pending_pulls_back_off() {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| json(200, &with(rules(), json!({"version": 2, "effective_from": "2027-01-01"}))));
    gallery.tell_receipts(vec![receipt("r1", 1, "pending")]);
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(6 * HOUR).await;
    let pulls = world.gallery.count(MEMBER);
    assert!((6..=24).contains(&pulls), "{pulls} pulls in six hours");
}

#[tokio::test(start_paused = true)]
async fn a_ledger_with_invalid_entries_is_refused_as_a_whole_and_the_last_good_one_stays() {
    let world = world().await;
    world.gallery.tell_ledger(vec![purchase("e1")]);
    world.app.sync().pull().await.unwrap();
    // One that an older version let in.
    let older = world.app.storage.member.write(|tx| {
        tx.execute("INSERT INTO ledger (member_id, entry_id, body) VALUES ('m1', 'e0', '{')", [])?;
        Ok::<_, StorageError>(())
    });
    older.await.unwrap();
    world.gallery.tell_ledger(vec![
        purchase("e1"),
        purchase("e2"),
        json!({"id": "e3", "kind": "grant", "at": "2026-03-01T12:00:00Z", "tier": "leto"}),
        json!("e4"),
    ]);
    world.app.sync().pull().await.unwrap();

    let snapshot = world.app.programme().snapshot().await.unwrap();
    assert_eq!(snapshot.tier.unwrap().name, "Весна");
    assert_eq!((snapshot.sum, snapshot.rules_version), (Kopecks::new(10_000), Some(1)));
    let refused: Vec<_> = world.phone.logged("document-refused").iter().map(ToString::to_string).collect();
    let told = |fault: &str| format!("document-refused document=ledger fault=entries-{fault}");
    assert_eq!(refused, [told("2-until-missing"), told("3-form")]);

    world.gallery.tell_ledger(vec![purchase("e1"), purchase("e2")]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.app.programme().snapshot().await.unwrap().sum, Kopecks::new(20_000));
}

#[tokio::test(start_paused = true)]
async fn a_receipt_of_another_form_is_passed_over_and_the_others_stay() {
    let world = world().await;
    world.gallery.tell_receipts(vec![
        receipt("r1", 1, "credited"),
        with(receipt("r2", 2, "credited"), json!({"category": 7})),
        json!("r3"),
        receipt("r4", 4, "credited"),
    ]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.receipts().await.len(), 2);
    world.app.sync().pull().await.unwrap();
    let asked = world.gallery.calls(RECEIPTS);
    assert_eq!(asked.len(), 2, "one page each time");
    assert!(!asked[0].query.contains("cursor=") && asked[1].query.contains("cursor="), "the cursor moves");
}

#[tokio::test(start_paused = true)]
async fn failing_rules_keep_nothing_else_from_being_pulled() {
    let world = world().await;
    world.gallery.on(RULES, |_| empty(500));
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.gallery.tell_ledger(vec![purchase("e1")]);
    world.gallery.on(MEMBER, |_| json(200, &with(record("m1"), json!({"tier": "leto"}))));
    let pulled = world.app.sync().pull().await;
    assert!(matches!(pulled, Err(CoreError::Unavailable { .. })), "the failure is told at the end: {pulled:?}");
    assert_eq!(world.the_receipt().await.state, ReceiptState::Credited);
    assert_eq!(tier(&world).await, TierId::new("leto"));
    world.gallery.on(RULES, |_| json(200, &rules()));
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.app.programme().snapshot().await.unwrap().sum, Kopecks::new(10_000));
    assert!(world.gallery.calls(LEDGER)[1].query.contains("cursor="), "the ledger came with the first pull");
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_says_more_for_ever_is_left_when_its_cursor_stands_still() {
    let world = world().await;
    let told = [receipt("r1", 1, "credited")];
    world.gallery.on(RECEIPTS, move |_| json(200, &page("receipts", &told, "same", true)));
    world.gallery.on(LEDGER, |_| json(200, &page("entries", &[purchase("e1")], "same", true)));
    world.app.sync().pull().await.unwrap();
    let asked = (world.gallery.count(RECEIPTS), world.gallery.count(LEDGER), world.gallery.count(MEMBER));
    assert_eq!(asked, (2, 2, 1));
    assert_eq!(world.the_receipt().await.state, ReceiptState::Credited);
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_says_more_for_ever_is_left_when_it_tells_nothing() {
    let world = world().await;
    world.gallery.on(RECEIPTS, |call| json(200, &page("receipts", &[], &format!("{}x", call.query.len()), true)));
    world.gallery.on(LEDGER, |call| json(200, &page("entries", &[], &format!("{}x", call.query.len()), true)));
    world.app.sync().pull().await.unwrap();
    let asked = (world.gallery.count(RECEIPTS), world.gallery.count(LEDGER), world.gallery.count(MEMBER));
    assert_eq!(asked, (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_no_request_can_carry_is_not_kept() {
    let world = world().await;
    world.gallery.on(RECEIPTS, |_| json(200, &page("receipts", &[], &"x".repeat(100_000), false)));
    assert!(world.app.sync().pull().await.is_err());
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.receipts().await.len(), 1);
}

/// Overwrites the root of the table of kept answers: the file still opens, but nothing in it can be read.
fn damage(cache: &std::path::Path) {
    let file = rusqlite::Connection::open(cache).unwrap();
    let number = |sql: &str| file.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
    let size = number("PRAGMA page_size");
    let root = number("SELECT rootpage FROM sqlite_schema WHERE name = 'resources'");
    drop(file);
    assert!(root > 1, "beyond the header");
    let mut bytes = std::fs::read(cache).unwrap();
    bytes[(root - 1) * size..root * size].fill(0xff);
    std::fs::write(cache, bytes).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_damaged_cache_does_not_stop_pulls() {
    let world = world().await;
    world.gallery.on(RULES, |_| tagged(json(200, &rules())));
    world.gallery.on(MEMBER, |_| tagged(json(200, &record("m1"))));
    world.app.sync().pull().await.unwrap();

    world.app.pause().await.unwrap();
    damage(&world.folder.path().join("cache.db"));
    world.app.resume().await.unwrap();
    let kept = world
        .app
        .storage
        .cache
        .read(|tx| Ok::<i64, StorageError>(tx.query_row("SELECT count(*) FROM resources", [], |row| row.get(0))?));
    assert!(matches!(kept.await, Err(StorageError::Damaged(_))), "the damage is no damage");

    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.gallery.on(MEMBER, |_| json(200, &with(record("m1"), json!({"tier": "leto"}))));
    let _told_or_not = world.app.sync().pull().await;
    assert_eq!(world.the_receipt().await.state, ReceiptState::Credited);
    assert_eq!(tier(&world).await, TierId::new("leto"));
}

#[tokio::test(start_paused = true)]
async fn pulls_leave_the_gallery_alone_for_as_long_as_it_asks() {
    let gallery = Gallery::healthy();
    for route in [RULES, RECEIPTS, LEDGER, MEMBER] {
        gallery.on(route, |_| busy(1800));
    }
    let world = World::of_a_member(gallery, Work::ByItself).await;
    sleep(MINUTE).await;
    let asked = world.gallery.count_all();
    for _ in 0..20 {
        world.app.foreground();
        sleep(MINUTE).await;
    }
    assert_eq!(world.gallery.count_all(), asked, "twenty times in the foreground");
    sleep(HOUR).await;
    assert!(world.gallery.count_all() > asked);
}

#[tokio::test(start_paused = true)]
async fn a_gallery_that_is_busy_is_asked_for_nothing_else() {
    let world = world().await;
    world.gallery.on(RULES, |_| empty(503));
    let asked = world.gallery.count_all();
    assert!(matches!(world.app.sync().pull().await, Err(CoreError::Unavailable { retry_after: None })));
    assert_eq!(world.gallery.count_all(), asked + 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_pull_that_failed_only_what_it_wanted_is_asked_for() {
    let world = World::of_a_member(Gallery::healthy(), Work::ByItself).await;
    sleep(MINUTE).await;
    let (rules, receipts) = (world.gallery.count(RULES), world.gallery.count(RECEIPTS));
    world.gallery.on(RECEIPTS, |_| busy(60));
    world.scan_new(1).await;
    sleep(10 * MINUTE).await;
    assert!(world.gallery.count(RECEIPTS) > receipts + 1);
    assert_eq!(world.gallery.count(RULES), rules);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_that_cannot_be_read_is_there_all_the_same() {
    let world = world().await;
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.app.sync().pull().await.unwrap();
    restored(&world.gallery, vec![with(receipt("r1", 1, "credited"), json!({"category": 7}))], vec![]);
    world.app.sync().pull().await.unwrap();
    assert_eq!((world.receipts().await.len(), world.queue().await.len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_look_at_the_phone_does_not_ask_for_what_seldom_changes() {
    let world = World::of_a_member(Gallery::healthy(), Work::ByItself).await;
    sleep(MINUTE / 2).await;
    let (rules, receipts) = (world.gallery.count(RULES), world.gallery.count(RECEIPTS));
    for _ in 0..5 {
        world.app.foreground();
        sleep(MINUTE / 10).await;
    }
    assert_eq!(world.gallery.count(RULES), rules);
    assert_eq!(world.gallery.count(RECEIPTS), receipts + 5);
}

#[tokio::test(start_paused = true)]
async fn a_push_asks_for_what_it_hints_at() {
    let world = world().await;
    world.app.sync().pull_hinted("receipts, member").await.unwrap();
    let asked = |route| world.gallery.count(route);
    assert_eq!((asked(RECEIPTS), asked(MEMBER), asked(LEDGER), asked(RULES)), (1, 1, 0, 0));
    world.app.sync().pull_hinted("of a newer gallery").await.unwrap();
    assert_eq!((asked(RECEIPTS), asked(RULES)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn after_a_receipt_was_sent_its_verdict_is_asked_for_and_nothing_else() {
    let world = World::of_a_member(Gallery::healthy(), Work::ByItself).await;
    sleep(MINUTE).await;
    let before = (world.gallery.count(RECEIPTS), world.gallery.count(RULES));
    world.gallery.tell_receipts(vec![receipt("r1", 1, "credited")]);
    world.scan_new(1).await;
    sleep(MINUTE / 10).await;
    assert_eq!((world.gallery.count(RECEIPTS), world.gallery.count(RULES)), (before.0 + 1, before.1));
}

#[tokio::test(start_paused = true)]
async fn a_phone_whose_clock_is_a_day_behind_takes_todays_receipt_once_it_has_heard_of_the_gallery() {
    let gallery = Gallery::healthy();
    gallery.on(MEMBER, |call| {
        let mut reply = json(200, &record(call.token.trim_start_matches("access-")));
        let date = "Sun, 15 Mar 2026 12:00:00 GMT".parse().unwrap();
        let headers = reply.as_mut().unwrap().headers_mut();
        headers.insert("date", date);
        headers.insert(CONTRACT_HEADER, "1".parse().unwrap());
        reply
    });
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    let todays = "t=20260315T1300&s=100.00&fn=7380440801290534&i=1&fp=1&n=1";
    let before = world.app.receipts().capture_text(todays).await.unwrap();
    assert!(matches!(before, Capture::NotAccepted { reason: "in_the_future", .. }), "{before:?}");
    world.app.sync().pull().await.unwrap();
    let world = world.reopened().await;
    let after = world.app.receipts().capture_text(todays).await.unwrap();
    assert!(matches!(after, Capture::Captured(_)), "{after:?}");
    assert_eq!(world.drain().await.sent, 1, "waiting goes by the phone's own clock");
}
