//! The same seed leaves the same bytes. Alone in its process: SQLite shares its cache of pages between all connections
//! of one, so that others decide when a page is read again, and with it of a counter in the file.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use rusqlite::Connection;
use tempfile::TempDir;
use vremena_simulation::disk::Disk;

const HEADER: usize = 32;
const FRAME: usize = 24 + 4096;

#[test]
fn the_same_seed_leaves_the_same_bytes() {
    let first: Vec<_> = (0..100).map(leave).collect();
    let second: Vec<_> = (0..100).map(leave).collect();
    assert!(first == second);
    assert!(first.windows(2).any(|pair| pair[0] != pair[1]));
}

/// The database and its log after a process died while it worked, and the power went.
fn leave(seed: u32) -> (Vec<u8>, Vec<u8>) {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() };
    let disk = Disk::mount(folder.path()).unwrap();
    let file = folder.path().join("member.db");
    let connection = Connection::open(&file).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;
             CREATE TABLE a (b BLOB); INSERT INTO a VALUES (zeroblob(30000)); PRAGMA wal_checkpoint",
        )
        .unwrap();
    disk.kill_after(u64::from(10 + seed / 2));
    let mut lives = true;
    while lives {
        lives = connection.execute_batch("INSERT INTO a SELECT zeroblob(3000 + length(b) / 2) FROM a").is_ok();
    }
    drop(connection);
    let mut state = seed;
    let chance = &mut |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    disk.power_loss(chance).unwrap();
    (fs::read(&file).unwrap(), without_salt(fs::read(folder.path().join("member.db-wal")).unwrap()))
}

/// SQLite takes the salt of a log from one generator for the whole process, and its checksums follow from it.
fn without_salt(mut log: Vec<u8>) -> Vec<u8> {
    for (index, byte) in log.iter_mut().enumerate() {
        let random = if index < HEADER { 16 <= index } else { (8..24).contains(&((index - HEADER) % FRAME)) };
        if random {
            *byte = 0;
        }
    }
    log
}
