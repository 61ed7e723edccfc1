//! What the phone lends. A port that throws costs the call that needed it, and a log line; never the app. A port must not
//! wait for a call of the core: it may stand on the only thread that would answer.

use std::{fmt, sync::Arc};

use uniffi::UnexpectedUniFFICallbackError;
pub use vremena_core::ports::LogLevel;
use vremena_core::ports::{self, SystemClock, SystemEntropy};

use crate::values::{Instant, is_held};

/// The platform's place for secrets: Keychain, Keystore.
#[uniffi::export(foreign)]
pub trait SecureStore: Send + Sync {
    /// The value under `key`, or nothing where there is none.
    fn load(&self, key: String) -> Result<Option<Vec<u8>>, SecureStoreError>;

    /// Keeps `value` under `key`, replacing what was there.
    fn save(&self, key: String, value: Vec<u8>) -> Result<(), SecureStoreError>;

    /// Forgets `key`; nothing there is no error.
    fn remove(&self, key: String) -> Result<(), SecureStoreError>;
}

/// Why the secure store gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SecureStoreError {
    /// The phone has not been unlocked since it was started: "later", never "signed out".
    #[error("the secure store is locked until the phone is unlocked")]
    Locked,
    /// Anything else.
    #[error("the secure store failed: {detail}")]
    Failed {
        /// For logs: no secret, no personal data.
        detail: String,
    },
}

/// Whether the phone has a network that is worth trying. Tell a change by `VremenaCore.connectivity_changed`.
#[uniffi::export(foreign)]
pub trait Connectivity: Send + Sync {
    /// `false` only where the system is sure that there is no network: then nothing is tried. Throwing counts as
    /// `true`.
    fn is_online(&self) -> Result<bool, PortError>;
}

/// The phone's clock, where it shall not be the system's.
#[uniffi::export(foreign)]
pub trait Clock: Send + Sync {
    /// The present instant. Throwing counts as the system's, and so does an instant beyond the years 1 to 9999.
    fn now(&self) -> Result<Instant, PortError>;
}

/// Where log lines go. They hold no personal data.
#[uniffi::export(foreign)]
pub trait LogSink: Send + Sync {
    /// One line, from any thread; `target` is the part of the core that speaks. Throwing loses the line.
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), PortError>;
}

/// How much a log line matters.
#[uniffi::remote(Enum)]
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

/// A port or a listener could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PortError {
    /// It failed.
    #[error("failed: {detail}")]
    Failed {
        /// For logs: no secret, no personal data.
        detail: String,
    },
}

/// What was thrown without being declared may quote anything: it is left out.
const UNDECLARED: &str = "threw something undeclared";

impl From<UnexpectedUniFFICallbackError> for SecureStoreError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: UNDECLARED.to_owned() }
    }
}

impl From<UnexpectedUniFFICallbackError> for PortError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: UNDECLARED.to_owned() }
    }
}

/// All that the phone lends.
#[derive(Clone, uniffi::Record)]
pub struct Ports {
    /// Secrets.
    pub secure_store: Arc<dyn SecureStore>,
    /// The network's state.
    pub connectivity: Arc<dyn Connectivity>,
    /// Logs.
    pub log: Arc<dyn LogSink>,
    /// The time; the system's where it is left out.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn Clock>>,
}

impl From<Ports> for ports::Ports {
    fn from(lent: Ports) -> Self {
        let log: Arc<dyn ports::LogSink> = Arc::new(Lent { port: lent.log, log: () });
        let clock: Arc<dyn ports::Clock> = match lent.clock {
            Some(port) => Arc::new(Lent { port, log: Arc::clone(&log) }),
            None => Arc::new(SystemClock),
        };
        Self {
            secure_store: Arc::new(Lent { port: lent.secure_store, log: Arc::clone(&log) }),
            connectivity: Arc::new(Lent { port: lent.connectivity, log: Arc::clone(&log) }),
            clock,
            entropy: Arc::new(SystemEntropy),
            log,
        }
    }
}

/// A port of the phone as the core takes it; `log` hears of what it throws.
struct Lent<P: ?Sized, L> {
    port: Arc<P>,
    log: L,
}

impl<P: ?Sized> Lent<P, Arc<dyn ports::LogSink>> {
    fn tell(&self, call: &str, error: &dyn fmt::Display) {
        self.log.log(LogLevel::Warn, "ports", &format!("{call}: {error}"));
    }

    fn told<T>(&self, call: &str, result: Result<T, SecureStoreError>) -> Result<T, ports::SecureStoreError> {
        result.map_err(|error| match error {
            SecureStoreError::Locked => ports::SecureStoreError::Locked,
            SecureStoreError::Failed { detail } => {
                self.tell(call, &detail);
                ports::SecureStoreError::Failed(detail)
            }
        })
    }
}

impl ports::SecureStore for Lent<dyn SecureStore, Arc<dyn ports::LogSink>> {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, ports::SecureStoreError> {
        self.told("SecureStore.load", self.port.load(key.to_owned()))
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), ports::SecureStoreError> {
        self.told("SecureStore.save", self.port.save(key.to_owned(), value.to_vec()))
    }

    fn remove(&self, key: &str) -> Result<(), ports::SecureStoreError> {
        self.told("SecureStore.remove", self.port.remove(key.to_owned()))
    }
}

impl ports::Connectivity for Lent<dyn Connectivity, Arc<dyn ports::LogSink>> {
    fn is_online(&self) -> bool {
        self.port.is_online().unwrap_or_else(|error| {
            self.tell("Connectivity.is_online", &error);
            true
        })
    }
}

impl ports::Clock for Lent<dyn Clock, Arc<dyn ports::LogSink>> {
    fn now(&self) -> Instant {
        let fault = match self.port.now() {
            Ok(now) if !is_held(now) => return now,
            Ok(_) => "no time at all".to_owned(),
            Err(error) => error.to_string(),
        };
        self.tell("Clock.now", &fault);
        SystemClock.now()
    }
}

impl ports::LogSink for Lent<dyn LogSink, ()> {
    fn log(&self, level: LogLevel, target: &str, message: &str) {
        // There is nobody left to tell.
        let _lost = self.port.log(level, target.to_owned(), message.to_owned());
    }
}
