//! Tiers and progress.

use std::sync::Arc;

pub use vremena_core::programme::{
    LegalText, Metric, NeedLine, NeedPart, Outlook, ProgrammeSnapshot, Projection, RuleSentence, Rulebook,
    RulebookSection, RulesPhase, RulesVersion, Rung, SentenceChange, Standing, TierCause, TierChange, TierName, ToKeep,
    ToNext,
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
    host: Arc<Host>,
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

    /// What the rules say, for people: those of a version, or those in force.
    ///
    /// # Errors
    /// `NotFound` where this phone does not have them, `Storage`, `Paused`
    pub async fn rulebook(&self, version: Option<u32>) -> Result<Rulebook, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.programme().rulebook(version).await?) }).await
    }

    /// What is another sentence in the rules of `to` than in those of `from`, in reading order.
    ///
    /// # Errors
    /// `NotFound` where this phone does not have one of them, `Storage`, `Paused`
    pub async fn rulebook_changes(&self, from: u32, to: u32) -> Result<Vec<SentenceChange>, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.programme().rulebook_changes(from, to).await?) }).await
    }

    /// The rules that this phone has, those that apply last first.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn rules_versions(&self) -> Result<Vec<RulesVersion>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.programme().rules_versions().await?) }).await
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

/// The rules of one version, in the app's language.
#[uniffi::remote(Record)]
pub struct Rulebook {
    /// Which rules; verdicts refer to it.
    pub version: u32,
    /// The first day on which they apply.
    pub effective_from: Day,
    /// What they say, in reading order; none is empty.
    pub sections: Vec<RulebookSection>,
    /// The legal document behind them, where they name one.
    pub legal: Option<LegalText>,
}

/// Sentences about one matter.
#[uniffi::remote(Record)]
pub struct RulebookSection {
    /// Names the section, whatever the language: `tiers`, `benefits`, `counting`, `keeping`, `receipts`, `about`.
    pub key: String,
    /// For people.
    pub title: String,
    /// In reading order; at least one.
    pub sentences: Vec<RuleSentence>,
}

/// One rule. It can be read alone.
#[uniffi::remote(Record)]
pub struct RuleSentence {
    /// Names the rule, in every version and language; unique in a rulebook.
    pub key: String,
    /// For people.
    pub text: String,
}

/// A legal document.
#[uniffi::remote(Record)]
pub struct LegalText {
    /// Where it lies.
    pub url: String,
    /// SHA-256 of what lies there, in hexadecimal digits: names its version.
    pub sha256: String,
    /// What it says, as far as it is told in the app.
    pub text: String,
}

/// A sentence that is another one, new, or gone.
#[uniffi::remote(Record)]
pub struct SentenceChange {
    /// The sentence's key; `legal` for the legal document.
    pub key: String,
    /// What it said; nothing where it is new.
    pub before: Option<String>,
    /// What it says; nothing where it is gone.
    pub after: Option<String>,
}

/// Rules that this phone has.
#[uniffi::remote(Record)]
pub struct RulesVersion {
    /// Names them.
    pub version: u32,
    /// The first day on which they apply.
    pub effective_from: Day,
    /// Whether they apply today.
    pub phase: RulesPhase,
}

/// Whether rules apply today.
#[uniffi::remote(Enum)]
pub enum RulesPhase {
    /// They will.
    Announced,
    /// They do.
    InForce,
    /// Others do; verdicts may refer to these.
    Past,
}
