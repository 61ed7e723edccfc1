//! Two SQLite files. `member.db` holds what must never be lost (outbox, receipts, ledger, account) and is never
//! deleted by the program: a damaged one is put aside, and what can be saved of it goes into a new one; `cache.db` may
//! be dropped and fetched again at any time.
//!
//! SQL stands in the `store` of each capability; this module opens, closes and upgrades.

mod blocking;
pub(crate) mod checksum;
mod database;
mod digest;
mod error;
mod lock;
mod migrations;
mod opening;
mod readers;
mod salvage;
mod soundness;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use blocking::Blocking;
pub use database::Database;
pub use error::StorageError;
pub use salvage::{AfterSalvage, Emergency, SalvageReport};

use database::Kind;

/// Both files, open.
#[derive(Clone, Debug)]
pub struct Storage {
    /// What must never be lost. A write returns after a FULL-synchronous commit.
    pub member: Database,
    /// What may be fetched again.
    pub cache: Database,
}

impl Storage {
    /// Opens, creates or upgrades `member.db` and `cache.db` in `directory`, which is made if it is not there.
    /// A cache that cannot be read is dropped and made anew; what happens to a damaged `member.db`, now or later, goes
    /// by `emergency`.
    ///
    /// # Errors
    /// [`StorageError`] for `member.db`, which is left as it was; for `cache.db` where even a new one cannot be made.
    pub async fn open(directory: &Path, blocking: Blocking, emergency: Emergency) -> Result<Self, StorageError> {
        let folder = directory.to_owned();
        blocking
            .run(move || std::fs::create_dir_all(&folder))
            .await?
            .map_err(|error| StorageError::from_io(&error, "directory"))?;
        let member = Database::open(Kind::Member, directory.join("member.db"), blocking, emergency.clone()).await?;
        let cache = Database::open(Kind::Cache, directory.join("cache.db"), blocking, emergency).await?;
        Ok(Self { member, cache })
    }

    /// Checkpoints and closes both files, after waiting for the calls in flight. Until [`Storage::resume`] every
    /// call ends in [`StorageError::Paused`]. Twice is no error.
    ///
    /// # Errors
    /// [`StorageError`] where a checkpoint failed; the files are closed all the same, nothing is lost.
    pub async fn pause(&self) -> Result<(), StorageError> {
        let member = self.member.pause().await;
        self.cache.pause().await.and(member)
    }

    /// Opens both files again. Twice is no error.
    ///
    /// # Errors
    /// [`StorageError`], as of opening.
    pub async fn resume(&self) -> Result<(), StorageError> {
        // The cache too where the other fails, and the other way round: each can work alone.
        let member = self.member.resume().await;
        member.and(self.cache.resume().await)
    }
}
