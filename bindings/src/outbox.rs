//! The queue.

use std::sync::Arc;

pub use vremena_core::outbox::{DrainReport, QueueItem, QueueSummary, Stop};

use crate::{error::CoreError, host::Host, values::Instant};

/// What members intended and the gallery has not answered yet.
#[derive(uniffi::Object)]
pub struct Outbox {
    host: Arc<Host>,
}

impl Outbox {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Outbox {
    /// The member's entries after `after` (0 = the oldest), at most `limit` (200); none while nobody is signed in.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn page(&self, after: i64, limit: u32) -> Result<Vec<QueueItem>, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.outbox().page(after, limit).await?) }).await
    }

    /// Sends until nothing is due, or until it makes no sense to go on. For whoever opened with `OnDemand`.
    ///
    /// # Errors
    /// `Storage`, `Paused`; nothing is lost: what was not settled is sent again.
    pub async fn drain(&self) -> Result<DrainReport, CoreError> {
        self.host.call(|host| async move { Ok(host.app.outbox().drain(DrainBudget::default()).await?) }).await
    }
}

/// An entry as the member sees it.
#[uniffi::remote(Record)]
pub struct QueueItem {
    /// Names the entry.
    pub entry_id: i64,
    /// The kind of intent, for instance `receipt`.
    pub kind: String,
    /// When the member did it.
    pub created_at: Instant,
    /// When it is tried next at the earliest.
    pub not_before: Instant,
    /// How often the gallery asked to come again.
    pub attempts: u32,
    /// Why it cannot be sent as it is; nothing while it waits.
    pub wedged_reason: Option<String>,
}

/// How many entries of the member are left.
#[uniffi::remote(Record)]
pub struct QueueSummary {
    /// Those that will be sent.
    pub waiting: u32,
    /// Those that cannot be sent as they are.
    pub wedged: u32,
}

/// What one drain did.
#[uniffi::remote(Record)]
pub struct DrainReport {
    /// Entries that left the queue, each with its answer stored.
    pub sent: u32,
    /// Entries of the member that are left.
    pub remaining: u32,
    /// When the next of them is due; nothing where none waits.
    pub next_due: Option<Instant>,
    /// Why the drain ended before the queue did.
    pub stopped: Option<Stop>,
}

/// Why no further entry was tried.
#[uniffi::remote(Enum)]
pub enum Stop {
    /// Nobody is signed in.
    NobodySignedIn,
    /// The system says that there is no network.
    Offline,
    /// The gallery is busy; `next_due` says until when it asked to be left alone.
    Busy,
    /// Nobody of the gallery answered.
    Unreachable,
    /// The member must sign in again.
    SignInNeeded,
    /// The secure store is locked.
    Locked,
    /// This version of the app is no longer served.
    UpdateNeeded,
}
