//! Values that everything else is made of: identifiers, money, time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Utc};
use vremena_core::{
    fiscal::DriveNumber,
    ids::{EventId, FeedItemId, MemberId, ReceiptId, TierId},
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
    /// An amount in whole kopecks. A negative one is a balance, never a receipt's total.
    Kopecks,
    i64,
    { remote, lower: |amount| amount.get(), try_lift: |kopecks| Ok(Kopecks::new(kopecks)) }
);
uniffi::custom_type!(
    /// The number of a till's fiscal drive (`fn`): 1 to 16 digits, leading zeros included. Passing anything else
    /// ends the call in `InvalidArgument`, `drive_number`.
    DriveNumber,
    String,
    {
        remote,
        lower: |number| number.as_str().to_owned(),
        try_lift: |digits| Ok(DriveNumber::new(digits).map_err(|_| CoreError::invalid("drive_number"))?)
    }
);

/// An instant, UTC.
pub type Instant = DateTime<Utc>;

uniffi::custom_type!(
    /// An instant. Passing one beyond the year 262000 ends the call in `InvalidArgument`, `instant`.
    Instant,
    SystemTime,
    {
        remote,
        lower: |instant| SystemTime::from(instant),
        try_lift: |time| Ok(instant(time).ok_or_else(|| CoreError::invalid("instant"))?)
    }
);

/// What a till's clock showed, in Moscow.
pub type TillTime = NaiveDateTime;

uniffi::custom_type!(
    /// The instant at which a till's clock, which shows Moscow's time, showed what is printed. It may be off by
    /// minutes.
    TillTime,
    SystemTime,
    {
        remote,
        lower: |shown| SystemTime::from(moscow(shown).map_or_else(|| shown.and_utc(), |shown| shown.to_utc())),
        try_lift: |time| {
            let instant = instant(time).ok_or_else(|| CoreError::invalid("instant"))?;
            Ok(in_moscow(instant).naive_local())
        }
    }
);

fn instant(time: SystemTime) -> Option<Instant> {
    let (seconds, nanos) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (i64::try_from(after.as_secs()).ok()?, after.subsec_nanos()),
        Err(before) => before_1970(before.duration())?,
    };
    DateTime::from_timestamp(seconds, nanos)
}

fn before_1970(by: Duration) -> Option<(i64, u32)> {
    let seconds = i64::try_from(by.as_secs()).ok()?.checked_neg()?;
    match by.subsec_nanos() {
        0 => Some((seconds, 0)),
        nanos => Some((seconds.checked_sub(1)?, 1_000_000_000 - nanos)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_of_any_age_come_through_whole() {
        for millis in [0, 1, -1, -999, -1000, -1001, 1_790_000_000_123, -62_135_510_400_000] {
            let before = DateTime::from_timestamp_millis(millis).unwrap();
            assert_eq!(instant(SystemTime::from(before)), Some(before), "{millis}");
        }
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_none() {
        for far in [Duration::from_secs(i64::MAX as u64), Duration::from_secs(1 << 50)] {
            assert_eq!(UNIX_EPOCH.checked_add(far).and_then(instant), None);
            assert_eq!(UNIX_EPOCH.checked_sub(far).and_then(instant), None);
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
