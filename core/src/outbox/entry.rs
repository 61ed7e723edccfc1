//! What stands in the queue.

use std::fmt;

use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};

use super::Unreadable;
use crate::{
    ids::MemberId,
    storage::{StorageError, checksum},
};

/// An intent about to be written.
#[derive(Clone)]
pub struct NewEntry {
    /// Which [`super::Intent`] sends it.
    pub kind: &'static str,
    /// What it is about: order holds among the entries of one subject.
    pub subject: String,
    /// The version of `payload`'s form: old entries stay readable.
    pub payload_version: u32,
    /// JSON, in the form of `kind` and `payload_version`.
    pub payload: String,
}

impl NewEntry {
    /// An entry of `kind` about `subject`, with `payload` in the form of `payload_version`.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`] for a payload that cannot be written as JSON.
    pub fn new<T: Serialize>(
        kind: &'static str,
        subject: String,
        payload_version: u32,
        payload: &T,
    ) -> Result<Self, StorageError> {
        let payload = serde_json::to_string(payload).map_err(|_| StorageError::Unreadable(kind))?;
        Ok(Self { kind, subject, payload_version, payload })
    }

    pub(super) fn checksum(&self, member: &MemberId, idempotency_key: &str) -> u32 {
        let says = [idempotency_key, member.as_str(), self.kind, &self.subject, &self.payload];
        checksum::of_entry(says, self.payload_version)
    }
}

/// An intent in the queue.
#[derive(Clone)]
pub struct Entry {
    /// Its place: entries are numbered in the order of their writing.
    pub entry_id: i64,
    /// The key under which the server carries it out once.
    pub idempotency_key: String,
    /// Whose intent it is.
    pub member_id: MemberId,
    /// Which [`super::Intent`] sends it.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// The version of `payload`'s form.
    pub payload_version: u32,
    /// JSON.
    pub payload: String,
    /// How often the server asked to come again.
    pub attempts: u32,
    checksum: Option<u32>,
}

impl Entry {
    /// The columns that [`Entry::read`] reads, of the table `outbox` as `o`.
    pub(super) const COLUMNS: &'static str = "o.entry_id, o.idempotency_key, o.member_id, o.kind, o.subject,
        o.payload_version, o.payload, o.attempts, o.checksum";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry_id: row.get(0)?,
            idempotency_key: row.get(1)?,
            member_id: MemberId::new(row.get::<_, String>(2)?),
            kind: row.get(3)?,
            subject: row.get(4)?,
            payload_version: row.get(5)?,
            payload: row.get(6)?,
            attempts: row.get(7)?,
            checksum: row.get(8)?,
        })
    }

    /// Whether it says what was written. SQLite does not notice a bit that the disk has turned over.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        let says = [&*self.idempotency_key, self.member_id.as_str(), &self.kind, &self.subject, &self.payload];
        self.checksum.is_none_or(|kept| kept == checksum::of_entry(says, self.payload_version))
    }

    /// The payload, in the form of `version`.
    ///
    /// # Errors
    /// [`Unreadable::Form`] where it is of another.
    pub fn payload<T: DeserializeOwned>(&self, version: u32) -> Result<T, Unreadable> {
        if self.payload_version != version {
            return Err(Unreadable::Form);
        }
        serde_json::from_str(&self.payload).map_err(|_| Unreadable::Form)
    }
}

// An entry's content is the member's.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} {} v{})", self.entry_id, self.kind, self.payload_version)
    }
}
