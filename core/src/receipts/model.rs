//! A receipt as the member knows it.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{
    appeals::AppealState,
    codes::coded_enum,
    explanation::Explanation,
    fiscal::{FiscalIdentity, ReceiptField, ReceiptOperation},
    ids::ReceiptId,
    money::Kopecks,
};

coded_enum! {
    /// How far a receipt has come.
    pub enum ReceiptState {
        /// On the phone, in the queue.
        Captured = "captured",
        /// At the gallery, which asks the tax service.
        Pending = "pending",
        /// It counts; a return: it has taken its sum back.
        Credited = "credited",
        /// It does not count, for a reason.
        Rejected = "rejected",
        /// It counted, and was returned in full.
        Reversed = "reversed",
    }
}

coded_enum! {
    /// Why a receipt does not count (yet).
    pub enum ReceiptReason {
        /// Issued elsewhere.
        NotThisGallery = "not_this_gallery",
        /// Older than the rules take.
        TooOld = "too_old",
        /// This member has it already.
        AlreadyCounted = "already_counted",
        /// Another member has it.
        CountedByAnother = "counted_by_another",
        /// A return that nobody has linked to its purchase.
        ReturnUnlinked = "return_unlinked",
        /// Below the rules' minimum.
        BelowMinimum = "below_minimum",
        /// Of a category that does not count.
        ExcludedCategory = "excluded_category",
        /// The tax service never found it.
        NotFound = "not_found",
        /// The tax service knows other data.
        DataDiffer = "data_differ",
        /// Neither a sale nor its return.
        UnsupportedOperation = "unsupported_operation",
    }
}

coded_enum! {
    /// Where the receipt came from.
    pub enum ReceiptSource {
        /// The member scanned it.
        Scanned = "scanned",
        /// The member typed it.
        Manual = "manual",
        /// Reception registered it.
        Reception = "reception",
    }
}

/// A receipt with all that is known of it. `Debug` shows how far it has come, and nothing of what was bought.
#[derive(Clone, PartialEq)]
pub struct Receipt {
    /// Names the receipt on this phone.
    pub local_id: i64,
    /// Names it at the gallery; `None` until it has arrived there.
    pub receipt_id: Option<ReceiptId>,
    /// `None` for one that reception registered without its requisites.
    pub identity: Option<FiscalIdentity>,
    /// `None` until the tax service has answered, where the code does not say.
    pub operation: Option<ReceiptOperation>,
    /// The sum on the receipt.
    pub total: Kopecks,
    /// By the till's clock.
    pub issued_at: DateTime<Utc>,
    /// Where it came from.
    pub source: ReceiptSource,
    /// How far it has come.
    pub state: ReceiptState,
    /// Why it does not count (yet).
    pub reason: Option<ReceiptReason>,
    /// When the gallery asks the tax service again.
    pub next_check_at: Option<DateTime<Utc>>,
    /// When the phone first had it.
    pub captured_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
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
    /// Why its entry cannot be sent as it is; `None` where it can, or has been.
    pub wedged_reason: Option<String>,
    /// All this for the member.
    pub explanation: Explanation,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receipt({} {} {:?})", self.local_id, self.state.code(), self.reason)
    }
}

/// What became of something held before the scanner.
#[derive(Clone, Debug, PartialEq)]
pub enum Capture {
    /// It is on the disk, and will be sent.
    Captured(Receipt),
    /// The member has it already: this is the first one.
    AlreadyKnown(Receipt),
    /// It is no receipt that the programme takes; nothing was kept. `reason` is the code of
    /// [`crate::fiscal::NotAReceipt`] or [`crate::fiscal::CheckFault`].
    NotAccepted {
        /// A stable code.
        reason: &'static str,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// What became of a receipt typed in by hand.
#[derive(Clone, Debug, PartialEq)]
pub enum ManualCapture {
    /// It is on the disk, and will be sent.
    Captured(Receipt),
    /// The member has it already, scanned or typed: this is the first one.
    AlreadyKnown(Receipt),
    /// Some fields are wrong; nothing was kept.
    FieldsRefused(Vec<RefusedField>),
}

/// A wrong field of a receipt typed in by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedField {
    /// Which.
    pub field: ReceiptField,
    /// A stable code: of [`crate::fiscal::EntryFault`].
    pub reason: &'static str,
    /// The same for the member, to be shown at the field.
    pub explanation: Explanation,
}
