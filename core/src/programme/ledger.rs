//! The member's ledger, in the format of the programme's rules.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    fault::{FaultKind, Refused},
    instant::{Moment, YEARS},
    place::{Place, of_value, whole},
};
use crate::ids::TierId;

/// In kopecks.
const MOST_AMOUNT: i64 = 10_000_000_000_000;
const MOST_POINTS: i64 = 1_000_000_000_000;

/// A member's ledger that is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The day of joining.
    pub joined: NaiveDate,
    /// In any order.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Names the entry within its ledger.
    pub id: Arc<str>,
    /// When it happened.
    pub at: Moment,
    /// Whether it exists.
    pub state: EntryState,
    /// What happened.
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Somebody bought.
    Purchase {
        /// In kopecks.
        amount: i64,
        /// The shop's.
        category: Option<Arc<str>>,
    },
    /// Something was brought back.
    Return {
        /// The purchase's entry.
        of: Option<Arc<str>>,
        /// In kopecks.
        amount: i64,
    },
    /// A tier was given for a while.
    Grant {
        /// The tier.
        tier: TierId,
        /// The last day.
        until: NaiveDate,
    },
    /// Points were given, or taken when negative.
    Points {
        /// Never 0.
        points: i64,
        /// The last day on which they are worth something; `None`: they never expire.
        expires: Option<NaiveDate>,
    },
}

/// Whether an entry exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryState {
    /// It exists.
    #[default]
    Credited,
    /// It exists in the projection only.
    Pending,
    /// It does not exist.
    Rejected,
}

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Errors
    /// [`Refused`] with every fault.
    pub fn read(json: &[u8]) -> Result<Self, Refused> {
        whole(json, |document| {
            document.object()?;
            let joined = day_of_joining(&document.member("joined"));
            let mut ids = HashSet::new();
            let entries = document.member("entries").list(|_, item| {
                let entry = entry(item)?;
                if !ids.insert(Arc::clone(&entry.id)) {
                    item.member("id").fault(FaultKind::Duplicate);
                }
                Some(entry)
            });
            Some(Self { joined: joined?, entries: entries? })
        })
    }
}

impl Entry {
    /// Reads an entry alone.
    ///
    /// # Errors
    /// [`Refused`] with every fault, each at its place within the entry.
    pub fn read(json: &[u8]) -> Result<Self, Refused> {
        whole(json, entry)
    }

    /// The same of one that is parsed already.
    ///
    /// # Errors
    /// As [`Entry::read`].
    pub fn of_value(value: &Value) -> Result<Self, Refused> {
        of_value(value, entry)
    }

    /// Reads those that are told together: all, or none.
    pub(crate) fn read_all<'a>(entries: impl Iterator<Item = &'a str>) -> Result<Vec<Self>, Refused> {
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for (number, json) in entries.enumerate() {
            match Self::read(json.as_bytes()) {
                Ok(entry) => read.push(entry),
                Err(Refused(found)) => faults.extend(found.into_iter().map(|fault| fault.within(number))),
            }
        }
        if faults.is_empty() { Ok(read) } else { Err(Refused(faults)) }
    }

    /// Entries are in this order, whatever the order in which they became known.
    pub(super) fn order(&self) -> (Moment, &str) {
        (self.at, &self.id)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Purchase,
    Return,
    Grant,
    Points,
}

fn entry(place: &Place<'_>) -> Option<Entry> {
    place.object()?;
    let id = place.member("id").name().map(Arc::from);
    let at = place.member("at").moment();
    let state = state(&place.member("state"));
    let kind = place.member("kind").word(&[
        ("purchase", Kind::Purchase),
        ("return", Kind::Return),
        ("grant", Kind::Grant),
        ("points", Kind::Points),
    ])?;
    let kind = match kind {
        Kind::Purchase => {
            let (amount, category) = (amount(place), text(&place.member("category")));
            EntryKind::Purchase { amount: amount?, category: category? }
        }
        Kind::Return => {
            let (of, amount) = (text(&place.member("of")), amount(place));
            EntryKind::Return { of: of?, amount: amount? }
        }
        Kind::Grant => {
            let (tier, until) = (place.member("tier").name(), place.member("until").day());
            EntryKind::Grant { tier: TierId::new(tier?), until: until? }
        }
        Kind::Points => {
            let (points, expires) = (points(&place.member("points")), place.member("expires"));
            let expires = match expires.if_there() {
                Some(expires) => expires.day().map(Some),
                None => Some(None),
            };
            EntryKind::Points { points: points?, expires: expires? }
        }
    };
    Some(Entry { id: id?, at: at?, state: state?, kind })
}

fn amount(entry: &Place<'_>) -> Option<i64> {
    entry.member("amount").number(1, MOST_AMOUNT)
}

fn points(place: &Place<'_>) -> Option<i64> {
    let points = place.number(-MOST_POINTS, MOST_POINTS)?;
    if points == 0 {
        place.fault(FaultKind::Zero);
        return None;
    }
    Some(points)
}

fn text(place: &Place<'_>) -> Option<Option<Arc<str>>> {
    match place.if_there() {
        Some(place) => place.text().map(|text| Some(Arc::from(text))),
        None => Some(None),
    }
}

fn state(place: &Place<'_>) -> Option<EntryState> {
    match place.if_there() {
        Some(state) => state.word(&[
            ("credited", EntryState::Credited),
            ("pending", EntryState::Pending),
            ("rejected", EntryState::Rejected),
        ]),
        None => Some(EntryState::Credited),
    }
}

fn day_of_joining(place: &Place<'_>) -> Option<NaiveDate> {
    use chrono::Datelike as _;
    let day = place.day()?;
    if !YEARS.contains(&day.year()) {
        place.fault(FaultKind::Form("a day between 1970 and 2199"));
        return None;
    }
    Some(day)
}

#[cfg(test)]
mod tests;
