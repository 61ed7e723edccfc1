//! What is asked, at the end of the walk.

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::{
    answer::{Answer, Because, Change, Keep, Leaving, Need, ToReach},
    tally::Tally,
    walk::{Cause, Ground, Turn, Walk},
};
use crate::{
    ids::TierId,
    programme::{
        instant::Moment,
        ledger::Entry,
        rules::{Downgrade, Metric, Tier, Validity},
    },
};

const OUTLOOK_DAYS: usize = 60;
/// How far ahead the day is looked for on which a tier ends.
const FORESIGHT_DAYS: usize = 400;

pub struct Today<'a> {
    pub ground: Ground<'a>,
    /// Gone to the day asked about.
    pub walk: &'a Walk,
    pub entries: &'a [Arc<Entry>],
    /// The member's.
    pub first_day: NaiveDate,
}

impl Today<'_> {
    pub fn answer(&self, turns: impl Iterator<Item = Turn>) -> Answer {
        let walk = self.walk;
        let timeline: Arc<[Change]> = turns.map(|turn| self.change(turn)).collect();
        let is_granted = walk.tier > walk.earned;
        Answer {
            tier: self.id(walk.tier),
            since: timeline.last().map_or_else(|| Moment::start_of(self.first_day), |last| last.at),
            valid_until: if is_granted { walk.granted_until(walk.tier) } else { walk.valid_until },
            granted: is_granted,
            to_earn: if is_granted { self.to_reach(walk.tier) } else { None },
            to_next: self.to_reach(walk.tier + 1),
            to_keep: self.to_keep(),
            outlook: self.outlook(),
            timeline,
            sum: walk.tally.reached(Metric::Sum, None),
            needs: (0..self.ground.rules.tiers.len()).map(|place| self.need(place, &walk.tally)).collect(),
        }
    }

    fn tier(&self, place: usize) -> Option<&Tier> {
        self.ground.rules.tiers.get(place)
    }

    fn id(&self, place: usize) -> TierId {
        self.tier(place).map_or_else(|| TierId::new(""), |tier| tier.id.clone())
    }

    fn change(&self, turn: Turn) -> Change {
        let because = match turn.cause {
            Cause::Entry(place) => {
                Because::Entry(self.entries.get(place).map_or_else(|| Arc::from(""), |entry| Arc::clone(&entry.id)))
            }
            Cause::Rule(rule) => Because::Rule(rule),
        };
        Change { at: turn.at, tier: self.id(turn.tier), because }
    }

    fn need(&self, place: usize, tally: &Tally) -> Option<Need> {
        Some(Need::of(self.tier(place)?.require.as_ref()?, self.ground.rules, tally))
    }

    fn to_reach(&self, place: usize) -> Option<ToReach> {
        Some(ToReach { tier: self.id(place), need: self.need(place, &self.walk.tally)? })
    }

    fn to_keep(&self) -> Option<Keep> {
        let (walk, rules) = (self.walk, self.ground.rules);
        if walk.earned == 0 || rules.downgrade == Downgrade::Never {
            return None;
        }
        let keep =
            |by, tally: &Tally| Some(Keep { tier: self.id(walk.earned), by, need: self.need(walk.earned, tally)? });
        let on = |by: NaiveDate| {
            let mut tally = walk.tally.clone();
            self.look_ahead(&mut tally, by);
            keep(by, &tally)
        };
        if let Some(ends) = walk.grace_ends {
            return on(ends.pred_opt()?);
        }
        match rules.validity {
            Validity::Months(_) | Validity::NextYearEnd => on(walk.valid_until?),
            Validity::PeriodEnd if rules.asks_daily() => {
                let mut tally = walk.tally.clone();
                for (number, day) in self.days_ahead(FORESIGHT_DAYS).enumerate() {
                    let has_moved = self.look_ahead(&mut tally, day);
                    // What nothing moved is as it was, but that is not asked about after the end of a grace.
                    if (has_moved || number == 0) && tally.tier(rules) < walk.earned {
                        return keep(day.pred_opt()?, &tally);
                    }
                }
                None
            }
            Validity::PeriodEnd | Validity::Forever => None,
        }
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

    fn look_ahead(&self, tally: &mut Tally, day: NaiveDate) -> bool {
        tally.go_to(self.ground.rules, day, self.ground.joined, self.ground.movements)
    }

    /// The days after the one asked about.
    fn days_ahead(&self, most: usize) -> impl Iterator<Item = NaiveDate> {
        let tomorrow = self.walk.day.checked_add_days(Days::new(1));
        tomorrow.into_iter().flat_map(|day| day.iter_days()).take(most)
    }
}
