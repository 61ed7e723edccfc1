//! The schemas: files are only appended, never edited; the program brings any older database up to date, in one
//! transaction, and only if the member has the same as before.

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::{StorageError, digest};

const MEMBER: &[&str] = &[
    include_str!("../../migrations/member/001_line.sql"),
    include_str!("../../migrations/member/002_events_card.sql"),
    include_str!("../../migrations/member/003_queue.sql"),
    include_str!("../../migrations/member/004_notices.sql"),
    include_str!("../../migrations/member/005_account.sql"),
    include_str!("../../migrations/member/006_sync.sql"),
    include_str!("../../migrations/member/007_receipts.sql"),
    include_str!("../../migrations/member/008_reminders.sql"),
    include_str!("../../migrations/member/009_appeals.sql"),
];
const CACHE: &[&str] =
    &[include_str!("../../migrations/cache/001_resources.sql"), include_str!("../../migrations/cache/002_feed.sql")];

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Member,
    Cache,
}

impl Kind {
    pub const fn file(self) -> &'static str {
        match self {
            Self::Member => "member.db",
            Self::Cache => "cache.db",
        }
    }

    pub(super) const fn migrations(self) -> &'static [&'static str] {
        match self {
            Self::Member => MEMBER,
            Self::Cache => CACHE,
        }
    }

    /// How many migrations the file has seen. A newer file is refused **before** anything is written to it, not even
    /// the journal mode.
    pub fn version(self, connection: &Connection) -> Result<usize, StorageError> {
        let version = version(connection).map_err(|error| StorageError::of(&error, self.file()))?;
        if version > self.migrations().len() { Err(StorageError::Newer(self.file())) } else { Ok(version) }
    }

    pub fn upgrade(self, connection: &mut Connection) -> Result<(), StorageError> {
        upgrade(connection, self, self.migrations())
    }
}

/// Applies what `migrations` holds beyond the file's version: all of it, or nothing.
pub(super) fn upgrade(connection: &mut Connection, kind: Kind, migrations: &[&str]) -> Result<(), StorageError> {
    let explain = |error: rusqlite::Error| StorageError::of(&error, kind.file());
    if version(connection).map_err(explain)? >= migrations.len() {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(explain)?;
    // Asked again: another process may have upgraded it meanwhile.
    let from = version(&tx).map_err(explain)?;
    let digest = |tx: &Transaction<'_>| match kind {
        // A file without tables has nothing to lose, and a cache nothing that would be a loss.
        Kind::Member if from > 0 => digest::of_member(tx).map(Some),
        _ => Ok(None),
    };
    let before = digest(&tx).map_err(explain)?;
    for migration in migrations.iter().skip(from) {
        tx.execute_batch(migration).map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {
                StorageError::UpgradeRefused(kind.file())
            }
            _ => explain(error),
        })?;
    }
    if before != digest(&tx).map_err(|_| StorageError::UpgradeRefused(kind.file()))? {
        return Err(StorageError::UpgradeRefused(kind.file()));
    }
    tx.execute_batch(&format!("PRAGMA user_version = {}", migrations.len())).map_err(explain)?;
    tx.commit().map_err(explain)
}

fn version(connection: &Connection) -> Result<usize, rusqlite::Error> {
    // A negative number was never written: as a number of migrations it is one of the future.
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
