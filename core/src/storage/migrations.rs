//! The schemas: files are only appended, never edited; the program brings any older database up to date.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations, SchemaVersion};

use super::StorageError;

const MEMBER: &[M<'static>] = &[
    M::up(include_str!("../../migrations/member/001_line.sql")),
    M::up(include_str!("../../migrations/member/002_events_card.sql")),
    M::up(include_str!("../../migrations/member/003_queue.sql")),
    M::up(include_str!("../../migrations/member/005_account.sql")),
    M::up(include_str!("../../migrations/member/006_sync.sql")),
];
const CACHE: &[M<'static>] = &[
    M::up(include_str!("../../migrations/cache/001_resources.sql")),
    M::up(include_str!("../../migrations/cache/002_feed.sql")),
];

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

    const fn migrations(self) -> Migrations<'static> {
        Migrations::from_slice(match self {
            Self::Member => MEMBER,
            Self::Cache => CACHE,
        })
    }

    /// Refuses a newer file **before** anything is written to it, not even the journal mode.
    pub fn check_version(self, connection: &Connection) -> Result<(), StorageError> {
        match self.migrations().current_version(connection) {
            Ok(SchemaVersion::Outside(_)) => Err(StorageError::Newer(self.file())),
            Ok(_) => Ok(()),
            Err(error) => Err(self.explain(error)),
        }
    }

    pub fn upgrade(self, connection: &mut Connection) -> Result<(), StorageError> {
        self.migrations().to_latest(connection).map_err(|error| self.explain(error))
    }

    fn explain(self, error: rusqlite_migration::Error) -> StorageError {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => StorageError::of(&err, self.file()),
            rusqlite_migration::Error::MigrationDefinition(_) => StorageError::Newer(self.file()),
            _ => StorageError::Sqlite("migration failed".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_are_valid() {
        Kind::Member.migrations().validate().unwrap();
        Kind::Cache.migrations().validate().unwrap();
    }
}
