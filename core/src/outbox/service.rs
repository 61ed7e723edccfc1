//! The queue for the member: what waits, what cannot be sent, and what to do about it.

use std::sync::{Arc, Mutex, PoisonError, atomic::AtomicU32};

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use tokio::sync::watch;

use super::{
    Entry, Intent, QueueItem, QueueSnapshot, QueueSummary, Stop, Unreadable,
    store::{self, Row},
};
use crate::{
    account,
    error::CoreError,
    explanation::{Explanation, NextStep},
    http::Session,
    ids::MemberId,
    locale::{Argument, Texts},
    observe::{Changes, Observable, Wake},
    ports::{Entropy, EntropyError, Ports, random_token},
    storage::{Database, StorageError},
};

const LONGEST_PAGE: u32 = 200;
/// How many entries a snapshot holds.
const SNAPSHOT_PAGE: u32 = 50;

/// The one queue: sends what members intended, and shows what is left.
pub struct Outbox {
    pub(super) member_db: Database,
    pub(super) session: Arc<Session>,
    pub(super) intents: Arc<[Arc<dyn Intent>]>,
    pub(super) ports: Ports,
    texts: Arc<Texts>,
    pub(super) changes: Changes,
    pub(super) wake: Arc<Wake>,
    /// Names this opening of the files in the lease.
    pub(super) holder: String,
    /// Two drains at once would send one entry twice; the second waits.
    pub(super) draining: tokio::sync::Mutex<()>,
    pub(super) failures: AtomicU32,
    pub(super) stopped: Mutex<Option<Stop>>,
    pub(crate) snapshots: Observable<QueueSnapshot>,
}

impl Outbox {
    pub(crate) fn new(
        member_db: Database,
        session: Arc<Session>,
        intents: Arc<[Arc<dyn Intent>]>,
        ports: Ports,
        texts: Arc<Texts>,
        (changes, wake): (Changes, Arc<Wake>),
    ) -> Result<Self, EntropyError> {
        Ok(Self {
            member_db,
            session,
            intents,
            holder: random_token::<16>(ports.entropy.as_ref())?,
            ports,
            texts,
            snapshots: Observable::new(QueueSnapshot::default(), changes.clone()),
            changes,
            wake,
            draining: tokio::sync::Mutex::new(()),
            failures: AtomicU32::new(0),
            stopped: Mutex::default(),
        })
    }

