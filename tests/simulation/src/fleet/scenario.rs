//! What happens to the crowd, and what its members do. Assumptions are in the README.

use std::{ops::Range, time::Duration};

use super::{
    phone::Reason,
    server::{Away, Capacity},
};
use crate::dice::{Dice, Purpose};

const SECOND: u32 = 1_000;
const MINUTE: u32 = 60 * SECOND;
const HOUR: u32 = 60 * MINUTE;

/// An hour in which a share of the phones brings receipts.
const CAPTURES_IN_AN_HOUR: f64 = 0.1;
/// Looks at the app that bring nothing, of a phone in an hour of the day.
const LOOKS_IN_AN_HOUR: f64 = 0.1;
/// Of those who bring a receipt, so many leave the app open.
const STAYS: f64 = 0.25;
/// How many of a million tap when a closed event opens, and within what time.
const TAPS: f64 = 0.1;
const TAPPED_WITHIN: u32 = 20 * SECOND;
/// How much later than it asked the system runs a job of an app that is put away.
pub(super) const JOB_SLACK: Range<u32> = 0..5 * MINUTE;

/// A story for the whole crowd.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name in tables and files.
    pub name: &'static str,
    /// What it is, in a line.
    pub title: String,
    /// Whether its recovery must meet the goals.
    pub has_goals: bool,
    pub(super) capacity: Capacity,
    pub(super) horizon: u32,
    /// From when on it is a recovery: the backlog is what waits at this instant.
    pub(super) recovery_from: u32,
    /// Whether a receipt is what is sent: it has a verdict later.
    has_verdicts: bool,
    opening: Option<u32>,
    /// Hours in which members are awake.
    awake: Range<u32>,
}

/// Somebody looks at the app, or does something in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub at: u32,
    pub stays: u32,
    pub phone: u32,
    pub entries: u8,
    /// What it shows is current: nothing is pulled.
    pub is_current: bool,
}

/// What members do, whatever the rule.
pub(super) struct Plan {
    pub seed: u64,
    pub phones: u32,
    pub visits: Vec<Visit>,
}

impl Scenario {
    /// All that are played, but for the days, with a gallery that carries out so many requests a second.
    #[must_use]
    pub fn all(per_second: f64) -> Vec<Self> {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let outage = |name, away, retry_after| Self::outage(name, per_second, away, retry_after);
        let unasked = Self { has_goals: false, ..Self::opening("opening-unasked", per_second, None) };
        vec![
            outage("outage", Away::Refused, seconds(60)),
            outage("outage-unasked", Away::Refused, None),
            outage("outage-busy", Away::Busy(None), seconds(60)),
            outage("outage-asked", Away::Busy(seconds(120)), seconds(60)),
            Self::opening("opening", per_second, seconds(60)),
            Self { has_goals: false, ..Self::opening("opening-30", per_second, seconds(30)) },
            unasked,
        ]
    }

    /// An hour without a gallery, seen as `away`; back again, it says `retry_after` to those whom it cannot serve.
    #[must_use]
    pub fn outage(name: &'static str, per_second: f64, away: Away, retry_after: Option<Duration>) -> Self {
        let (from, until) = (10 * MINUTE, 70 * MINUTE);
        let seen = match away {
            Away::Refused => "refused connections".to_owned(),
            Away::Busy(asked) => format!("503 {}", named(asked)),
        };
        Self {
            name,
            title: format!(
                "An outage of an hour, seen as {seen}; afterwards 503 {} beyond capacity",
                named(retry_after)
            ),
            capacity: Capacity { per_second, retry_after, away: Some((from..until, away)) },
            horizon: until + HOUR,
            recovery_from: until,
            has_verdicts: true,
            has_goals: true,
            opening: None,
            awake: 0..until + HOUR,
        }
    }

    /// A closed event opens, and members tap within seconds.
    #[must_use]
    pub fn opening(name: &'static str, per_second: f64, retry_after: Option<Duration>) -> Self {
        let opening = 10 * MINUTE;
        Self {
            name,
            title: format!("A closed event opens at minute 0; 503 {} beyond capacity", named(retry_after)),
            capacity: Capacity { per_second, retry_after, away: None },
            horizon: opening + 30 * MINUTE,
            recovery_from: opening + TAPPED_WITHIN,
            has_verdicts: false,
            has_goals: true,
            opening: Some(opening),
            awake: 0..opening + HOUR,
        }
    }

