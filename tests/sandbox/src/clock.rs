use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// The only source of time in the sandbox. It can be moved, also backwards.
#[derive(Debug)]
pub struct Clock(Mutex<Reading>);

#[derive(Clone, Copy, Debug)]
enum Reading {
    /// Runs with the machine's clock, ahead of it by this much.
    Running(TimeDelta),
    /// Stands until it is moved.
    Standing(DateTime<Utc>),
}

impl Clock {
    /// The machine's clock.
    pub fn machine() -> Self {
        Self(Mutex::new(Reading::Running(TimeDelta::zero())))
    }

    /// Starts at this instant and runs on in real time.
    pub fn starting_at(instant: DateTime<Utc>) -> Self {
        Self(Mutex::new(Reading::Running(instant - Utc::now())))
    }

    /// Stands at this instant until [`Clock::set`] or [`Clock::advance`] moves it: a simulation's clock.
    pub fn standing_at(instant: DateTime<Utc>) -> Self {
        Self(Mutex::new(Reading::Standing(instant)))
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        match self.reading() {
            Reading::Running(ahead) => later(Utc::now(), ahead),
            Reading::Standing(instant) => instant,
        }
    }

    /// Moves the clock to this instant; a running clock runs on from there.
    pub fn set(&self, instant: DateTime<Utc>) {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *reading = match *reading {
            Reading::Running(_) => Reading::Running(instant - Utc::now()),
            Reading::Standing(_) => Reading::Standing(instant),
        };
    }

    /// Moves the clock by this much.
    pub fn advance(&self, by: TimeDelta) {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *reading = match *reading {
            Reading::Running(ahead) => Reading::Running(ahead.checked_add(&by).unwrap_or(ahead)),
            Reading::Standing(instant) => Reading::Standing(later(instant, by)),
        };
    }

    fn reading(&self) -> Reading {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(instant: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    instant.checked_add_signed(by).unwrap_or(instant)
}
