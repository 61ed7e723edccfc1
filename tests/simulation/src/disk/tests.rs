//! The disk below real databases.

mod kill;
mod neighbours;
mod power;
mod rules;
mod space;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tempfile::TempDir;

use super::{Chance, Disk};

/// A disk with the folder it has, in memory where the system has such a place.
struct Phone {
    disk: Disk,
    folder: TempDir,
}

impl Phone {
    fn new() -> Self {
        let folder = temporary();
        Self { disk: Disk::mount(folder.path()).unwrap(), folder }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("member.db")
    }
}

fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

/// Numbers that follow from a seed (SplitMix64).
fn chance(seed: u64) -> impl FnMut(u32) -> u32 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(below)).unwrap()
    }
}

/// How a database is opened.
type Settings = &'static str;

/// As the core opens what must never be lost.
const FULL: Settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
/// As the core opens the cache.
const NORMAL: Settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";

fn open(path: &Path, settings: Settings) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(settings)?;
    // So small a cache makes SQLite write pages before they are committed.
    connection.execute_batch(
        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = 12;
         CREATE TABLE IF NOT EXISTS total (number INTEGER PRIMARY KEY, parts INTEGER, bytes INTEGER) STRICT;
         CREATE TABLE IF NOT EXISTS part (number INTEGER, part INTEGER, body BLOB, PRIMARY KEY (number, part)) STRICT;",
    )?;
    Ok(connection)
}

fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Transaction `number`: some rows, and sometimes those of an earlier one go.
fn fill(transaction: &Transaction<'_>, number: u32, chance: &mut Chance<'_>) -> rusqlite::Result<()> {
    let parts = 1 + chance(6);
    let mut bytes = 0;
    for part in 0..parts {
        let length = chance(6000);
        let body = vec![number.to_le_bytes()[0]; usize::try_from(length).unwrap()];
        bytes += length;
        transaction.prepare_cached("INSERT INTO part VALUES (?1, ?2, ?3)")?.execute((number, part, body))?;
    }
    transaction.prepare_cached("INSERT INTO total VALUES (?1, ?2, ?3)")?.execute((number, parts, bytes))?;
    if chance(3) == 0 {
        let earlier = chance(number);
        transaction.execute("DELETE FROM part WHERE number = ?1", [earlier])?;
        transaction.execute("UPDATE total SET parts = 0, bytes = 0 WHERE number = ?1", [earlier])?;
    }
    Ok(())
}

fn commit(connection: &mut Connection, number: u32, chance: &mut Chance<'_>) -> rusqlite::Result<()> {
    let transaction = begin(connection)?;
    fill(&transaction, number, chance)?;
    transaction.commit()
}

/// How many transactions the database has, if it is sound, has each as a whole, and none without those before it.
fn committed(path: &Path, settings: Settings) -> Result<u32, String> {
    let look = || -> rusqlite::Result<(String, u32, u32, u32)> {
        let connection = open(path, settings)?;
        let sound = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        let sql = "SELECT count(*), ifnull(max(number), 0), (SELECT count(*) FROM total WHERE (parts, bytes) IS NOT
             (SELECT count(*), ifnull(sum(length(body)), 0) FROM part WHERE part.number = total.number)) FROM total";
        connection.query_row(sql, [], |row| Ok((sound, row.get(0)?, row.get(1)?, row.get(2)?)))
    };
    match look() {
        Ok((sound, count, last, 0)) if sound == "ok" && count == last => Ok(count),
        found => Err(format!("{found:?}")),
    }
}

/// What an app does in a while: transactions, of which some are given up, and checkpoints, until it dies or has done
/// enough. Counts in `acknowledged` what was committed.
fn work(
    path: &Path,
    settings: Settings,
    acknowledged: &mut u32,
    chance: &mut Chance<'_>,
) -> rusqlite::Result<Connection> {
    let mut writer = open(path, settings)?;
    writer.pragma_update(None, "wal_autocheckpoint", 5 + chance(60))?;
    writer.pragma_update(None, "mmap_size", 1_000_000 * chance(2))?;
    let reader = Connection::open(path)?;
    for _ in 0..chance(10) {
        match chance(8) {
            0 => {
                let transaction = begin(&mut writer)?;
                fill(&transaction, *acknowledged + 1, chance)?;
                transaction.rollback()?;
            }
            1 => {
                let kind = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"][usize::try_from(chance(4)).unwrap()];
                writer.query_row(&format!("PRAGMA wal_checkpoint({kind})"), [], |_| Ok(()))?;
            }
            2 => {
                let _: u32 = reader.query_row("SELECT count(*) FROM total", [], |row| row.get(0))?;
            }
            _ => {
                commit(&mut writer, *acknowledged + 1, chance)?;
                *acknowledged += 1;
            }
        }
    }
    if chance(4) == 0 {
        writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM part; DELETE FROM total")?;
    }
    Ok(writer)
}