    /// A day, with an outage from twelve to one or without.
    #[must_use]
    pub fn day(per_second: f64, with_outage: bool) -> Self {
        let noon = 12 * HOUR..13 * HOUR;
        let outage = Self::outage("day-of-an-outage", per_second, Away::Refused, Some(Duration::from_secs(60)));
        Self {
            name: if with_outage { outage.name } else { "quiet-day" },
            capacity: Capacity { away: with_outage.then_some((noon, Away::Refused)), ..outage.capacity },
            horizon: 24 * HOUR,
            recovery_from: 13 * HOUR,
            awake: 9 * HOUR..22 * HOUR,
            has_goals: false,
            ..outage
        }
    }

    /// When the gallery's return or the end of the taps begins the recovery, in seconds.
    pub(super) fn recovery_from(&self) -> u32 {
        self.recovery_from / SECOND
    }

    /// When the gallery returns, or the event opens: minute 0 of a chart.
    pub(super) fn minute_zero(&self) -> u32 {
        self.opening.unwrap_or(self.recovery_from) / SECOND
    }

    /// When the gallery is away, in seconds.
    pub(super) fn away(&self) -> Option<Range<u32>> {
        self.capacity.away.as_ref().map(|(when, _)| when.start / SECOND..when.end / SECOND)
    }

    /// Requests a second.
    pub(super) fn capacity(&self) -> f64 {
        self.capacity.per_second
    }

    /// Whether the day itself is looked at.
    pub(super) fn is_day(&self) -> bool {
        self.horizon == 24 * HOUR
    }

    /// Seconds of the whole capacity for what the backlog needs: each entry, and one pull of what they have changed.
    pub(super) fn limit(&self, entries: u64, phones: u64) -> f64 {
        let pulled = if self.has_verdicts { Reason::Verdict } else { Reason::Events };
        (entries + phones * u64::from(pulled.requests())) as f64 / self.capacity.per_second
    }

    pub(super) fn verdict_in(&self, dice: &mut Dice) -> Option<u32> {
        self.has_verdicts.then(|| 20 * SECOND + exponential(dice, f64::from(MINUTE)))
    }

    pub(super) fn plan(&self, phones: u32, seed: u64) -> Plan {
        let mut dice = Dice::of(seed, Purpose::Members);
        let mut visits = Vec::new();
        for phone in 0..phones {
            if self.has_verdicts {
                self.visits_of(phone, CAPTURES_IN_AN_HOUR, true, &mut dice, &mut visits);
            }
            self.visits_of(phone, LOOKS_IN_AN_HOUR, false, &mut dice, &mut visits);
            if let Some(opening) = self.opening
                && dice.happens(TAPS)
            {
                let at =
                    opening + (dice.fraction(0.0..1.0) * dice.fraction(0.0..1.0) * f64::from(TAPPED_WITHIN)) as u32;
                let stays = 5 * MINUTE + exponential(&mut dice, f64::from(2 * MINUTE));
                visits.push(Visit { at, stays, phone, entries: 1, is_current: true });
            }
        }
        visits.sort_unstable_by_key(|visit| (visit.at, visit.phone, visit.entries));
        Plan { seed, phones, visits }
    }

    /// At a steady rate while members are awake.
    fn visits_of(&self, phone: u32, in_an_hour: f64, brings: bool, dice: &mut Dice, visits: &mut Vec<Visit>) {
        let mut at = self.awake.start;
        loop {
            at = at.saturating_add(exponential(dice, f64::from(HOUR) / in_an_hour));
            if at >= self.awake.end {
                return;
            }
            let stays =
                if brings && dice.happens(STAYS) { HOUR } else { MINUTE + exponential(dice, f64::from(2 * MINUTE)) };
            // Three of five bring one receipt, a quarter two, the others three.
            let entries = match dice.number(0..20) {
                _ if !brings => 0,
                0..12 => 1,
                12..17 => 2,
                _ => 3,
            };
            visits.push(Visit { at, stays, phone, entries, is_current: false });
        }
    }
}

fn named(retry_after: Option<Duration>) -> String {
    retry_after
        .map_or_else(|| "without Retry-After".to_owned(), |asked| format!("with Retry-After {}", asked.as_secs()))
}

fn exponential(dice: &mut Dice, mean: f64) -> u32 {
    (-mean * (1.0 - dice.fraction(0.0..1.0)).ln()) as u32
}
