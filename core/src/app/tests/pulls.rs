//! Pulls: one bad thing must not stand in the way of all the others.

use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    HOUR, MINUTE, Work, World,
    gallery::{Gallery, LEDGER, MEMBER, RECEIPTS, RULES, empty, json, page, receipt, record, rules, tagged, with},
    shown,
};
use crate::{
    error::CoreError, ids::TierId, money::Kopecks, receipts::ReceiptState, storage::StorageError, sync::SyncReport,
};

async fn world() -> World {
    World::of_a_member(Gallery::healthy(), Work::OnDemand).await
}

/// A ledger's entry.
fn purchase(id: &str) -> Value {
    json!({"id": id, "kind": "purchase", "at": "2026-03-01T12:00:00Z", "amount": 10_000, "state": "credited"})
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
async fn a_ledgers_entry_of_another_form_does_not_take_tier_and_progress_away() {
    let world = world().await;
    world.gallery.tell_ledger(vec![
        purchase("e1"),
        json!({"id": "e2", "kind": "grant", "at": "2026-03-01T12:00:00Z", "amount": null}),
        json!({"id": "e3", "kind": "grant", "at": "2026-03-01T12:00:00Z", "state": null}),
        json!({"id": "e4", "kind": {"of": "a newer server"}, "at": "2026-03-01T12:00:00Z", "amount": "many"}),
        json!({"id": "e5", "kind": "grant", "at": "2026-03-01T12:00:00Z", "category": 7, "of": []}),
        json!({"id": "e6", "kind": "grant"}),
        json!("e7"),
        purchase("e8"),
    ]);
    world.app.sync().pull().await.unwrap();
    // And one that an older version let in.
    let older = world.app.storage.member.write(|tx| {
        tx.execute("INSERT INTO ledger (member_id, entry_id, body) VALUES ('m1', 'e0', '{')", [])?;
        Ok::<_, StorageError>(())
    });
    older.await.unwrap();

    let snapshot = world.app.programme().snapshot().await.unwrap();
    assert_eq!(snapshot.tier.unwrap().name, "Весна");
    assert_eq!((snapshot.sum, snapshot.rules_version), (Kopecks::new(20_000), Some(1)));
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
