//! What the administration says about the wire: delays, faults to come, and what was counted.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::faults::Fault;

/// The paths that are counted under their own name; a storm of invented ones must not fill the memory.
const PATHS: [&str; 8] = [
    "/v1/auth/code",
    "/v1/auth/session",
    "/v1/auth/refresh",
    "/v1/auth/sign-out",
    "/v1/member",
    "/v1/programme/rules",
    "/v1/ledger",
    "/v1/receipts",
];
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The public listener's wire.
#[derive(Debug, Default)]
pub(crate) struct Network(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    delay: Duration,
    faults: VecDeque<Fault>,
    counts: BTreeMap<(&'static str, &'static str, u16), u64>,
}

/// How often a request was answered so.
#[derive(Debug, Serialize)]
pub(crate) struct Count {
    method: &'static str,
    path: &'static str,
    /// As sent on the wire; 0 when no answer was.
    status: u16,
    count: u64,
}

impl Network {
    pub(crate) fn set(&self, delay: Duration, faults: Vec<Fault>) {
        let mut inner = self.lock();
        inner.delay = delay;
        inner.faults = faults.into();
    }

    pub(crate) fn delay(&self) -> Duration {
        self.lock().delay
    }

    pub(crate) fn next_fault(&self) -> Option<Fault> {
        self.lock().faults.pop_front()
    }

    pub(crate) fn count(&self, method: &str, path: &str, status: u16) {
        let known = |names: &[&'static str], name: &str| names.iter().copied().find(|known| *known == name);
        let method = known(&METHODS, method).unwrap_or("other");
        let path = known(&PATHS, path).unwrap_or("other");
        *self.lock().counts.entry((method, path, status)).or_default() += 1;
    }

    pub(crate) fn counts(&self) -> Vec<Count> {
        let counts = &self.lock().counts;
        counts
            .iter()
            .map(|((method, path, status), count)| Count { method, path, status: *status, count: *count })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
