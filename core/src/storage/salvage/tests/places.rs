//! What becomes of the files, whenever damage is noticed and whenever the program is killed.

use std::{fs, path::Path};

use rusqlite::Connection;

use crate::storage::{
    AfterSalvage, Storage, StorageError,
    testing::{Dice, Wish, emergency, open, open_with, reporting},
};

const SET_ASIDE: &str = "member.db.damaged-20260314T120000";
const PAGE: usize = 4096;

pub async fn write(storage: &Storage, dice: &mut Dice, wishes: usize) -> Vec<Wish> {
    let wishes: Vec<_> = (0..wishes).map(|_| Wish::new(dice, 300)).collect();
    let written = wishes.clone();
    storage
        .member
        .write(move |tx| {
            written.iter().try_for_each(|wish| wish.write(tx, true))?;
            tx.execute("INSERT OR IGNORE INTO account VALUES ('m1', '2026-01-01', 'vesna', 5, 1, 0)", [])?;
            Ok::<_, StorageError>(())
        })
        .await
        .unwrap();
    wishes
}

pub async fn queue(storage: &Storage) -> Result<Vec<Wish>, StorageError> {
    storage.member.read(Wish::read_all).await
}

/// Overwrites the root page of `table` in the closed file.
pub fn destroy(path: &Path, table: &str) {
    let file = Connection::open(path).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page = file.query_row(sql, [table], |row| row.get::<_, u32>(0)).unwrap() as usize;
    drop(file);
    let mut bytes = fs::read(path).unwrap();
    bytes[(page - 1) * PAGE..page * PAGE].fill(0xff);
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_file_whose_first_page_is_gone_is_set_aside_and_its_queue_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("member.db");
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(1), 30).await;
    storage
        .member
        .write(|tx| {
            Ok::<_, StorageError>(tx.execute_batch(
                "UPDATE outbox SET state = 'wedged', wedged_reason = 'odd', attempts = 300, not_before = 7 WHERE entry_id = 2;
                 UPDATE outbox SET tried_at = 8, asked = 1 WHERE entry_id = 3;
                 DELETE FROM outbox WHERE entry_id = 1",
            )?)
        })
        .await
        .unwrap();
    storage.pause().await.unwrap();
    let rows = |path: &Path| -> Vec<String> {
        let file = Connection::open(path).unwrap();
        let mut statement = file.prepare("SELECT * FROM outbox ORDER BY entry_id").unwrap();
        let rows = statement
            .query_map([], |row| Ok((0..15).map(|column| format!("{:?} ", row.get_ref(column).unwrap())).collect()));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    };
    let before = rows(&path);
    let mut bytes = fs::read(&path).unwrap();
    bytes[..PAGE].fill(0);
    fs::write(&path, &bytes).unwrap();

    let (emergency, reports) = reporting();
    let storage = open_with(folder.path(), emergency).await.unwrap();
    assert_eq!(queue(&storage).await.unwrap(), wishes[1..]);
    let member: Result<String, StorageError> = storage
        .member
        .read(|tx| Ok(tx.query_row("SELECT member_id FROM account WHERE active = 1", [], |row| row.get(0))?))
        .await;
    assert_eq!(member.unwrap(), "m1");
    storage.pause().await.unwrap();
    assert_eq!(rows(&path), before, "every column is kept");
    assert_eq!(fs::read(folder.path().join(SET_ASIDE)).unwrap(), bytes, "and the damaged file, as it was");
    let reports = reports.lock().unwrap();
    assert_eq!((reports.len(), reports[0].intents_saved, &*reports[0].set_aside), (1, 29, SET_ASIDE));
}

#[tokio::test]
async fn damage_met_in_the_middle_of_work_is_mended_before_the_next_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("member.db");
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(2), 30).await;
    storage.pause().await.unwrap();
    destroy(&path, "receipts");
    storage.resume().await.unwrap();
    let receipts = |storage: Storage| async move {
        let sql = "SELECT count(*) FROM receipts NOT INDEXED WHERE state = 'captured'";
        let count: Result<i64, StorageError> =
            storage.member.read(|tx| Ok(tx.query_row(sql, [], |row| row.get(0))?)).await;
        count
    };
    assert!(matches!(receipts(storage.clone()).await, Err(StorageError::Damaged(_))));
    assert_eq!(receipts(storage.clone()).await.unwrap(), 0);
    assert_eq!(queue(&storage).await.unwrap(), wishes);

    storage.pause().await.unwrap();
    destroy(&path, "rules");
    storage.resume().await.unwrap();
    let insert = |storage: Storage| async move {
        let sql = "INSERT INTO rules VALUES (1, '2026-01-01', '{}')";
        storage.member.write(|tx| Ok::<_, StorageError>(tx.execute(sql, [])?)).await
    };
    assert!(matches!(insert(storage.clone()).await, Err(StorageError::Damaged(_))));
    insert(storage.clone()).await.unwrap();
    assert_eq!(queue(&storage).await.unwrap(), wishes);
    assert!(folder.path().join(format!("{SET_ASIDE}-2")).exists(), "a name that is taken is not taken again");
}

#[tokio::test]
async fn a_text_that_is_none_does_not_stop_the_queue_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(3), 5).await;
    storage
        .member
        .write(|tx| {
            let sql = "UPDATE outbox SET subject = CAST(x'ff41' AS TEXT) WHERE entry_id = 3";
            Ok::<_, StorageError>(tx.execute(sql, [])?)
        })
        .await
        .unwrap();
    assert!(matches!(queue(&storage).await, Err(StorageError::Damaged(_))));
    let left: Vec<_> = wishes.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, wish)| wish.clone()).collect();
    assert_eq!(queue(&storage).await.unwrap(), left);
}

