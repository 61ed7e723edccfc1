//! What the phone lends the core. Everything here is synchronous: foreign async traits do not cross into Swift.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

use crate::log::LogRecord;

/// The platform's place for secrets: Keychain, Keystore.
pub trait SecureStore: Send + Sync {
    /// The value under `key`, or `None` where there is none.
    ///
    /// # Errors
    /// [`SecureStoreError`]; `Locked` means "later", never "signed out".
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError>;

    /// Keeps `value` under `key`, replacing what was there.
    ///
    /// # Errors
    /// [`SecureStoreError`]
    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError>;

    /// Forgets `key`; nothing there is no error.
    ///
    /// # Errors
    /// [`SecureStoreError`]
    fn remove(&self, key: &str) -> Result<(), SecureStoreError>;
}

/// Why the secure store gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecureStoreError {
    /// The phone has not been unlocked since it was started.
    #[error("the secure store is locked until the phone is unlocked")]
    Locked,
    /// Anything else; the text is for logs and holds no secret.
    #[error("the secure store failed: {0}")]
    Failed(String),
}

/// Whether the phone has a network that is worth trying. A change is told to the core by
/// [`crate::app::Vremena::connectivity_changed`].
pub trait Connectivity: Send + Sync {
    /// `false` only where the system is sure that there is no network: then nothing is tried.
    fn is_online(&self) -> bool;
}

/// The phone's clock.
pub trait Clock: Send + Sync {
    /// The present instant, as the phone believes it.
    fn now(&self) -> DateTime<Utc>;
}

/// Unpredictable bytes: idempotency keys and the jitter of retries come from here.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`EntropyError`] where the system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct EntropyError;

/// How much a record of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For those who look for a fault.
    Debug,
    /// What happened.
    Info,
    /// What should not happen, and was dealt with.
    Warn,
    /// What should not happen, and was not.
    Error,
}

/// Where the log goes. It holds no personal data, by construction: a record is made of codes, counts and durations.
pub trait LogSink: Send + Sync {
    /// One record, from any thread.
    fn log(&self, record: &LogRecord);
}

/// All that the phone lends, in one value.
#[derive(Clone)]
pub struct Ports {
    /// Secrets.
    pub secure_store: Arc<dyn SecureStore>,
    /// The network's state.
    pub connectivity: Arc<dyn Connectivity>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Logs.
    pub log: Arc<dyn LogSink>,
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ports")
    }
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Randomness from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// A random token of `N` bytes, in lower-case hexadecimal.
///
/// # Errors
/// [`EntropyError`]
pub(crate) fn random_token<const N: usize>(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = [0u8; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A random number in `0.0..1.0`, for jitter. Without randomness it is the middle: a retry must happen all the same.
pub(crate) fn random_fraction(entropy: &dyn Entropy) -> f64 {
    let mut bytes = [0u8; 4];
    match entropy.fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
        Err(EntropyError) => 0.5,
    }
}
