//! Deletions that meet a crash, an answer on its way, or a clock of their own.

use http::StatusCode;
use serde_json::json;
use tokio::time::sleep;

use super::{
    MINUTE, Work, World,
    answers::{event, item},
    gallery::{
        CONSENTS, DECIDE, DELETE, Gallery, MEMBER, RECEIPTS, REFRESH, REGISTER, empty, json, page, problem, receipt,
        record, tagged, with,
    },
    open, soon,
};
use crate::{
    account::{AccountDeletion, ConsentChange, ConsentPurpose, SessionState},
    error::CoreError,
    ids::{EventId, FeedItemId},
    outbox::DrainBudget,
    storage::StorageError,
};

/// How many rows of each table of `member.db` name the member.
async fn rows_of(world: &World, member: &'static str) -> i64 {
    world
        .app
        .storage
        .member
        .read(move |tx| {
            let mut tables = tx.prepare(
                "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND c.name = 'member_id'",
            )?;
            let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            assert!(tables.len() >= 9, "{tables:?}");
            let mut rows = 0;
            for table in tables {
                rows +=
                    tx.query_row(&format!("SELECT count(*) FROM {table} WHERE member_id = ?1"), [member], |row| {
                        row.get::<_, i64>(0)
                    })?;
            }
            Ok::<_, StorageError>(rows)
        })
        .await
        .unwrap()
}

/// How many rows of `cache.db` are the member's.
async fn cached_rows_of(world: &World, member: &'static str) -> i64 {
    world
        .app
        .storage
        .cache
        .read(move |tx| {
            Ok::<_, StorageError>(tx.query_row(
                "SELECT (SELECT count(*) FROM feed_items WHERE member_id = ?1)
                     + (SELECT count(*) FROM resources WHERE resource LIKE '%:' || ?1)",
                [member],
                |row| row.get(0),
            )?)
        })
        .await
        .unwrap()
}

async fn execute(world: &World, sql: &'static str) {
    world.app.storage.member.write(move |tx| Ok::<_, StorageError>(tx.execute_batch(sql)?)).await.unwrap();
}

/// From now on there is a text about advertising to consent to.
fn ask_for_consent(gallery: &Gallery) {
    gallery.on("GET /v1/consents", |_| {
        let text = json!({"ru": "т", "en": "t"});
        let document = json!({"purpose": "advertising", "version": 1, "required": false, "title": text, "text": text});
        json(200, &json!({"documents": [document]}))
    });
}

async fn world_of_one_who_leaves() -> World {
    let gallery = Gallery::healthy();
    gallery.on(DELETE, |_| empty(204));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.scan_new(1).await;
    world.drain().await;
    world.app.sync().pull().await.unwrap();
    world
}

