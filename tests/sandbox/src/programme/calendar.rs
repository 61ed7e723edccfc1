use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;

/// Days as calendar dates in the document's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Calendar(pub(super) Tz);

impl Calendar {
    pub(super) fn day_of(self, at: i64) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// The first instant of a day: 00:00, the first one where clocks show it twice, and the first
    /// instant after where they skip it, be it with the whole day.
    pub(super) fn start_of(self, day: NaiveDate) -> i64 {
        let midnight = day.and_time(NaiveTime::MIN);
        if let Some(instant) = self.0.from_local_datetime(&midnight).earliest() {
            return instant.timestamp();
        }
        // No zone is further from UTC than this, nor skips more at once.
        const FAR: i64 = 2 * crate::time::DAY;
        let near = midnight.and_utc().timestamp();
        let (mut before, mut after) = (near - FAR, near + FAR);
        while after - before > 1 {
            let middle = before.midpoint(after);
            if self.day_of(middle) < day { before = middle } else { after = middle }
        }
        after
    }

    /// RFC 3339 with the zone's offset.
    pub(super) fn written(self, at: i64) -> String {
        self.local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    fn local(self, at: i64) -> DateTime<Tz> {
        DateTime::<Utc>::from_timestamp(at, 0).unwrap_or_default().with_timezone(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;
    use chrono_tz::Tz;

    fn start(zone: Tz, day: &str) -> String {
        let calendar = Calendar(zone);
        calendar.written(calendar.start_of(day.parse().unwrap()))
    }

    #[test]
    fn moscow_was_an_hour_further_for_some_years() {
        assert_eq!(start(Tz::Europe__Moscow, "2011-01-01"), "2011-01-01T00:00:00+03:00");
        assert_eq!(start(Tz::Europe__Moscow, "2012-01-01"), "2012-01-01T00:00:00+04:00");
        assert_eq!(start(Tz::Europe__Moscow, "2014-10-26"), "2014-10-26T00:00:00+04:00");
        assert_eq!(start(Tz::Europe__Moscow, "2014-10-27"), "2014-10-27T00:00:00+03:00");
        let calendar = Calendar(Tz::Europe__Moscow);
        let day = |at| calendar.day_of(parse_instant(at).unwrap()).to_string();
        assert_eq!(day("2013-06-01T20:00:00Z"), "2013-06-02");
        assert_eq!(day("2015-06-01T20:00:00Z"), "2015-06-01");
    }

    #[test]
    fn midnights_that_clocks_skip_or_show_twice() {
        assert_eq!(start(Tz::Europe__Moscow, "1981-04-01"), "1981-04-01T01:00:00+04:00");
        assert_eq!(start(Tz::Europe__Moscow, "1981-10-01"), "1981-10-01T00:00:00+03:00");
        assert_eq!(start(Tz::America__Havana, "2024-11-03"), "2024-11-03T00:00:00-04:00");
        assert_eq!(start(Tz::America__Havana, "2024-03-10"), "2024-03-10T01:00:00-04:00");
        // Samoa had no 30 December 2011.
        assert_eq!(start(Tz::Pacific__Apia, "2011-12-30"), "2011-12-31T00:00:00+14:00");
    }
}
