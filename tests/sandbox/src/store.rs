use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::content;
use crate::problem::Problem;
use crate::programme;

/// The database: one connection, short transactions, one at a time.
#[derive(Debug)]
pub(crate) struct Store(Mutex<Connection>);

impl Store {
    pub(crate) fn open(path: &Path, now: i64) -> rusqlite::Result<Self> {
        let mut connection = configured(Connection::open(path)?)?;
        connection.execute_batch(include_str!("schema.sql"))?;
        connection.execute(
            "INSERT INTO rules (document) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM rules)",
            [include_str!("rules.json")],
        )?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        content::publish(&transaction, now)?;
        transaction.commit()?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Another one, in memory, with all this one holds.
    pub(crate) fn copy(&self) -> rusqlite::Result<Self> {
        Ok(Self(Mutex::new(configured(self.copied()?)?)))
    }

    /// Runs the work in one transaction. A problem rolls back all of it.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        write_to(&mut self.lock(), work)
    }

    /// A copy of all it holds.
    pub(crate) fn snapshot(&self) -> rusqlite::Result<Snapshot> {
        Ok(Snapshot(Mutex::new(self.copied()?)))
    }

    fn copied(&self) -> rusqlite::Result<Connection> {
        let mut copy = Connection::open_in_memory()?;
        copy_all(&self.lock(), &mut copy)?;
        Ok(copy)
    }

    /// Puts a copy in the place of all it holds, in an epoch of its own.
    pub(crate) fn restore(&self, snapshot: &Snapshot, now: i64) -> Result<i64, Problem> {
        let mut connection = self.lock();
        let known = write_to(&mut connection, |tx| Ok(epoch(tx)?))?;
        copy_all(&snapshot.0.lock().unwrap_or_else(PoisonError::into_inner), &mut connection)?;
        write_to(&mut connection, |tx| Ok(begin_epoch(tx, known, now)?))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic in between has already rolled its transaction back.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn configured(connection: Connection) -> rusqlite::Result<Connection> {
    // Only somebody inspecting the file can be in the way, and a request should not hang on it.
    connection.busy_timeout(Duration::from_millis(250))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Or SQLite compiles a statement anew whenever its `LIMIT` is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    programme::prepare(&connection)?;
    Ok(connection)
}

/// The database as it was at an instant: an operator's backup.
#[derive(Debug)]
pub struct Snapshot(Mutex<Connection>);

fn write_to<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

fn copy_all(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)),
    }
}

/// The next number of a series that starts at 1 and never repeats.
pub(crate) fn next_number(tx: &Transaction<'_>, series: &str) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO counter (name, value) VALUES (?1, 1)
         ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
    )?
    .query_row([series], |row| row.get(0))
}

/// The last number a series has given, 0 before the first.
pub(crate) fn last_number(tx: &Transaction<'_>, series: &str) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT coalesce(max(value), 0) FROM counter WHERE name = ?1")?
        .query_row([series], |row| row.get(0))
}

const EPOCH: &str = "epoch";

/// What the feeds' cursors are sealed with.
pub(crate) fn epoch(tx: &Transaction<'_>) -> rusqlite::Result<i64> {
    last_number(tx, EPOCH)
}

/// Begins an epoch after the present one and after `known`; by the gallery's clock also after those that
/// a file put back by hand has forgotten. Gives its number.
pub(crate) fn begin_epoch(tx: &Transaction<'_>, known: i64, now: i64) -> rusqlite::Result<i64> {
    let next = epoch(tx)?.max(known).saturating_add(1).max(now);
    tx.execute(
        "INSERT INTO counter (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![EPOCH, next],
    )?;
    Ok(next)
}

/// A value that its column holds as JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(ToSqlOutput::from).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

/// The series of the feeds' changes.
pub(crate) const CHANGES: &str = "changes";
