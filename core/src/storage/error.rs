//! What can go wrong with a file, told apart by what can be done about it.

use rusqlite::{Error, ErrorCode};

use crate::log::Code;

/// A storage failure. Texts name a file by its role, never by its path, and never hold a row's content.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The files are closed (`pause`), or the app is ending.
    #[error("storage is paused")]
    Paused,
    /// No room on the disk. What was to be written is not written.
    #[error("no room left on the disk")]
    Full,
    /// The file or its folder cannot be written.
    #[error("{0} cannot be written")]
    ReadOnly(&'static str),
    /// The file is not a database, or a damaged one. It is left untouched.
    #[error("{0} is damaged or is not a database")]
    Damaged(&'static str),
    /// The file was written by a newer version of the app. It is left untouched.
    #[error("{0} was written by a newer version of the app")]
    Newer(&'static str),
    /// The file cannot be opened: no access, no folder, too many open files.
    #[error("{0} cannot be opened")]
    Unavailable(&'static str),
    /// A stored value that this version cannot read.
    #[error("stored {0} cannot be read")]
    Unreadable(&'static str),
    /// Anything else that SQLite says.
    #[error("SQLite: {0}")]
    Sqlite(String),
}

impl StorageError {
    pub(crate) fn from_io(error: &std::io::Error, file: &'static str) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(file),
            _ => Self::Unavailable(file),
        }
    }

    /// Its name in the log.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::fixed(match self {
            Self::Paused => "paused",
            Self::Full => "storage-full",
            Self::ReadOnly(_) => "storage-read-only",
            Self::Damaged(_) => "storage-damaged",
            Self::Newer(_) => "storage-newer",
            Self::Unavailable(_) => "storage-unavailable",
            Self::Unreadable(_) => "storage-unreadable",
            Self::Sqlite(_) => return Code::of_words(&self.to_string()),
        })
    }

    pub(super) fn of(error: &Error, file: &'static str) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(file),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(file),
            Some(ErrorCode::CannotOpen) => Self::Unavailable(file),
            Some(code) => Self::Sqlite(format!("{code:?}")),
            // The error's own text may quote a stored value; its kind does not.
            None => match error {
                Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::InvalidColumnType(..) => Self::Unreadable("row"),
                Error::QueryReturnedNoRows => Self::Sqlite("no such row".to_owned()),
                _ => Self::Sqlite("unexpected answer".to_owned()),
            },
        }
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        Self::of(&error, "the database")
    }
}
