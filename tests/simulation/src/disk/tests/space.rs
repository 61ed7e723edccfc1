//! A full disk, and the counters.

use std::fs;

use rusqlite::ErrorCode;

use super::{FULL, Phone, chance, commit, committed, open};
use crate::disk::Space;

#[test]
fn a_full_disk_refuses_and_nothing_is_lost() {
    let phone = Phone::new();
    let mut connection = open(&phone.database(), FULL).unwrap();
    commit(&mut connection, 1, &mut chance(1)).unwrap();
    for space in [Space::NoGrowth, Space::Exhausted] {
        phone.disk.space(space);
        let error = commit(&mut connection, 2, &mut chance(2)).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
        assert_eq!(connection.query_row("SELECT count(*) FROM total", [], |row| row.get(0)), Ok(1));
    }
    phone.disk.space(Space::Plenty);
    commit(&mut connection, 2, &mut chance(2)).unwrap();
    drop(connection);
    assert_eq!(committed(&phone.database(), FULL), Ok(2));
}

#[test]
fn without_growth_what_is_there_can_be_overwritten() {
    let phone = Phone::new();
    let connection = open(&phone.database(), FULL).unwrap();
    connection.execute_batch("INSERT INTO total VALUES (1, 0, 0); PRAGMA wal_checkpoint(RESTART)").unwrap();
    let overwrite = || connection.execute_batch("UPDATE total SET bytes = bytes + 1; PRAGMA wal_checkpoint(RESTART)");
    phone.disk.space(Space::NoGrowth);
    overwrite().unwrap();
    phone.disk.space(Space::Exhausted);
    assert_eq!(overwrite().unwrap_err().sqlite_error_code(), Some(ErrorCode::DiskFull));
}

#[test]
fn a_checkpoint_on_a_full_disk_does_not_lengthen_the_file() {
    let phone = Phone::new();
    let mut connection = open(&phone.database(), FULL).unwrap();
    connection.pragma_update(None, "mmap_size", 1_000_000).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    commit(&mut connection, 1, &mut chance(1)).unwrap();
    let length = || fs::metadata(phone.database()).unwrap().len();
    let before = length();
    phone.disk.space(Space::NoGrowth);
    let error = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap_err();
    assert_eq!((error.sqlite_error_code(), length()), (Some(ErrorCode::DiskFull), before));
    phone.disk.space(Space::Plenty);
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    assert!(length() > before);
}

#[test]
fn a_database_cannot_be_opened_for_writing_on_a_full_disk() {
    let phone = Phone::new();
    drop(open(&phone.database(), FULL).unwrap());
    phone.disk.space(Space::NoGrowth);
    open(&phone.database(), FULL).unwrap_err();
    phone.disk.space(Space::Plenty);
    assert_eq!(committed(&phone.database(), FULL), Ok(0));
}

#[test]
fn what_is_written_is_counted() {
    let phone = Phone::new();
    let connection = open(&phone.database(), FULL).unwrap();
    let before = phone.disk.counters();
    connection.execute_batch("INSERT INTO total VALUES (1, 0, 0)").unwrap();
    let after = phone.disk.counters();
    assert_eq!(after.syncs - before.syncs, 1);
    // One page, and the header of its frame.
    assert_eq!((after.writes - before.writes, after.bytes - before.bytes), (2, 4096 + 24));
}
