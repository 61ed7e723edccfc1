//! What is asked, at the end of the walk.

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::{
    answer::{Answer, Change, Expiring, Keep, Leaving, Need, ToReach},
    tally::Tally,
    walk::{Ground, Walk},
};
use crate::programme::{
    instant::Moment,
    rules::{Downgrade, Metric, Validity},
};

const OUTLOOK_DAYS: usize = 60;
/// How far ahead the day is looked for on which a tier ends.
const FORESIGHT_DAYS: usize = 400;

pub struct Today<'a> {
    pub ground: Ground<'a>,
    /// Gone to the day asked about.
    pub walk: Walk,
    pub timeline: Arc<[Change]>,
    /// The member's.
    pub first_day: NaiveDate,
}

impl Today<'_> {
    pub fn answer(self) -> Answer {
        let Self { ground: Ground { rules, .. }, walk, timeline, first_day } = &self;
        let is_granted = walk.tier > walk.earned;
        Answer {
            tier: rules.id(walk.tier),
            since: timeline.last().map_or_else(|| Moment::start_of(*first_day), |last| last.at),
            valid_until: if is_granted { walk.granted_until(walk.tier) } else { walk.valid_until },
            granted: is_granted,
            to_earn: if is_granted { self.to_reach(walk.tier) } else { None },
            to_next: self.to_reach(walk.tier + 1),
            outlook: self.outlook(),
            timeline: Arc::clone(timeline),
            sum: walk.tally.reached(Metric::Sum, None),
            needs: (0..rules.tiers.len()).map(|place| self.need(place, &walk.tally)).collect(),
            expiring: walk.tally.expiring().map(|(by, points)| Expiring { by, points }).collect(),
            to_keep: self.foresee(),
        }
    }

    fn need(&self, place: usize, tally: &Tally) -> Option<Need> {
        let rules = self.ground.rules;
        Some(Need::of(rules.tiers.get(place)?.require.as_ref()?, rules, tally))
    }

    fn to_reach(&self, place: usize) -> Option<ToReach> {
        Some(ToReach { tier: self.ground.rules.id(place), need: self.need(place, &self.walk.tally)? })
    }

    /// The last thing asked: it takes the walk on.
    fn foresee(mut self) -> Option<Keep> {
        let rules = self.ground.rules;
        let earned = self.walk.earned;
        if earned == 0 || rules.downgrade == Downgrade::Never {
            return None;
        }
        if let Some(ends) = self.walk.grace_ends {
            return self.keep_by(ends.pred_opt()?);
        }
        match rules.validity {
            Validity::Months(_) | Validity::NextYearEnd => {
                let by = self.walk.valid_until?;
                self.keep_by(by)
            }
            Validity::PeriodEnd if rules.asks_daily() => {
                for (number, day) in self.days_ahead(FORESIGHT_DAYS).enumerate() {
                    let has_moved = self.look_ahead(day);
                    // What nothing moved is as it was, but that is not asked about after the end of a grace.
                    if (has_moved || number == 0) && self.walk.tally.tier(rules) < earned {
                        return self.keep(day.pred_opt()?);
                    }
                }
                None
            }
            Validity::PeriodEnd | Validity::Forever => None,
        }
    }

    fn keep_by(&mut self, by: NaiveDate) -> Option<Keep> {
        self.look_ahead(by);
        self.keep(by)
    }

    fn keep(&self, by: NaiveDate) -> Option<Keep> {
        let Walk { earned, tally, .. } = &self.walk;
        Some(Keep { tier: self.ground.rules.id(*earned), by, need: self.need(*earned, tally)? })
    }

    fn outlook(&self) -> Vec<Leaving> {
        let Ground { rules, joined, movements } = self.ground;
        let mut from = 0;
        self.days_ahead(OUTLOOK_DAYS)
            .map(|date| {
                let sum = self.walk.tally.leaving(rules, date, joined, movements, &mut from);
                let sum = sum.clamp(i64::MIN.into(), i64::MAX.into());
                Leaving { date, sum: i64::try_from(sum).unwrap_or_default() }
            })
            .filter(|leaving| leaving.sum != 0)
            .collect()
    }

    fn look_ahead(&mut self, day: NaiveDate) -> bool {
        self.walk.tally.go_to(self.ground.rules, day, self.ground.joined, self.ground.movements)
    }

    /// The days after the one asked about.
    fn days_ahead(&self, most: usize) -> impl Iterator<Item = NaiveDate> + use<> {
        let tomorrow = self.walk.day.checked_add_days(Days::new(1));
        tomorrow.into_iter().flat_map(|day| day.iter_days()).take(most)
    }
}
