//! The ports of a desktop. Secrets lie in files that only their owner may read: good for tests, not for members.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use vremena_core::{
    log::LogRecord,
    ports::{Clock, Connectivity, LogSink, Ports, SecureStore, SecureStoreError, SystemEntropy},
};

/// A clock that starts at any instant, runs on with the machine's, and can be moved.
#[derive(Debug)]
pub struct StoryClock {
    /// Milliseconds ahead of the machine's clock.
    ahead: AtomicI64,
}

impl StoryClock {
    /// Shows `start` now.
    #[must_use]
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { ahead: AtomicI64::new((start - Utc::now()).num_milliseconds()) }
    }

    /// Moves it, backwards too.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.ahead.load(Ordering::SeqCst))
    }
}

/// Secrets as files in a folder; can be locked as a phone's store is until its first unlock.
#[derive(Debug)]
pub struct FileSecureStore {
    folder: PathBuf,
    locked: AtomicBool,
}

impl FileSecureStore {
    /// A store in `folder`, which is made when something is saved.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), locked: AtomicBool::new(false) }
    }

    /// Locks or unlocks it.
    pub fn set_locked(&self, locked: bool) {
        self.locked.store(locked, Ordering::SeqCst);
    }

    fn path(&self, key: &str) -> Result<PathBuf, SecureStoreError> {
        if self.locked.load(Ordering::SeqCst) {
            return Err(SecureStoreError::Locked);
        }
        Ok(self.folder.join(key))
    }
}

impl SecureStore for FileSecureStore {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        match fs::read(self.path(key)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        let path = self.path(key)?;
        fs::create_dir_all(&self.folder).map_err(|error| failed(&error))?;
        // Renamed into its place, so that a kill in the middle leaves the old secret or the new one.
        let unfinished = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let write = |mut file: File| file.write_all(value).and_then(|()| file.sync_all());
        options
            .open(&unfinished)
            .and_then(write)
            .and_then(|()| fs::rename(&unfinished, &path))
            .map_err(|error| failed(&error))
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        match fs::remove_file(self.path(key)?) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(()),
        }
    }
}

fn failed(error: &std::io::Error) -> SecureStoreError {
    SecureStoreError::Failed(error.kind().to_string())
}

/// A network that is always worth trying, or, switched off, never.
#[derive(Debug)]
pub struct SwitchedConnectivity(AtomicBool);

impl SwitchedConnectivity {
    /// Switches it.
    pub fn set_online(&self, online: bool) {
        self.0.store(online, Ordering::SeqCst);
    }
}

impl Default for SwitchedConnectivity {
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

impl Connectivity for SwitchedConnectivity {
    fn is_online(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Log lines in memory or in a file.
#[derive(Debug, Default)]
pub struct LogLines {
    file: Option<Mutex<File>>,
    lines: Mutex<Vec<String>>,
}

impl LogLines {
    /// Appends to the file at `path`, making its folder if it is not there.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn to_file(path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file: Some(Mutex::new(file)), lines: Mutex::default() })
    }

    /// What was logged, where it is kept in memory.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LogSink for LogLines {
    fn log(&self, record: &LogRecord) {
        let line = format!("{:?} {}: {record}", record.level, record.target);
        let at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        match &self.file {
            // A log that cannot be written must not stop what it tells of.
            Some(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let _written = writeln!(file, "{at} {line}");
            }
            None => self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line),
        }
    }
}

/// A desktop's ports, with handles to those that tests and journeys move.
#[derive(Clone, Debug)]
pub struct Desktop {
    /// The time.
    pub clock: Arc<StoryClock>,
    /// Secrets.
    pub secure_store: Arc<FileSecureStore>,
    /// The network's state.
    pub connectivity: Arc<SwitchedConnectivity>,
    /// Logs.
    pub log: Arc<LogLines>,
}

impl Desktop {
    /// Ports whose secrets lie in `directory`, with a clock that shows `now`.
    #[must_use]
    pub fn new(directory: &Path, now: DateTime<Utc>) -> Self {
        Self {
            clock: Arc::new(StoryClock::starting_at(now)),
            secure_store: Arc::new(FileSecureStore::new(directory.join("secrets"))),
            connectivity: Arc::default(),
            log: Arc::default(),
        }
    }

    /// The same, with its logs in a file.
    #[must_use]
    pub fn logging_to(self, log: LogLines) -> Self {
        Self { log: Arc::new(log), ..self }
    }

    /// What the core takes.
    #[must_use]
    pub fn ports(&self) -> Ports {
        Ports {
            secure_store: Arc::clone(&self.secure_store) as _,
            connectivity: Arc::clone(&self.connectivity) as _,
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::new(SystemEntropy),
            log: Arc::clone(&self.log) as _,
        }
    }
}
