//! How a file is opened: what is looked at before anything is written to it, and what is done where it is damaged.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, config::DbConfig};

use super::{
    StorageError,
    lock::Lock,
    migrations::Kind,
    salvage::{self, Emergency, beside, remove},
    soundness,
};

pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// More than there are: with fewer, each snapshot has the next one's statements compiled anew.
const STATEMENTS: usize = 128;
/// Pages after which the log is written into the file. After a kill the next opening reads all of it.
const LONGEST_LOG: u32 = 200;
/// Where the file's header says which versions of SQLite may write and read it; higher ones than these are none.
const FORMATS: std::ops::Range<usize> = 18..20;
const NEWEST_FORMAT: u8 = 2;

/// How closely a file is looked at when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// At who is signed in: the time does not depend on how much else there is.
    Usual,
    /// At everything: the file has just failed.
    Thorough,
}

/// A file by its place, whatever becomes of it.
pub struct Place {
    pub kind: Kind,
    pub path: PathBuf,
    pub emergency: Emergency,
}

/// A file, open for writing.
pub struct Opened {
    /// Goes before the lock.
    pub connection: Connection,
    pub lock: Option<Lock>,
    /// When nobody else had it open, where that was so: whoever left something in it before lives no longer.
    pub alone_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.file())
    }
}

impl Place {
    pub fn explain(&self, error: &rusqlite::Error) -> StorageError {
        StorageError::of(error, self.kind.file())
    }

    /// Opens the file for writing, creates or upgrades it. A damaged `member.db` is put aside for a new one with what
    /// could be saved, a damaged or newer cache is made anew.
    pub fn open_writer(&self, look: Look) -> Result<Opened, StorageError> {
        match self.kind {
            Kind::Member => self.open_member(look),
            Kind::Cache => self.open_cache(look).map(|connection| Opened { connection, lock: None, alone_at: None }),
        }
    }

    fn open_member(&self, look: Look) -> Result<Opened, StorageError> {
        let path = beside(&self.path, ".lock");
        let explain = |error| self.unopened(&path, &error);
        let mut alone_at = None;
        let lock = match Lock::alone(&path).map_err(explain)? {
            Some(alone) => {
                alone_at = Some(self.emergency.clock.now());
                if salvage::is_interrupted(&self.path)? {
                    salvage::finish_interrupted(&self.path, &self.emergency)?;
                }
                alone.share()
            }
            None => Lock::shared(&path),
        };
        let lock = lock.map_err(explain)?;
        let opened = |connection, lock| Opened { connection, lock: Some(lock), alone_at };
        match self.try_open_member(look) {
            Err(StorageError::Damaged(file)) => {
                drop(lock);
                // Whoever else has it open will meet the damage too, or close the file.
                let alone = Lock::alone(&path).map_err(explain)?.ok_or(StorageError::Damaged(file))?;
                self.mend(look)?;
                let lock = alone.share().map_err(explain)?;
                Ok(opened(self.try_open_member(Look::Usual)?, lock))
            }
            connection => Ok(opened(connection?, lock)),
        }
    }

    /// Looks once more, for another may have mended the file meanwhile, and replaces it. Nobody else has it open.
    fn mend(&self, look: Look) -> Result<(), StorageError> {
        salvage::finish_interrupted(&self.path, &self.emergency)?;
        match self.try_open_member(look) {
            Err(StorageError::Damaged(_)) => salvage::replace(&self.path, &self.emergency),
            opened => opened.map(drop),
        }
    }

    fn try_open_member(&self, look: Look) -> Result<Connection, StorageError> {
        if salvage::is_lost(&self.path)? {
            return Err(StorageError::Damaged(self.kind.file()));
        }
        self.try_open_writer(look)
    }

    fn open_cache(&self, look: Look) -> Result<Connection, StorageError> {
        match self.try_open_writer(look) {
            Err(StorageError::Damaged(_) | StorageError::Newer(_) | StorageError::UpgradeRefused(_)) => {
                for suffix in ["", "-wal", "-shm"] {
                    remove(&beside(&self.path, suffix))
                        .map_err(|error| StorageError::from_io(&error, self.kind.file()))?;
                }
                self.try_open_writer(Look::Usual)
            }
            opened => opened,
        }
    }

