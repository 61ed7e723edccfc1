//! Who has a file open: whoever replaces it by renaming must be alone, for the others would go on writing to what was
//! put aside.
//!
//! The lock is SQLite's own, on an empty database beside the file. It holds between two openings in one process too,
//! and on every phone: the standard library's does nothing on Android.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::opening::BUSY_TIMEOUT;

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock(Box<Connection>);

const SHARE: &str = "BEGIN; SELECT count(*) FROM sqlite_schema";

impl Lock {
    /// As one of those who have the file open; waits while it is being replaced.
    pub fn shared(path: &Path) -> Result<Self, rusqlite::Error> {
        take(path, BUSY_TIMEOUT, SHARE)
    }

    /// As one of those who have the file open, after having been alone. In between it may be replaced.
    pub fn share(self) -> Result<Self, rusqlite::Error> {
        self.0.busy_timeout(BUSY_TIMEOUT)?;
        self.0.execute_batch("COMMIT")?;
        self.0.execute_batch(SHARE)?;
        Ok(self)
    }

    /// Alone, and at once; `None` while another has the file open.
    pub fn alone(path: &Path) -> Result<Option<Self>, rusqlite::Error> {
        match take(path, Duration::ZERO, "BEGIN EXCLUSIVE") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(None),
            taken => taken.map(Some),
        }
    }
}

fn take(path: &Path, patience: Duration, sql: &str) -> Result<Lock, rusqlite::Error> {
    // It is empty. Whatever damage has made of it must not keep the app from opening.
    if fs::metadata(path).is_ok_and(|found| found.len() > 0) {
        let _emptied = fs::write(path, []);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(patience)?;
    // Nothing is ever written to it, so nothing need be taken back from a file.
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    connection.execute_batch(sql)?;
    Ok(Lock(Box::new(connection)))
}
