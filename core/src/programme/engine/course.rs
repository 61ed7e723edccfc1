//! One view of the ledger, and how far it was walked through.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    answer::{Answer, Change},
    movement::{Dated, Links},
    today::Today,
    walk::{Ground, Turn, Walk},
};
use crate::programme::{instant::Moment, ledger::Entry, rules::Rules};

/// Entries between two marks, from which a walk can begin again.
const MARKS_EVERY: usize = 256;

/// Entries in their order, and the walk through those that exist at the instant asked about last.
#[derive(Debug, Default)]
pub struct Course {
    entries: Vec<Arc<Entry>>,
    /// Of the first entries, so many.
    links: Links,
    linked: usize,
    /// Of the entries that are linked; more where links are to be made anew.
    movements: Vec<Dated>,
    /// How many entries were walked through.
    walked: usize,
    /// Of those.
    turns: Vec<Turn>,
    /// After the last of those; `None` before the first.
    walk: Option<Walk>,
    marks: Vec<Mark>,
    /// What was answered last, and its turns. Their places are those of the present entries.
    told: (Vec<Turn>, Arc<[Change]>),
}

#[derive(Debug)]
struct Mark {
    walked: usize,
    turns: usize,
    walk: Walk,
}

impl Course {
    pub fn new(mut entries: Vec<Arc<Entry>>) -> Self {
        entries.sort_unstable_by(|one, other| one.order().cmp(&other.order()));
        Self { entries, ..Self::default() }
    }

    /// The same entries, not walked through.
    pub fn anew(&self) -> Self {
        Self { entries: self.entries.clone(), ..Self::default() }
    }

    /// Adds an entry that is not among them.
    pub fn add(&mut self, entry: Arc<Entry>) {
        let place = self.place(entry.order());
        self.entries.insert(place, entry);
        self.disturb(place);
    }

    pub fn remove(&mut self, at: Moment, id: &str) {
        let place = self.place((at, id));
        if self.entries.get(place).is_some_and(|known| *known.id == *id) {
            self.entries.remove(place);
            self.disturb(place);
        }
    }

    fn place(&self, order: (Moment, &str)) -> usize {
        self.entries.partition_point(|known| known.order() < order)
    }

    pub fn answer(&mut self, rules: &Rules, joined: NaiveDate, now: Moment) -> Answer {
        let existing = self.entries.partition_point(|entry| entry.at <= now);
        if existing < self.linked {
            self.disturb(existing);
        }
        self.link(rules, existing);
        self.walk(rules, joined);
        let first_day = self.entries.first().map_or(now.day(), |first| first.at.day().min(now.day())).min(joined);
        let mut walk = self.walk.clone().unwrap_or_else(|| Walk::begin(rules, first_day, joined));
        let ground = Ground { rules, joined, movements: &self.movements };
        let mut since = Vec::new();
        walk.go_to(ground, now.day(), &mut since);
        let turns = || self.turns.iter().chain(&since);
        if !turns().eq(&self.told.0) {
            self.told =
                (turns().copied().collect(), turns().map(|turn| Change::of(*turn, rules, &self.entries)).collect());
        }
        Today { ground, walk, timeline: Arc::clone(&self.told.1), first_day }.answer()
    }

    /// The entries from `place` on are others.
    fn disturb(&mut self, place: usize) {
        if place < self.linked {
            self.links = Links::default();
            self.linked = 0;
            self.told = Default::default();
            self.movements.truncate(place);
            self.rewind(place);
        }
    }

    /// Walks on from before the entry at `place`, where it was walked through.
    fn rewind(&mut self, place: usize) {
        if place >= self.walked {
            return;
        }
        self.marks.retain(|mark| mark.walked <= place);
        let (walked, turns, walk) =
            self.marks.last().map_or((0, 0, None), |mark| (mark.walked, mark.turns, Some(mark.walk.clone())));
        self.walked = walked;
        self.turns.truncate(turns);
        self.walk = walk;
    }

    /// Makes the movements of the first `existing` entries known. What is told later can change earlier ones.
    fn link(&mut self, rules: &Rules, existing: usize) {
        let mut touched = Vec::new();
        for (place, entry) in self.entries.iter().enumerate().take(existing).skip(self.linked) {
            self.links.push(place, entry, &mut touched);
        }
        self.linked = existing;
        touched.sort_unstable();
        touched.dedup();
        let mut first_changed = None;
        for place in touched {
            let Some(entry) = self.entries.get(place) else { continue };
            let dated = (entry.at.day(), self.links.movement(rules, &self.entries, place));
            match self.movements.get_mut(place) {
                Some(known) if *known == dated => {}
                Some(known) => {
                    *known = dated;
                    first_changed = first_changed.or(Some(place));
                }
                None => self.movements.push(dated),
            }
        }
        if let Some(place) = first_changed {
            self.rewind(place);
        }
    }

    fn walk(&mut self, rules: &Rules, joined: NaiveDate) {
        let ground = Ground { rules, joined, movements: &self.movements };
        for (place, entry) in self.entries.iter().enumerate().take(self.linked).skip(self.walked) {
            let first_day = entry.at.day().min(joined);
            let walk = self.walk.get_or_insert_with(|| Walk::begin(rules, first_day, joined));
            walk.take(ground, place, entry.at, &mut self.turns);
            self.walked = place + 1;
            if self.walked.is_multiple_of(MARKS_EVERY) {
                self.marks.push(Mark { walked: self.walked, turns: self.turns.len(), walk: walk.clone() });
            }
        }
    }
}