    pub fn open_reader(&self) -> Result<Connection, StorageError> {
        let explain = |error| self.explain(&error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(explain)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(explain)?;
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(explain)?;
        keep_statements(&connection).map_err(explain)?;
        Ok(connection)
    }

    fn try_open_writer(&self, look: Look) -> Result<Connection, StorageError> {
        let explain = |error| self.explain(&error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            Connection::open_with_flags(&self.path, flags).map_err(|error| self.unopened(&self.path, &error))?;
        keep_log(&connection, true).map_err(explain)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(explain)?;
        // Asked first: a write-ahead log on a disk that can only be read cannot even be looked at.
        if connection.is_readonly("main").map_err(explain)? {
            return Err(self.read_only());
        }
        let version = self.kind.version(&connection)?;
        let has_log = self.has_log();
        if self.kind == Kind::Member && has_log {
            self.check_log(&mut connection)?;
        }
        if version > 0 {
            self.check(&connection, look)?;
        }
        keep_statements(&connection).map_err(explain)?;
        self.configure(&connection).map_err(explain)?;
        self.kind.upgrade(&mut connection)?;
        if self.kind == Kind::Member && has_log {
            self.secure_log(&connection)?;
        }
        keep_log(&connection, false).map_err(explain)?;
        Ok(connection)
    }

    fn configure(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let synchronous = match self.kind {
            Kind::Member => "FULL",
            Kind::Cache => "NORMAL",
        };
        if self.kind == Kind::Cache {
            // Before there is any table; what was made without it is made over once.
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
            if connection.pragma_query_value(None, "auto_vacuum", |row| row.get::<_, i64>(0))? == 0 {
                connection.execute_batch("VACUUM")?;
            }
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG)?;
        // Without these Apple's systems leave a "synchronous" commit in the drive's own cache. No-ops elsewhere.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        if self.kind == Kind::Member {
            // What was deleted is overwritten: it must not come back from a damaged file, nor lie about in it.
            connection.pragma_update(None, "secure_delete", true)?;
        }
        Ok(())
    }

    /// Whether a process has left a log, or has the file open.
    fn has_log(&self) -> bool {
        fs::metadata(beside(&self.path, "-wal")).is_ok_and(|metadata| metadata.len() > 0)
    }

    /// SQLite reads the log up to the first frame that does not fit, and says nothing of commits behind it.
    fn check_log(&self, connection: &mut Connection) -> Result<(), StorageError> {
        // Nobody may write to it while it is read. Whoever does write has it open, and has looked at it.
        let _nobody_writes: Transaction<'_> = match connection.transaction_with_behavior(TransactionBehavior::Immediate)
        {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Ok(()),
            begun => begun.map_err(|error| self.explain(&error))?,
        };
        let bytes =
            fs::read(beside(&self.path, "-wal")).map_err(|error| StorageError::from_io(&error, self.kind.file()))?;
        if salvage::loses_commits(&bytes) { Err(StorageError::Damaged(self.kind.file())) } else { Ok(()) }
    }

    /// A process that was killed in a commit can have left it in the log and not on the disk. Whoever reads it there will
    /// rely on it; a checkpoint makes it durable, whether or not there is room to fold it into the file.
    fn secure_log(&self, connection: &Connection) -> Result<(), StorageError> {
        match connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Ok(()),
            done => done.map_err(|error| self.explain(&error)),
        }
    }

    fn check(&self, connection: &Connection, look: Look) -> Result<(), StorageError> {
        let tables = match (self.kind, look) {
            (_, Look::Thorough) => None,
            (Kind::Member, Look::Usual) => Some(&["account"][..]),
            (Kind::Cache, Look::Usual) => return Ok(()),
        };
        if soundness::is_sound(connection, tables).map_err(|error| self.explain(&error))? {
            Ok(())
        } else {
            Err(StorageError::Damaged(self.kind.file()))
        }
    }

    /// Why SQLite opens the file for reading only.
    fn read_only(&self) -> StorageError {
        let header = fs::read(&self.path).unwrap_or_default();
        if header.get(FORMATS).is_some_and(|formats| formats.iter().any(|format| *format > NEWEST_FORMAT)) {
            return StorageError::Damaged(self.kind.file());
        }
        StorageError::ReadOnly(self.kind.file())
    }

    /// SQLite says only that it cannot; the system says why.
    fn unopened(&self, path: &Path, error: &rusqlite::Error) -> StorageError {
        match (self.explain(error), fs::OpenOptions::new().append(true).create(true).open(path)) {
            (StorageError::Unavailable(file), Err(cause)) => match StorageError::from_io(&cause, file) {
                cause @ (StorageError::ReadOnly(_) | StorageError::Full) => cause,
                _ => StorageError::Unavailable(file),
            },
            (error, _) => error,
        }
    }
}

/// Without the guarantee of a stable plan SQLite compiles a statement anew whenever its `LIMIT` is bound; there are no
/// statistics here by which the plan could become a better one.
fn keep_statements(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// Whether the log outlives the last connection. While it is not known to be whole, it must: SQLite would write its
/// first part into the file and delete the rest.
pub fn keep_log(connection: &Connection, keep: bool) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map(|_| ())
}
