//! Readers beside the writer, pauses with calls in flight, panics.

use std::sync::{Arc, Barrier, mpsc};

use super::*;
use crate::storage::{Blocking, testing::emergency};

async fn pooled(folder: &Path) -> Storage {
    Storage::open(folder, Blocking::Pool, emergency()).await.unwrap()
}

#[tokio::test]
async fn two_read_at_the_same_time_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    let storage = pooled(folder.path()).await;
    let (all_read, read) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let writer = storage.clone();
    let writing = tokio::spawn(async move {
        writer
            .member
            .write(move |tx| {
                tx.execute("INSERT INTO rules VALUES (1, '2026-01-01', '{}')", [])?;
                begun.send(()).unwrap();
                // Ends only when both have read: if they waited for it, nobody would ever end.
                read.recv().unwrap();
                Ok::<_, StorageError>(())
            })
            .await
    });
    has_begun.await.unwrap();
    let both = Arc::new(Barrier::new(2));
    let readings: Vec<_> = (0..2)
        .map(|_| {
            let (storage, both) = (storage.clone(), Arc::clone(&both));
            tokio::spawn(async move {
                storage
                    .member
                    .read(move |tx| {
                        // Neither goes on without the other.
                        both.wait();
                        let count: i64 = tx.query_row("SELECT count(*) FROM rules", [], |row| row.get(0))?;
                        Ok::<_, StorageError>(count)
                    })
                    .await
            })
        })
        .collect();
    for reading in readings {
        assert_eq!(reading.await.unwrap().unwrap(), 0, "what is not committed is not seen");
    }
    all_read.send(()).unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(count_rules(&storage).await.unwrap(), 1);
}

#[tokio::test]
async fn a_pause_waits_for_reads_in_flight_and_lets_none_begin() {
    let folder = tempfile::tempdir().unwrap();
    let storage = pooled(folder.path()).await;
    for _ in 0..2 {
        let (end, ended) = mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let reader = storage.clone();
        let reading = tokio::spawn(async move {
            reader
                .member
                .read(move |tx| {
                    begun.send(()).unwrap();
                    ended.recv().unwrap();
                    Ok::<i64, StorageError>(tx.query_row("SELECT count(*) FROM rules", [], |row| row.get(0))?)
                })
                .await
        });
        has_begun.await.unwrap();
        let pausing = storage.clone();
        let pausing = tokio::spawn(async move { pausing.pause().await });
        // The other reader is free, and is not lent any more once the pause has begun.
        while count_rules(&storage).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!pausing.is_finished(), "a read is still in flight");
        end.send(()).unwrap();
        reading.await.unwrap().unwrap();
        pausing.await.unwrap().unwrap();
        storage.pause().await.unwrap();
        storage.resume().await.unwrap();
        storage.resume().await.unwrap();
        assert_eq!(count_rules(&storage).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn after_a_panic_in_its_work_the_database_works_on() {
    let folder = tempfile::tempdir().unwrap();
    let storage = pooled(folder.path()).await;
    insert_rules(&storage, 1, "{}".to_owned()).await.unwrap();
    // More often than there are readers.
    for _ in 0..3 {
        let written: Result<(), StorageError> = storage
            .member
            .write(|tx| {
                tx.execute("DELETE FROM rules", [])?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(written, Err(StorageError::Sqlite(_))), "{written:?}");
        let read: Result<(), StorageError> = storage.member.read(|_| panic!("on purpose")).await;
        assert!(matches!(read, Err(StorageError::Sqlite(_))), "{read:?}");
    }
    assert_eq!(count_rules(&storage).await.unwrap(), 1, "the deletion was rolled back");
    insert_rules(&storage, 2, "{}".to_owned()).await.unwrap();
    storage.pause().await.unwrap();
    storage.resume().await.unwrap();
    assert_eq!(count_rules(&storage).await.unwrap(), 2);
}
