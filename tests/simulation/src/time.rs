//! The world's time: tokio's, which stands still while there is something to do.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// Saturday, 14 March 2026, 15:00 in Moscow.
const BEGINNING: i64 = 1_773_489_600;

/// The right time. Whoever has a clock of their own may believe another.
#[derive(Clone, Copy, Debug)]
pub struct WorldTime {
    began: Instant,
}

impl WorldTime {
    /// Begins now, in a runtime whose time is paused.
    #[must_use]
    pub fn begin() -> Self {
        Self { began: Instant::now() }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.began.elapsed()).unwrap_or_default();
        DateTime::from_timestamp(BEGINNING, 0).unwrap_or_default() + passed
    }
}
