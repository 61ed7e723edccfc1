//! When nobody is disturbed, by Moscow's clocks.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, TimeDelta, Timelike as _, Utc};

use crate::{
    programme::rules::ReminderRules,
    time::{in_moscow, moscow},
};

/// The quiet hours around `instant`, from their first to their end; `None` where it is none of theirs.
pub fn quiet(rules: &ReminderRules, instant: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let local = in_moscow(instant).naive_local();
    let (from, until) = (rules.quiet_from, rules.quiet_until);
    let (time, today) = (local.time(), local.date());
    let is_over_midnight = from > until;
    let is_quiet = if is_over_midnight { time >= from || time < until } else { (from..until).contains(&time) };
    if !is_quiet {
        return None;
    }
    let began = if is_over_midnight && time < until { today.pred_opt()? } else { today };
    let ends = if is_over_midnight && time >= from { today.succ_opt()? } else { today };
    Some((at(began.and_time(from))?, at(ends.and_time(until))?))
}

/// The next whole hour by Moscow's clocks: whoever plans again before it comes to the same.
pub fn next_hour(instant: DateTime<Utc>) -> DateTime<Utc> {
    let local = in_moscow(instant);
    let past = TimeDelta::minutes(local.minute().into()) + TimeDelta::seconds(local.second().into());
    instant.trunc_subsecs(0) - past + TimeDelta::hours(1)
}

/// Where the clocks skip an hour, the instant after.
fn at(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let found = moscow(local).or_else(|| moscow(local + TimeDelta::hours(1)));
    found.map(|found| found.to_utc())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(from: (u32, u32), until: (u32, u32)) -> ReminderRules {
        let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        ReminderRules { quiet_from: time(from), quiet_until: time(until), ..ReminderRules::default() }
    }

    #[test]
    fn a_night_begins_on_one_day_and_ends_on_the_next() {
        let night = Some((instant("2026-03-14T21:00:00+03:00"), instant("2026-03-15T10:00:00+03:00")));
        for (at, expected) in [
            ("2026-03-14T20:59:59+03:00", None),
            ("2026-03-14T21:00:00+03:00", night),
            ("2026-03-15T00:00:00+03:00", night),
            ("2026-03-15T09:59:59+03:00", night),
            ("2026-03-15T10:00:00+03:00", None),
        ] {
            assert_eq!(quiet(&hours((21, 0), (10, 0)), instant(at)), expected, "{at}");
        }
    }

    #[test]
    fn a_rest_at_noon_is_of_one_day() {
        let noon = Some((instant("2026-03-14T12:30:00+03:00"), instant("2026-03-14T14:00:00+03:00")));
        for (at, expected) in [
            ("2026-03-14T12:29:59+03:00", None),
            ("2026-03-14T13:00:00+03:00", noon),
            ("2026-03-14T14:00:00+03:00", None),
        ] {
            assert_eq!(quiet(&hours((12, 30), (14, 0)), instant(at)), expected, "{at}");
        }
    }

    #[test]
    fn quiet_hours_end_also_where_the_clocks_skip_their_end() {
        // On 28 March 2010 there was no 02:30 in Moscow.
        let found = quiet(&hours((0, 0), (2, 30)), instant("2010-03-28T01:00:00+03:00")).unwrap();
        assert_eq!(found.1, instant("2010-03-28T03:30:00+04:00"));
    }

    #[test]
    fn the_next_hour_is_never_now() {
        for (at, expected) in [
            ("2026-03-14T15:00:00Z", "2026-03-14T16:00:00Z"),
            ("2026-03-14T15:00:00.5Z", "2026-03-14T16:00:00Z"),
            ("2026-03-14T15:59:59.999Z", "2026-03-14T16:00:00Z"),
        ] {
            assert_eq!(next_hour(instant(at)), instant(expected), "{at}");
        }
    }
}
