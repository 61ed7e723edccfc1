//! Receipts.

use std::{fmt, sync::Arc};

pub use vremena_core::receipts::{ReceiptReason, ReceiptSource, ReceiptState};
use vremena_core::{explanation::Explanation, ids::ReceiptId, money::Kopecks, receipts};

use crate::{
    appeals::AppealState,
    error::CoreError,
    fiscal::{FiscalIdentity, FiscalReceipt, ReceiptOperation},
    history::ReceiptPlace,
    host::Host,
    manual::{ManualCapture, ManualEntry},
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

/// The member's receipts.
#[derive(uniffi::Object)]
pub struct Receipts {
    pub(crate) host: Arc<Host>,
}

impl Receipts {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Receipts {
    /// Captures the receipt that `text`, the content of a code, describes. When this returns `Captured`, the receipt
    /// is on the disk and will be sent. Cancelling the call never half-captures.
    ///
    /// # Errors
    /// `SignInNeeded` while nobody is signed in; `Storage`, `Paused`: nothing was captured then.
    pub async fn capture_text(&self, text: String) -> Result<Capture, CoreError> {
        self.host.call(|host| async move { Ok(host.app.receipts().capture_text(&text).await?.into()) }).await
    }

    /// Captures a receipt that the member typed in by hand, under the same checks as a scanned one. When this returns
    /// `Captured`, the receipt is on the disk and will be sent; when fields are wrong, it tells each of them.
    ///
    /// # Errors
    /// As `capture_text`.
    pub async fn capture_manual(&self, entry: ManualEntry) -> Result<ManualCapture, CoreError> {
        self.host.call(|host| async move { Ok(host.app.receipts().capture_manual(&entry.into()).await?.into()) }).await
    }

    /// What the member typed of a receipt whose entry in the queue could not be sent as it was: to fill the form with.
    ///
    /// # Errors
    /// `NotFound` where the entry is not `is_editable`; `Storage`, `Paused`
    pub async fn typed(&self, entry_id: i64) -> Result<ManualEntry, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.receipts().typed(entry_id).await?.into()) }).await
    }

    /// Captures a receipt that the member has mended, in the place of the one in the entry.
    ///
    /// # Errors
    /// As `typed` and `capture_manual`; nothing has changed then.
    pub async fn amend(&self, entry_id: i64, entry: ManualEntry) -> Result<ManualCapture, CoreError> {
        self.host
            .call(move |host| async move { Ok(host.app.receipts().amend(entry_id, &entry.into()).await?.into()) })
            .await
    }

    /// Captures a receipt whose requisites are known because they were read elsewhere.
    ///
    /// # Errors
    /// As `capture_text`; `InvalidArgument`, `drive_number`.
    pub async fn capture(&self, receipt: FiscalReceipt, source: ReceiptSource) -> Result<Capture, CoreError> {
        self.host
            .call(|host| async move { Ok(host.app.receipts().capture(&receipt.try_into()?, source).await?.into()) })
            .await
    }

    /// The receipts after `after` (nothing = from the newest), the newest first, at most `limit` (200).
    ///
    /// # Errors
    /// `SignInNeeded`, `Storage`, `Paused`
    pub async fn page(&self, after: Option<ReceiptPlace>, limit: u32) -> Result<Vec<Receipt>, CoreError> {
        let after = after.map(|place| (place.issued_at, place.local_id));
        self.host
            .call(move |host| async move {
                Ok(host.app.receipts().page(after, limit).await?.into_iter().map(Receipt::from).collect())
            })
            .await
    }

    /// The newest receipts, now and whenever they change.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn ReceiptsListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.receipts().observe(), move |snapshot| listener.on_receipts(snapshot))
    }
}

/// Hears of the receipts.
#[uniffi::export(foreign)]
pub trait ReceiptsListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_receipts(&self, snapshot: ReceiptsSnapshot) -> Result<(), PortError>;
}

/// The newest receipts.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptsSnapshot {
    /// The newest first, at most 50.
    pub recent: Vec<Receipt>,
    /// How many intents wait in the queue.
    pub queued: u32,
}

impl From<receipts::ReceiptsSnapshot> for ReceiptsSnapshot {
    fn from(snapshot: receipts::ReceiptsSnapshot) -> Self {
        Self { recent: snapshot.recent.into_iter().map(Receipt::from).collect(), queued: snapshot.queued }
    }
}

