//! What the phone lends. A port that throws costs the call that needed it, and a log line; never the app. A port must not
//! wait for a call of the core: it may stand on the only thread that would answer.

use std::sync::Arc;

use uniffi::UnexpectedUniFFICallbackError;
pub use vremena_core::ports::LogLevel;
use vremena_core::{
    diagnostics::Recent,
    log,
    ports::{self, SystemClock, SystemEntropy},
};

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
        /// For the log: a code such as `keychain-25308`, lower-case words and a short number joined by hyphens. Anything
        /// else is logged as `other`: it may quote anything.
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

/// Where the log goes. It holds no personal data.
#[uniffi::export(foreign)]
pub trait LogSink: Send + Sync {
    /// One record, from any thread. Throwing loses it.
    fn log(&self, record: LogRecord) -> Result<(), PortError>;
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LogRecord {
    /// How much it matters.
    pub level: LogLevel,
    /// The part of the core that speaks.
    pub target: String,
    /// What happened: a name in lower case with hyphens, the same in all versions.
    pub event: String,
    /// What is known of it.
    pub fields: Vec<LogField>,
    /// The event and its fields in one line: `event name=value …`.
    pub message: String,
}

/// One thing that is known of an event.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LogField {
    /// What it is.
    pub name: String,
    /// A number, a code, a duration in milliseconds (`1500ms`), `true` or `false`.
    pub value: String,
}

impl From<&log::LogRecord> for LogRecord {
    fn from(record: &log::LogRecord) -> Self {
        let field = |field: &log::LogField| LogField { name: field.name.to_owned(), value: field.value.to_string() };
        Self {
            level: record.level,
            target: record.target.to_owned(),
            event: record.event.to_owned(),
            fields: record.fields.iter().map(field).collect(),
            message: record.to_string(),
        }
    }
}

/// How much a record of the log matters.
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
        /// For the log: a code such as `battery-low`, lower-case words and a short number joined by hyphens. Anything else
        /// is logged as `other`: it may quote anything.
        detail: String,
    },
}

/// What was thrown without being declared may quote anything: it is left out.
const UNDECLARED: &str = "undeclared";

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

impl Ports {
    /// The ports as the core takes them, and what their log remembers: also what they throw.
    pub(crate) fn remembering(self) -> (ports::Ports, Arc<Recent>) {
        let clock: Arc<dyn ports::Clock> = match self.clock.clone() {
            Some(port) => Arc::new(Lent { port, log: () }),
            None => Arc::new(SystemClock),
        };
        let recent = Recent::new(Arc::new(Lent { port: self.log, log: () }), Arc::clone(&clock));
        let log: Arc<dyn ports::LogSink> = Arc::clone(&recent) as _;
        let ports = ports::Ports {
            secure_store: Arc::new(Lent { port: self.secure_store, log: Arc::clone(&log) }),
            connectivity: Arc::new(Lent { port: self.connectivity, log: Arc::clone(&log) }),
            clock: self.clock.map_or(clock, |port| Arc::new(Lent { port, log: Arc::clone(&log) })),
            entropy: Arc::new(SystemEntropy),
            log,
        };
        (ports, recent)
    }
}

/// A port of the phone as the core takes it; `log` hears of what it throws.
struct Lent<P: ?Sized, L> {
    port: Arc<P>,
    log: L,
}

impl<P: ?Sized> Lent<P, Arc<dyn ports::LogSink>> {
    fn tell(&self, call: &'static str, detail: &str) {
        let record = log::LogRecord::new(LogLevel::Warn, "ports", "port-failed");
        self.log.log(&record.with("call", call).with("detail", log::Code::of(detail)));
    }

    fn told<T>(&self, call: &'static str, result: Result<T, SecureStoreError>) -> Result<T, ports::SecureStoreError> {
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
        self.told("secure-store-load", self.port.load(key.to_owned()))
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), ports::SecureStoreError> {
        self.told("secure-store-save", self.port.save(key.to_owned(), value.to_vec()))
    }

