use chrono::{Datelike, Days, NaiveDate};

use crate::time::{minus_months, next_day, plus_months};

/// What counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    RollingMonths(u32),
    RollingDays(u32),
    CalendarYear,
    Anniversary,
    Lifetime,
}

impl Period {
    /// The first day of the window of a day. `None`: the beginning.
    pub(super) fn first_day(self, joined: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::RollingMonths(n) => Some(next_day(minus_months(day, n))),
            Self::RollingDays(n) => day.checked_sub_days(Days::new(u64::from(n) - 1)),
            Self::CalendarYear => NaiveDate::from_ymd_opt(day.year(), 1, 1),
            Self::Anniversary => Some(last_anniversary(joined, day)),
            Self::Lifetime => None,
        }
    }

    /// The first day whose window no longer holds a day. `None`: every window does.
    pub(super) fn leaves(self, joined: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::RollingMonths(n) => {
                let mut left = plus_months(day, n);
                // A month's end can be clamped: 29 February plus 12 months is 28 February, whose window still
                // holds it.
                while left < NaiveDate::MAX && next_day(minus_months(left, n)) <= day {
                    left = next_day(left);
                }
                Some(left)
            }
            Self::RollingDays(n) => Some(plus_days(day, n)),
            Self::CalendarYear => NaiveDate::from_ymd_opt(day.year() + 1, 1, 1),
            Self::Anniversary => Some(next_anniversary(joined, day)),
            Self::Lifetime => None,
        }
    }

    /// Whether the end of `period_end` is asked about every day.
    fn is_open(self) -> bool {
        matches!(self, Self::RollingMonths(_) | Self::RollingDays(_) | Self::Lifetime)
    }
}

/// How long a tier holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Validity {
    PeriodEnd,
    Months(u32),
    NextYearEnd,
    Forever,
}

impl Validity {
    /// The last day of a tier that holds with effect from a day.
    pub(super) fn until(self, period: Period, joined: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
        match (self, period) {
            (Self::Months(n), _) => plus_months(from, n).pred_opt(),
            (Self::NextYearEnd, _) => NaiveDate::from_ymd_opt(from.year() + 1, 12, 31),
            (Self::PeriodEnd, Period::CalendarYear) => NaiveDate::from_ymd_opt(from.year(), 12, 31),
            (Self::PeriodEnd, Period::Anniversary) => next_anniversary(joined, from).pred_opt(),
            (Self::PeriodEnd | Self::Forever, _) => None,
        }
    }

    pub(super) fn is_period_end(self) -> bool {
        self == Self::PeriodEnd
    }

    /// Whether there is no end date and every midnight asks.
    pub(super) fn asks_daily(self, period: Period) -> bool {
        self == Self::PeriodEnd && period.is_open()
    }
}

pub(super) fn plus_days(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

fn last_anniversary(joined: NaiveDate, day: NaiveDate) -> NaiveDate {
    let this_year = anniversary(joined, day.year());
    if this_year > day { anniversary(joined, day.year() - 1) } else { this_year }
}

fn next_anniversary(joined: NaiveDate, day: NaiveDate) -> NaiveDate {
    let this_year = anniversary(joined, day.year());
    if this_year <= day { anniversary(joined, day.year() + 1) } else { this_year }
}

fn anniversary(joined: NaiveDate, year: i32) -> NaiveDate {
    // Only 29 February is missing in a year.
    joined.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).unwrap_or(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn first(period: Period, joined: &str, of: &str) -> String {
        period.first_day(day(joined), day(of)).unwrap().to_string()
    }

    #[test]
    fn months_are_clamped_to_their_ends() {
        let month = |of| first(Period::RollingMonths(1), "2020-01-01", of);
        assert_eq!(month("2026-03-28"), "2026-03-01");
        assert_eq!(month("2026-03-31"), "2026-03-01");
        assert_eq!(month("2026-04-30"), "2026-03-31");
        assert_eq!(month("2026-05-31"), "2026-05-01");
        assert_eq!(first(Period::RollingMonths(12), "2020-01-01", "2024-02-29"), "2023-03-01");
        assert_eq!(first(Period::RollingDays(1), "2020-01-01", "2024-02-29"), "2024-02-29");
        assert_eq!(first(Period::RollingDays(30), "2020-01-01", "2024-03-01"), "2024-02-01");
        let until = |from| Validity::Months(1).until(Period::Lifetime, day(from), day(from)).unwrap().to_string();
        assert_eq!(until("2026-01-31"), "2026-02-27");
        assert_eq!(until("2026-02-28"), "2026-03-27");
    }

    #[test]
    fn a_leap_day_has_its_anniversary_on_28_february_of_common_years() {
        let first = |of| first(Period::Anniversary, "2024-02-29", of);
        assert_eq!(first("2025-02-27"), "2024-02-29");
        assert_eq!(first("2025-02-28"), "2025-02-28");
        assert_eq!(first("2028-02-28"), "2027-02-28");
        assert_eq!(first("2028-02-29"), "2028-02-29");
        let until = |from| Validity::PeriodEnd.until(Period::Anniversary, day("2024-02-29"), day(from));
        assert_eq!(until("2024-02-29"), Some(day("2025-02-27")));
        assert_eq!(until("2025-02-28"), Some(day("2026-02-27")));
        assert_eq!(until("2027-12-31"), Some(day("2028-02-28")));
        assert_eq!(first("2023-05-01"), "2023-02-28", "also before joining");
    }

    #[test]
    fn the_first_window_without_a_day_is_the_one_after_the_last_with_it() {
        let joined = day("2020-02-29");
        let periods = [Period::RollingMonths(1), Period::RollingMonths(12), Period::RollingDays(1)]
            .into_iter()
            .chain([Period::RollingDays(45), Period::CalendarYear, Period::Anniversary]);
        for period in periods {
            let mut bought = day("2023-01-15");
            while bought < day("2025-03-05") {
                let left = period.leaves(joined, bought).unwrap();
                assert!(period.first_day(joined, left).unwrap() > bought, "{period:?} {bought}");
                let held = left.pred_opt().unwrap();
                assert!(period.first_day(joined, held).unwrap() <= bought, "{period:?} {bought}");
                bought = next_day(bought);
            }
        }
    }
}
