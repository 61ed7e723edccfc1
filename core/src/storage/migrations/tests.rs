//! Upgrades: good ones, bad ones, and those of every released schema.

mod fixtures;

use std::{fs, path::Path};

use super::*;

/// A closed file of schema 002, with something of everything in it.
fn released(path: &Path) {
    fs::copy(fixtures::release("002").join("member.db"), path).unwrap();
}

fn with(bad: &'static str) -> Vec<&'static str> {
    MEMBER[..2].iter().copied().chain([bad]).collect()
}

#[test]
fn an_upgrade_that_would_change_what_the_member_has_is_refused_and_the_file_untouched() {
    for bad in [
        "DELETE FROM outbox WHERE entry_id = 17",
        "DELETE FROM ledger",
        "UPDATE receipts SET total_kopecks = total_kopecks + 1 WHERE local_id = 1",
        "UPDATE receipts SET returned_kopecks = 1 WHERE local_id = 2",
        "UPDATE account SET tier = 'zima'",
        "UPDATE outbox SET state = 'waiting', wedged_reason = NULL",
        "UPDATE outbox SET payload = replace(payload, '1', '2')",
        "INSERT INTO ledger VALUES ('m-1', 'made-up', '{}')",
        "DROP TABLE ledger",
        "ALTER TABLE outbox RENAME COLUMN payload TO body",
        "CREATE TABLE half (a) STRICT",
        "CREATE UNIQUE INDEX one ON receipts (member_id)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("member.db");
        released(&path);
        let before = fs::read(&path).unwrap();
        let mut connection = Connection::open(&path).unwrap();
        let refused = upgrade(&mut connection, Kind::Member, &with(bad));
        assert!(matches!(refused, Err(StorageError::UpgradeRefused("member.db"))), "{bad}: {refused:?}");
        drop(connection);
        assert_eq!(fs::read(&path).unwrap(), before, "{bad}");
    }
}

#[test]
fn an_upgrade_that_keeps_everything_is_done_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("member.db");
    released(&path);
    let mut connection = Connection::open(&path).unwrap();
    let good = with("CREATE TABLE more (a INTEGER) STRICT; ALTER TABLE receipts ADD COLUMN note TEXT");
    for _ in 0..2 {
        upgrade(&mut connection, Kind::Member, &good).unwrap();
        assert_eq!(version(&connection).unwrap(), 3);
    }
}

#[test]
fn an_upgrade_of_several_steps_is_done_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("member.db");
    released(&path);
    let steps = [MEMBER[0], MEMBER[1], "CREATE TABLE more (a INTEGER) STRICT", "DELETE FROM receipts"];
    let mut connection = Connection::open(&path).unwrap();
    upgrade(&mut connection, Kind::Member, &steps).unwrap_err();
    assert_eq!(version(&connection).unwrap(), 2);
    assert!(!connection.table_exists(None, "more").unwrap());
}