    fn remove(&self, key: &str) -> Result<(), ports::SecureStoreError> {
        self.told("secure-store-remove", self.port.remove(key.to_owned()))
    }
}

impl ports::Connectivity for Lent<dyn Connectivity, Arc<dyn ports::LogSink>> {
    fn is_online(&self) -> bool {
        self.port.is_online().unwrap_or_else(|PortError::Failed { detail }| {
            self.tell("connectivity-is-online", &detail);
            true
        })
    }
}

impl ports::Clock for Lent<dyn Clock, Arc<dyn ports::LogSink>> {
    fn now(&self) -> Instant {
        asked(self.port.as_ref()).unwrap_or_else(|fault| {
            self.tell("clock-now", &fault);
            SystemClock.now()
        })
    }
}

/// The clock of the log itself: whom it told of a fault would ask it for the instant.
impl ports::Clock for Lent<dyn Clock, ()> {
    fn now(&self) -> Instant {
        asked(self.port.as_ref()).unwrap_or_else(|_untold| SystemClock.now())
    }
}

fn asked(clock: &dyn Clock) -> Result<Instant, String> {
    match clock.now() {
        Ok(now) if !is_held(now) => Ok(now),
        Ok(_) => Err("no-time".to_owned()),
        Err(PortError::Failed { detail }) => Err(detail),
    }
}

impl ports::LogSink for Lent<dyn LogSink, ()> {
    fn log(&self, record: &log::LogRecord) {
        // There is nobody left to tell.
        let _lost = self.port.log(record.into());
    }
}

#[cfg(test)]
mod tests {
    use vremena_core::app::{Config, Work};

    use super::*;
    use crate::{
        host::Host,
        testing::{block_on, faults},
    };

    /// A phone none of whose ports does what it is asked.
    struct Broken;

    fn failed<T>() -> Result<T, PortError> {
        Err(PortError::Failed { detail: "out-of-order".to_owned() })
    }

    impl SecureStore for Broken {
        fn load(&self, _: String) -> Result<Option<Vec<u8>>, SecureStoreError> {
            Err(SecureStoreError::Failed { detail: "keychain-25308".to_owned() })
        }

        fn save(&self, _: String, _: Vec<u8>) -> Result<(), SecureStoreError> {
            Ok(())
        }

        fn remove(&self, _: String) -> Result<(), SecureStoreError> {
            Ok(())
        }
    }

    impl Connectivity for Broken {
        fn is_online(&self) -> Result<bool, PortError> {
            failed()
        }
    }

    impl Clock for Broken {
        fn now(&self) -> Result<Instant, PortError> {
            failed()
        }
    }

    impl LogSink for Broken {
        fn log(&self, _: LogRecord) -> Result<(), PortError> {
            failed()
        }
    }

    #[test]
    fn what_a_port_throws_is_told_to_support_even_where_the_log_and_the_clock_throw_too() {
        let phone = Arc::new(Broken);
        let lent =
            Ports { secure_store: phone.clone(), connectivity: phone.clone(), log: phone.clone(), clock: Some(phone) };
        let (ports, recent) = lent.remembering();
        let secure_store = Arc::clone(&ports.secure_store);
        let folder = tempfile::tempdir().unwrap();
        let config = Config { work: Work::OnDemand, ..Config::new(folder.path(), "http://127.0.0.1:9") };
        let host = block_on(Host::open(config, ports, recent)).unwrap();
        assert!(secure_store.load("session").is_err());
        let told = faults(&host);
        for fault in [
            "call=secure-store-load detail=keychain-25308",
            "call=connectivity-is-online detail=out-of-order",
            "call=clock-now detail=out-of-order",
        ] {
            assert!(told.contains(&format!("ports: port-failed {fault}")), "{fault}: {told:?}");
        }
    }
}