    /// The active member's entries after `after` (0 = the oldest), at most `limit` (200); none while nobody is
    /// signed in.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn page(&self, after: i64, limit: u32) -> Result<Vec<QueueItem>, CoreError> {
        let (intents, texts) = (Arc::clone(&self.intents), Arc::clone(&self.texts));
        let page = self.member_db.read(move |tx| {
            let Some(member) = account::store::active_member_id(tx)? else { return Ok(Vec::new()) };
            let rows = store::page(tx, &member, after, limit.min(LONGEST_PAGE))?;
            rows.into_iter().map(|row| item(tx, &intents, &texts, row)).collect::<Result<_, StorageError>>()
        });
        Ok(page.await?)
    }

    /// Lets an entry that could not be sent as it was be tried again, under its own key.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] for an entry that is not wedged or not the active member's; [`CoreError::Storage`],
    /// [`CoreError::Paused`].
    pub async fn retry(&self, entry_id: i64) -> Result<(), CoreError> {
        let found = self.member_db.write(move |tx| {
            let Some(entry) = wedged(tx, entry_id)? else { return Ok(false) };
            store::unwedge(tx, entry.entry_id)?;
            Ok::<_, StorageError>(true)
        });
        self.found(found.await?)
    }

    /// Gives up an entry that could not be sent as it was, with what it changed on the phone: the member has been asked
    /// and knows that it is lost.
    ///
    /// # Errors
    /// As [`Outbox::retry`].
    pub async fn discard(&self, entry_id: i64) -> Result<(), CoreError> {
        let (intents, entropy) = (Arc::clone(&self.intents), Arc::clone(&self.ports.entropy));
        let now = self.ports.clock.now();
        let found = self.member_db.write(move |tx| {
            let Some(entry) = wedged(tx, entry_id)? else { return Ok(false) };
            let given_up = if entry.is_intact() {
                vec![entry]
            } else {
                // What it says is not what it changed; that is what is without an entry now.
                store::remove(tx, entry.entry_id)?;
                queue_orphans(tx, &intents, Some(&entry.member_id), entropy.as_ref(), now)?
            };
            for entry in given_up {
                if let Some(intent) = find(&intents, &entry.kind) {
                    match intent.undo(tx, &entry, now) {
                        Ok(()) | Err(Unreadable::Form) => {}
                        Err(Unreadable::Storage(error)) => return Err(error),
                    }
                }
                store::remove(tx, entry.entry_id)?;
            }
            Ok(true)
        });
        self.found(found.await?)
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<QueueSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        match self.member_db.look_at_queue().await {
            // It was mended: there is something to show.
            Ok(()) | Err(StorageError::Damaged(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let stopped = *self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let (intents, texts) = (Arc::clone(&self.intents), Arc::clone(&self.texts));
        let snapshot = self.member_db.read(move |tx| {
            let Some(member) = account::store::active_member_id(tx)? else { return Ok(QueueSnapshot::default()) };
            let summary = store::summary(tx, &member)?;
            let mut rows = store::wedged_page(tx, &member, SNAPSHOT_PAGE)?;
            let waiting = store::page(tx, &member, 0, SNAPSHOT_PAGE)?;
            rows.extend(waiting.into_iter().filter(|row| row.wedged_reason.is_none()));
            rows.truncate(SNAPSHOT_PAGE as usize);
            let items =
                rows.into_iter().map(|row| item(tx, &intents, &texts, row)).collect::<Result<_, StorageError>>()?;
            Ok::<_, StorageError>(QueueSnapshot {
                summary,
                items,
                stopped,
                sentence: sentence(&texts, summary, stopped),
            })
        });
        self.snapshots.publish(snapshot.await?);
        Ok(())
    }

    pub(super) fn intent(&self, kind: &str) -> Option<Arc<dyn Intent>> {
        find(&self.intents, kind).map(Arc::clone)
    }

    fn found(&self, found: bool) -> Result<(), CoreError> {
        if !found {
            return Err(CoreError::NotFound);
        }
        self.changes.ring();
        self.wake.queue();
        Ok(())
    }
}

/// Writes what entries changed on the phone again, where it is missing: they were saved from a damaged file.
pub(crate) fn restore(tx: &Transaction<'_>, intents: &[Arc<dyn Intent>]) -> Result<(), StorageError> {
    let mut after = 0;
    while let Some(entry) = store::following(tx, after)? {
        after = entry.entry_id;
        let Some(intent) = find(intents, &entry.kind) else { continue };
        match intent.restore(tx, &entry) {
            Ok(()) | Err(Unreadable::Form) => {}
            Err(Unreadable::Storage(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Writes an entry with a new key for each thing that the phone shows as on its way, and that has none; says which.
pub(crate) fn queue_orphans(
    tx: &Transaction<'_>,
    intents: &[Arc<dyn Intent>],
    only: Option<&MemberId>,
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>, StorageError> {
    let mut queued = Vec::new();
    for intent in intents {
        for (member, entry) in intent.orphans(tx)? {
            if only.is_none_or(|only| *only == member) {
                let key = random_token::<16>(entropy).map_err(|_| StorageError::Unavailable("the randomness"))?;
                store::add(tx, &member, &entry, &key, now)?;
                queued.extend(store::following(tx, tx.last_insert_rowid() - 1)?);
            }
        }
    }
    Ok(queued)
}

fn find<'a>(intents: &'a [Arc<dyn Intent>], kind: &str) -> Option<&'a Arc<dyn Intent>> {
    intents.iter().find(|intent| intent.kind() == kind)
}

fn wedged(tx: &Transaction<'_>, entry_id: i64) -> Result<Option<Entry>, StorageError> {
    match account::store::active_member_id(tx)? {
        Some(member) => store::wedged(tx, &member, entry_id),
        None => Ok(None),
    }
}

fn item(tx: &Transaction<'_>, intents: &[Arc<dyn Intent>], texts: &Texts, row: Row) -> Result<QueueItem, StorageError> {
    let Row { entry, created_at, not_before, wedged_reason } = row;
    let intent = find(intents, &entry.kind);
    let title = match intent.map(|intent| intent.title(tx, &entry, texts)) {
        Some(Ok(title)) => title,
        Some(Err(Unreadable::Storage(error))) => return Err(error),
        Some(Err(Unreadable::Form)) | None => texts.text("queue-title-unknown", &[]),
    };
    let explanation = match &wedged_reason {
        Some(code) => Explanation::of_wedged(texts, texts.text("queue-wedged", &[]), code),
        None => {
            let (state, sentence) = (texts.text("queue-waiting", &[]), texts.text("queue-waiting-sentence", &[]));
            Explanation::new(texts, state, sentence, NextStep::Wait)
        }
    };
    Ok(QueueItem {
        entry_id: entry.entry_id,
        is_editable: wedged_reason.is_some() && intent.is_some_and(|intent| intent.is_editable(&entry)),
        kind: entry.kind,
        title,
        created_at,
        not_before,
        attempts: entry.attempts,
        wedged_reason,
        explanation,
    })
}

/// What waits, and for what.
fn sentence(texts: &Texts, summary: QueueSummary, stopped: Option<Stop>) -> String {
    let counted = |id: &str, count: u32| texts.text(id, &[("count", Argument::Count(i64::from(count)))]);
    match (summary.waiting, summary.wedged) {
        (0, 0) => String::new(),
        (0, wedged) => counted("queue-all-wedged", wedged),
        (waiting, _) => {
            let reason = stopped.map_or("sending", Stop::code);
            format!("{} {}", counted("queue-count", waiting), texts.text(&format!("queue-stopped-{reason}"), &[]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn what_waits_is_said_with_its_reason_in_both_languages() {
        let stops = [
            None,
            Some(Stop::NobodySignedIn),
            Some(Stop::Offline),
            Some(Stop::Busy),
            Some(Stop::Unreachable),
            Some(Stop::SignInNeeded),
            Some(Stop::Locked),
            Some(Stop::UpdateNeeded),
            Some(Stop::AnotherProcess),
            Some(Stop::BudgetSpent),
        ];
        for texts in [Texts::new(Language::Ru), Texts::new(Language::En)] {
            for stopped in stops {
                let said = sentence(&texts, QueueSummary { waiting: 3, wedged: 0 }, stopped);
                assert!(said.contains('3') && !said.contains("queue-") && !said.contains("{"), "{said}");
            }
            assert_eq!(sentence(&texts, QueueSummary::default(), Some(Stop::Offline)), "");
        }
        let said = sentence(&Texts::new(Language::Ru), QueueSummary { waiting: 21, wedged: 1 }, Some(Stop::Offline));
        assert_eq!(said, "Ждёт отправки: 21 запись. Нет связи: уйдёт само, как только она появится.");
    }
}
