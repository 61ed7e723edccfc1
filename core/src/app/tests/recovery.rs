//! A damaged file under the app.

use super::{gallery::empty, *};
use crate::{account::AccountDeletion, explanation::NextStep, notices::NoticeKind};

fn damage(world: &World) {
    let path = world.folder.path().join("member.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..4096].fill(0);
    std::fs::write(path, bytes).unwrap();
}

/// Overwrites the root page of `table` in the closed file.
pub fn destroy(world: &World, table: &str) {
    let path = world.folder.path().join("member.db");
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page = rusqlite::Connection::open(&path).unwrap().query_row(sql, [table], |row| row.get::<_, u32>(0));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(page.unwrap() as usize - 1) * 4096..][..4096].fill(0xff);
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(start_paused = true)]
async fn after_damage_the_queue_is_there_and_the_member_is_told_until_they_put_it_away() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    for document in 1..=3 {
        world.scan_new(document).await;
    }
    let queued = world.queue().await;
    let mut notices = world.app.notices().observe();
    world.app.pause().await.unwrap();
    damage(&world);
    world.app.resume().await.unwrap();

    assert_eq!(world.queue().await, queued);
    shown(&mut notices, |snapshot| snapshot.notices.len() == 1).await;
    let world = world.reopened().await;
    let told = world.app.notices().list().await.unwrap();
    let [notice] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((notice.kind, notice.intents_saved), (NoticeKind::Recovered, 3));
    assert_eq!(notice.set_aside, "member.db.damaged-20260314T120000");
    assert_eq!(notice.explanation.next_step, NextStep::ScanAgain);
    assert!(world.folder.path().join(&notice.set_aside).exists());

    world.app.notices().dismiss(notice.notice_id).await.unwrap();
    world.app.notices().dismiss(notice.notice_id).await.unwrap();
    assert_eq!(world.app.notices().list().await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_an_index_has_lost_is_found_soon_after_opening() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.scan_new(2).await;
    soon(world.app.shut_down()).await.unwrap();
    let path = world.folder.path().join("member.db");
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'outbox_waiting'";
    let page: u32 = rusqlite::Connection::open(&path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let cells = &mut bytes[(page as usize - 1) * 4096 + 3..][..2];
    assert_eq!(cells, [0, 2], "an index leaf with both entries");
    cells[1] = 1;
    std::fs::write(&path, bytes).unwrap();

    let World { phone, folder, .. } = world;
    let gallery = Arc::new(Gallery::healthy());
    let app = open(&folder, &gallery, &phone, Work::OnDemand).await;
    soon(app.ready()).await;
    let world = World { app, gallery, phone, folder };
    assert_eq!((world.queue().await.len(), world.app.notices().list().await.unwrap().len()), (2, 1));
    assert_eq!(world.drain().await.remaining, 0);
}

fn set_aside(world: &World) -> usize {
    let files = std::fs::read_dir(world.folder.path()).unwrap().map(|file| file.unwrap().file_name());
    files.filter(|name| name.to_string_lossy().starts_with("member.db.damaged-")).count()
}

#[tokio::test(start_paused = true)]
async fn with_the_last_account_the_files_that_were_set_aside_are_deleted_too() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    world.app.pause().await.unwrap();
    damage(&world);
    world.app.resume().await.unwrap();
    assert_eq!(set_aside(&world), 1);
    world.gallery.on("DELETE /v1/member", |_| empty(204));
    assert_eq!(world.app.account().delete(0).await.unwrap(), AccountDeletion::Deleted);
    assert_eq!(set_aside(&world), 1, "the other's entries may be in it");

    world.app.account().sign_in("+79000000001", "0000").await.unwrap();
    assert_eq!(world.app.account().delete(0).await.unwrap(), AccountDeletion::Deleted);
    assert_eq!(set_aside(&world), 0);
}

#[tokio::test(start_paused = true)]
async fn a_folder_without_a_name_is_a_mistake_of_the_configuration() {
    let phone = Arc::new(Phone::new());
    let ports = Ports {
        secure_store: phone.clone(),
        connectivity: phone.clone(),
        clock: phone.clone(),
        entropy: phone.clone(),
        log: phone,
    };
    let gallery = Arc::new(Gallery::unreachable());
    let opened = Vremena::open_with(Config::new("", "http://localhost"), ports, gallery, Blocking::Inline).await;
    assert!(matches!(opened.err(), Some(CoreError::Configuration(text)) if text.contains("directory")));
}

#[tokio::test(start_paused = true)]
async fn without_the_hint_of_the_gallerys_clock_the_app_opens_all_the_same() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world.scan_new(1).await;
    soon(world.app.shut_down()).await.unwrap();
    destroy(&world, "server_time");
    let world = world.reopened().await;
    assert_eq!((world.queue().await.len(), world.app.notices().list().await.unwrap().len()), (1, 1));

    soon(world.app.shut_down()).await.unwrap();
    let file = rusqlite::Connection::open(world.folder.path().join("member.db")).unwrap();
    file.execute_batch("DROP TABLE server_time").unwrap();
    drop(file);
    let world = world.reopened().await;
    assert_eq!(world.queue().await.len(), 1);
    assert_eq!(world.phone.logged("clock-not-recalled").len(), 1);
}

/// SQLite takes any number in these columns: what no look finds must not be damage.
#[tokio::test(start_paused = true)]
async fn numbers_that_nobody_wrote_stop_neither_the_queue_nor_the_notice() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    let turn = || {
        let sql = "UPDATE outbox_worker SET busy = -1; UPDATE receipts SET rules_version = -1";
        world.app.storage.member.write(move |tx| Ok::<_, StorageError>(tx.execute_batch(sql)?))
    };
    turn().await.unwrap();
    world.app.pause().await.unwrap();
    destroy(&world, "outbox_waiting");
    world.app.resume().await.unwrap();
    let looked = world.app.storage.member.look_at_queue().await;
    assert!(matches!(looked, Err(StorageError::Damaged(_))), "{looked:?}");
    assert_eq!(world.app.notices().list().await.unwrap().len(), 1);
    turn().await.unwrap();
    assert_eq!(world.the_receipt().await.rules_version, None);
    assert_eq!(world.drain().await.remaining, 0);
}
