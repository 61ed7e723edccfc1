//! Closing: nothing goes on afterwards, and nothing is left open.

use std::{path::Path, sync::Arc};

use tokio::time::sleep;

use super::{
    CoreError, HOUR, MINUTE, Work, World,
    gallery::{Gallery, REGISTER, receipt},
    open, soon,
};

/// Write-ahead logs lie beside open files only.
fn logs(folder: &Path) -> Vec<&'static str> {
    ["member.db-wal", "cache.db-wal"].into_iter().filter(|name| folder.join(name).exists()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_closed_app_neither_works_on_nor_leaves_files_open() {
    let gallery = Gallery::healthy();
    // Without a close, pulls for the verdict would go on.
    gallery.tell_receipts(vec![receipt("r9", 9, "pending")]);
    let World { app, gallery, folder, .. } = World::of_a_member(gallery, Work::ByItself).await;
    sleep(MINUTE).await;
    assert!(gallery.count_all() > 0 && logs(folder.path()).contains(&"member.db-wal"), "it works and writes");

    soon(app.shut_down()).await.unwrap();
    assert_eq!(logs(folder.path()), [""; 0]);
    assert!(matches!(app.resume().await, Err(CoreError::Paused)), "for good");
    soon(app.shut_down()).await.unwrap();
    drop(app);
    assert_eq!(Arc::strong_count(&gallery), 1, "something of the app is still there");
    let calls = gallery.count_all();
    sleep(3 * HOUR).await;
    assert_eq!(gallery.count_all(), calls);
}

#[tokio::test(start_paused = true)]
async fn an_app_that_is_closed_over_a_call_keeps_the_entry_and_no_file_open() {
    let gallery = Gallery::healthy();
    // It does not tell of the receipt whose answer is on its way.
    gallery.tell_receipts(vec![]);
    let world = World::of_a_member(gallery, Work::ByItself).await;
    let held = world.gallery.hold(REGISTER);
    world.scan_new(1).await;
    soon(held.answered()).await;
    let World { app, gallery, phone, folder } = world;
    soon(app.shut_down()).await.unwrap();
    assert_eq!(logs(folder.path()), [""; 0]);
    drop(app);
    assert_eq!(Arc::strong_count(&gallery), 1, "something of the app is still there");
    held.release();

    let app = open(&folder, &gallery, &phone, Work::OnDemand).await;
    let world = World { app, gallery, phone, folder };
    assert_eq!(world.queue().await.len(), 1);
    assert_eq!(world.drain().await.remaining, 0);
    assert!(world.the_receipt().await.receipt_id.is_some());
}
