use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Europe::Moscow;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An instant in whole seconds, written in UTC: `2026-03-14T12:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) i64);

/// A receipt's time at the till in whole seconds, written with Moscow's offset: `2026-03-14T14:05:00+03:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TillTime(pub(crate) i64);

pub(crate) const DAY: i64 = 86_400;

/// Reads RFC 3339 with any offset; only years a gallery can have to do with, or the arithmetic of
/// months and days could leave the calendar.
pub(crate) fn parse_instant(text: &str) -> Option<i64> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    (1900..2200).contains(&instant.year()).then(|| instant.timestamp())
}

fn utc(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// The Moscow calendar day of an instant.
pub(crate) fn day_of(seconds: i64) -> NaiveDate {
    utc(seconds).with_timezone(&Moscow).date_naive()
}

/// 00:00 of a Moscow day. Where the clocks skip midnight, the first instant after.
pub(crate) fn start_of(day: NaiveDate) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN);
    let candidates = [midnight, midnight + chrono::TimeDelta::hours(1)];
    candidates
        .iter()
        .find_map(|time| Moscow.from_local_datetime(time).earliest())
        .map_or_else(|| midnight.and_utc().timestamp(), |instant| instant.timestamp())
}

pub(crate) fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

pub(crate) fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

pub(crate) fn minus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// The `Date` header's form (IMF-fixdate).
pub(crate) fn http_date(instant: DateTime<Utc>) -> String {
    instant.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&utc(self.0).to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Serialize for TillTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl TillTime {
    pub(crate) fn rfc3339(self) -> String {
        utc(self.0).with_timezone(&Moscow).to_rfc3339_opts(SecondsFormat::Secs, false)
    }
}

macro_rules! read_as_rfc3339 {
    ($($name:ident),+) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                parse_instant(&text).map(Self).ok_or_else(|| D::Error::custom("no instant"))
            }
        }
    )+};
}

read_as_rfc3339!(Instant, TillTime);

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        instant_schema(
            "An instant in UTC, in whole seconds",
            "2026-03-14T12:00:00Z",
            r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$",
        )
    }
}

impl PartialSchema for TillTime {
    fn schema() -> RefOr<Schema> {
        instant_schema(
            "A time at the till, with Moscow's offset, in whole seconds",
            "2026-03-14T14:05:00+03:00",
            r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+0[34]:00$",
        )
    }
}

impl ToSchema for Instant {}
impl ToSchema for TillTime {}

fn instant_schema(description: &str, example: &str, pattern: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some(description))
        .pattern(Some(pattern))
        .examples([example])
        .into()
}

macro_rules! stored_as_seconds {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    )+};
}

stored_as_seconds!(Instant, TillTime);
