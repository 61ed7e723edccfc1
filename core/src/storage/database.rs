//! One file: one writer, one reader that never waits for it, and a way to close and reopen both.
//!
//! iOS kills an app that holds a lock on a file while it is suspended, so `pause` really closes. A call that
//! comes while paused ends in [`StorageError::Paused`]; calls in flight are waited for.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub(super) use super::migrations::Kind;
use super::{Blocking, StorageError};

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// An open SQLite file. Clones share it.
#[derive(Clone, Debug)]
pub struct Database {
    shared: Arc<Shared>,
    blocking: Blocking,
}

#[derive(Debug)]
struct Shared {
    kind: Kind,
    path: PathBuf,
    writer: Mutex<Option<Connection>>,
    reader: Mutex<Option<Connection>>,
}

impl Database {
    pub(super) async fn open(kind: Kind, path: PathBuf, blocking: Blocking) -> Result<Self, StorageError> {
        let shared = Arc::new(Shared { kind, path, writer: Mutex::new(None), reader: Mutex::new(None) });
        let database = Self { shared, blocking };
        database.resume().await?;
        Ok(database)
    }

    /// Runs `work` in one immediate transaction and commits it; an error rolls everything back.
    /// When this returns `Ok`, the commit is on the disk.
    ///
    /// # Errors
    /// What `work` says, or [`StorageError`] of the commit.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        self.blocking
            .run(move || {
                let mut guard = lock(&shared.writer);
                let connection = guard.as_mut().ok_or(StorageError::Paused)?;
                let transaction = connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .map_err(|error| shared.explain(&error))?;
                let value = work(&transaction)?;
                transaction.commit().map_err(|error| shared.explain(&error))?;
                Ok(value)
            })
            .await?
    }

    /// Runs `work` on the reader, in one transaction, so that it sees one state of the file.
    ///
    /// # Errors
    /// What `work` says, or [`StorageError`].
    pub async fn read<T, E>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        self.blocking
            .run(move || {
                let mut guard = lock(&shared.reader);
                let connection = guard.as_mut().ok_or(StorageError::Paused)?;
                let transaction = connection.transaction().map_err(|error| shared.explain(&error))?;
                work(&transaction)
            })
            .await?
    }

    /// Rewrites the file without what was deleted from it, and empties its write-ahead log: a deleted row is otherwise
    /// only let go.
    ///
    /// # Errors
    /// [`StorageError`]; the file is as it was.
    pub(crate) async fn compact(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking
            .run(move || {
                let mut guard = lock(&shared.writer);
                let connection = guard.as_mut().ok_or(StorageError::Paused)?;
                connection
                    .execute_batch("VACUUM")
                    .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
                    .map_err(|error| shared.explain(&error))
            })
            .await?
    }

    pub(super) async fn pause(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking
            .run(move || {
                let mut writer = lock(&shared.writer);
                drop(lock(&shared.reader).take());
                let Some(connection) = writer.take() else {
                    return Ok(());
                };
                connection
                    .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                    .map_err(|error| shared.explain(&error))
            })
            .await?
    }

    pub(super) async fn resume(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking
            .run(move || {
                let mut writer = lock(&shared.writer);
                if writer.is_none() {
                    *writer = Some(shared.open_writer()?);
                }
                let mut reader = lock(&shared.reader);
                if reader.is_none() {
                    *reader = Some(open_reader(&shared.path).map_err(|error| shared.explain(&error))?);
                }
                Ok(())
            })
            .await?
    }
}

impl Shared {
    fn explain(&self, error: &rusqlite::Error) -> StorageError {
        StorageError::of(error, self.kind.file())
    }

    fn open_writer(&self) -> Result<Connection, StorageError> {
        match self.try_open_writer() {
            // Everything in the cache can be fetched again; member.db is never touched.
            Err(StorageError::Damaged(_) | StorageError::Newer(_)) if self.kind == Kind::Cache => {
                for suffix in ["", "-wal", "-shm"] {
                    let mut name = self.path.clone().into_os_string();
                    name.push(suffix);
                    if let Err(error) = std::fs::remove_file(name)
                        && error.kind() != std::io::ErrorKind::NotFound
                    {
                        return Err(StorageError::from_io(&error, self.kind.file()));
                    }
                }
                self.try_open_writer()
            }
            other => other,
        }
    }

    fn try_open_writer(&self) -> Result<Connection, StorageError> {
        let explain = |error| self.explain(&error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags).map_err(explain)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(explain)?;
        // Asked first: a write-ahead log on a disk that can only be read cannot even be looked at.
        if connection.is_readonly("main").map_err(explain)? {
            return Err(StorageError::ReadOnly(self.kind.file()));
        }
        self.kind.check_version(&connection)?;
        let synchronous = match self.kind {
            Kind::Member => "FULL",
            Kind::Cache => "NORMAL",
        };
        connection.pragma_update(None, "journal_mode", "WAL").map_err(explain)?;
        connection.pragma_update(None, "synchronous", synchronous).map_err(explain)?;
        // Without these Apple's systems leave a "synchronous" commit in the drive's own cache. No-ops elsewhere.
        connection.pragma_update(None, "fullfsync", true).map_err(explain)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true).map_err(explain)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(explain)?;
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(explain)?;
        self.kind.upgrade(&mut connection)?;
        Ok(connection)
    }
}

fn open_reader(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// A connection stays usable after a panic in its holder: its transaction was rolled back when it was dropped.
fn lock(connection: &Mutex<Option<Connection>>) -> MutexGuard<'_, Option<Connection>> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
