//! Tiers and progress.

use std::sync::Arc;

pub use vremena_core::programme::{
    Metric, NeedLine, NeedPart, Outlook, ProgrammeSnapshot, Projection, Rung, Standing, TierCause, TierChange,
    TierName, ToKeep, ToNext,
};
use vremena_core::{ids::TierId, money::Kopecks};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    values::{Day, Instant},
};

/// Progress in the programme.
#[derive(uniffi::Object)]
pub struct Programme {
    pub(crate) host: Arc<Host>,
}

impl Programme {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Programme {
    /// Where the member stands now.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn snapshot(&self) -> Result<ProgrammeSnapshot, CoreError> {
        self.host.call(|host| async move { Ok(host.app.programme().snapshot().await?) }).await
    }

    /// Where the member stands, now and whenever it changes.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn ProgrammeListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.programme().observe(), move |snapshot| listener.on_programme(snapshot))
    }
}

/// Hears of the member's progress.
#[uniffi::export(foreign)]
pub trait ProgrammeListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_programme(&self, snapshot: ProgrammeSnapshot) -> Result<(), PortError>;
}

/// Where the member stands.
#[uniffi::remote(Record)]
pub struct ProgrammeSnapshot {
    /// The member's tier, by the gallery's word; nothing while nobody is signed in.
    pub tier: Option<TierName>,
    /// All tiers, the lowest first; empty until rules are known.
    pub ladder: Vec<Rung>,
    /// What counts today.
    pub sum: Kopecks,
    /// The way to the tier above; nothing at the top, and without rules.
    pub to_next: Option<ToNext>,
    /// Nothing without rules, and while the phone comes to another tier than the gallery.
    pub standing: Option<Standing>,
    /// Nothing where nothing is pending.
    pub projected: Option<Projection>,
    /// All this in one sentence for the member; empty while nobody is signed in.
    pub sentence: String,
    /// Which rules.
    pub rules_version: Option<u32>,
}

/// A tier with its name in the app's language.
#[uniffi::remote(Record)]
pub struct TierName {
    /// Names the tier.
    pub id: TierId,
    /// For people.
    pub name: String,
}

/// A tier, what it takes, and what it brings.
#[uniffi::remote(Record)]
pub struct Rung {
    /// The tier.
    pub tier: TierName,
    /// The sum that it takes, inclusive; zero for the first, nothing where it takes something else than a sum.
    pub at_least: Option<Kopecks>,
    /// What it takes, with what there is of it today; empty for the first.
    pub need: Vec<NeedLine>,
    /// What it opens, for people.
    pub benefits: Vec<String>,
}

/// A line of a requirement: requirements of requirements stand below the group that they belong to, one deeper.
#[uniffi::remote(Record)]
pub struct NeedLine {
    /// 0 for the whole requirement.
    pub depth: u32,
    /// What is required.
    pub part: NeedPart,
}

/// What a line of a requirement says.
#[uniffi::remote(Enum)]
pub enum NeedPart {
    /// All lines that are one deeper.
    AllOf,
    /// One of the lines that are one deeper.
    AnyOf,
    /// So much of something.
    Amount {
        /// Of what.
        metric: Metric,
        /// Of a `CategorySum`.
        category: Option<String>,
        /// What there is, in kopecks, points or as a count; never negative.
        reached: i64,
        /// What it takes.
        at_least: i64,
        /// What is left; never negative.
        missing: i64,
    },
}

/// What is measured over a window of days.
#[uniffi::remote(Enum)]
pub enum Metric {
    /// The value of what counts, in kopecks.
    Sum,
    /// Days with a purchase.
    Visits,
    /// Purchases, as many.
    Receipts,
    /// Points that have not expired.
    Points,
    /// The value of what counts of one category, in kopecks.
    CategorySum,
}

/// The way to a tier.
#[uniffi::remote(Record)]
pub struct ToNext {
    /// The tier.
    pub tier: TierName,
    /// What is left where a sum is all that it takes; nothing otherwise.
    pub missing: Option<Kopecks>,
    /// What it takes, with what there is of it.
    pub need: Vec<NeedLine>,
    /// What it opens, for people.
    pub benefits: Vec<String>,
}

/// What it takes to keep the earned tier.
#[uniffi::remote(Record)]
pub struct ToKeep {
    /// The earned tier.
    pub tier: TierName,
    /// The last day whose purchases still help.
    pub by: Day,
    /// What it takes, with what there will be of it without further purchases.
    pub need: Vec<NeedLine>,
}

/// Why the tier is what it is, until when, and what will change.
#[uniffi::remote(Record)]
pub struct Standing {
    /// Since when the tier is what it is.
    pub since: Instant,
    /// The last day of the tier; nothing where no day is known.
    pub valid_until: Option<Day>,
    /// Whether the tier was given and not earned.
    pub is_granted: bool,
    /// What it takes to earn the tier that was given; nothing where it was earned.
    pub to_earn: Option<Rung>,
    /// What it takes to keep the earned tier; nothing where it does not end, or where everything begins anew.
    pub to_keep: Option<ToKeep>,
    /// What leaves the window on which of the next 60 days.
    pub outlook: Vec<Outlook>,
    /// Every change of the tier, the first one first.
    pub timeline: Vec<TierChange>,
}

/// What leaves the window on a day.
#[uniffi::remote(Record)]
pub struct Outlook {
    /// The first day without it.
    pub date: Day,
    /// What counts no longer; negative where a return does not.
    pub sum: Kopecks,
}

/// A change of the tier.
#[uniffi::remote(Record)]
pub struct TierChange {
    /// When.
    pub at: Instant,
    /// To which tier.
    pub tier: TierName,
    /// Why.
    pub because: TierCause,
}

/// Why a tier changed.
#[uniffi::remote(Enum)]
pub enum TierCause {
    /// An entry of the ledger; that of a purchase is named as its receipt.
    Entry {
        /// Names the entry.
        id: String,
    },
    /// The tier's time was over.
    Validity,
    /// More is reached, because a return left the window.
    Window,
    /// What was given has ended.
    GrantEnd,
}

/// What would be if all that is pending were credited. Never mixed with what is.
#[uniffi::remote(Record)]
pub struct Projection {
    /// What would count today.
    pub sum: Kopecks,
    /// The tier.
    pub tier: TierName,
    /// The last day of the tier; nothing where no day is known.
    pub valid_until: Option<Day>,
    /// What it would take to reach the tier above; nothing at the top.
    pub to_next: Option<ToNext>,
}
