//! Puts a damaged file aside and a new one in its place. A kill at any moment leaves either the old file where it
//! was or a whole new one beside the gap, which [`finish_interrupted`] closes. Nobody may have the file open meanwhile.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, Transaction, config::DbConfig, params, params_from_iter, types::Value};

use super::{Emergency, SalvageReport, Saved, rescue};
use crate::storage::{StorageError, migrations::Kind};

const FILE: &str = "member.db";
/// Where the new file is made.
const MAKING: &str = ".making";
/// Where it stands once it is whole.
const NEW: &str = ".new";
/// Tables whose rows are not taken over by SQL: the first two are saved with more care, and a cursor would vouch for
/// rows that may be lost.
const NOT_COPIED: [&str; 3] = ["outbox", "account", "cursors"];

/// What stands between the name of a file and the time at which it was set aside.
const SET_ASIDE: &str = ".damaged-";

/// `path` with `suffix` behind its name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether the file is gone or empty and what it held is not: SQLite would throw its log away, and make an empty one.
pub fn is_lost(path: &Path) -> Result<bool, StorageError> {
    let length = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    Ok(length(path) == 0 && (length(&beside(path, "-wal")) > 0 || exists(&beside(path, NEW))?))
}

/// Whether there is anything of a replacement that was not brought to its end.
pub fn is_interrupted(path: &Path) -> Result<bool, StorageError> {
    Ok(exists(&beside(path, MAKING))? || exists(&beside(path, NEW))?)
}

/// Brings a replacement to its end in whose middle the program was killed.
pub fn finish_interrupted(path: &Path, emergency: &Emergency) -> Result<(), StorageError> {
    clear(&beside(path, MAKING))?;
    let new = beside(path, NEW);
    if !exists(&new)? {
        return Ok(());
    }
    if exists(path)? {
        // The old file was still to be put aside, and may have been written to since.
        return clear(&new);
    }
    let name = free_name(path, emergency)?;
    move_log(path, &name)?;
    put_in_place(path, &new)
}

/// Saves what can be saved of the file at `path` into a new one, and puts the old one aside.
pub fn replace(path: &Path, emergency: &Emergency) -> Result<(), StorageError> {
    let (main, wal) = (read(path)?, read(&beside(path, "-wal"))?);
    let saved = rescue(&main, &wal);
    let set_aside = free_name(path, emergency)?;
    let report = SalvageReport {
        set_aside: set_aside.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        intents_saved: u32::try_from(saved.entries.len()).unwrap_or(u32::MAX),
        at: emergency.clock.now(),
    };
    let (making, new) = (beside(path, MAKING), beside(path, NEW));
    make(&making, path, &saved, &report, emergency)?;
    fs::rename(making, &new).map_err(|error| explain(&error))?;
    // The file goes before its log: without the file, its log is known to belong to what was put aside.
    if exists(path)? {
        fs::rename(path, &set_aside).map_err(|error| explain(&error))?;
    }
    move_log(path, &set_aside)?;
    put_in_place(path, &new)
}

fn make(
    new: &Path,
    old: &Path,
    saved: &Saved,
    report: &SalvageReport,
    emergency: &Emergency,
) -> Result<(), StorageError> {
    clear(new)?;
    let mut connection = Connection::open(new)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    Kind::Member.upgrade(&mut connection)?;
    let tx = connection.transaction()?;
    write(&tx, saved)?;
    copy_others(&tx, old)?;
    for step in emergency.after.iter() {
        tx.execute_batch("SAVEPOINT after")?;
        let back = match step(&tx, report) {
            Ok(()) => "",
            Err(_) => "ROLLBACK TO after;",
        };
        tx.execute_batch(&format!("{back} RELEASE after"))?;
    }
    tx.commit()?;
    Ok(())
}