/// A receipt with all that is known of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Receipt {
    /// Names the receipt on this phone.
    pub local_id: i64,
    /// Names it at the gallery; nothing until it has arrived there.
    pub receipt_id: Option<ReceiptId>,
    /// Nothing for one that reception registered without its requisites.
    pub identity: Option<FiscalIdentity>,
    /// Nothing until the tax service has answered, where the code does not say.
    pub operation: Option<ReceiptOperation>,
    /// The sum on the receipt.
    pub total: Kopecks,
    /// By the till's clock.
    pub issued_at: Instant,
    /// Where it came from.
    pub source: ReceiptSource,
    /// How far it has come.
    pub state: ReceiptState,
    /// Why it does not count (yet).
    pub reason: Option<ReceiptReason>,
    /// When the gallery asks the tax service again.
    pub next_check_at: Option<Instant>,
    /// When the phone first had it.
    pub captured_at: Instant,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// The shop, once the tax service has answered.
    pub shop: Option<String>,
    /// The shop's category.
    pub category: Option<String>,
    /// What was returned of it.
    pub returned: Kopecks,
    /// Of a linked return: its purchase.
    pub return_of: Option<ReceiptId>,
    /// The rules that decided.
    pub rules_version: Option<u32>,
    /// What of the total counts, campaigns apart; zero of everything but a credited purchase.
    pub counted: Kopecks,
    /// Whether the gallery had it before this phone sent it: from reception, or from another phone of the member.
    pub is_known_before: bool,
    /// How far the last appeal about it has come.
    pub appeal: Option<AppealState>,
    /// Why its entry in the queue cannot be sent as it is; nothing where it can, or has been.
    pub wedged_reason: Option<String>,
    /// All this for the member.
    pub explanation: Explanation,
}

impl From<receipts::Receipt> for Receipt {
    fn from(receipt: receipts::Receipt) -> Self {
        Self {
            local_id: receipt.local_id,
            receipt_id: receipt.receipt_id,
            identity: receipt.identity.map(FiscalIdentity::from),
            operation: receipt.operation,
            total: receipt.total,
            issued_at: receipt.issued_at,
            source: receipt.source,
            state: receipt.state,
            reason: receipt.reason,
            next_check_at: receipt.next_check_at,
            captured_at: receipt.captured_at,
            decided_at: receipt.decided_at,
            shop: receipt.shop,
            category: receipt.category,
            returned: receipt.returned,
            return_of: receipt.return_of,
            rules_version: receipt.rules_version,
            counted: receipt.counted,
            is_known_before: receipt.is_known_before,
            appeal: receipt.appeal,
            wedged_reason: receipt.wedged_reason,
            explanation: receipt.explanation,
        }
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receipt({} {:?} {:?})", self.local_id, self.state, self.reason)
    }
}

/// How far a receipt has come.
#[uniffi::remote(Enum)]
pub enum ReceiptState {
    /// On the phone, in the queue.
    Captured,
    /// At the gallery, which asks the tax service.
    Pending,
    /// It counts; a return: it has taken its sum back.
    Credited,
    /// It does not count, for a reason.
    Rejected,
    /// It counted, and was returned in full.
    Reversed,
    /// Of a newer version than this one.
    Unknown,
}

/// Why a receipt does not count (yet).
#[uniffi::remote(Enum)]
pub enum ReceiptReason {
    /// Issued elsewhere.
    NotThisGallery,
    /// Older than the rules take.
    TooOld,
    /// This member has it already.
    AlreadyCounted,
    /// Another member has it.
    CountedByAnother,
    /// A return that nobody has linked to its purchase.
    ReturnUnlinked,
    /// Below the rules' minimum.
    BelowMinimum,
    /// Of a category that does not count.
    ExcludedCategory,
    /// The tax service never found it.
    NotFound,
    /// The tax service knows other data.
    DataDiffer,
    /// Neither a sale nor its return.
    UnsupportedOperation,
    /// Of a newer version than this one.
    Unknown,
}

/// Where a receipt came from.
#[uniffi::remote(Enum)]
pub enum ReceiptSource {
    /// The member scanned it.
    Scanned,
    /// The member typed it.
    Manual,
    /// Reception registered it.
    Reception,
    /// Of a newer version than this one.
    Unknown,
}

/// What became of something held before the scanner.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum Capture {
    /// It is on the disk, and will be sent.
    Captured {
        /// The new one.
        receipt: Receipt,
    },
    /// The member has it already.
    AlreadyKnown {
        /// The first one.
        receipt: Receipt,
    },
    /// It is no receipt that the programme takes; nothing was kept.
    NotAccepted {
        /// A stable code.
        reason: String,
        /// The same for the member.
        explanation: Explanation,
    },
}

impl From<receipts::Capture> for Capture {
    fn from(capture: receipts::Capture) -> Self {
        match capture {
            receipts::Capture::Captured(receipt) => Self::Captured { receipt: receipt.into() },
            receipts::Capture::AlreadyKnown(receipt) => Self::AlreadyKnown { receipt: receipt.into() },
            receipts::Capture::NotAccepted { reason, explanation } => {
                Self::NotAccepted { reason: reason.to_owned(), explanation }
            }
        }
    }
}