/// The files as a kill leaves them.
fn killed(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["member.db", "member.db-wal"] {
        fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

#[tokio::test]
async fn commits_behind_a_damaged_frame_of_the_log_are_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let mut dice = Dice(4);
    let mut wishes = Vec::new();
    for _ in 0..20 {
        wishes.extend(write(&storage, &mut dice, 1).await);
    }
    let copy = killed(folder.path());
    let log = copy.path().join("member.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    let frames = (bytes.len() - 32) / (24 + PAGE);
    bytes[32 + frames / 2 * (24 + PAGE) + 100] ^= 1;
    fs::write(&log, &bytes).unwrap();
    let storage = open(copy.path()).await.unwrap();
    assert_eq!(queue(&storage).await.unwrap(), wishes);
    assert_eq!(fs::read(copy.path().join(format!("{SET_ASIDE}-wal"))).unwrap(), bytes);
}

#[tokio::test]
async fn a_torn_last_transaction_is_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let mut dice = Dice(5);
    let wishes = write(&storage, &mut dice, 20).await;
    let whole = fs::metadata(folder.path().join("member.db-wal")).unwrap().len();
    write(&storage, &mut dice, 30).await;
    for cut in [1, 24, 25, 4000, 4120, 4121] {
        let copy = killed(folder.path());
        let log = copy.path().join("member.db-wal");
        fs::OpenOptions::new().write(true).open(&log).unwrap().set_len(whole + cut).unwrap();
        assert_eq!(queue(&open(copy.path()).await.unwrap()).await.unwrap(), wishes, "{cut}");
        assert!(!copy.path().join(SET_ASIDE).exists(), "{cut}");
    }
}

#[tokio::test]
async fn a_lost_file_is_saved_from_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(6), 20).await;
    for empty in [true, false] {
        let copy = killed(folder.path());
        let path = copy.path().join("member.db");
        if empty {
            fs::write(path, []).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        assert_eq!(queue(&open(copy.path()).await.unwrap()).await.unwrap(), wishes);
    }
}

/// A replacement is a new file beside the old one, then two renamings, then a third. Kills between them.
#[tokio::test]
async fn a_kill_in_the_middle_of_a_replacement_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(7), 20).await;
    let made = {
        let copy = killed(folder.path());
        let mut bytes = fs::read(copy.path().join("member.db")).unwrap();
        bytes[..100].fill(0);
        fs::write(copy.path().join("member.db"), bytes).unwrap();
        let storage = open(copy.path()).await.unwrap();
        storage.pause().await.unwrap();
        fs::read(copy.path().join("member.db")).unwrap()
    };
    for renamings in 0..3 {
        let copy = killed(folder.path());
        let at = |name: &str| copy.path().join(name);
        let mut bytes = fs::read(at("member.db")).unwrap();
        bytes[..100].fill(0);
        fs::write(at("member.db"), bytes).unwrap();
        // Half made as long as the old file is in its place.
        let new = if renamings == 0 { &made[..made.len() / 2] } else { &made[..] };
        fs::write(at("member.db.new"), new).unwrap();
        if renamings > 0 {
            fs::rename(at("member.db"), at(SET_ASIDE)).unwrap();
        }
        if renamings > 1 {
            fs::rename(at("member.db-wal"), at(&format!("{SET_ASIDE}-wal"))).unwrap();
        }
        assert_eq!(queue(&open(copy.path()).await.unwrap()).await.unwrap(), wishes, "{renamings}");
        assert!(!at("member.db.new").exists(), "{renamings}");
    }
}

#[tokio::test]
async fn what_follows_a_salvage_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(8), 5).await;
    storage.pause().await.unwrap();
    let path = folder.path().join("member.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[..16].fill(0);
    fs::write(&path, bytes).unwrap();
    let mut emergency = emergency();
    let sql = "INSERT INTO rules VALUES (1, '2026-01-01', '{}')";
    let steps: [AfterSalvage; 2] = [
        Box::new(|tx, _| {
            tx.execute("DELETE FROM outbox", [])?;
            Err(StorageError::Unreadable("row"))
        }),
        Box::new(move |tx, _| Ok(tx.execute(sql, []).map(drop)?)),
    ];
    emergency.after = std::sync::Arc::new(steps);
    let storage = open_with(folder.path(), emergency).await.unwrap();
    assert_eq!(queue(&storage).await.unwrap(), wishes);
    let rules: Result<i64, StorageError> =
        storage.member.read(|tx| Ok(tx.query_row("SELECT count(*) FROM rules", [], |row| row.get(0))?)).await;
    assert_eq!(rules.unwrap(), 1);
}

/// A set-aside file holds what was deleted no longer than the file itself does: not at all.
#[tokio::test]
async fn sent_entries_do_not_come_back_from_freed_pages() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let wishes = write(&storage, &mut Dice(9), 200).await;
    storage
        .member
        .write(|tx| Ok::<_, StorageError>(tx.execute("DELETE FROM outbox WHERE entry_id <= 190", [])?))
        .await
        .unwrap();
    storage.pause().await.unwrap();
    let path = folder.path().join("member.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[..PAGE].fill(0);
    fs::write(&path, bytes).unwrap();
    assert_eq!(queue(&open(folder.path()).await.unwrap()).await.unwrap(), wishes[190..]);
}