#[tokio::test(start_paused = true)]
async fn every_table_that_names_a_member_is_wiped() {
    let world = world_of_one_who_leaves().await;
    assert!(rows_of(&world, "m1").await > 3);
    world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    world.scan_new(2).await;
    let of_another = rows_of(&world, "m2").await;
    world.app.account().sign_in("+79000000001", "0000").await.unwrap();
    assert_eq!(world.app.account().delete(0).await.unwrap(), AccountDeletion::Deleted);
    assert_eq!((rows_of(&world, "m1").await, rows_of(&world, "m2").await), (0, of_another));
    assert!(world.phone.secrets().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_a_crash_interrupted_is_finished_at_the_next_start() {
    let world = world_of_one_who_leaves().await;
    execute(&world, "UPDATE account SET deleted = 1, active = 0").await;
    // Before the phone was unlocked: the tokens can go later, all else goes now.
    world.phone.set_locked(true);
    let world = world.reopened().await;
    assert_eq!(rows_of(&world, "m1").await, 1, "the mark alone");
    assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::SignedOut);
    world.phone.set_locked(false);
    let world = world.reopened().await;
    assert_eq!(rows_of(&world, "m1").await, 0);
    assert!(world.phone.secrets().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_interrupted_after_the_gallery_s_word_is_finished_without_a_restart() {
    for occasion in ["resume", "delete", "sign-in"] {
        let world = world_of_one_who_leaves().await;
        let phone = world.phone.clone();
        world.gallery.on(DELETE, move |_| {
            phone.set_locked(true);
            empty(204)
        });
        let account = world.app.account();
        assert!(matches!(account.delete(0).await, Err(CoreError::Locked)), "{occasion}");
        // Nobody sees what must go, nor adds to it.
        assert_eq!(account.session_state().await.unwrap(), SessionState::SignedOut, "{occasion}");
        assert!(matches!(world.scan(2).await, Err(CoreError::SignInNeeded)), "{occasion}");
        world.phone.set_locked(false);
        match occasion {
            "resume" => {
                world.app.pause().await.unwrap();
                world.app.resume().await.unwrap();
            }
            "delete" => assert_eq!(account.delete(0).await.unwrap(), AccountDeletion::Deleted),
            _ => drop(account.sign_in("+79000000002", "0000").await.unwrap()),
        }
        assert_eq!((rows_of(&world, "m1").await, cached_rows_of(&world, "m1").await), (0, 0), "{occasion}");
        assert_eq!(world.phone.secrets().is_empty(), occasion != "sign-in", "{occasion}");
    }
}

/// The gallery has told of the deletion, and then another member signs in.
#[tokio::test(start_paused = true)]
async fn a_deleted_member_whose_rows_cannot_go_yet_keeps_nobody_from_signing_in() {
    let world = world_of_one_who_leaves().await;
    world.gallery.on(RECEIPTS, |_| problem(401, "account-deleted", json!({})));
    assert!(matches!(world.app.sync().pull().await, Err(CoreError::SignInNeeded)));
    execute(&world, "CREATE TRIGGER never BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'never'); END").await;
    let member = world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    assert_eq!(world.app.account().member().await.unwrap(), Some(member));
    assert_eq!(world.phone.logged("deletion-failed").len(), 1);

    execute(&world, "DROP TRIGGER never").await;
    let world = world.reopened().await;
    assert_eq!(rows_of(&world, "m1").await, 0);
    assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Active);
}

/// What a pull or a drain has asked for must not be stored after everything was wiped.
#[tokio::test(start_paused = true)]
async fn an_answer_on_its_way_leaves_nothing_behind_a_deletion() {
    for route in [RECEIPTS, REGISTER] {
        let world = world_of_one_who_leaves().await;
        world.gallery.tell_receipts(vec![receipt("r9", 9, "credited")]);
        world.scan_new(2).await;
        let held = world.gallery.hold(route);
        let pull = async { if route == RECEIPTS { world.app.sync().pull().await.map(|_| ()) } else { Ok(()) } };
        let drain = async {
            if route == REGISTER { world.app.outbox().drain(DrainBudget::default()).await.map(|_| ()) } else { Ok(()) }
        };
        let deletion = async {
            held.answered().await;
            let deleting = world.app.account().delete(5);
            tokio::pin!(deleting);
            let early = tokio::time::timeout(super::MINUTE / 2, &mut deleting).await;
            assert!(early.is_err(), "it waits for what is on its way");
            held.release();
            deleting.await
        };
        let (pulled, drained, deleted) = soon(async { tokio::join!(pull, drain, deletion) }).await;
        pulled.unwrap();
        drained.unwrap();
        assert_eq!(deleted.unwrap(), AccountDeletion::Deleted, "{route}");
        assert_eq!(rows_of(&world, "m1").await, 0, "{route}");
    }
}

/// The other process of the phone pulls; its answer comes after everything was wiped.
#[tokio::test(start_paused = true)]
async fn an_answer_on_its_way_to_an_extension_leaves_nothing_behind_a_deletion() {
    for route in [RECEIPTS, MEMBER, "GET /v1/feed"] {
        let world = world_of_one_who_leaves().await;
        let extension = open(&world.folder, &world.gallery, &world.phone, Work::OnDemand).await;
        world.gallery.tell_receipts(vec![receipt("r9", 9, "credited")]);
        world.gallery.on(MEMBER, |_| tagged(json(200, &with(record("m1"), json!({"tier": "leto"})))));
        world.gallery.on("GET /v1/feed", |_| tagged(json(200, &page("items", &[item()], "n", false))));
        let held = world.gallery.hold(route);
        let deletion = async {
            held.answered().await;
            let deleted = world.app.account().delete(5).await;
            held.release();
            deleted
        };
        let (_pulled, deleted) = soon(async { tokio::join!(extension.sync().pull(), deletion) }).await;
        assert_eq!(deleted.unwrap(), AccountDeletion::Deleted, "{route}");
        assert_eq!((rows_of(&world, "m1").await, cached_rows_of(&world, "m1").await), (0, 0), "{route}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_member_wants_during_a_deletion_waits_for_its_outcome() {
    for is_deleted in [false, true] {
        let world = world_of_one_who_leaves().await;
        ask_for_consent(&world.gallery);
        world
            .gallery
            .on("GET /v1/events", |_| json(200, &json!({"events": [with(event(), json!({"registration": null}))]})));
        world.gallery.on("GET /v1/feed", |_| json(200, &page("items", &[item()], "n", false)));
        world.app.sync().pull().await.unwrap();
        world.app.account().consent_documents().await.unwrap();
        if !is_deleted {
            world.gallery.on(DELETE, |_| empty(503));
        }
        let held = world.gallery.hold(DELETE);
        let (event_id, item_id) = (EventId::new("e1"), FeedItemId::new("f1"));
        let meanwhile = async {
            held.answered().await;
            let late = async {
                sleep(MINUTE / 2).await;
                held.release();
            };
            let consent = world.app.account().set_consent(ConsentPurpose::Advertising, true);
            let (register, read) = (world.app.events().register(&event_id), world.app.feed().mark_read(&item_id));
            let (scanned, consented, registered, read, ()) = tokio::join!(world.scan(2), consent, register, read, late);
            [scanned.err(), consented.err(), registered.err(), read.err()]
        };
        let (deleted, faults) = soon(async { tokio::join!(world.app.account().delete(0), meanwhile) }).await;
        if is_deleted {
            assert_eq!(deleted.unwrap(), AccountDeletion::Deleted);
            assert!(faults.iter().all(|fault| matches!(fault, Some(CoreError::SignInNeeded))), "{faults:?}");
        } else {
            assert!(deleted.is_err());
            assert!(faults.iter().all(Option::is_none), "{faults:?}");
            assert_eq!(world.queue().await.len(), 4);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_gallery_s_own_word_wipes() {
    for status in [400, 401, 403, 404, 409, 410, 500, 503] {
        let world = world_of_one_who_leaves().await;
        let rows = rows_of(&world, "m1").await;
        world.gallery.on(DELETE, move |_| problem(status, "something-else", json!({})));
        let refused = world.app.account().delete(0).await;
        assert!(refused.is_err(), "{status}");
        assert_eq!(rows_of(&world, "m1").await, rows, "{status}");
        let status = StatusCode::from_u16(status).unwrap();
        if status != StatusCode::UNAUTHORIZED {
            assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Active, "{status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_tells_of_the_deletion_is_the_gallery_s_word_too() {
    let world = world_of_one_who_leaves().await;
    world.gallery.on(DELETE, |_| problem(401, "unauthorized", json!({})));
    world.gallery.on(REFRESH, |_| problem(401, "account-deleted", json!({})));
    assert_eq!(world.app.account().delete(0).await.unwrap(), AccountDeletion::Deleted);
    assert_eq!(rows_of(&world, "m1").await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_of_any_kind_is_an_expired_session_and_a_sign_in_ends_it() {
    for status in [400, 401, 403] {
        let gallery = Gallery::healthy();
        gallery.grant(0);
        let world = World::of_a_member(gallery, Work::OnDemand).await;
        assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Active);
        world.gallery.on(REFRESH, move |_| problem(status, "malformed", json!({})));
        assert!(matches!(world.app.sync().pull().await, Err(CoreError::SignInNeeded)), "{status}");
        assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Expired, "{status}");
        assert_eq!(world.app.home().snapshot().await.unwrap().session, SessionState::Expired, "{status}");
        world.gallery.grant(super::gallery::YEAR);
        world.app.account().sign_in("+79000000001", "0000").await.unwrap();
        assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Active, "{status}");
    }
}

/// A withdrawal must reach the gallery, whatever became of the consent before it.
#[tokio::test(start_paused = true)]
async fn a_wedged_consent_holds_up_no_later_decision() {
    let world = world_of_one_who_leaves().await;
    ask_for_consent(&world.gallery);
    world.app.account().consent_documents().await.unwrap();
    world.gallery.on(DECIDE, |_| problem(409, "something-new", json!({})));
    let set = |granted| world.app.account().set_consent(ConsentPurpose::Advertising, granted);
    assert!(matches!(set(true).await.unwrap(), ConsentChange::Queued(_)));
    world.drain().await;
    assert_eq!(world.queue().await[0].wedged_reason.as_deref(), Some("something-new"));

    world.gallery.on(DECIDE, |call| json(200, &call.body));
    // The same again is sent again: the gallery has not heard of it.
    for granted in [true, false] {
        assert!(matches!(set(granted).await.unwrap(), ConsentChange::Queued(_)));
        assert_eq!(world.drain().await.sent, 1);
    }
    let sent: Vec<_> = world.gallery.calls(DECIDE).iter().map(|call| call.body["granted"].as_bool().unwrap()).collect();
    assert_eq!(sent, [true, true, false]);
    assert!(world.queue().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_withdrawal_that_a_restored_gallery_has_forgotten_is_told_again() {
    let gallery = Gallery::healthy();
    ask_for_consent(&gallery);
    gallery.on(DECIDE, |call| json(200, &call.body));
    let given =
        json!([{"purpose": "advertising", "version": 1, "granted": true, "decided_at": "2026-03-10T12:00:00Z"}]);
    let lists = given.clone();
    gallery.on(CONSENTS, move |_| json(200, &json!({"consents": lists})));
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.app.sync().pull().await.unwrap();
    world.app.account().set_consent(ConsentPurpose::Advertising, false).await.unwrap();
    world.drain().await;
    // The list is that of before.
    for _ in 0..2 {
        world.app.sync().pull().await.unwrap();
        let decided = world.app.account().consents().await.unwrap();
        assert_eq!((decided.len(), decided[0].granted, world.queue().await.len()), (1, false, 1));
    }
    world.drain().await;
    let calls = world.gallery.calls(DECIDE);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].body, calls[1].body);
    assert_ne!(calls[0].key, calls[1].key);
    let withdrawn = calls[1].body.clone();
    world.gallery.on(CONSENTS, move |_| json(200, &json!({"consents": [withdrawn]})));
    world.app.sync().pull().await.unwrap();
    assert_eq!(world.queue().await, []);
}

#[tokio::test(start_paused = true)]
async fn a_paused_app_asks_nobody_for_consents() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.app.pause().await.unwrap();
    let calls = world.gallery.count_all();
    assert!(matches!(world.app.account().consent_documents().await, Err(CoreError::Paused)));
    assert_eq!(world.gallery.count_all(), calls);
}
