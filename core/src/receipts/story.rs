//! What a receipt tells of itself: what was bought, how far it came, and what a return has changed.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{Receipt, ReceiptReason};
use crate::{codes::coded_enum, money::Kopecks, programme::EffectSide};

coded_enum! {
    /// A step on a receipt's way.
    pub enum ReceiptStep {
        /// It was put on the phone.
        Captured = "captured",
        /// The phone sent it, and the gallery's answer followed.
        Sent = "sent",
        /// The gallery asks the tax service, or reception about a return.
        Pending = "pending",
        /// It counts; a return: it has taken its sum back.
        Credited = "credited",
        /// It does not count, for a reason.
        Rejected = "rejected",
        /// It counted, and was returned in full.
        Reversed = "reversed",
    }
}

/// A receipt with its whole story.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptStory {
    /// As it is now.
    pub receipt: Receipt,
    /// What was bought; empty until the tax service has answered, and where the gallery does not tell.
    pub positions: Vec<ReceiptPosition>,
    /// Each change, the first one first.
    pub changes: Vec<ReceiptChange>,
    /// Of a linked return, and of a purchase of which something was returned: what that has changed. `None` of any other,
    /// and while the ledger or the rules that say it are not on the phone.
    pub effect: Option<ReturnEffect>,
}

/// A line of a receipt. `Debug` does not show it: it is what somebody bought.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptPosition {
    /// As the till named it.
    pub name: String,
    /// In thousandths of its unit: 1000 is one piece, 250 a quarter of a kilogram.
    pub quantity_thousandths: i64,
    /// Of one unit.
    pub price: Kopecks,
    /// What was paid for it.
    pub sum: Kopecks,
}

impl fmt::Debug for ReceiptPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptPosition(…)")
    }
}

/// A change of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptChange {
    /// To what.
    pub step: ReceiptStep,
    /// When: by the phone's clock until it was sent, by the gallery's from then on.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Option<ReceiptReason>,
    /// The rules that decided; `None` where none did.
    pub rules_version: Option<u32>,
    /// W3C Trace Context: under it both sides log what led to it, 32 hexadecimal digits. `None` where nobody said.
    pub trace_id: Option<String>,
    /// The same for the member, in one sentence.
    pub sentence: String,
}

/// What a return has changed, when it was taken into account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnEffect {
    /// Without it.
    pub before: EffectSide,
    /// With it.
    pub after: EffectSide,
    /// Both for the member.
    pub sentence: String,
}
