//! What the files say of themselves.

use std::{io, path::Path, time::Duration};

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::QueueGroup;
use crate::{log::Code, storage::StorageError, time::from_millis};

/// The number of the file's schema.
pub fn schema(tx: &Transaction<'_>) -> Result<u32, StorageError> {
    Ok(tx.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// The queue, whoever its entries belong to. Its texts are read as codes: a damaged row says nothing.
pub fn queue(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<Vec<QueueGroup>, StorageError> {
    let mut statement = tx.prepare(
        "SELECT kind, CASE state WHEN 'wedged' THEN coalesce(wedged_reason, '') END AS reason, count(*), min(created_at)
         FROM outbox GROUP BY kind, reason ORDER BY kind, reason",
    )?;
    let groups = statement.query_map([], |row| {
        let (kind, reason): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        Ok(QueueGroup {
            kind: Code::of(&kind),
            wedged_reason: reason.as_deref().map(Code::of),
            count: row.get(2)?,
            oldest_age: age(row.get(3)?, now),
        })
    })?;
    Ok(groups.collect::<Result<_, _>>()?)
}

/// How large the file at `path` is, with its write-ahead log.
pub fn bytes(path: &Path) -> Option<u64> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = match std::fs::metadata(log) {
        Ok(log) => log.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(_) => return None,
    };
    Some(std::fs::metadata(path).ok()?.len() + log)
}

/// A clock that was set back makes nothing younger than now.
fn age(created_at: i64, now: DateTime<Utc>) -> Duration {
    (now - from_millis(created_at)).to_std().unwrap_or_default()
}
