//! An open core for unit tests, on a phone without a network.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake},
    thread::{self, Thread},
};

use tempfile::TempDir;
use vremena_core::{
    app::{Config, Work},
    diagnostics::Recent,
    log::LogRecord,
    ports::{Connectivity, LogSink, Ports, SecureStore, SecureStoreError, SystemClock, SystemEntropy},
};

use crate::host::Host;

pub(crate) fn host() -> (Arc<Host>, Arc<Lines>, TempDir) {
    let (folder, lines) = (tempfile::tempdir().unwrap(), Arc::new(Lines::default()));
    let config = Config { work: Work::OnDemand, ..Config::new(folder.path(), "http://127.0.0.1:9") };
    let mut ports = Ports {
        secure_store: Arc::new(Phone),
        connectivity: Arc::new(Phone),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        log: Arc::clone(&lines) as Arc<dyn LogSink>,
    };
    let recent = Recent::between(&mut ports);
    (block_on(Host::open(config, ports, recent)).unwrap(), lines, folder)
}

/// What the diagnostics of `host` say that went wrong.
pub(crate) fn faults(host: &Arc<Host>) -> Vec<String> {
    let told = block_on(host.call(|host| async move { Ok(host.app.diagnostics().await) })).unwrap();
    told.recent.into_iter().map(|moment| moment.line).collect()
}

/// As Swift and Kotlin await: on a thread that belongs to no runtime of tokio.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// What was logged.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Vec<String>>);

impl Lines {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl LogSink for Lines {
    fn log(&self, record: &LogRecord) {
        self.0.lock().unwrap().push(format!("{:?} {}: {record}", record.level, record.target));
    }
}

struct Phone;

impl SecureStore for Phone {
    fn load(&self, _: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(None)
    }

    fn save(&self, _: &str, _: &[u8]) -> Result<(), SecureStoreError> {
        Ok(())
    }

    fn remove(&self, _: &str) -> Result<(), SecureStoreError> {
        Ok(())
    }
}

impl Connectivity for Phone {
    fn is_online(&self) -> bool {
        false
    }
}
