//! Capturing receipts and looking at them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use tokio::sync::watch;

use super::{
    Capture, ManualCapture, Receipt, ReceiptIntent, ReceiptSource, ReceiptState, RefusedField, intent, store,
    wire::RegisterReceipt,
};
use crate::{
    account,
    error::CoreError,
    explanation::Explanation,
    fiscal::{self, CheckFault, CheckRules, FiscalReceipt, ManualEntry, ReceiptField},
    locale::Texts,
    observe::{Changes, Observable, Wake},
    outbox,
    ports::{Clock, Ports, random_token},
    programme::Programme,
    storage::{Database, StorageError},
};

/// How many receipts a snapshot holds.
const SNAPSHOT_PAGE: u32 = 50;
/// The longest page that is handed out.
const LONGEST_PAGE: u32 = 200;

/// The newest receipts, for observers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReceiptsSnapshot {
    /// The newest first, at most 50.
    pub recent: Vec<Receipt>,
    /// How many intents wait in the queue.
    pub queued: u32,
}

/// The member's receipts.
pub struct Receipts {
    pub(super) member_db: Database,
    pub(super) programme: Arc<Programme>,
    ports: Ports,
    phone_clock: Arc<dyn Clock>,
    pub(super) texts: Arc<Texts>,
    changes: Changes,
    wake: Arc<Wake>,
    pub(crate) snapshots: Observable<ReceiptsSnapshot>,
}

enum Stored {
    New(Option<Receipt>),
    Known(Receipt),
    NobodySignedIn,
    NotReplaceable,
}

impl Receipts {
    pub(crate) fn new(
        member_db: Database,
        programme: Arc<Programme>,
        (ports, phone_clock): (Ports, Arc<dyn Clock>),
        texts: Arc<Texts>,
        changes: Changes,
        wake: Arc<Wake>,
    ) -> Self {
        let snapshots = Observable::new(ReceiptsSnapshot::default(), changes.clone());
        Self { member_db, programme, ports, phone_clock, texts, changes, wake, snapshots }
    }

    /// Captures the receipt that `text`, the content of a code, describes. When this returns
    /// [`Capture::Captured`], the receipt and its intent are on the disk.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`] while nobody is signed in; [`CoreError::Storage`], [`CoreError::Paused`]: nothing
    /// was captured then.
    pub async fn capture_text(&self, text: &str) -> Result<Capture, CoreError> {
        match fiscal::parse(text) {
            Ok(receipt) => self.capture(&receipt, ReceiptSource::Scanned).await,
            Err(fault) => {
                let explanation = Explanation::of_code(&self.texts, &fault);
                Ok(Capture::NotAccepted { reason: fault.code(), explanation })
            }
        }
    }

    /// Captures a receipt that the member typed in by hand. When this returns [`ManualCapture::Captured`], the receipt
    /// and its intent are on the disk; when fields are wrong, each is told.
    ///
    /// # Errors
    /// As [`Receipts::capture_text`].
    pub async fn capture_manual(&self, entry: &ManualEntry) -> Result<ManualCapture, CoreError> {
        self.capture_typed(entry, None).await
    }

    async fn capture_typed(&self, entry: &ManualEntry, replaced: Option<i64>) -> Result<ManualCapture, CoreError> {
        let now = self.ports.clock.now();
        let rules = self.check_rules().await?;
        let receipt = match self.by_either_clock(now, |now| fiscal::manual(entry, now, &rules)) {
            Ok(receipt) => receipt,
            Err(faults) => {
                let refused = faults.iter().map(|fault| RefusedField {
                    field: fault.field,
                    reason: fault.fault.code(),
                    explanation: Explanation::of_entry(&self.texts, fault),
                });
                return Ok(ManualCapture::FieldsRefused(refused.collect()));
            }
        };
        Ok(match self.register(&receipt, ReceiptSource::Manual, now, replaced).await? {
            Capture::Captured(receipt) => ManualCapture::Captured(receipt),
            Capture::AlreadyKnown(receipt) => ManualCapture::AlreadyKnown(receipt),
            // All that is left to refuse is its time.
            Capture::NotAccepted { reason, explanation } => {
                ManualCapture::FieldsRefused(vec![RefusedField { field: ReceiptField::IssuedAt, reason, explanation }])
            }
        })
    }

    /// What the member typed of a receipt whose entry could not be sent as it was: to fill the form with.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where [`crate::outbox::QueueItem::is_editable`] is not so; [`CoreError::Storage`],
    /// [`CoreError::Paused`].
    pub async fn typed(&self, entry_id: i64) -> Result<ManualEntry, CoreError> {
        let receipt = self.member_db.read(move |tx| editable(tx, entry_id)).await?;
        Ok(receipt.ok_or(CoreError::NotFound)?.form())
    }

    /// Captures a receipt that the member has mended, in the place of the one in the entry, which could not be sent as it
    /// was. It is another intent, with a key of its own.
    ///
    /// # Errors
    /// As [`Receipts::typed`], and [`CoreError::SignInNeeded`]; nothing has changed then.
    pub async fn amend(&self, entry_id: i64, entry: &ManualEntry) -> Result<ManualCapture, CoreError> {
        self.typed(entry_id).await?;
        self.capture_typed(entry, Some(entry_id)).await
    }

