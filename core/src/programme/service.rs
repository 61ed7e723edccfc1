//! The member's progress as a snapshot, from what is stored: works offline.

use std::sync::Arc;

use rusqlite::Transaction;
use tokio::sync::watch;

use super::{
    ledger::LedgerEntry,
    progress::{View, progress},
    rules::{ReceiptRules, Rules, Tier},
    store,
};
use crate::{
    account::{self, Member},
    error::CoreError,
    ids::TierId,
    locale::{Argument, Language, Texts},
    money::Kopecks,
    observe::{Changes, Observable},
    ports::Clock,
    storage::{Database, StorageError},
    time::moscow_date,
};

/// A tier with its name in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierName {
    /// Names the tier.
    pub id: TierId,
    /// For people.
    pub name: String,
}

/// A tier and what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The tier.
    pub tier: TierName,
    /// Inclusive; zero for the first.
    pub at_least: Kopecks,
}

/// The way to the tier above the member's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToNext {
    /// That tier.
    pub tier: TierName,
    /// What counts today.
    pub reached: Kopecks,
    /// What it takes.
    pub at_least: Kopecks,
    /// What is left; never negative.
    pub missing: Kopecks,
}

/// What it would be if all that is pending were credited. Never mixed with what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The sum with pending purchases.
    pub sum: Kopecks,
    /// The tier of that sum.
    pub tier: TierName,
}

/// Where the member stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeSnapshot {
    /// The member's tier, by the server's word; `None` while nobody is signed in.
    pub tier: Option<TierName>,
    /// All tiers, the lowest first; empty until rules are known that this version computes.
    pub ladder: Vec<Rung>,
    /// What counts today.
    pub sum: Kopecks,
    /// `None` at the top, and without rules.
    pub to_next: Option<ToNext>,
    /// `None` where nothing is pending.
    pub projected: Option<Projection>,
    /// All this in one sentence for the member; empty while nobody is signed in.
    pub sentence: String,
    /// Which rules.
    pub rules_version: Option<u32>,
}

/// Progress in the programme.
pub struct Programme {
    member_db: Database,
    clock: Arc<dyn Clock>,
    texts: Arc<Texts>,
    pub(crate) snapshots: Observable<ProgrammeSnapshot>,
}

impl Programme {
    pub(crate) fn new(member_db: Database, clock: Arc<dyn Clock>, texts: Arc<Texts>, changes: Changes) -> Self {
        Self { member_db, clock, texts, snapshots: Observable::new(ProgrammeSnapshot::default(), changes) }
    }

    /// Where the member stands now.
    ///
    /// # Errors
    /// [`CoreError::Storage`]
    pub async fn snapshot(&self) -> Result<ProgrammeSnapshot, CoreError> {
        let today = moscow_date(self.clock.now()).to_string();
        let (member, rules, ledger) = self.member_db.read(move |tx| read(tx, &today)).await?;
        let Some(member) = member else {
            return Ok(ProgrammeSnapshot::default());
        };
        // A document of another family leaves the server's word alone: the tier, and no progress.
        let rules = rules.and_then(|body| Rules::read(body.as_bytes()).ok());
        Ok(self.describe(&member, rules.as_ref(), &ledger))
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<ProgrammeSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        self.snapshots.publish(self.snapshot().await?);
        Ok(())
    }

    /// What the rules in force say of receipts; nothing where no rules are known yet.
    pub(crate) async fn receipt_rules(&self) -> Result<ReceiptRules, CoreError> {
        let today = moscow_date(self.clock.now()).to_string();
        let body = self.member_db.read(move |tx| store::rules_in_force(tx, &today)).await?;
        let rules = body.and_then(|body| Rules::read(body.as_bytes()).ok());
        Ok(rules.map(|rules| rules.receipts).unwrap_or_default())
    }

    fn describe(&self, member: &Member, rules: Option<&Rules>, ledger: &[LedgerEntry]) -> ProgrammeSnapshot {
        let language = self.texts.language();
        let now = self.clock.now();
        let views = rules.and_then(|rules| {
            let credited = progress(rules, ledger, now, View::Credited)?;
            Some((rules, credited, progress(rules, ledger, now, View::Projected)?))
        });
        let Some((rules, credited, projected)) = views else {
            return ProgrammeSnapshot {
                tier: Some(TierName { id: member.tier.clone(), name: member.tier.as_str().to_owned() }),
                sentence: self.texts.text("progress-unknown", &[]),
                ..ProgrammeSnapshot::default()
            };
        };
        let tier = rules.tier(&member.tier).map_or_else(
            || TierName { id: member.tier.clone(), name: member.tier.as_str().to_owned() },
            |tier| named(tier, language),
        );
        let to_next = rules.above(&member.tier).map(|next| ToNext {
            tier: named(next, language),
            reached: credited.sum,
            at_least: next.at_least,
            missing: next.at_least.saturating_sub(credited.sum).max(Kopecks::ZERO),
        });
        let sentence = match &to_next {
            Some(next) => self.texts.text(
                "progress-to-next",
                &[
                    ("tier", Argument::Text(&next.tier.name)),
                    ("missing", Argument::Text(&self.texts.money(next.missing))),
                ],
            ),
            None => self.texts.text("progress-top", &[("tier", Argument::Text(&tier.name))]),
        };
        ProgrammeSnapshot {
            tier: Some(tier),
            ladder: rules
                .tiers
                .iter()
                .map(|tier| Rung { tier: named(tier, language), at_least: tier.at_least })
                .collect(),
            sum: credited.sum,
            to_next,
            projected: (projected.sum != credited.sum)
                .then(|| Projection { sum: projected.sum, tier: named(projected.tier, language) }),
            sentence,
            rules_version: Some(rules.version),
        }
    }
}

fn named(tier: &Tier, language: Language) -> TierName {
    TierName { id: tier.id.clone(), name: tier.name(language).to_owned() }
}

type Stored = (Option<Member>, Option<String>, Vec<LedgerEntry>);

fn read(tx: &Transaction<'_>, today: &str) -> Result<Stored, StorageError> {
    let member = account::store::active_member(tx)?;
    let ledger = match &member {
        Some(member) => store::ledger(tx, &member.member_id)?,
        None => Vec::new(),
    };
    Ok((member, store::rules_in_force(tx, today)?, ledger))
}
