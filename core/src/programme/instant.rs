//! Instants and days of the programme: whole seconds, and calendar days in Moscow.

use chrono::{DateTime, Datelike as _, NaiveDate, SecondsFormat, TimeDelta, TimeZone as _, Utc};
use serde::{Serialize, Serializer};

use crate::time::{MOSCOW, in_moscow, moscow_date};

/// The years in which something can happen: outside of them, months and years would leave the calendar.
pub const YEARS: std::ops::Range<i32> = 1970..2200;

/// An instant in whole seconds, with its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    seconds: i64,
    day: NaiveDate,
}

impl Moment {
    /// The instant without its fraction of a second; held within [`YEARS`].
    #[must_use]
    pub fn of(instant: DateTime<Utc>) -> Self {
        let day = moscow_date(instant);
        match day.year() {
            year if year < YEARS.start => Self::start_of(NaiveDate::from_yo_opt(YEARS.start, 1).unwrap_or(day)),
            year if year >= YEARS.end => Self::start_of(NaiveDate::from_yo_opt(YEARS.end - 1, 365).unwrap_or(day)),
            _ => Self { seconds: instant.timestamp(), day },
        }
    }

    /// Reads RFC 3339; `None` outside of [`YEARS`] too.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        let day = moscow_date(instant);
        YEARS.contains(&day.year()).then(|| Self { seconds: instant.timestamp(), day })
    }

    /// The first instant of a day.
    #[must_use]
    pub fn start_of(day: NaiveDate) -> Self {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        // Moscow's clocks have skipped midnight at the beginning of a summer time, by an hour.
        let first = [midnight, midnight + TimeDelta::hours(1)];
        let first = first.iter().find_map(|local| MOSCOW.from_local_datetime(local).earliest());
        Self { seconds: first.map_or_else(|| midnight.and_utc().timestamp(), |first| first.timestamp()), day }
    }

    /// Its calendar day in Moscow.
    #[must_use]
    pub const fn day(self) -> NaiveDate {
        self.day
    }

    /// The instant.
    #[must_use]
    pub fn instant(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.seconds, 0).unwrap_or_default()
    }
}

/// As Moscow's clocks show it: `2026-03-01T12:00:00+03:00`.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&in_moscow(self.instant()).to_rfc3339_opts(SecondsFormat::Secs, false))
    }
}
