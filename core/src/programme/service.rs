//! The member's progress as a snapshot, from what is stored: works offline.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use rusqlite::Transaction;
use tokio::sync::watch;

use super::{
    computed::Computed,
    engine::Engine,
    rulebook::{self, Rulebook, SentenceChange},
    rules::{ReceiptRules, Rules},
    snapshot::ProgrammeSnapshot,
    store::{self, StoredEntry},
};
use crate::{
    account::{self, Member},
    error::CoreError,
    ids::TierId,
    locale::{Language, Texts},
    log::{Code, LogRecord},
    observe::{Changes, Observable, Wake},
    ports::{Clock, LogLevel, LogSink},
    storage::{Database, StorageError},
    sync::Topic,
    time::moscow_date,
};

const TARGET: &str = "programme";
/// Verdicts name older versions than the one in force; few of them are looked at together.
const MOST_KNOWN_RULES: usize = 8;

/// Rules that this phone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulesVersion {
    /// Names them.
    pub version: u32,
    /// The first day on which they apply.
    pub effective_from: NaiveDate,
    /// Whether they apply today.
    pub phase: RulesPhase,
}

/// Whether rules apply today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulesPhase {
    /// They will.
    Announced,
    /// They do.
    InForce,
    /// Others do; verdicts may refer to these.
    Past,
}

/// Progress in the programme.
pub struct Programme {
    member_db: Database,
    clock: Arc<dyn Clock>,
    log: Arc<dyn LogSink>,
    texts: Arc<Texts>,
    wake: Arc<Wake>,
    /// The documents that were read last, and what they say; the latest last.
    known_rules: Mutex<Vec<(String, Arc<Rules>)>>,
    computed: Mutex<Option<Computed>>,
    /// The gallery's tier and the phone's, where they differed last.
    difference: Mutex<Option<(TierId, TierId)>>,
    pub(crate) snapshots: Observable<ProgrammeSnapshot>,
}

impl Programme {
    pub(crate) fn new(
        member_db: Database,
        (clock, log): (Arc<dyn Clock>, Arc<dyn LogSink>),
        texts: Arc<Texts>,
        changes: Changes,
        wake: Arc<Wake>,
    ) -> Self {
        let snapshots = Observable::new(ProgrammeSnapshot::default(), changes);
        Self {
            member_db,
            clock,
            log,
            texts,
            wake,
            known_rules: Mutex::default(),
            computed: Mutex::default(),
            difference: Mutex::default(),
            snapshots,
        }
    }

    /// Where the member stands now.
    ///
    /// # Errors
    /// [`CoreError::Storage`]
    pub async fn snapshot(&self) -> Result<ProgrammeSnapshot, CoreError> {
        let today = self.today().to_string();
        let (member, rules, entries) = self.member_db.read(move |tx| read(tx, &today)).await?;
        let Some(member) = member else {
            return Ok(ProgrammeSnapshot::default());
        };
        let Some(rules) = rules.and_then(|document| self.rules(document)) else {
            return Ok(ProgrammeSnapshot::without_rules(&member, &self.texts));
        };
        let report = self.computed(&member, Arc::clone(&rules), entries, |engine| engine.at(self.clock.now()));
        self.compare(&member, &report.credited.tier);
        Ok(ProgrammeSnapshot::of(&member, &rules, &report, &self.texts))
    }

    /// What `work` makes of the signed-in member, the rules in force, and the engine of both; also of what `more` reads in
    /// the transaction in which they are read. `None` while nobody is signed in, and without rules.
    pub(crate) async fn with_engine<M: Send + 'static, T>(
        &self,
        more: impl FnOnce(&Transaction<'_>, &Member) -> Result<M, StorageError> + Send + 'static,
        work: impl FnOnce(&Member, &Rules, &mut Engine, M) -> T,
    ) -> Result<Option<T>, CoreError> {
        let today = moscow_date(self.clock.now()).to_string();
        let read = self.member_db.read(move |tx| {
            let (member, rules, entries) = read(tx, &today)?;
            let Some((member, rules)) = member.zip(rules) else { return Ok(None) };
            let more = more(tx, &member)?;
            Ok::<_, StorageError>(Some((member, rules, entries, more)))
        });
        let Some((member, rules, entries, more)) = read.await? else { return Ok(None) };
        let Some(rules) = self.rules(rules) else { return Ok(None) };
        let of_engine = |engine: &mut Engine| work(&member, &rules, engine, more);
        Ok(Some(self.computed(&member, Arc::clone(&rules), entries, of_engine)))
    }

    fn computed<T>(
        &self,
        member: &Member,
        rules: Arc<Rules>,
        entries: Vec<StoredEntry>,
        work: impl FnOnce(&mut Engine) -> T,
    ) -> T {
        let mut computed = self.computed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = computed.take().filter(|known| known.is_of(member, &rules));
        let known = computed.insert(known.unwrap_or_else(|| Computed::new(member, rules)));
        known.bring_up_to_date(entries);
        work(&mut known.engine)
    }

