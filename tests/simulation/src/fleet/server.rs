//! The gallery as a crowd meets it: so many requests a second, and "not now" to the others.

use std::{ops::Range, time::Duration};

use vremena_core::http::{Answer, Fault, Problem, Success, TransportError};

/// How the gallery is away, as phones see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Away {
    /// Connections are refused.
    Refused,
    /// A proxy in front of it answers 503, and names this time to come again, or none.
    Busy(Option<Duration>),
}

/// What the gallery can do.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    /// Requests a second that it carries out, of any kind.
    pub per_second: f64,
    /// The `Retry-After` of the 503 that the others get.
    pub retry_after: Option<Duration>,
    /// When it is away (milliseconds of the scenario), and how.
    pub away: Option<(Range<u32>, Away)>,
}

pub(super) struct Server {
    capacity: Capacity,
    tokens: f64,
    filled_at: u32,
    success: Answer,
    shed: Answer,
    away: Answer,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Served,
    Shed,
    /// It did not come as far as an answer of the gallery.
    Away,
}

impl Server {
    pub(super) fn new(capacity: Capacity) -> Self {
        let busy = |retry_after| Answer::Problem(Problem::nameless(http::StatusCode::SERVICE_UNAVAILABLE), retry_after);
        let away = match &capacity.away {
            Some((_, Away::Busy(retry_after))) => busy(*retry_after),
            _ => Answer::Failed(Fault::Transport(TransportError::Unreachable)),
        };
        let tokens = capacity.per_second;
        let shed = busy(capacity.retry_after);
        Self { capacity, tokens, filled_at: 0, success: Answer::Success(Success::kept(None, vec![])), shed, away }
    }

    /// One request at `now`; never earlier than the one before.
    pub(super) fn serve(&mut self, now: u32) -> (Fate, &Answer) {
        if self.capacity.away.as_ref().is_some_and(|(when, _)| when.contains(&now)) {
            return (Fate::Away, &self.away);
        }
        let elapsed = f64::from(now.saturating_sub(self.filled_at)) / 1000.0;
        self.filled_at = now;
        // What was not used is not saved for longer than a second.
        self.tokens = (self.tokens + elapsed * self.capacity.per_second).min(self.capacity.per_second);
        if self.tokens < 1.0 {
            return (Fate::Shed, &self.shed);
        }
        self.tokens -= 1.0;
        (Fate::Served, &self.success)
    }
}
