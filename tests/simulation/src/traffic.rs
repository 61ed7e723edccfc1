//! What was asked of the gallery: whether it was a storm.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

const HOUR: i64 = 60 * 60;

/// Requests, counted.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Requests and bytes of bodies in each hour.
    hours: BTreeMap<i64, (u64, u64)>,
    /// Sends of each key in each hour.
    sends: BTreeMap<(i64, String), u64>,
    requests: u64,
}

impl Traffic {
    /// Counts a request.
    pub fn asked(&mut self, at: DateTime<Utc>, line: &str, key: &str, bytes: usize) {
        let hour = at.timestamp().div_euclid(HOUR);
        let (requests, sent) = self.hours.entry(hour).or_default();
        *requests += 1;
        *sent += u64::try_from(bytes + line.len()).unwrap_or(u64::MAX);
        if !key.is_empty() {
            *self.sends.entry((hour, key.to_owned())).or_default() += 1;
        }
        self.requests += 1;
    }

    /// All requests.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.requests
    }

    /// The most requests and the most bytes of an hour.
    #[must_use]
    pub fn busiest_hour(&self) -> (u64, u64) {
        let requests = self.hours.values().map(|(requests, _)| *requests).max();
        let bytes = self.hours.values().map(|(_, bytes)| *bytes).max();
        (requests.unwrap_or_default(), bytes.unwrap_or_default())
    }

    /// How often one entry was sent in an hour, at most.
    #[must_use]
    pub fn most_sends(&self) -> u64 {
        self.sends.values().copied().max().unwrap_or_default()
    }
}
