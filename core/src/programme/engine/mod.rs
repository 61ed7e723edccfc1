//! From rules, a ledger and an instant to a member's tier and all that explains it. Pure.
//!
//! A [`Course`] walks through the entries that exist and the midnights between them, once for what is
//! credited and once for the projection. What it walked through stays: a new latest entry is one more step.

mod answer;
mod course;
mod movement;
mod tally;
mod today;
mod walk;

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

pub use self::answer::{Answer, Because, Change, Expiring, Keep, Leaving, MetricNeed, Need, Report, Rule, ToReach};
use self::course::Course;
use super::{
    instant::Moment,
    ledger::{Entry, EntryState, Ledger},
    rules::Rules,
};

/// A member's ledger under rules, which is asked about at instants.
#[derive(Debug)]
pub struct Engine {
    rules: Arc<Rules>,
    joined: NaiveDate,
    credited: Course,
    /// `None` while nothing is pending: it would be the same.
    projected: Option<Course>,
    known: HashMap<Arc<str>, (Moment, EntryState)>,
    pending: usize,
}

impl Engine {
    /// Computes nothing yet.
    #[must_use]
    pub fn new(rules: Arc<Rules>, ledger: Ledger) -> Self {
        let entries: Vec<Arc<Entry>> = ledger.entries.into_iter().map(Arc::new).collect();
        let known = entries.iter().map(|entry| (Arc::clone(&entry.id), (entry.at, entry.state))).collect();
        let pending = entries.iter().filter(|entry| entry.state == EntryState::Pending).count();
        let of = |is_asked: fn(EntryState) -> bool| {
            Course::new(entries.iter().filter(|entry| is_asked(entry.state)).cloned().collect())
        };
        let credited = of(|state| state == EntryState::Credited);
        let projected = (pending > 0).then(|| of(|state| state != EntryState::Rejected));
        Self { rules, joined: ledger.joined, credited, projected, known, pending }
    }

    /// Takes in an entry: a new one, or what has become of a known one.
    pub fn put(&mut self, entry: Entry) {
        self.remove(&entry.id);
        let (state, entry) = (entry.state, Arc::new(entry));
        self.known.insert(Arc::clone(&entry.id), (entry.at, state));
        if state == EntryState::Pending {
            self.pending += 1;
            self.projected.get_or_insert_with(|| self.credited.anew());
        }
        if state == EntryState::Credited {
            self.credited.add(Arc::clone(&entry));
        }
        if let Some(projected) = self.projected.as_mut().filter(|_| state != EntryState::Rejected) {
            projected.add(entry);
        }
    }

    /// Takes in many entries.
    pub fn extend(&mut self, entries: Vec<Entry>) {
        if self.known.is_empty() {
            *self = Self::new(Arc::clone(&self.rules), Ledger { joined: self.joined, entries });
        } else {
            entries.into_iter().for_each(|entry| self.put(entry));
        }
    }

    /// Forgets an entry, where it is known.
    pub fn remove(&mut self, id: &str) {
        let Some((at, state)) = self.known.remove(id) else { return };
        if state == EntryState::Credited {
            self.credited.remove(at, id);
        }
        if let Some(projected) = self.projected.as_mut().filter(|_| state != EntryState::Rejected) {
            projected.remove(at, id);
        }
        if state == EntryState::Pending {
            self.pending -= 1;
            if self.pending == 0 {
                self.projected = None;
            }
        }
    }

    /// When something that is known already will come to exist after an instant, in any order: a grant that begins later,
    /// or what a clock that is ahead has written down.
    pub fn moments_after(&self, instant: DateTime<Utc>) -> impl Iterator<Item = Moment> {
        let now = Moment::of(instant);
        let existing = self.known.values().filter(|(_, state)| *state != EntryState::Rejected);
        existing.map(|(at, _)| *at).filter(move |at| *at > now)
    }

    /// Where the member stands at an instant. An earlier one than was asked about last takes a walk from further back.
    pub fn at(&mut self, instant: DateTime<Utc>) -> Report {
        let now = Moment::of(instant);
        let credited = self.credited.answer(&self.rules, self.joined, now);
        let projected = match &mut self.projected {
            Some(projected) => projected.answer(&self.rules, self.joined, now),
            None => credited.clone(),
        };
        Report { credited, projected }
    }
}

#[cfg(test)]
mod tests;
