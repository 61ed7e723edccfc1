//! What was computed from what is stored, so that the next snapshot computes only what is new.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use super::{
    engine::Engine,
    ledger::{Entry, Ledger},
    rules::Rules,
    store::StoredEntry,
};
use crate::{account::Member, ids::MemberId};

pub struct Computed {
    rules: Arc<Rules>,
    pub engine: Engine,
    member: MemberId,
    joined: NaiveDate,
    /// What the engine has, as it is stored.
    bodies: HashMap<String, String>,
}

impl Computed {
    /// Of an empty ledger.
    pub fn new(member: &Member, rules: Arc<Rules>) -> Self {
        let empty = Ledger { joined: member.joined, entries: Vec::new() };
        let engine = Engine::new(Arc::clone(&rules), empty);
        let (member, joined) = (member.member_id.clone(), member.joined);
        Self { rules, engine, member, joined, bodies: HashMap::new() }
    }

    /// Whether it goes by these rules, and is of this member.
    pub fn is_of(&self, member: &Member, rules: &Arc<Rules>) -> bool {
        self.member == member.member_id && self.joined == member.joined && Arc::ptr_eq(&self.rules, rules)
    }

    pub fn bring_up_to_date(&mut self, stored: Vec<StoredEntry>) {
        let mut entries = Vec::new();
        let mut before = std::mem::take(&mut self.bodies);
        for StoredEntry { id, body } in stored {
            if before.remove(&id).as_ref() != Some(&body) {
                // What an earlier version of the app kept though it was no entry is passed over.
                entries.extend(Entry::read(body.as_bytes()));
            }
            self.bodies.insert(id, body);
        }
        before.keys().for_each(|gone| self.engine.remove(gone));
        self.engine.extend(entries);
    }
}
