//! What a recovery and a phone's day must not exceed.

use super::{Measured, Scenario, Spread};

/// The peak over the mean of a recovery.
pub const MOST_OVER_THE_MEAN: f64 = 1.5;
/// Seconds after the limit.
pub const DRAINED_WITHIN: f64 = 15.0 * 60.0;

/// What a phone may need on a day: ninety-nine of a hundred no more, none more than twice as much.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Requests.
    pub requests: u32,
    /// Bytes, both ways.
    pub bytes: u32,
    /// How often the system wakes the app that is put away.
    pub wake_ups: u32,
}

/// A day like any other.
pub const QUIET_DAY: Budget = Budget { requests: 100, bytes: 300_000, wake_ups: 4 };
/// A day with an hour without the gallery.
pub const DAY_OF_AN_OUTAGE: Budget = Budget { requests: 150, bytes: 300_000, wake_ups: 30 };

/// The goals that were missed, in words.
#[must_use]
pub fn missed(scenario: &Scenario, measured: &Measured) -> Vec<String> {
    let mut missed = Vec::new();
    if scenario.has_goals {
        if measured.ratio() > MOST_OVER_THE_MEAN {
            missed.push(format!("the peak is {:.2} of the mean, not {MOST_OVER_THE_MEAN}", measured.ratio()));
        }
        match measured.drained {
            Some(drained) if drained <= measured.limit + DRAINED_WITHIN => {}
            Some(drained) => {
                missed.push(format!(
                    "drained {:.0} s after the limit of {:.0} s",
                    drained - measured.limit,
                    measured.limit
                ));
            }
            None => missed.push("not drained".to_owned()),
        }
    }
    if scenario.is_day() {
        let budget = if scenario.away().is_some() { DAY_OF_AN_OUTAGE } else { QUIET_DAY };
        for (what, spread, most) in [
            ("requests", measured.requests, budget.requests),
            ("bytes", measured.bytes, budget.bytes),
            ("wake-ups", measured.wake_ups, budget.wake_ups),
        ] {
            let Spread { p99, max, .. } = spread;
            if p99 > most || max > 2 * most {
                missed.push(format!("{what} a day: {p99} (99 %) and {max} (most) of {most} and {}", 2 * most));
            }
        }
    }
    missed
}
