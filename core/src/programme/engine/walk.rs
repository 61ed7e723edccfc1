//! The tier, entry by entry and midnight by midnight.

use chrono::{Days, NaiveDate};

use super::{
    answer::Rule,
    movement::{Dated, Movement},
    tally::Tally,
};
use crate::programme::{
    instant::Moment,
    rules::{Downgrade, Rules, Validity},
};

/// What is the same on the whole walk.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub rules: &'a Rules,
    pub joined: NaiveDate,
    /// Of all entries that exist, in order.
    pub movements: &'a [Dated],
}

/// A change of the tier, by places: of the tier, and of the entry that caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub at: Moment,
    pub tier: usize,
    pub cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Entry(usize),
    Rule(Rule),
}

/// Where the walk is.
#[derive(Clone, Debug)]
pub struct Walk {
    pub day: NaiveDate,
    pub tally: Tally,
    pub earned: usize,
    /// Of the earned tier.
    pub valid_until: Option<NaiveDate>,
    /// While grace runs: the day at whose midnight it ends.
    pub grace_ends: Option<NaiveDate>,
    /// The tiers that were given and hold, each with its last day.
    grants: Vec<(usize, NaiveDate)>,
    /// The higher of what was earned and what was given.
    pub tier: usize,
    /// Whether something happened since the tier was last asked about. If nothing did, the answer is the same.
    is_unasked: bool,
}

impl Walk {
    /// At 00:00 of the first day.
    pub fn begin(rules: &Rules, first_day: NaiveDate, joined: NaiveDate) -> Self {
        Self {
            day: first_day,
            tally: Tally::new(rules, first_day, joined),
            earned: 0,
            valid_until: None,
            grace_ends: None,
            grants: Vec::new(),
            tier: 0,
            is_unasked: false,
        }
    }

    /// Through the midnights up to that of `day`.
    pub fn go_to(&mut self, ground: Ground<'_>, day: NaiveDate, turns: &mut Vec<Turn>) {
        while let Some(next) = self.day.succ_opt().filter(|next| *next <= day) {
            self.midnight(ground, next, turns);
        }
    }

    /// Takes the entry at `place`, the next one.
    pub fn take(&mut self, ground: Ground<'_>, place: usize, at: Moment, turns: &mut Vec<Turn>) {
        self.go_to(ground, at.day(), turns);
        let Some((_, movement)) = ground.movements.get(place) else { return };
        self.tally.add(movement);
        match movement {
            Movement::Silent => return,
            Movement::Grant(tier, until) => {
                self.grants.extend(tier.filter(|_| *until >= self.day).map(|tier| (tier, *until)));
            }
            Movement::Purchase { .. } | Movement::Points(1.., _) => self.rise(ground),
            Movement::Return { .. } | Movement::Points(..) => {
                if ground.rules.asks_daily() && self.grace_ends.is_none() {
                    let reached = self.tally.tier(ground.rules);
                    self.end(ground, self.day, reached);
                }
                self.rise(ground);
            }
        }
        self.is_unasked = true;
        self.tell(at, Cause::Entry(place), turns);
    }

    fn midnight(&mut self, ground: Ground<'_>, day: NaiveDate, turns: &mut Vec<Turn>) {
        let rules = ground.rules;
        let grace_ends = self.grace_ends == Some(day);
        let ends = self.grace_ends.is_none() && self.valid_until.is_some_and(|until| until < day);
        // Both are decided by the day before, but where the period's end begins everything anew.
        let before = (grace_ends || ends && rules.validity != Validity::PeriodEnd).then(|| self.tally.tier(rules));
        self.day = day;
        let has_moved = self.tally.go_to(rules, day, ground.joined, ground.movements);
        if has_moved || self.is_unasked || grace_ends || ends {
            let reached = self.tally.tier(rules);
            if grace_ends {
                self.end_of_grace(ground, day, before.unwrap_or(reached));
            } else if ends || rules.asks_daily() && self.grace_ends.is_none() {
                self.end(ground, day, before.unwrap_or(reached));
            }
            self.tell(Moment::start_of(day), Cause::Rule(Rule::Validity), turns);
            // After the end of a grace nothing was asked about this day.
            self.is_unasked = grace_ends;
        }
        if !self.grants.is_empty() {
            self.grants.retain(|(_, until)| *until >= day);
            self.tell(Moment::start_of(day), Cause::Rule(Rule::GrantEnd), turns);
        }
        if has_moved || grace_ends || ends {
            self.rise(ground);
            self.tell(Moment::start_of(day), Cause::Rule(Rule::Window), turns);
        }
    }

    /// Up, where more is reached than was earned.
    fn rise(&mut self, ground: Ground<'_>) {
        let reached = self.tally.tier(ground.rules);
        if reached > self.earned {
            self.begin_tier(ground, reached, self.day);
        }
    }

    /// The end of the earned tier's time, on `day`; `reached` decides.
    fn end(&mut self, ground: Ground<'_>, day: NaiveDate, reached: usize) {
        let rules = ground.rules;
        if reached >= self.earned || rules.downgrade == Downgrade::Never {
            self.begin_tier(ground, self.earned, day);
        } else if rules.grace_days > 0 {
            self.grace_ends = day.checked_add_days(Days::new(rules.grace_days.into()));
        } else {
            self.fall(ground, day, reached);
        }
    }

    fn end_of_grace(&mut self, ground: Ground<'_>, day: NaiveDate, reached: usize) {
        if reached >= self.earned {
            self.begin_tier(ground, self.earned, day);
        } else {
            self.fall(ground, day, reached);
        }
    }

    fn fall(&mut self, ground: Ground<'_>, day: NaiveDate, reached: usize) {
        let tier = match ground.rules.downgrade {
            Downgrade::OneStep => reached.max(self.earned.saturating_sub(1)),
            Downgrade::ByBalance | Downgrade::Never => reached,
        };
        self.begin_tier(ground, tier, day);
    }

    /// A tier is earned, or renewed, with effect from `day`.
    fn begin_tier(&mut self, ground: Ground<'_>, tier: usize, day: NaiveDate) {
        let Ground { rules, joined, .. } = ground;
        self.earned = tier;
        self.grace_ends = None;
        self.valid_until = if tier == 0 { None } else { rules.validity.until(rules.period, day, joined) };
    }

    /// Puts down that the tier has changed, where it has.
    fn tell(&mut self, at: Moment, cause: Cause, turns: &mut Vec<Turn>) {
        let given = self.grants.iter().map(|(tier, _)| *tier).max();
        let tier = given.map_or(self.earned, |given| given.max(self.earned));
        if tier != self.tier {
            self.tier = tier;
            turns.push(Turn { at, tier, cause });
        }
    }

    /// The last day of the grants of a tier.
    pub fn granted_until(&self, tier: usize) -> Option<NaiveDate> {
        self.grants.iter().filter(|(of, _)| *of == tier).map(|(_, until)| *until).max()
    }
}
