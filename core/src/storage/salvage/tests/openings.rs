//! Two openings of one file, as an app and its extension have them: neither writes to what the other puts aside.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use super::places::{destroy, queue, write};
use crate::storage::{
    AfterSalvage, Blocking, Storage, StorageError,
    lock::Lock,
    testing::{self, Dice, Wish, open, open_with},
};

async fn receipts(storage: &Storage) -> Result<i64, StorageError> {
    let sql = "SELECT count(*) FROM receipts NOT INDEXED WHERE state = 'captured'";
    storage.member.read(|tx| Ok(tx.query_row(sql, [], |row| row.get(0))?)).await
}

#[tokio::test]
async fn a_damaged_file_is_not_replaced_while_another_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await.unwrap();
    let mut wishes = write(&app, &mut Dice(1), 5).await;
    app.pause().await.unwrap();
    destroy(&folder.path().join("member.db"), "receipts");
    app.resume().await.unwrap();
    let extension = open(folder.path()).await.unwrap();
    for _ in 0..2 {
        assert!(matches!(receipts(&extension).await, Err(StorageError::Damaged(_))));
    }
    wishes.extend(write(&app, &mut Dice(2), 5).await);
    assert_eq!(queue(&app).await.unwrap(), wishes);
    app.pause().await.unwrap();

    assert_eq!(receipts(&extension).await.unwrap(), 0);
    assert_eq!(queue(&extension).await.unwrap(), wishes);
    app.resume().await.unwrap();
    wishes.extend(write(&app, &mut Dice(3), 5).await);
    assert_eq!(queue(&extension).await.unwrap(), wishes);
}

/// Opens the file on a thread of its own, and writes to it.
fn another(folder: &Path) -> JoinHandle<Vec<Wish>> {
    let folder = folder.to_owned();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let storage = Storage::open(&folder, Blocking::Inline, testing::emergency()).await.unwrap();
            write(&storage, &mut Dice(9), 1).await
        })
    })
}

/// The file, in which `table` is damaged, is mended, and in the middle of that opened by another.
async fn is_opened_while_it_is_mended(table: &str) {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let mut wishes = write(&storage, &mut Dice(4), 30).await;
    drop(storage);
    destroy(&folder.path().join("member.db"), table);
    let begun = Arc::new(Mutex::new(None));
    let (place, kept) = (folder.path().to_owned(), Arc::clone(&begun));
    let mut emergency = testing::emergency();
    let after: AfterSalvage = Box::new(move |_, _| {
        let other = another(&place);
        // It has every chance to come to its end before this does; that it waits is what is asked for.
        for _ in 0..200_000 {
            if other.is_finished() {
                break;
            }
            thread::yield_now();
        }
        *kept.lock().unwrap() = Some(other);
        Ok(())
    });
    emergency.after = Arc::new([after]);
    let mending = open_with(folder.path(), emergency).await.unwrap();
    let _damaged_or_not = receipts(&mending).await;
    let other = begun.lock().unwrap().take().unwrap();
    wishes.extend(other.join().unwrap());
    assert_eq!(queue(&mending).await.unwrap(), wishes);
    drop(mending);
    assert_eq!(queue(&open(folder.path()).await.unwrap()).await.unwrap(), wishes);
}

#[tokio::test]
async fn who_finds_the_same_damage_meanwhile_does_not_mend_it_again() {
    is_opened_while_it_is_mended("account").await;
}

#[tokio::test]
async fn who_does_not_see_the_damage_does_not_get_in_between() {
    is_opened_while_it_is_mended("receipts").await;
}

/// A kill while the new file is filled, where the old one is known by its log alone.
#[tokio::test]
async fn a_half_made_file_is_never_taken_for_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(5), 20).await;
    let (lost, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::copy(folder.path().join("member.db-wal"), lost.path().join("member.db-wal")).unwrap();
    let (from, to) = (lost.path().to_owned(), copy.path().to_owned());
    let mut emergency = testing::emergency();
    let after: AfterSalvage = Box::new(move |_, _| {
        for file in fs::read_dir(&from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
        Ok(())
    });
    emergency.after = Arc::new([after]);
    assert_eq!(queue(&open_with(lost.path(), emergency).await.unwrap()).await.unwrap(), wishes);
    assert_eq!(queue(&open(copy.path()).await.unwrap()).await.unwrap(), wishes);
    let left = fs::read_dir(copy.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(left.filter(|name| name.contains("making") || name.contains("new")).count(), 0);
}

/// A system that suspends an app kills it where it holds a lock.
#[tokio::test]
async fn a_pause_gives_the_lock_back() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let is_free = || Lock::alone(&folder.path().join("member.db.lock")).unwrap().is_some();
    assert!(!is_free());
    storage.pause().await.unwrap();
    assert!(is_free());
    let lock = folder.path().join("member.db.lock");
    assert_eq!(fs::metadata(&lock).unwrap().len(), 0);
    fs::write(lock, "damaged".repeat(1000)).unwrap();
    storage.resume().await.unwrap();
    assert!(!is_free());
}
