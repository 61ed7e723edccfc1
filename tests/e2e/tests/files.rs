//! A database of a newer app, and a lost cache. Files that are no database or cannot be written: `tests/qa/tests/capture.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use rusqlite::Connection;
use vremena_core::{app::Vremena, error::CoreError, storage::StorageError};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text};

async fn reopened(phone: Phone) -> (Result<Vremena, CoreError>, tempfile::TempDir) {
    let Phone { app, desktop, config, folder } = phone;
    app.pause().await.unwrap();
    drop(app);
    let path = folder.path().join("member.db");
    Connection::open(path).unwrap().pragma_update(None, "user_version", 4000).unwrap();
    (Vremena::open(config, desktop.ports()).await, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_newer_app_is_refused_and_kept() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let (refused, folder) = reopened(phone).await;
    assert!(matches!(refused, Err(CoreError::Storage(StorageError::Newer("member.db")))));
    let file = Connection::open(folder.path().join("member.db")).unwrap();
    let queued: i64 = file.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(queued, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_cache_costs_nothing() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let before = phone.app.programme().snapshot().await.unwrap();
    for name in ["cache.db", "cache.db-wal", "cache.db-shm"] {
        std::fs::write(phone.folder.path().join(name), b"not a database at all").unwrap();
    }
    let phone = phone.restarted().await.unwrap();
    assert_eq!(phone.app.programme().snapshot().await.unwrap(), before);
    phone.app.sync().pull().await.unwrap();
    phone.drained().await.unwrap();
}
