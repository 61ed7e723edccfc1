//! A resource that is one whole document.

use rusqlite::Transaction;

use crate::{http::Success, ids::MemberId, log::Code, storage::StorageError};

/// A document of the API, pulled by its ETag and kept in `member.db` by the capability it belongs to.
pub trait Document: Send + Sync {
    /// Names it in the cache and in logs.
    fn name(&self) -> &'static str;

    /// Where it lies.
    fn path(&self) -> &'static str;

    /// Whether each member has one of their own.
    fn is_personal(&self) -> bool {
        true
    }

    /// Keeps it for `member`; says whether anything has changed. Keeping the same again must write nothing.
    fn keep(&self, tx: &Transaction<'_>, member: &MemberId, success: &Success) -> Result<bool, KeepFault>;
}

/// Why a document was not kept. What was there before stays.
#[derive(Debug, thiserror::Error)]
pub enum KeepFault {
    /// It is not of the expected form.
    #[error("not of the expected form")]
    Form,
    /// It is of the form, and says what cannot be: every fault.
    #[error("refused for {} faults", .0.len())]
    Refused(Vec<Code>),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
