use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::document::{Downgrade, Programme, Returns};
use super::history::{Entry, History, Kind, Measures, Moment};
use super::periods::plus_days;
use crate::time::next_day;

/// A change of the member's tier.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: i64,
    pub(super) tier: usize,
    pub(super) because: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Entry(String),
    Validity,
    Window,
    GrantEnd,
}

/// What was earned, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Earned {
    pub(super) tier: usize,
    pub(super) valid_until: Option<NaiveDate>,
    /// The day at whose 00:00 the grace that runs ends.
    pub(super) grace_end: Option<NaiveDate>,
}

/// The history, gone through day by day up to the instant asked about.
pub(super) struct Timeline<'a> {
    history: &'a History<'a>,
    pub(super) earned: Earned,
    /// The highest tier of the grants that run.
    pub(super) granted: usize,
    pub(super) changes: Vec<Change>,
}

impl<'a> Timeline<'a> {
    pub(super) fn of(history: &'a History<'a>) -> rusqlite::Result<Self> {
        Self::through(history, &endings(history))
    }

    /// Asks at the midnights of these days, and of those that follow from what was earned.
    fn through(history: &'a History<'a>, days: &BTreeSet<NaiveDate>) -> rusqlite::Result<Self> {
        let earned = Earned { tier: 0, valid_until: None, grace_end: None };
        let mut timeline = Self { history, earned, granted: 0, changes: Vec::new() };
        timeline.run(days)?;
        Ok(timeline)
    }

    pub(super) fn tier(&self) -> usize {
        self.earned.tier.max(self.granted)
    }

    fn run(&mut self, days: &BTreeSet<NaiveDate>) -> rusqlite::Result<()> {
        let history = self.history;
        let (mut day, today) = (history.first_day(), history.asked.today());
        let mut seen = 0;
        // Whether the day so far changed what was earned.
        let mut changed = false;
        loop {
            let before = self.earned;
            let entry = history.entries.get(seen);
            let midnight = self.next_midnight(day, days, changed).filter(|midnight| *midnight <= today);
            match (entry, midnight) {
                (Some(entry), midnight) if midnight.is_none_or(|midnight| entry.day < midnight) => {
                    seen += 1;
                    changed &= entry.day == day;
                    day = entry.day;
                    self.event(entry, Moment { day, seen })?;
                }
                (_, Some(midnight)) => {
                    changed = false;
                    day = midnight;
                    self.midnight(day)?;
                }
                (_, None) => return Ok(()),
            }
            changed |= self.earned != before;
        }
    }

    /// The next day whose 00:00 must be asked about. Between its day and the one before it, any other
    /// midnight sees nothing leave the window, expire or end, and nothing settled differently than when it
    /// was last asked about: it asks the same as before, and gets the same answer.
    fn next_midnight(&self, day: NaiveDate, days: &BTreeSet<NaiveDate>, changed: bool) -> Option<NaiveDate> {
        let next = [
            days.range(next_day(day)..).next().copied(),
            self.earned.valid_until.map(next_day),
            self.earned.grace_end,
            changed.then(|| next_day(day)),
        ];
        next.into_iter().flatten().filter(|next| *next > day).min()
    }

    fn midnight(&mut self, day: NaiveDate) -> rusqlite::Result<()> {
        let programme = self.programme();
        let start = programme.calendar.start_of(day);
        let seen = self.history.before(day);
        let (today, yesterday) = (Moment { day, seen }, Moment { day: day.pred_opt().unwrap_or(day), seen });
        if self.earned.grace_end == Some(day) {
            self.earned.grace_end = None;
            let q = self.highest(yesterday)?;
            if q >= self.earned.tier {
                self.renew(day);
            } else {
                self.go_down(q, day, start, Cause::Validity);
            }
        } else if self.earned.grace_end.is_none() {
            if self.earned.valid_until.map(next_day) == Some(day) {
                // A period's end is where everything begins anew; other ends look back at their last day.
                let asked = if programme.validity.is_period_end() { today } else { yesterday };
                let q = self.highest(asked)?;
                self.end(q, day, start, Cause::Validity);
            } else if self.asks_daily() {
                self.ask(today, start, Cause::Validity)?;
            }
        }
        self.granted = self.highest_grant(today);
        self.record(start, Cause::GrantEnd);
        self.go_up(today, start, Cause::Window)
    }

