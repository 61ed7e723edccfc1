//! The queue.

use std::{fmt, sync::Arc, time::Duration};

pub use vremena_core::outbox::{DrainBudget, DrainReport, QueueSummary, Stop};
use vremena_core::{explanation::Explanation, outbox};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

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
        self.host
            .call(move |host| async move {
                let page = host.app.outbox().page(after, limit).await?;
                Ok(page.into_iter().map(QueueItem::from).collect())
            })
            .await
    }

    /// Sends until nothing is due, the budget is spent, or it makes no sense to go on: for background tasks and jobs, and
    /// for whoever opened with `OnDemand`. Safe while the app itself is sending, also in another process on the same
    /// files.
    ///
    /// # Errors
    /// `Storage`, `Paused`; nothing is lost: what was not settled is sent again.
    pub async fn drain(&self, budget: DrainBudget) -> Result<DrainReport, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.outbox().drain(budget).await?) }).await
    }

    /// Lets an entry that could not be sent as it was be tried again.
    ///
    /// # Errors
    /// `NotFound` where it has no `wedged_reason` or is gone; `Storage`, `Paused`
    pub async fn retry(&self, entry_id: i64) -> Result<(), CoreError> {
        self.host.call(move |host| async move { Ok(host.app.outbox().retry(entry_id).await?) }).await
    }

    /// Gives up an entry that could not be sent as it was, with what it changed on the phone: ask the member first.
    ///
    /// # Errors
    /// As `retry`.
    pub async fn discard(&self, entry_id: i64) -> Result<(), CoreError> {
        self.host.call(move |host| async move { Ok(host.app.outbox().discard(entry_id).await?) }).await
    }

    /// The queue, now and whenever it changes.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn QueueListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.outbox().observe(), move |snapshot| listener.on_queue(snapshot))
    }
}

/// Hears of the queue.
#[uniffi::export(foreign)]
pub trait QueueListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_queue(&self, snapshot: QueueSnapshot) -> Result<(), PortError>;
}

/// The queue.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct QueueSnapshot {
    /// How many entries there are.
    pub summary: QueueSummary,
    /// The oldest entries, at most 50; those that cannot be sent as they are come first.
    pub items: Vec<QueueItem>,
    /// Why the last drain ended before the queue did.
    pub stopped: Option<Stop>,
    /// What waits, and for what, in one sentence; empty while nothing does.
    pub sentence: String,
}

/// An entry as the member sees it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct QueueItem {
    /// Names the entry.
    pub entry_id: i64,
    /// The kind of intent, for instance `receipt`.
    pub kind: String,
    /// What it is about, in a few words.
    pub title: String,
    /// When the member did it.
    pub created_at: Instant,
    /// When it is tried next at the earliest.
    pub not_before: Instant,
    /// How often the gallery asked to come again.
    pub attempts: u32,
    /// Why it cannot be sent as it is: then it can be retried or discarded; nothing while it waits.
    pub wedged_reason: Option<String>,
    /// Whether it can also be mended: a receipt typed in by hand.
    pub is_editable: bool,
    /// All this for the member.
    pub explanation: Explanation,
}

impl From<outbox::QueueSnapshot> for QueueSnapshot {
    fn from(snapshot: outbox::QueueSnapshot) -> Self {
        Self {
            summary: snapshot.summary,
            items: snapshot.items.into_iter().map(QueueItem::from).collect(),
            stopped: snapshot.stopped,
            sentence: snapshot.sentence,
        }
    }
}

impl From<outbox::QueueItem> for QueueItem {
    fn from(item: outbox::QueueItem) -> Self {
        Self {
            entry_id: item.entry_id,
            kind: item.kind,
            title: item.title,
            created_at: item.created_at,
            not_before: item.not_before,
            attempts: item.attempts,
            wedged_reason: item.wedged_reason,
            is_editable: item.is_editable,
            explanation: item.explanation,
        }
    }
}

impl fmt::Debug for QueueItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueueItem({} {} {:?})", self.entry_id, self.kind, self.wedged_reason)
    }
}

/// How much one drain may do.
#[uniffi::remote(Record)]
pub struct DrainBudget {
    /// No request is begun after this time, and one under way is given up; nothing: as long as it takes. What was given
    /// up is sent again.
    #[uniffi(default = None)]
    pub time: Option<Duration>,
    /// The most entries that are tried; nothing: all.
    #[uniffi(default = None)]
    pub entries: Option<u32>,
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
    /// When it makes sense to try the next of them; nothing where none waits.
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
    /// Another process on the same files is sending.
    AnotherProcess,
    /// The budget is spent.
    BudgetSpent,
}
