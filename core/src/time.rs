//! Moscow time. Instants are UTC; the programme's calendar and the tills' clocks are Europe/Moscow.

use chrono::{DateTime, Months, NaiveDate, NaiveDateTime, SubsecRound as _, TimeZone, Utc};
use chrono_tz::Tz;

/// The zone of the gallery, its tills and its programme.
pub const MOSCOW: Tz = chrono_tz::Europe::Moscow;

/// The instant at which Moscow's clocks show `local`; the first of two where the hour was repeated
/// (October 2014), `None` where it was left out.
#[must_use]
pub fn moscow(local: NaiveDateTime) -> Option<DateTime<Tz>> {
    MOSCOW.from_local_datetime(&local).earliest()
}

/// What Moscow's clocks show at `instant`. Instants beyond the years 1 … 9999 are held there: a server's slip must
/// not leave the calendar, where conversions panic.
#[must_use]
pub fn in_moscow(instant: DateTime<Utc>) -> DateTime<Tz> {
    const FIRST: i64 = -62_135_510_400;
    const LAST: i64 = 253_402_214_400;
    let held = DateTime::from_timestamp(instant.timestamp().clamp(FIRST, LAST), 0);
    held.filter(|held| *held != instant.trunc_subsecs(0)).unwrap_or(instant).with_timezone(&MOSCOW)
}

/// The calendar day in Moscow at `instant`.
#[must_use]
pub fn moscow_date(instant: DateTime<Utc>) -> NaiveDate {
    in_moscow(instant).date_naive()
}

/// `day` less `months`, clamped to the month's end (31 March − 1 month = 28 or 29 February).
#[must_use]
pub fn minus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// An instant as it is stored: milliseconds since 1970.
#[must_use]
pub fn to_millis(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_millis()
}

/// A stored instant. One that lies beyond the calendar is held at its end.
#[must_use]
pub fn from_millis(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or(if millis < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn moscow_was_at_utc_plus_4_from_2011_to_2014() {
        let local = day("2013-07-01").and_hms_opt(12, 0, 0).unwrap();
        assert_eq!(moscow(local).unwrap().to_rfc3339(), "2013-07-01T12:00:00+04:00");
        let local = day("2026-07-01").and_hms_opt(12, 0, 0).unwrap();
        assert_eq!(moscow(local).unwrap().to_rfc3339(), "2026-07-01T12:00:00+03:00");
    }

    #[test]
    fn the_day_changes_at_midnight_in_moscow() {
        assert_eq!(moscow_date("2025-12-31T20:59:59Z".parse().unwrap()), day("2025-12-31"));
        assert_eq!(moscow_date("2025-12-31T21:00:00Z".parse().unwrap()), day("2026-01-01"));
    }

    #[test]
    fn the_calendars_ends_do_not_panic() {
        assert_eq!(moscow_date(DateTime::<Utc>::MAX_UTC), day("9999-12-31"));
        assert_eq!(moscow_date(DateTime::<Utc>::MIN_UTC), day("0001-01-02"));
        let now: DateTime<Utc> = "2026-03-14T12:00:00.5Z".parse().unwrap();
        assert_eq!(in_moscow(now).to_utc(), now);
    }

    #[test]
    fn months_are_clamped_to_their_end() {
        assert_eq!(minus_months(day("2026-03-31"), 1), day("2026-02-28"));
        assert_eq!(minus_months(day("2024-02-29"), 12), day("2023-02-28"));
    }

    #[test]
    fn stored_instants_survive_and_never_panic() {
        let now = "2026-03-14T12:00:00.123Z".parse().unwrap();
        assert_eq!(from_millis(to_millis(now)), now);
        assert_eq!(from_millis(i64::MIN), DateTime::<Utc>::MIN_UTC);
        assert_eq!(from_millis(i64::MAX), DateTime::<Utc>::MAX_UTC);
    }
}
