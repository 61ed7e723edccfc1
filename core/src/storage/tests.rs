//! The two files in use.

mod cache;
mod concurrency;
mod limits;

use std::path::Path;

use rusqlite::Connection;

use super::{Database, Storage, StorageError, testing::open};

async fn insert_rules(storage: &Storage, version: i64, body: String) -> Result<(), StorageError> {
    storage
        .member
        .write(move |tx| {
            tx.execute("INSERT INTO rules VALUES (?1, '2026-01-01', ?2)", (version, body))?;
            Ok(())
        })
        .await
}

async fn count_rules(storage: &Storage) -> Result<i64, StorageError> {
    storage.member.read(|tx| Ok(tx.query_row("SELECT count(*) FROM rules", [], |row| row.get(0))?)).await
}

async fn pragma(database: &Database, name: &'static str) -> i64 {
    database.write(move |tx| Ok::<_, StorageError>(tx.pragma_query_value(None, name, |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn member_commits_are_full_synchronous_in_wal() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    const FULL: i64 = 2;
    assert_eq!(pragma(&storage.member, "synchronous").await, FULL);
    let mode: Result<String, StorageError> =
        storage.member.write(|tx| Ok(tx.pragma_query_value(None, "journal_mode", |row| row.get(0))?)).await;
    assert_eq!(mode.unwrap(), "wal");
}

#[tokio::test]
async fn a_failed_transaction_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let failed: Result<(), StorageError> = storage
        .member
        .write(|tx| {
            tx.execute("INSERT INTO rules VALUES (1, '2026-01-01', '{}')", [])?;
            Err(StorageError::Unreadable("row"))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(count_rules(&storage).await.unwrap(), 0);
}

#[tokio::test]
async fn pause_closes_and_resume_reopens_in_any_order_and_twice() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    insert_rules(&storage, 1, "{}".to_owned()).await.unwrap();
    storage.resume().await.unwrap();
    storage.pause().await.unwrap();
    storage.pause().await.unwrap();
    assert!(matches!(count_rules(&storage).await, Err(StorageError::Paused)));
    assert!(!folder.path().join("member.db-wal").exists(), "closing removes the write-ahead log");
    storage.resume().await.unwrap();
    assert_eq!(count_rules(&storage).await.unwrap(), 1);
}

#[tokio::test]
async fn what_a_killed_process_left_in_the_log_is_durable_before_anybody_relies_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    insert_rules(&storage, 1, "{}".to_owned()).await.unwrap();
    let killed = tempfile::tempdir().unwrap();
    for name in ["member.db", "member.db-wal"] {
        std::fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    let reopened = open(killed.path()).await.unwrap();
    let file_alone = tempfile::tempdir().unwrap();
    std::fs::copy(killed.path().join("member.db"), file_alone.path().join("member.db")).unwrap();
    let found = open(file_alone.path()).await.unwrap();
    assert_eq!((count_rules(&found).await.unwrap(), count_rules(&reopened).await.unwrap()), (1, 1));
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    insert_rules(&storage, 1, "{}".to_owned()).await.unwrap();
    let pages = pragma(&storage.member, "page_count").await;
    storage
        .member
        .write(move |tx| {
            // The pragma answers with a row.
            Ok::<_, StorageError>(tx.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
        })
        .await
        .unwrap();
    let refused = insert_rules(&storage, 2, "x".repeat(100_000)).await;
    assert!(matches!(refused, Err(StorageError::Full)), "{refused:?}");
    assert_eq!(count_rules(&storage).await.unwrap(), 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_set_aside_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("member.db");
    let content = b"this is certainly not a database, but somebody's notes".repeat(100);
    std::fs::write(&path, &content).unwrap();
    let storage = open(folder.path()).await.unwrap();
    assert_eq!(count_rules(&storage).await.unwrap(), 0);
    assert_eq!(std::fs::read(folder.path().join("member.db.damaged-20260314T120000")).unwrap(), content);
}

#[tokio::test]
async fn a_newer_file_is_refused_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("member.db");
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("CREATE TABLE future (x); PRAGMA user_version = 4000").unwrap();
    drop(newer);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(open(folder.path()).await, Err(StorageError::Newer("member.db"))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_or_newer_cache_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    std::fs::write(&path, b"damaged".repeat(1000)).unwrap();
    drop(open(folder.path()).await.unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 4000).unwrap();
    let storage = open(folder.path()).await.unwrap();
    let rows: Result<i64, StorageError> =
        storage.cache.read(|tx| Ok(tx.query_row("SELECT count(*) FROM resources", [], |row| row.get(0))?)).await;
    assert_eq!(rows.unwrap(), 0);
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_file_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("member.db")).unwrap();
    assert!(matches!(open(folder.path()).await, Err(StorageError::Unavailable("member.db"))));
}
