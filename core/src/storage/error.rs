//! What can go wrong with a file, told apart by what can be done about it.

use std::cell::Cell;

use rusqlite::{Error, ErrorCode};

use crate::log::Code;

thread_local! {
    /// Whether this thread has met damage. A call's work turns SQLite's errors into errors of its own, which the
    /// file's keeper cannot read; all of them come by [`StorageError::of`], on the thread that runs the work.
    static DAMAGE: Cell<bool> = const { Cell::new(false) };
}

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
    /// The file is not a database, or a damaged one. It was put aside, or will be by the next call.
    #[error("{0} is damaged or is not a database")]
    Damaged(&'static str),
    /// The file was written by a newer version of the app. It is left untouched.
    #[error("{0} was written by a newer version of the app")]
    Newer(&'static str),
    /// Bringing the file up to date would have changed what the member has. It is left untouched.
    #[error("{0} cannot be brought up to date without loss: install a newer version of the app")]
    UpgradeRefused(&'static str),
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
            Self::UpgradeRefused(_) => "storage-upgrade-refused",
            Self::ReadOnly(_) => "storage-read-only",
            Self::Damaged(_) => "storage-damaged",
            Self::Newer(_) => "storage-newer",
            Self::Unavailable(_) => "storage-unavailable",
            Self::Unreadable(_) => "storage-unreadable",
            Self::Sqlite(_) => return Code::of_words(&self.to_string()),
        })
    }

    /// What was read proves that the file is damaged.
    pub(super) fn met_damage(file: &'static str) -> Self {
        DAMAGE.set(true);
        Self::Damaged(file)
    }

    pub(super) fn of(error: &Error, file: &'static str) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(file),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::met_damage(file),
            Some(ErrorCode::CannotOpen) => Self::Unavailable(file),
            Some(code) => Self::Sqlite(format!("{code:?}")),
            // The error's own text may quote a stored value; its kind does not.
            None => match error {
                // SQLite gives out whatever bytes there are; this program writes none but UTF-8.
                Error::Utf8Error(..) => Self::met_damage(file),
                // May be damage, or a program that reads what it has not written: whoever looks closely will see.
                Error::IntegralValueOutOfRange(..) | Error::InvalidColumnType(..) => {
                    DAMAGE.set(true);
                    Self::Unreadable("row")
                }
                Error::FromSqlConversionFailure(..) => Self::Unreadable("row"),
                Error::QueryReturnedNoRows => Self::Sqlite("no such row".to_owned()),
                _ => Self::Sqlite("unexpected answer".to_owned()),
            },
        }
    }
}

pub(super) fn forget_damage() {
    DAMAGE.set(false);
}

/// Whether damage was met since [`forget_damage`], whatever became of the error.
pub(super) fn was_damage_met() -> bool {
    DAMAGE.take()
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        Self::of(&error, "the database")
    }
}
