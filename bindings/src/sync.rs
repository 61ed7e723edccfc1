//! Pulls.

use std::sync::Arc;

pub use vremena_core::sync::SyncReport;

use crate::{error::CoreError, host::Host};

/// Pulls what the gallery knows.
#[derive(uniffi::Object)]
pub struct Sync {
    host: Arc<Host>,
}

impl Sync {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Sync {
    /// Pulls everything now; nothing while nobody is signed in. A resource that fails keeps none of the others back.
    ///
    /// # Errors
    /// What ended the pull, or the first failure: `Unreachable`, `Insecure`, `Unavailable`, `SignInNeeded`, `Locked`,
    /// `UpdateNeeded`, `NotFound`, `Refused`, `Storage`, `Paused`. What was pulled is stored, and shown.
    pub async fn pull(&self) -> Result<SyncReport, CoreError> {
        self.host.call(|host| async move { Ok(host.app.sync().pull().await?) }).await
    }

    /// Pulls what the `hint` of a push names: `rules`, `receipts`, `ledger`, `member`, `card`, `events`, `feed`, with
    /// commas between. Anything else in it pulls everything, so that a hint is passed on as it came.
    ///
    /// # Errors
    /// As `pull`.
    pub async fn pull_hinted(&self, hint: String) -> Result<SyncReport, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.sync().pull_hinted(&hint).await?) }).await
    }
}

/// What one pull found.
#[uniffi::remote(Record)]
pub struct SyncReport {
    /// Something is stored that was not there before.
    pub changed: bool,
    /// Something waits for a verdict.
    pub pending: bool,
}