    /// What the rules say, for people: those of a version, or those in force.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where this phone does not have them, [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn rulebook(&self, version: Option<u32>) -> Result<Rulebook, CoreError> {
        let today = self.today().to_string();
        let document = self.member_db.read(move |tx| match version {
            Some(version) => store::rules_of(tx, version),
            None => store::rules_in_force(tx, &today),
        });
        // Not through what the engine goes by: a look at older rules must not cost what was computed.
        let rules = document.await?.and_then(|document| Rules::read(document.as_bytes()).ok());
        Ok(Rulebook::of(&rules.ok_or(CoreError::NotFound)?, &self.texts))
    }

    /// What is another sentence in the rules of `to` than in those of `from`, in reading order.
    ///
    /// # Errors
    /// As [`Programme::rulebook`].
    pub async fn rulebook_changes(&self, from: u32, to: u32) -> Result<Vec<SentenceChange>, CoreError> {
        Ok(rulebook::changes(&self.rulebook(Some(from)).await?, &self.rulebook(Some(to)).await?))
    }

    /// The rules that this phone has, those that apply last first.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn rules_versions(&self) -> Result<Vec<RulesVersion>, CoreError> {
        let today = self.today();
        let documents = self.member_db.read(store::all_rules).await?;
        let mut phase = RulesPhase::Announced;
        let read = documents.iter().filter_map(|document| Rules::read(document.as_bytes()).ok());
        let versions = read.map(|Rules { version, effective_from, .. }| {
            if effective_from <= today {
                phase = if phase == RulesPhase::Announced { RulesPhase::InForce } else { RulesPhase::Past };
            }
            RulesVersion { version, effective_from, phase }
        });
        Ok(versions.collect())
    }

    fn today(&self) -> NaiveDate {
        moscow_date(self.clock.now())
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
        let today = self.today().to_string();
        let document = self.member_db.read(move |tx| store::rules_in_force(tx, &today)).await?;
        let rules = document.and_then(|document| self.rules(document));
        Ok(rules.map(|rules| rules.receipts).unwrap_or_default())
    }

    /// What the rules of these versions say, as far as they are on the phone.
    pub(crate) async fn rules_of(&self, mut versions: Vec<u32>) -> Result<HashMap<u32, Arc<Rules>>, CoreError> {
        versions.sort_unstable();
        versions.dedup();
        if versions.is_empty() {
            return Ok(HashMap::new());
        }
        let documents = self.member_db.read(move |tx| {
            let found = versions.into_iter().map(|version| Ok((version, store::rules_of(tx, version)?)));
            found.collect::<Result<Vec<_>, StorageError>>()
        });
        let rules = documents.await?.into_iter();
        Ok(rules.filter_map(|(version, document)| Some((version, self.rules(document?)?))).collect())
    }

    /// The member, the rules in force on `day` (ISO) and the ledger; `None` without a member or rules.
    pub(super) async fn read_at(
        &self,
        day: String,
    ) -> Result<Option<(Member, Arc<Rules>, Vec<StoredEntry>)>, CoreError> {
        let (member, rules, entries) = self.member_db.read(move |tx| read(tx, &day)).await?;
        let rules = rules.and_then(|document| self.rules(document));
        Ok(member.zip(rules).map(|(member, rules)| (member, rules, entries)))
    }

    pub(super) fn language(&self) -> Language {
        self.texts.language()
    }

    /// What a document says; `None` where it is of a version that this one cannot read.
    fn rules(&self, document: String) -> Option<Arc<Rules>> {
        let mut known = self.known_rules.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.iter().position(|(body, _)| *body == document);
        let found = match place {
            Some(place) => known.remove(place),
            None => {
                let rules = Arc::new(Rules::read(document.as_bytes()).ok()?);
                (document, rules)
            }
        };
        if known.len() == MOST_KNOWN_RULES {
            known.remove(0);
        }
        let rules = Arc::clone(&found.1);
        known.push(found);
        Some(rules)
    }

    /// The gallery's tier is the member's. Where the phone comes to another one, something has not been pulled yet, or
    /// one of the two is wrong: it is told once, and asked about once.
    fn compare(&self, member: &Member, computed: &TierId) {
        let found = (member.tier != *computed).then(|| (member.tier.clone(), computed.clone()));
        let mut difference = self.difference.lock().unwrap_or_else(PoisonError::into_inner);
        if *difference == found {
            return;
        }
        if let Some((gallery, phone)) = &found {
            let record = LogRecord::new(LogLevel::Warn, TARGET, "tier-differs");
            let (gallery, phone) = (Code::of(gallery.as_str()), Code::of(phone.as_str()));
            self.log.log(&record.with("gallery", gallery).with("phone", phone));
            self.wake.pull(&[Topic::Rules, Topic::Ledger, Topic::Member]);
        }
        *difference = found;
    }
}

type Stored = (Option<Member>, Option<String>, Vec<StoredEntry>);

fn read(tx: &Transaction<'_>, today: &str) -> Result<Stored, StorageError> {
    let member = account::store::active_member(tx)?;
    let ledger = match &member {
        Some(member) => store::ledger(tx, &member.member_id)?,
        None => Vec::new(),
    };
    Ok((member, store::rules_in_force(tx, today)?, ledger))
}
