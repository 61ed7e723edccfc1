//! What a capability brings along to have its intents sent.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{Entry, NewEntry};
use crate::{
    http::{ApiRequest, Problem},
    ids::MemberId,
    locale::Texts,
    storage::StorageError,
    sync::Topic,
};

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

/// One kind of intent: how it is sent, and what it and its answer change on the phone.
pub trait Intent: Send + Sync {
    /// The name in [`Entry::kind`].
    fn kind(&self) -> &'static str;

    /// The request that carries `entry` out. What is too large for the queue lies in a table of the capability.
    ///
    /// # Errors
    /// [`Unreadable`] where the payload's form is not known, or what it names is gone: the entry is wedged, and kept.
    fn request(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable>;

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

    /// The entries for what the phone shows as on its way, where the queue has lost them.
    ///
    /// # Errors
    /// [`StorageError`]
    fn orphans(&self, _: &Transaction<'_>) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
        Ok(Vec::new())
    }

    /// Writes the local change of `entry` again where it is missing: the entry was saved from a damaged file. One that
    /// follows from what else was saved it removes.
    ///
    /// # Errors
    /// [`Unreadable`]; the entry stays in the queue all the same.
    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable>;

    /// Takes the local change of `entry` back: the member has given it up. The entry is removed after it in the same
    /// transaction.
    ///
    /// # Errors
    /// [`Unreadable`]; a payload whose form is not known leaves nothing to take back.
    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, now: DateTime<Utc>) -> Result<(), Unreadable>;

    /// What it is about, for the member: a few words.
    ///
    /// # Errors
    /// [`Unreadable`] where the payload's form is not known.
    fn title(&self, tx: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable>;

    /// What has changed at the gallery once it is carried out.
    fn touches(&self) -> &'static [Topic];

    /// Whether the member can mend `entry` by hand, as [`crate::receipts::Receipts::amend`] does.
    fn is_editable(&self, _: &Entry) -> bool {
        false
    }
}
