//! Kills.

use std::{fs, path::PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::{FULL, Phone, chance, commit, committed, open};

fn log(phone: &Phone) -> PathBuf {
    phone.folder.path().join("member.db-wal")
}

fn phone_with_two_commits() -> (Phone, Connection) {
    let phone = Phone::new();
    let mut connection = open(&phone.database(), FULL).unwrap();
    commit(&mut connection, 1, &mut chance(1)).unwrap();
    commit(&mut connection, 2, &mut chance(2)).unwrap();
    (phone, connection)
}

#[test]
fn a_dead_connection_can_do_nothing_any_more() {
    let (phone, mut dead) = phone_with_two_commits();
    let uncommitted = open(&phone.database(), FULL).unwrap();
    uncommitted.execute_batch("BEGIN IMMEDIATE; DELETE FROM part").unwrap();
    phone.disk.kill().unwrap();

    let before = [fs::read(phone.database()).unwrap(), fs::read(log(&phone)).unwrap()];
    let error = commit(&mut dead, 3, &mut chance(3)).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::SystemIoFailure));
    dead.query_row("SELECT count(*) FROM part", [], |_| Ok(())).unwrap_err();
    drop((dead, uncommitted));
    assert_eq!(before, [fs::read(phone.database()).unwrap(), fs::read(log(&phone)).unwrap()]);
    assert_eq!(committed(&phone.database(), FULL), Ok(2));
}

#[test]
fn the_next_process_works_beside_dead_connections() {
    let (phone, dead) = phone_with_two_commits();
    dead.execute_batch("BEGIN IMMEDIATE; DELETE FROM part").unwrap();
    phone.disk.kill().unwrap();

    let mut alive = open(&phone.database(), FULL).unwrap();
    commit(&mut alive, 3, &mut chance(3)).unwrap();
    drop(dead);
    let reader = Connection::open(phone.database()).unwrap();
    assert_eq!(reader.query_row("SELECT count(*) FROM total", [], |row| row.get(0)), Ok(3));
    commit(&mut alive, 4, &mut chance(4)).unwrap();
    assert_eq!(reader.query_row("SELECT count(*) FROM total", [], |row| row.get(0)), Ok(4));
    drop((alive, reader));
    assert!(!log(&phone).exists(), "the last connection takes the log away");
    assert_eq!(committed(&phone.database(), FULL), Ok(4));
}

#[test]
fn a_process_can_die_at_each_of_its_steps() {
    let mut found = Vec::new();
    for n in 1.. {
        let (phone, mut connection) = phone_with_two_commits();
        phone.disk.kill_after(n);
        let committed_before_death = commit(&mut connection, 3, &mut chance(3)).is_ok();
        drop(connection);
        let finished = !phone.disk.is_dead();
        assert!(!finished || committed_before_death);
        let left = committed_after_death(&phone);
        assert!(left == 3 || !committed_before_death);
        found.push(left);
        if finished {
            break;
        }
    }
    assert!(found.is_sorted() && found.first() == Some(&2) && found.last() == Some(&3), "{found:?}");
}

fn committed_after_death(phone: &Phone) -> u32 {
    assert!(!phone.disk.is_dead() || Connection::open(phone.database()).is_err(), "the dead open nothing");
    phone.disk.kill().unwrap();
    committed(&phone.database(), FULL).unwrap()
}

#[test]
fn what_is_done_without_sqlite_after_the_fuse_is_undone() {
    let (phone, mut connection) = phone_with_two_commits();
    phone.disk.kill_after(1);
    commit(&mut connection, 3, &mut chance(3)).unwrap_err();
    drop(connection);
    fs::rename(phone.database(), phone.folder.path().join("member.db.damaged")).unwrap();
    fs::remove_file(log(&phone)).unwrap();
    phone.disk.kill().unwrap();
    assert!(!phone.folder.path().join("member.db.damaged").exists());
    assert_eq!(committed(&phone.database(), FULL), Ok(2));
}
