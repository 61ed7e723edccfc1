//! What was asked of the gallery, and of the phone: whether it was a storm.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

const HOUR: i64 = 60 * 60;

/// Something counted by the hour.
#[derive(Debug, Default)]
pub struct Hours(BTreeMap<i64, u64>);

impl Hours {
    /// So much more of it.
    pub fn add(&mut self, at: DateTime<Utc>, count: u64) {
        *self.0.entry(hour(at)).or_default() += count;
    }

    /// The most of an hour.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.0.values().copied().max().unwrap_or_default()
    }
}

/// The most of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Busiest {
    /// Requests.
    pub requests: u64,
    /// Bytes of bodies, there and back.
    pub bytes: u64,
    /// Sends of one entry.
    pub sends: u64,
    /// How often the queue woke to send, or looked for more to send.
    pub wake_ups: u64,
}

impl Busiest {
    /// The greater of each.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            requests: self.requests.max(other.requests),
            bytes: self.bytes.max(other.bytes),
            sends: self.sends.max(other.sends),
            wake_ups: self.wake_ups.max(other.wake_ups),
        }
    }
}

/// Requests, counted.
#[derive(Debug, Default)]
pub struct Traffic {
    by_hour: Hours,
    bytes: Hours,
    /// Sends of each key in each hour.
    sends: BTreeMap<(i64, String), u64>,
    requests: u64,
}

impl Traffic {
    /// Counts a request, which has a key if it is an entry's.
    pub fn asked(&mut self, at: DateTime<Utc>, key: &str, bytes: usize) {
        self.by_hour.add(at, 1);
        self.requests += 1;
        if !key.is_empty() {
            *self.sends.entry((hour(at), key.to_owned())).or_default() += 1;
        }
        self.carried(at, bytes);
    }

    /// Counts bytes of an answer.
    pub fn carried(&mut self, at: DateTime<Utc>, bytes: usize) {
        self.bytes.add(at, u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// All requests.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.requests
    }

    /// The most of an hour; of wake-ups it knows nothing.
    #[must_use]
    pub fn busiest(&self) -> Busiest {
        Busiest {
            requests: self.by_hour.most(),
            bytes: self.bytes.most(),
            sends: self.sends.values().copied().max().unwrap_or_default(),
            wake_ups: 0,
        }
    }
}

const fn hour(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR)
}
