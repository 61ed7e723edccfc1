//! What can be saved of a damaged `member.db`. SQL needs a whole path from the first page to a row; here every page
//! is looked at by itself, and the rows that matter are known by their shape.
//!
//! An entry that comes back though it was sent does no harm: the gallery carries out its idempotency key once. One
//! that is lost cannot be made good. In doubt an entry is saved; but a row that is damaged itself is left out.

mod pages;
mod record;
mod replace;
mod rows;
mod wal;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::StorageError;
use crate::ports::Clock;
use pages::{Moment, Pages, Rank};
use record::Reader;
use rows::{SavedEntry, SavedMember};

pub(super) use pages::loses_commits;
pub(super) use replace::{beside, finish_interrupted, is_interrupted, is_lost, remove, remove_set_aside, replace};

/// What came of a damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalvageReport {
    /// The name under which the damaged file was put aside, in the same folder. It is never deleted by the program.
    pub set_aside: String,
    /// How many entries of the queue were saved.
    pub intents_saved: u32,
    /// When.
    pub at: DateTime<Utc>,
}

/// Runs in the transaction that fills the new file, after the saved rows: what must be written again beside them is
/// there with them, or not at all. Its error takes back what it has written, and nothing else.
pub type AfterSalvage = Box<dyn Fn(&Transaction<'_>, &SalvageReport) -> Result<(), StorageError> + Send + Sync>;

/// What a damaged file needs from above.
#[derive(Clone)]
pub struct Emergency {
    /// The phone's clock: names of files that are set aside bear the time.
    pub clock: Arc<dyn Clock>,
    /// What follows a salvage, one after another.
    pub after: Arc<[AfterSalvage]>,
}

/// Rows that were saved.
#[derive(Default)]
pub struct Saved {
    /// In the order of their writing.
    pub entries: Vec<SavedEntry>,
    pub members: Vec<SavedMember>,
}

/// Looks for rows in the bytes of a file and of its log, whatever they are.
pub fn rescue(main: &[u8], wal: &[u8]) -> Saved {
    let pages = Pages::new(main, wal);
    let reader = Reader::new(&pages);
    let mut entries = Best::default();
    let mut members = Best::default();
    for version in pages.versions() {
        let belief = (version.rank, version.moment);
        for row in reader.rows(&version, rows::may_be_ours) {
            if let Some(entry) = SavedEntry::of(&row) {
                entries.keep(entry.idempotency_key.clone(), belief, entry);
            } else if let Some(member) = SavedMember::of(&row) {
                members.keep(member.member_id.clone(), belief, member);
            }
        }
    }
    let mut entries: Vec<_> = entries.0.into_values().map(|(_, entry)| entry).collect();
    entries.sort_by_key(|entry| entry.entry_id);
    Saved { entries, members: with_one_active(members) }
}

/// The best version of each row.
struct Best<T>(BTreeMap<String, (Belief, T)>);

type Belief = (Rank, Moment);

impl<T> Default for Best<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Best<T> {
    fn keep(&mut self, key: String, belief: Belief, row: T) {
        if self.0.get(&key).is_none_or(|(known, _)| *known < belief) {
            self.0.insert(key, (belief, row));
        }
    }
}

/// One member at most is signed in. Where that cannot be told, nobody is: the phone must not guess who holds it.
fn with_one_active(members: Best<SavedMember>) -> Vec<SavedMember> {
    let actives = || members.0.values().filter(|(_, member)| member.active).map(|(belief, _)| *belief);
    let best = actives().max().filter(|best| actives().filter(|belief| belief == best).count() == 1);
    members
        .0
        .into_values()
        .map(|(belief, member)| SavedMember { active: member.active && Some(belief) == best, ..member })
        .collect()
}

#[cfg(test)]
mod tests;
