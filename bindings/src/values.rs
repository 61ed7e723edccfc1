//! Values that everything else is made of: identifiers, money, time.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, SubsecRound as _, Utc};
use vremena_core::{
    ids::{AppealId, EventId, FeedItemId, MemberId, ReceiptId, ReminderId, TierId},
    money::Kopecks,
    time::{in_moscow, moscow},
};

use crate::error::CoreError;

uniffi::custom_type!(
    /// A member of the programme: survives a change of card, phone or account. Opaque.
    MemberId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(MemberId::new(text)) }
);
uniffi::custom_type!(
    /// A receipt, as the gallery names it. Opaque.
    ReceiptId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(ReceiptId::new(text)) }
);
uniffi::custom_type!(
    /// A tier of the programme's rules, for instance `leto`.
    TierId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(TierId::new(text)) }
);
uniffi::custom_type!(
    /// An appeal, as the phone that made it names it. Opaque.
    AppealId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(AppealId::new(text)) }
);
uniffi::custom_type!(
    /// An event of the gallery. Opaque.
    EventId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(EventId::new(text)) }
);
uniffi::custom_type!(
    /// An item of the feed. Opaque.
    FeedItemId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(FeedItemId::new(text)) }
);
uniffi::custom_type!(
    /// A reminder with all that it says. Opaque.
    ReminderId,
    String,
    { remote, lower: |id| id.as_str().to_owned(), try_lift: |text| Ok(ReminderId::new(text)) }
);
uniffi::custom_type!(
    /// An amount in whole kopecks. A negative one is a balance, never a receipt's total.
    Kopecks,
    i64,
    { remote, lower: |amount| amount.get(), try_lift: |kopecks| Ok(Kopecks::new(kopecks)) }
);
/// An instant, UTC.
pub type Instant = DateTime<Utc>;

uniffi::custom_type!(
    /// An instant, to the microsecond. One beyond the years 1 to 9999 is held there.
    Instant,
    SystemTime,
    { remote, lower: |instant| SystemTime::from(instant), try_lift: |time| Ok(instant(time)) }
);

/// What a till's clock showed, in Moscow.
pub type TillTime = NaiveDateTime;

uniffi::custom_type!(
    /// The instant at which a till's clock, which shows Moscow's time and whole seconds, showed what is printed. It may
    /// be off by minutes.
    TillTime,
    SystemTime,
    {
        remote,
        lower: |shown| SystemTime::from(moscow(shown).map_or_else(|| shown.and_utc(), |shown| shown.to_utc())),
        try_lift: |time| Ok(in_moscow(instant(time)).naive_local().round_subsecs(0))
    }
);

const FIRST: i64 = -62_135_510_400;
const LAST: i64 = 253_402_214_400;

/// Whether it lies at an end of the calendar, where times that are none are held.
pub(crate) fn is_held(instant: Instant) -> bool {
    [FIRST, LAST].contains(&instant.timestamp())
}

/// Every time is an instant: a value that cannot be one would end in a crash where a record is only printed. Swift keeps
/// time as a fraction of a second that misses a millisecond by some nanoseconds, hence the rounding; the ends are those
/// at which the core's own calendar is held.
fn instant(time: SystemTime) -> Instant {
    let seconds = |whole: u64| i64::try_from(whole).unwrap_or(i64::MAX);
    let (seconds, nanos) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (seconds(after.as_secs()), after.subsec_nanos()),
        Err(before) => match (before.duration().as_secs(), before.duration().subsec_nanos()) {
            (whole, 0) => (-seconds(whole), 0),
            (whole, nanos) => (-seconds(whole).saturating_add(1), 1_000_000_000 - nanos),
        },
    };
    let held = seconds.clamp(FIRST, LAST);
    // At the ends a fraction would round to beyond them.
    let nanos = if held == seconds { nanos } else { 0 };
    DateTime::from_timestamp(held, nanos).unwrap_or_default().round_subsecs(6)
}

/// A day of the calendar, in Moscow. Passing one that does not exist ends the call in `InvalidArgument`, `date`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CalendarDate {
    /// For instance 2026.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl From<NaiveDate> for CalendarDate {
    fn from(date: NaiveDate) -> Self {
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

impl TryFrom<CalendarDate> for NaiveDate {
    type Error = CoreError;

    fn try_from(date: CalendarDate) -> Result<Self, CoreError> {
        Self::from_ymd_opt(date.year, date.month, date.day).ok_or_else(|| CoreError::invalid("date"))
    }
}

/// The same in what the core hands out.
pub type Day = NaiveDate;

uniffi::custom_type!(
    /// A day of the calendar, in Moscow.
    Day,
    CalendarDate,
    { remote, lower: |day| day.into(), try_lift: |date| Ok(NaiveDate::try_from(date)?) }
);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn instants_of_any_age_come_through_whole() {
        for millis in [0, 1, -1, -999, -1000, -1001, 1_790_000_000_123, -62_135_510_400_000] {
            let before = DateTime::from_timestamp_millis(millis).unwrap();
            assert_eq!(instant(SystemTime::from(before)), before, "{millis}");
        }
    }

    #[test]
    fn a_fraction_that_misses_its_millisecond_is_that_millisecond() {
        for nanos in [122_999_999, 123_000_000, 123_000_240] {
            let seen = UNIX_EPOCH + Duration::new(1_773_489_600, nanos);
            assert_eq!(instant(seen).timestamp_millis(), 1_773_489_600_123, "{nanos}");
        }
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_held_at_its_end() {
        for far in [Duration::new(i64::MAX as u64, 999_999_999), Duration::new(1 << 50, 999_999_999)] {
            let years =
                [UNIX_EPOCH.checked_sub(far), UNIX_EPOCH.checked_add(far)].map(|time| time.map(|t| instant(t).year()));
            assert_eq!(years, [Some(1), Some(9999)]);
            assert!(UNIX_EPOCH.checked_add(far).is_some_and(|time| is_held(instant(time))));
        }
    }

    #[test]
    fn a_date_that_does_not_exist_is_an_invalid_argument() {
        let date = CalendarDate { year: 2026, month: 2, day: 30 };
        assert_eq!(NaiveDate::try_from(date), Err(CoreError::invalid("date")));
        let date = CalendarDate { day: 28, ..date };
        assert_eq!(NaiveDate::try_from(date).map(CalendarDate::from), Ok(date));
    }
}
