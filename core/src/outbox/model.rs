//! The queue as the member and the system see it.

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};

use crate::explanation::Explanation;

/// An entry as the member sees it. `Debug` leaves out what it is about.
#[derive(Clone, PartialEq, Eq)]
pub struct QueueItem {
    /// Names the entry.
    pub entry_id: i64,
    /// The kind of intent, for instance `receipt`.
    pub kind: String,
    /// What it is about, in a few words.
    pub title: String,
    /// When the member did it.
    pub created_at: DateTime<Utc>,
    /// When it is tried next at the earliest.
    pub not_before: DateTime<Utc>,
    /// How often the server asked to come again.
    pub attempts: u32,
    /// Why it cannot be sent as it is: then the member may retry it or discard it. `None` while it waits.
    pub wedged_reason: Option<String>,
    /// Whether the member can also mend it: a receipt typed in by hand.
    pub is_editable: bool,
    /// All this for the member.
    pub explanation: Explanation,
}

impl fmt::Debug for QueueItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueueItem({} {} {:?})", self.entry_id, self.kind, self.wedged_reason)
    }
}

/// How many entries of the member are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// Those that will be sent.
    pub waiting: u32,
    /// Those that cannot be sent as they are.
    pub wedged: u32,
}

/// The queue, for observers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueSnapshot {
    /// How many entries there are.
    pub summary: QueueSummary,
    /// The oldest entries, at most 50; wedged ones first.
    pub items: Vec<QueueItem>,
    /// Why the last drain ended before the queue did.
    pub stopped: Option<Stop>,
    /// What waits, and for what, in one sentence; empty while nothing does.
    pub sentence: String,
}

/// How much one drain may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrainBudget {
    /// No request is begun after this time, and one under way is given up; `None`: as long as it takes. What was given
    /// up is sent again under the same key.
    pub time: Option<Duration>,
    /// The most entries that are tried; `None`: all.
    pub entries: Option<u32>,
}

/// What one drain did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrainReport {
    /// Entries that left the queue, each with its answer stored.
    pub sent: u32,
    /// Entries of the active member that are left.
    pub remaining: u32,
    /// When it makes sense to try the next of them; `None` where none waits.
    pub next_due: Option<DateTime<Utc>>,
    /// Why the drain ended before the queue did.
    pub stopped: Option<Stop>,
}

/// Why no further entry was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nobody is signed in.
    NobodySignedIn,
    /// The system says that there is no network.
    Offline,
    /// The gallery is busy; [`DrainReport::next_due`] says until when it is left alone.
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

impl Stop {
    /// The name in the texts' ids and in logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NobodySignedIn => "nobody-signed-in",
            Self::Offline => "offline",
            Self::Busy => "busy",
            Self::Unreachable => "unreachable",
            Self::SignInNeeded => "sign-in-needed",
            Self::Locked => "locked",
            Self::UpdateNeeded => "update-needed",
            Self::AnotherProcess => "another-process",
            Self::BudgetSpent => "budget-spent",
        }
    }
}
