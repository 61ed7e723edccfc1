//! What stands in the queue.

use std::fmt;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    http::{ApiRequest, Problem},
    ids::MemberId,
    storage::StorageError,
};

/// An intent about to be written.
#[derive(Clone)]
pub struct NewEntry {
    /// Which [`Intent`] sends it.
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
    /// Which [`Intent`] sends it.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// The version of `payload`'s form.
    pub payload_version: u32,
    /// JSON.
    pub payload: String,
    /// How often the server asked to come again.
    pub attempts: u32,
}

impl Entry {
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

/// An entry as the member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueItem {
    /// Names the entry.
    pub entry_id: i64,
    /// The kind of intent, for instance `receipt`.
    pub kind: String,
    /// When the member did it.
    pub created_at: DateTime<Utc>,
    /// When it is tried next at the earliest.
    pub not_before: DateTime<Utc>,
    /// How often the server asked to come again.
    pub attempts: u32,
    /// Why it cannot be sent as it is; `None` while it waits.
    pub wedged_reason: Option<String>,
}

/// How many entries of the member are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// Those that will be sent.
    pub waiting: u32,
    /// Those that cannot be sent as they are.
    pub wedged: u32,
}

/// The answer that ends an entry.
pub enum Settlement<'a> {
    /// Carried out; the body of the answer.
    Done(&'a [u8]),
    /// Carried out before, which the problem's extensions prove.
    AlreadyDone(&'a Problem),
    /// Answered with "no".
    Refused(&'a Problem),
}

/// What a problem means for an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The server has carried this very intent out before.
    AlreadyDone,
    /// "No" is the answer.
    Refused,
    /// Nothing that this kind of intent knows.
    NotUnderstood,
}

/// The answer, or the payload, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not the form that was expected.
    #[error("not the expected form")]
    Form,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// One kind of intent: how it is sent, and what its answer changes.
pub trait Intent: Send + Sync {
    /// The name in [`Entry::kind`].
    fn kind(&self) -> &'static str;

    /// The request that carries `entry` out.
    ///
    /// # Errors
    /// [`Unreadable`] where the payload's form is not known: the entry is wedged, and kept.
    fn request(&self, entry: &Entry) -> Result<ApiRequest, Unreadable>;

    /// What `problem` means for `entry`; asked only for problems that are no request to wait.
    fn meaning(&self, entry: &Entry, problem: &Problem) -> Meaning;

    /// Writes what the answer changes. The entry is removed in the same transaction.
    ///
    /// # Errors
    /// [`Unreadable`] where the answer cannot be decoded: then its outcome is unknown, and it is sent again.
    fn settle(
        &self,
        tx: &Transaction<'_>,
        entry: &Entry,
        settlement: &Settlement<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Unreadable>;
}