fn write(tx: &Transaction<'_>, saved: &Saved) -> Result<(), StorageError> {
    let mut insert = tx.prepare(
        "INSERT OR IGNORE INTO outbox (entry_id, idempotency_key, member_id, kind, subject, payload_version, payload,
         state, wedged_reason, attempts, not_before, created_at, tried_at, asked, checksum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    for entry in &saved.entries {
        let mut insert = |entry_id: Option<i64>| {
            insert.execute(params![
                entry_id,
                entry.idempotency_key,
                entry.member_id,
                entry.kind,
                entry.subject,
                entry.payload_version,
                entry.payload,
                entry.state,
                entry.wedged_reason,
                entry.attempts,
                entry.not_before,
                entry.created_at,
                entry.tried_at,
                entry.asked,
                entry.checksum,
            ])
        };
        // An entry that came back may find its number given to another since.
        if insert(Some(entry.entry_id))? == 0 {
            insert(None)?;
        }
    }
    for member in &saved.members {
        tx.execute(
            "INSERT INTO account (member_id, joined, tier, tier_since, active, deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (&member.member_id, &member.joined, &member.tier, member.tier_since, member.active, member.deleted),
        )?;
    }
    Ok(())
}

/// Takes over what SQL can still read of the other tables: all of it can be fetched again, so what cannot be read
/// is left.
fn copy_others(tx: &Transaction<'_>, old: &Path) -> Result<(), StorageError> {
    let Ok(source) = Connection::open_with_flags(old, OpenFlags::SQLITE_OPEN_READ_ONLY) else {
        return Ok(());
    };
    // What is put aside must stay as it was found.
    if source.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).is_err() {
        return Ok(());
    }
    for table in names(tx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")? {
        if !NOT_COPIED.contains(&&*table) {
            let known = names(tx, &format!("SELECT name FROM pragma_table_info('{table}')"))?;
            let there = names(&source, &format!("SELECT name FROM pragma_table_info('{table}')")).unwrap_or_default();
            let columns: Vec<_> = known.into_iter().filter(|column| there.contains(column)).collect();
            if !columns.is_empty() {
                copy(tx, &source, &table, &columns)?;
            }
        }
    }
    Ok(())
}

fn copy(tx: &Transaction<'_>, source: &Connection, table: &str, columns: &[String]) -> Result<(), StorageError> {
    let list = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = tx.prepare(&format!("INSERT OR IGNORE INTO {table} ({list}) VALUES ({places})"))?;
    let Ok(mut select) = source.prepare(&format!("SELECT {list} FROM {table}")) else {
        return Ok(());
    };
    let Ok(mut rows) = select.query([]) else { return Ok(()) };
    while let Ok(Some(row)) = rows.next() {
        let values: Result<Vec<Value>, _> = (0..columns.len()).map(|index| row.get(index)).collect();
        if let Ok(values) = values {
            // A value of another kind than the column's: the row is damaged, and left.
            if let Err(error @ (StorageError::Full | StorageError::ReadOnly(_))) =
                insert.execute(params_from_iter(values)).map_err(StorageError::from)
            {
                return Err(error);
            }
        }
    }
    Ok(())
}

fn names(connection: &Connection, sql: &str) -> Result<Vec<String>, rusqlite::Error> {
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Removes every file that was set aside.
pub fn remove_set_aside(path: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    let set_aside = format!("{}{SET_ASIDE}", name.to_string_lossy());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&set_aside) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// A name that nobody has: with the time, and with a number where that is taken.
fn free_name(path: &Path, emergency: &Emergency) -> Result<PathBuf, StorageError> {
    let stamp = format!("{SET_ASIDE}{}", emergency.clock.now().format("%Y%m%dT%H%M%S"));
    let mut name = beside(path, &stamp);
    let mut number = 1;
    while exists(&name)? || exists(&beside(&name, "-wal"))? {
        number += 1;
        name = beside(path, &format!("{stamp}-{number}"));
    }
    Ok(name)
}

fn move_log(path: &Path, set_aside: &Path) -> Result<(), StorageError> {
    let log = beside(path, "-wal");
    if exists(&log)? {
        fs::rename(log, beside(set_aside, "-wal")).map_err(|error| explain(&error))?;
    }
    Ok(())
}

fn put_in_place(path: &Path, new: &Path) -> Result<(), StorageError> {
    // An index of the old log must not be taken for one of the new file's.
    remove(&beside(path, "-shm")).map_err(|error| explain(&error))?;
    fs::rename(new, path).map_err(|error| explain(&error))?;
    if let Some(folder) = path.parent() {
        // Where folders cannot be synchronised, the system does what it can.
        let _synchronised = fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

fn exists(path: &Path) -> Result<bool, StorageError> {
    path.try_exists().map_err(|error| explain(&error))
}

fn read(path: &Path) -> Result<Vec<u8>, StorageError> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|error| explain(&error)),
    }
}

/// Removes a new file that is not wanted.
fn clear(new: &Path) -> Result<(), StorageError> {
    remove(&beside(new, "-journal")).and_then(|()| remove(new)).map_err(|error| explain(&error))
}

/// Removes a file; nothing there is no error.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn explain(error: &io::Error) -> StorageError {
    StorageError::from_io(error, FILE)
}
