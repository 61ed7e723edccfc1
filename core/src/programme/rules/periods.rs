//! Windows of days, and the days on which tiers end.

use chrono::{Datelike as _, Days, Months, NaiveDate};

/// The days whose entries count. Windows are inclusive at both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The day after the same day so many months ago, up to the day.
    RollingMonths(u32),
    /// So many days up to the day.
    RollingDays(u32),
    /// From 1 January.
    CalendarYear,
    /// From the last anniversary of joining.
    Anniversary,
    /// From the beginning.
    Lifetime,
}

/// How long a tier is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// As long as the period says.
    PeriodEnd,
    /// So many months.
    Months(u32),
    /// Until the end of the next year.
    NextYearEnd,
    /// For ever.
    Forever,
}

impl Period {
    /// Whether no day of the year begins it anew.
    #[must_use]
    pub const fn is_sliding(self) -> bool {
        matches!(self, Self::RollingMonths(_) | Self::RollingDays(_) | Self::Lifetime)
    }

    /// The first day of the window of `day`, for one who has joined on `joined`.
    #[must_use]
    pub fn first_day(self, day: NaiveDate, joined: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::RollingMonths(n) => day.checked_sub_months(Months::new(n)).and_then(|before| before.succ_opt()),
            Self::RollingDays(n) => day.checked_sub_days(Days::new(u64::from(n.saturating_sub(1)))),
            Self::CalendarYear => NaiveDate::from_ymd_opt(day.year(), 1, 1),
            Self::Anniversary => {
                let this_year = anniversary(joined, day.year());
                if this_year.is_some_and(|this_year| this_year <= day) {
                    this_year
                } else {
                    anniversary(joined, day.year() - 1)
                }
            }
            Self::Lifetime => None,
        };
        first.unwrap_or(NaiveDate::MIN)
    }
}

impl Validity {
    /// The last day of a tier that is valid from `from`; `None` where it has none.
    #[must_use]
    pub fn until(self, period: Period, from: NaiveDate, joined: NaiveDate) -> Option<NaiveDate> {
        match (self, period) {
            (Self::Months(n), _) => from.checked_add_months(Months::new(n))?.pred_opt(),
            (Self::NextYearEnd, _) => NaiveDate::from_ymd_opt(from.year() + 1, 12, 31),
            (Self::PeriodEnd, Period::CalendarYear) => NaiveDate::from_ymd_opt(from.year(), 12, 31),
            (Self::PeriodEnd, Period::Anniversary) => {
                let next = anniversary(joined, from.year()).filter(|this_year| *this_year > from);
                next.or_else(|| anniversary(joined, from.year() + 1))?.pred_opt()
            }
            (Self::PeriodEnd | Self::Forever, _) => None,
        }
    }
}

/// The anniversary of joining in `year`; 29 February counts as 28 February in common years.
fn anniversary(joined: NaiveDate, year: i32) -> Option<NaiveDate> {
    joined.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, joined.month(), 28))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn first(period: Period, of: &str) -> NaiveDate {
        period.first_day(day(of), day("2024-02-29"))
    }

    #[test]
    fn windows_begin_on_the_day_that_the_specification_names() {
        assert_eq!(first(Period::RollingDays(1), "2026-03-14"), day("2026-03-14"));
        assert_eq!(first(Period::RollingDays(30), "2026-03-14"), day("2026-02-13"));
        assert_eq!(first(Period::RollingMonths(12), "2026-03-14"), day("2025-03-15"));
        assert_eq!(first(Period::RollingMonths(1), "2026-03-31"), day("2026-03-01"), "28 February is the month's end");
        assert_eq!(first(Period::RollingMonths(12), "2025-02-28"), day("2024-02-29"));
        assert_eq!(first(Period::CalendarYear, "2026-12-31"), day("2026-01-01"));
        assert_eq!(first(Period::Anniversary, "2025-02-27"), day("2024-02-29"));
        assert_eq!(first(Period::Anniversary, "2025-02-28"), day("2025-02-28"));
        assert_eq!(first(Period::Anniversary, "2028-02-28"), day("2027-02-28"));
        assert_eq!(first(Period::Anniversary, "2028-02-29"), day("2028-02-29"));
        assert_eq!(first(Period::Lifetime, "2026-03-14"), NaiveDate::MIN);
        assert_eq!(first(Period::RollingMonths(1_200), "1999-03-14"), day("1899-03-15"));
    }

    #[test]
    fn tiers_end_on_the_day_that_the_specification_names() {
        let until = |validity: Validity, period, from: &str| validity.until(period, day(from), day("2024-02-29"));
        let years = Period::CalendarYear;
        assert_eq!(until(Validity::Months(1), years, "2026-01-31"), Some(day("2026-02-27")));
        assert_eq!(until(Validity::Months(12), years, "2026-03-14"), Some(day("2027-03-13")));
        assert_eq!(until(Validity::NextYearEnd, years, "2026-01-01"), Some(day("2027-12-31")));
        assert_eq!(until(Validity::Forever, years, "2026-01-01"), None);
        assert_eq!(until(Validity::PeriodEnd, years, "2026-01-01"), Some(day("2026-12-31")));
        assert_eq!(until(Validity::PeriodEnd, Period::Anniversary, "2025-02-27"), Some(day("2025-02-27")));
        assert_eq!(until(Validity::PeriodEnd, Period::Anniversary, "2025-02-28"), Some(day("2026-02-27")));
        assert_eq!(until(Validity::PeriodEnd, Period::Anniversary, "2027-06-01"), Some(day("2028-02-28")));
        for period in [Period::Lifetime, Period::RollingDays(3), Period::RollingMonths(3)] {
            assert_eq!(until(Validity::PeriodEnd, period, "2026-01-01"), None);
        }
    }
}