    fn event(&mut self, entry: &Entry, moment: Moment) -> rusqlite::Result<()> {
        let cause = Cause::Entry(entry.id.clone());
        let takes_away = match entry.kind {
            Kind::Grant { .. } => {
                self.granted = self.highest_grant(moment);
                self.record(entry.at, cause);
                return Ok(());
            }
            Kind::Return if self.programme().returns == Returns::OriginalDate => return Ok(()),
            Kind::Return => true,
            Kind::Points { points, .. } => points < 0,
            Kind::Purchase => false,
        };
        self.go_up(moment, entry.at, cause.clone())?;
        if takes_away && self.asks_daily() && self.earned.grace_end.is_none() {
            self.ask(moment, entry.at, cause)?;
        }
        Ok(())
    }

    fn go_up(&mut self, moment: Moment, at: i64, because: Cause) -> rusqlite::Result<()> {
        let q = self.highest(moment)?;
        if q > self.earned.tier {
            self.earned.tier = q;
            self.renew(moment.day);
            self.earned.grace_end = None;
            self.record(at, because);
        }
        Ok(())
    }

    /// Without an end date the end happens when less than the earned tier is reached.
    fn ask(&mut self, moment: Moment, at: i64, because: Cause) -> rusqlite::Result<()> {
        let q = self.highest(moment)?;
        if q < self.earned.tier {
            self.end(q, moment.day, at, because);
        }
        Ok(())
    }

    fn end(&mut self, q: usize, day: NaiveDate, at: i64, because: Cause) {
        let programme = self.programme();
        if q >= self.earned.tier || programme.downgrade == Downgrade::Never {
            self.renew(day);
        } else if programme.grace_days > 0 {
            self.earned.grace_end = Some(plus_days(day, programme.grace_days));
        } else {
            self.go_down(q, day, at, because);
        }
    }

    fn go_down(&mut self, q: usize, day: NaiveDate, at: i64, because: Cause) {
        self.earned.tier = match self.programme().downgrade {
            Downgrade::OneStep => q.max(self.earned.tier.saturating_sub(1)),
            Downgrade::ByBalance | Downgrade::Never => q,
        };
        self.renew(day);
        self.record(at, because);
    }

    fn renew(&mut self, from: NaiveDate) {
        let Programme { validity, period, .. } = self.programme();
        let ends = self.earned.tier > 0;
        self.earned.valid_until = validity.until(*period, self.history.asked.joined, from).filter(|_| ends);
    }

    fn record(&mut self, at: i64, because: Cause) {
        let tier = self.tier();
        if self.changes.last().map_or(0, |last| last.tier) != tier {
            self.changes.push(Change { at, tier, because });
        }
    }

    /// q: the highest tier whose own requirement holds.
    pub(super) fn highest(&self, moment: Moment) -> rusqlite::Result<usize> {
        let measures = Measures::at(self.history, moment);
        for (index, tier) in self.programme().tiers.iter().enumerate().skip(1).rev() {
            if tier.need.holds(&|metric| measures.reached(metric))? {
                return Ok(index);
            }
        }
        Ok(0)
    }

    fn highest_grant(&self, moment: Moment) -> usize {
        let running = self.history.entries.iter().take(moment.seen).filter_map(|entry| match entry.kind {
            Kind::Grant { tier, until } if moment.day <= until => tier,
            _ => None,
        });
        running.max().unwrap_or(0)
    }

    pub(super) fn asks_daily(&self) -> bool {
        self.earned.tier > 0 && self.programme().validity.asks_daily(self.programme().period)
    }

    fn programme(&self) -> &'a Programme {
        self.history.asked.programme
    }
}

/// The days at whose 00:00 something of an entry ends.
fn endings(history: &History<'_>) -> BTreeSet<NaiveDate> {
    let grants = history.entries.iter().filter_map(|entry| match entry.kind {
        Kind::Grant { until, .. } => Some(next_day(until)),
        _ => None,
    });
    history.turns().into_iter().chain(grants).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::reference::Reference;
    use serde_json::Value;

    #[test]
    fn nothing_happens_at_the_midnights_that_are_left_out() {
        let reference = Reference::open().unwrap();
        for line in include_str!("../../../fixtures/programme/examples.jsonl").lines() {
            let example: Value = serde_json::from_str(line).unwrap();
            let at = example["at"].as_str().unwrap();
            let compared = reference.ask(&example["rules"], &example["ledger"], at, |tx, asked| {
                let history = History::load(tx, asked)?;
                let all_days: BTreeSet<_> =
                    history.first_day().iter_days().take_while(|day| *day <= asked.today()).collect();
                let (all, some) = (Timeline::through(&history, &all_days)?, Timeline::of(&history)?);
                assert_eq!((all.earned, all.granted, &all.changes), (some.earned, some.granted, &some.changes));
                Ok(())
            });
            compared.unwrap();
        }
    }
}
