//! Which rule decides how long a phone waits: the core's own, or one of those that it is measured against.

use std::time::Duration;

use chrono::{DateTime, Utc};
use vremena_core::{
    backoff::{self, window},
    http::Answer,
    outbox::policy::{self, Decision, Until},
};

/// What the others of textbooks begin with.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5 * 60);
const FIXED: Duration = Duration::from_secs(30);

/// A rule of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The core's own functions.
    Ours,
    /// Anywhere in a window that doubles from one second to five minutes; what the server asks for at the earliest.
    FullJitter,
    /// Half a minute, or what the server asks for if that is longer.
    Fixed,
}

impl Rule {
    /// All of them, in the order of tables and charts.
    pub const ALL: [Self; 3] = [Self::Ours, Self::FullJitter, Self::Fixed];

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::FullJitter => "full jitter",
            Self::Fixed => "fixed 30 s",
        }
    }

    /// What an answer to an entry means, after so many in a row that asked to come again.
    pub(super) fn decide(self, answer: &Answer, in_a_row: u32, now: DateTime<Utc>, jitter: f64) -> Decision {
        let decision = policy::decide(answer, None, in_a_row, now, jitter);
        match (decision, answer) {
            (Decision::Hold(_), Answer::Problem(_, retry_after)) if self != Self::Ours => {
                let wait = self.textbook(in_a_row, jitter).max(retry_after.unwrap_or_default());
                Decision::Hold(Until { instant: now + wait, is_asked: retry_after.is_some() })
            }
            (decision, _) => decision,
        }
    }

    pub(super) fn reconnect_delay(self, failures: u32, jitter: f64) -> Duration {
        match self {
            Self::Ours => policy::reconnect_delay(failures, jitter),
            _ => self.textbook(failures, jitter),
        }
    }

    /// How long until the next pull after so many that failed or brought nothing, and how long until any.
    pub(super) fn pull_delay(
        self,
        quiet_pulls: u32,
        retry_after: Option<Duration>,
        jitters: [f64; 2],
    ) -> (Duration, Duration) {
        match self {
            Self::Ours => {
                let asked = retry_after.map_or(Duration::ZERO, |asked| backoff::asked(asked, jitters[0]));
                (backoff::poll_delay(quiet_pulls, jitters[1]).max(asked), asked)
            }
            _ => {
                let asked = retry_after.unwrap_or_default();
                (self.textbook(quiet_pulls, jitters[1]).max(asked), asked)
            }
        }
    }

    pub(super) fn after_failed_pull(self, quiet_pulls: u8) -> u8 {
        match self {
            Self::Ours => u8::try_from(backoff::after_failure(quiet_pulls.into())).unwrap_or(u8::MAX),
            _ => quiet_pulls.saturating_add(1),
        }
    }

    /// When something that was heard lets an unasked hold end.
    pub(super) fn brought_forward(self, in_a_row: u32, now: DateTime<Utc>, jitter: f64) -> DateTime<Utc> {
        match self {
            Self::Ours => policy::brought_forward(true, in_a_row, now, now, jitter),
            _ => now,
        }
    }

    fn textbook(self, in_a_row: u32, jitter: f64) -> Duration {
        match self {
            Self::Fixed => FIXED,
            _ => backoff::full_jitter(window(FIRST, in_a_row, LONGEST), jitter),
        }
    }
}
