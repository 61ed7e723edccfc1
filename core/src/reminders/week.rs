//! How many there may be in any seven days.

use chrono::{DateTime, TimeDelta, Utc};

const WEEK: TimeDelta = TimeDelta::days(7);

/// The instants at which something fires, or has.
#[derive(Clone, Debug)]
pub struct Weeks {
    most: usize,
    taken: Vec<DateTime<Utc>>,
}

impl Weeks {
    /// At most `most` in any seven days, of which some are `taken`.
    pub fn new(most: u32, mut taken: Vec<DateTime<Utc>>) -> Self {
        taken.sort_unstable();
        Self { most: usize::try_from(most).unwrap_or(usize::MAX), taken }
    }

    pub fn take(&mut self, instant: DateTime<Utc>) {
        let place = self.taken.partition_point(|taken| *taken <= instant);
        self.taken.insert(place, instant);
    }

    /// Whether one more at `instant` is one too many of some seven days; then with the first instant at which it may not
    /// be. Never again where none is allowed.
    pub fn full_until(&self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.most == 0 {
            return Some(DateTime::<Utc>::MAX_UTC);
        }
        let from = self.taken.partition_point(|taken| *taken <= instant - WEEK);
        let until = self.taken.partition_point(|taken| *taken < instant + WEEK);
        let near = self.taken.get(from..until).unwrap_or_default();
        // Those of some seven days around it: the first and the last of `most` are less than a week apart.
        let full = near.windows(self.most).rfind(|those| match those {
            [first, .., last] => (*last).max(instant) - (*first).min(instant) < WEEK,
            [_] => true,
            [] => false,
        })?;
        Some(*full.first()? + WEEK)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    #[test]
    fn the_eighth_day_is_another_week() {
        let weeks = Weeks::new(2, vec![at(0), at(24)]);
        assert_eq!(weeks.full_until(at(48)), Some(at(168)));
        assert_eq!(weeks.full_until(at(168)), None);
        assert_eq!(weeks.full_until(at(-144)), None);
        assert_eq!(weeks.full_until(at(-143)), Some(at(168)));
        assert_eq!(Weeks::new(1, vec![at(0)]).full_until(at(167)), Some(at(168)));
        assert!(Weeks::new(0, Vec::new()).full_until(at(0)).is_some());
    }

    proptest! {
        #[test]
        fn no_seven_days_hold_more(most in 1u32..4, wanted in prop::collection::vec(0i64..1_000, 0..40)) {
            let mut weeks = Weeks::new(most, Vec::new());
            for hours in wanted {
                match weeks.full_until(at(hours)) {
                    None => weeks.take(at(hours)),
                    Some(until) => prop_assert!(until > at(hours)),
                }
            }
            for those in weeks.taken.windows(most as usize + 1) {
                prop_assert!(those[most as usize] - those[0] >= WEEK);
            }
        }

        #[test]
        fn what_is_refused_would_be_one_too_many(most in 1u32..4, taken in prop::collection::vec(0i64..600, 0..9), one in 0i64..600) {
            let mut weeks = Weeks::new(most, taken.into_iter().map(at).collect());
            let holds = |weeks: &Weeks| weeks.taken.windows(most as usize + 1).all(|those| those[most as usize] - those[0] >= WEEK);
            prop_assume!(holds(&weeks));
            let is_full = weeks.full_until(at(one)).is_some();
            weeks.take(at(one));
            prop_assert_eq!(is_full, !holds(&weeks));
        }
    }
}