    /// Captures a receipt that has been read.
    ///
    /// # Errors
    /// As [`Receipts::capture_text`].
    pub async fn capture(&self, receipt: &FiscalReceipt, source: ReceiptSource) -> Result<Capture, CoreError> {
        let now = self.ports.clock.now();
        let rules = self.check_rules().await?;
        match self.by_either_clock(now, |now| fiscal::check(receipt, now, &rules)) {
            Ok(()) => self.register(receipt, source, now, None).await,
            Err(fault) => Ok(self.not_accepted(&fault)),
        }
    }

    /// Refused is only what both clocks refuse: the gallery's as it was learnt before the phone's was set right would cost
    /// the member a receipt. The gallery has the last word.
    fn by_either_clock<T, E>(&self, now: DateTime<Utc>, check: impl Fn(DateTime<Utc>) -> Result<T, E>) -> Result<T, E> {
        check(now).or_else(|fault| check(self.phone_clock.now()).map_err(|_| fault))
    }

    async fn check_rules(&self) -> Result<CheckRules, CoreError> {
        Ok(CheckRules { max_age_days: self.programme.receipt_rules().await?.max_age_days })
    }

    async fn register(
        &self,
        receipt: &FiscalReceipt,
        source: ReceiptSource,
        now: DateTime<Utc>,
        replaced: Option<i64>,
    ) -> Result<Capture, CoreError> {
        let Some(registration) = RegisterReceipt::of(receipt, source, now) else {
            return Ok(self.not_accepted(&CheckFault::TooOld { days: 0, limit: None }));
        };
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let _no_deletion = self.wake.intents.read().await;
        let stored = self.member_db.write(move |tx| store_capture(tx, &registration, &key, now, replaced)).await?;
        match stored {
            Stored::NobodySignedIn => Err(CoreError::SignInNeeded),
            Stored::NotReplaceable => Err(CoreError::NotFound),
            Stored::Known(receipt) => Ok(Capture::AlreadyKnown(self.explained_one(receipt).await?)),
            Stored::New(receipt) => {
                self.changes.ring();
                self.wake.queue();
                let receipt = receipt.ok_or(StorageError::Unreadable("receipt"))?;
                Ok(Capture::Captured(self.explained_one(receipt).await?))
            }
        }
    }

    /// The receipts after the place `after` (`issued_at` and `local_id` of the last one seen), the newest first,
    /// at most `limit` (200).
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`], [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn page(&self, after: Option<(DateTime<Utc>, i64)>, limit: u32) -> Result<Vec<Receipt>, CoreError> {
        let page = self.member(move |tx, member| store::page(tx, &member, after, limit.min(LONGEST_PAGE)));
        self.explained(page.await?).await
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<ReceiptsSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        let (recent, queued) = self
            .member_db
            .read(move |tx| match account::store::active_member_id(tx)? {
                Some(member) => {
                    let page = store::page(tx, &member, None, SNAPSHOT_PAGE)?;
                    Ok::<_, StorageError>((page, outbox::store::count(tx, &member)?))
                }
                None => Ok((Vec::new(), 0)),
            })
            .await?;
        let recent = self.explained(recent).await?;
        self.snapshots.publish(ReceiptsSnapshot { recent, queued });
        Ok(())
    }

    async fn explained_one(&self, receipt: Receipt) -> Result<Receipt, CoreError> {
        let explained = self.explained(vec![receipt]).await?.pop();
        explained.ok_or_else(|| StorageError::Unreadable("receipt").into())
    }

    fn not_accepted(&self, fault: &CheckFault) -> Capture {
        Capture::NotAccepted { reason: fault.code(), explanation: Explanation::of_check(&self.texts, fault) }
    }
}

/// The entry's receipt, where the active member typed it and may mend it.
fn editable(tx: &Transaction<'_>, entry_id: i64) -> Result<Option<RegisterReceipt>, StorageError> {
    let Some(member) = account::store::active_member_id(tx)? else { return Ok(None) };
    Ok(outbox::store::wedged(tx, &member, entry_id)?.as_ref().and_then(intent::typed))
}

/// The intent, its key and the member's row, together or not at all; and the receipt that it replaces is no more.
fn store_capture(
    tx: &Transaction<'_>,
    registration: &RegisterReceipt,
    key: &str,
    now: DateTime<Utc>,
    replaced: Option<i64>,
) -> Result<Stored, StorageError> {
    let Some(member) = account::store::active_member_id(tx)? else { return Ok(Stored::NobodySignedIn) };
    let member = &member;
    let mut own = None;
    if let Some(entry_id) = replaced {
        let Some(before) = editable(tx, entry_id)? else { return Ok(Stored::NotReplaceable) };
        own = Some((entry_id, before.identity()));
    }
    let is_own = own.as_ref().is_some_and(|(_, identity)| *identity == registration.identity());
    if !is_own && let Some(known) = store::find(tx, member, &registration.identity())? {
        if !store::is_orphaned(tx, known.local_id)? {
            return Ok(Stored::Known(known));
        }
        store::remove(tx, known.local_id)?;
    }
    if let Some((entry_id, identity)) = own {
        store::remove_captured(tx, member, &identity)?;
        outbox::store::remove(tx, entry_id)?;
    }
    let local_id = store::insert_captured(tx, member, registration, key)?;
    outbox::store::add(tx, member, &ReceiptIntent::entry(registration)?, key, now)?;
    Ok(Stored::New(store::get(tx, member, local_id)?))
}

impl ReceiptsSnapshot {
    /// How many of the recent receipts still wait for a verdict or for the network.
    #[must_use]
    pub fn undecided(&self) -> usize {
        let open = |receipt: &&Receipt| matches!(receipt.state, ReceiptState::Captured | ReceiptState::Pending);
        self.recent.iter().filter(open).count()
    }
}
