//! What the administration says about the wire: delays, faults to come, and what was counted.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::faults::Fault;

/// The paths that are counted under their own name, as the document writes them; a storm of invented
/// ones must not fill the memory.
const PATHS: [&str; 24] = [
    "/v1/consents",
    "/v1/auth/code",
    "/v1/auth/session",
    "/v1/auth/refresh",
    "/v1/auth/sign-out",
    "/v1/member",
    "/v1/member/consents",
    "/v1/member/card-link",
    "/v1/programme/rules",
    "/v1/programme/rules/{version}",
    "/v1/ledger",
    "/v1/receipts",
    "/v1/appeals",
    "/v1/appeals/{appeal_id}/parts",
    "/v1/feed",
    "/v1/feed/{item_id}/read",
    "/v1/media/{media_id}",
    "/v1/events",
    "/v1/events/{event_id}",
    "/v1/events/{event_id}/registration",
    "/v1/events/{event_id}/cancellation",
    "/v1/card",
    "/v1/wallet/apple",
    "/v1/wallet/google",
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

fn matches(template: &str, path: &str) -> bool {
    let mut pairs = template.split('/').zip(path.split('/'));
    template.split('/').count() == path.split('/').count()
        && pairs.all(|(wanted, given)| wanted == given || wanted.starts_with('{') && !given.is_empty())
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
        let method = METHODS.iter().copied().find(|known| *known == method).unwrap_or("other");
        let path = PATHS.iter().copied().find(|known| matches(known, path)).unwrap_or("other");
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
