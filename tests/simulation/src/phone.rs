//! The phone: what it lends the app, and what stays on it when the app ends.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use vremena_core::{
    log::LogRecord,
    ports::{Clock, Connectivity, Entropy, EntropyError, LogSink, Ports, SecureStore, SecureStoreError},
};

use crate::{dice::Dice, history::History, time::WorldTime, traffic::Hours};

/// A phone.
pub struct Phone {
    directory: PathBuf,
    secrets: Mutex<BTreeMap<String, Vec<u8>>>,
    is_locked: AtomicBool,
    is_online: AtomicBool,
    /// How far its clock is ahead, in milliseconds.
    ahead: AtomicI64,
    time: WorldTime,
    entropy: Mutex<Dice>,
    wake_ups: Mutex<Hours>,
    history: Arc<History>,
}

impl Phone {
    /// A new phone with its files in `directory`.
    #[must_use]
    pub fn new(directory: &Path, time: WorldTime, entropy: Dice, history: Arc<History>) -> Self {
        Self {
            directory: directory.to_owned(),
            secrets: Mutex::default(),
            is_locked: AtomicBool::new(false),
            is_online: AtomicBool::new(true),
            ahead: AtomicI64::new(0),
            time,
            entropy: Mutex::new(entropy),
            wake_ups: Mutex::default(),
            history,
        }
    }

    /// The folder of its files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// All that it lends.
    #[must_use]
    pub fn ports(self: &Arc<Self>) -> Ports {
        Ports {
            secure_store: self.clone(),
            connectivity: self.clone(),
            clock: self.clone(),
            entropy: self.clone(),
            log: self.clone(),
        }
    }

    /// Locks the secure store, or unlocks it.
    pub fn lock(&self, is_locked: bool) {
        self.is_locked.store(is_locked, Ordering::Relaxed);
    }

    /// Whether the secure store is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.is_locked.load(Ordering::Relaxed)
    }

    /// Gives it a network, or takes it away.
    pub fn connect(&self, is_online: bool) {
        self.is_online.store(is_online, Ordering::Relaxed);
    }

    /// Sets its clock ahead of the right time.
    pub fn set_ahead(&self, by: TimeDelta) {
        self.ahead.store(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// How often in an hour the queue woke to send, at most: before it does, it asks whether there is a network.
    #[must_use]
    pub fn most_wake_ups(&self) -> u64 {
        self.wake_ups.lock().unwrap_or_else(PoisonError::into_inner).most()
    }

    fn secrets(&self) -> Result<MutexGuard<'_, BTreeMap<String, Vec<u8>>>, SecureStoreError> {
        if self.is_locked() {
            return Err(SecureStoreError::Locked);
        }
        Ok(self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SecureStore for Phone {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(self.secrets()?.get(key).cloned())
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        self.secrets()?.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        self.secrets()?.remove(key);
        Ok(())
    }
}

impl Connectivity for Phone {
    fn is_online(&self) -> bool {
        self.wake_ups.lock().unwrap_or_else(PoisonError::into_inner).add(self.time.now(), 1);
        self.is_online.load(Ordering::Relaxed)
    }
}

impl Clock for Phone {
    fn now(&self) -> DateTime<Utc> {
        self.time.now() + TimeDelta::milliseconds(self.ahead.load(Ordering::Relaxed))
    }
}

impl Entropy for Phone {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
        Ok(())
    }
}

impl LogSink for Phone {
    fn log(&self, record: &LogRecord) {
        self.history.tell(self.time.now(), "log", format_args!("{record}"));
    }
}
