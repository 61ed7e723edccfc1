//! The API's shapes of this capability.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Receipt, ReceiptSource, ReceiptState};
use crate::{
    fiscal::{DriveNumber, FiscalIdentity, FiscalReceipt, ManualEntry, ReceiptOperation},
    ids::ReceiptId,
    money::Kopecks,
    time,
};

/// The body that registers a receipt. It is also version 1 of the queue's payload, so fields are only ever added,
/// with a default.
#[derive(Serialize, Deserialize)]
pub struct RegisterReceipt {
    pub drive_number: DriveNumber,
    pub document_number: u32,
    pub fiscal_sign: u32,
    pub total_kopecks: Kopecks,
    pub issued_at: DateTime<FixedOffset>,
    pub operation: Option<ReceiptOperation>,
    pub source: ReceiptSource,
    pub captured_at: DateTime<Utc>,
}

impl RegisterReceipt {
    /// `None` where Moscow's clocks never showed the receipt's time.
    pub fn of(receipt: &FiscalReceipt, source: ReceiptSource, now: DateTime<Utc>) -> Option<Self> {
        Some(Self {
            drive_number: receipt.drive_number.clone(),
            document_number: receipt.document_number,
            fiscal_sign: receipt.fiscal_sign,
            total_kopecks: receipt.total,
            issued_at: time::moscow(receipt.issued_at)?.fixed_offset(),
            operation: receipt.operation,
            source,
            captured_at: now,
        })
    }

    /// As it was registered before; `None` of a receipt without its requisites. What the member did not type counts as
    /// scanned, though the gallery called it otherwise.
    pub fn again(receipt: &Receipt) -> Option<Self> {
        let identity = receipt.identity.clone()?;
        Some(Self {
            drive_number: identity.drive_number,
            document_number: identity.document_number,
            fiscal_sign: identity.fiscal_sign,
            total_kopecks: receipt.total,
            issued_at: time::in_moscow(receipt.issued_at).fixed_offset(),
            operation: receipt.operation,
            source: match receipt.source {
                ReceiptSource::Manual => ReceiptSource::Manual,
                _ => ReceiptSource::Scanned,
            },
            captured_at: receipt.captured_at,
        })
    }

    /// As a member would type it.
    pub fn form(&self) -> ManualEntry {
        ManualEntry {
            issued_at: self.issued_at.format("%d.%m.%Y %H:%M:%S").to_string(),
            total: format!("{}.{:02}", self.total_kopecks.get() / 100, self.total_kopecks.get() % 100),
            drive_number: self.drive_number.as_str().to_owned(),
            document_number: self.document_number.to_string(),
            fiscal_sign: self.fiscal_sign.to_string(),
            operation: self.operation.map_or_else(String::new, |operation| operation.code().to_string()),
        }
    }

    pub fn identity(&self) -> FiscalIdentity {
        FiscalIdentity {
            drive_number: self.drive_number.clone(),
            document_number: self.document_number,
            fiscal_sign: self.fiscal_sign,
        }
    }
}

/// A receipt as the gallery knows it.
#[derive(Deserialize)]
pub struct ReceiptAnswer {
    pub receipt_id: ReceiptId,
    drive_number: Option<DriveNumber>,
    document_number: Option<u32>,
    fiscal_sign: Option<u32>,
    pub operation: Option<String>,
    pub total_kopecks: Kopecks,
    pub issued_at: DateTime<FixedOffset>,
    /// Codes stay as they came: a later version may know them.
    pub state: String,
    pub reason: Option<String>,
    pub next_check_at: Option<DateTime<Utc>>,
    pub source: String,
    pub registered_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub shop: Option<String>,
    pub category: Option<String>,
    #[serde(default)]
    pub returned_kopecks: Kopecks,
    pub of: Option<ReceiptId>,
    pub rules_version: Option<u32>,
    #[serde(default)]
    pub positions: Vec<PositionAnswer>,
    counted_kopecks: Option<Kopecks>,
    /// Empty from a gallery of before there was one.
    #[serde(default)]
    history: Vec<ChangeAnswer>,
}

/// A line of a receipt.
#[derive(Deserialize)]
pub struct PositionAnswer {
    /// May be padded with spaces.
    pub name: String,
    pub quantity_thousandths: i64,
    #[serde(rename = "price_kopecks")]
    pub price: Kopecks,
    #[serde(rename = "sum_kopecks")]
    pub sum: Kopecks,
}

/// A change of a receipt's state.
#[derive(Clone, Deserialize)]
pub struct ChangeAnswer {
    pub state: String,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
    pub rules_version: Option<u32>,
    pub trace_id: Option<String>,
}

/// The largest sum that a ledger takes, in kopecks: sums of sums stay numbers.
const MOST_KOPECKS: i64 = 10_000_000_000_000;

impl ReceiptAnswer {
    /// What of the total counts. A gallery of before it said so counts what was not returned.
    pub fn counted(&self) -> Kopecks {
        let is_purchase =
            self.state == ReceiptState::Credited.code() && self.operation.as_deref().is_none_or(|name| name == "sale");
        let left =
            || if is_purchase { self.total_kopecks.saturating_sub(self.returned_kopecks) } else { Kopecks::ZERO };
        Kopecks::new(self.counted_kopecks.unwrap_or_else(left).get().clamp(0, MOST_KOPECKS))
    }

    /// How far it came at the gallery. One that does not tell it says at least where the receipt is now.
    pub fn told(&self) -> Cow<'_, [ChangeAnswer]> {
        if !self.history.is_empty() {
            return Cow::Borrowed(&self.history);
        }
        Cow::Owned(vec![ChangeAnswer {
            state: self.state.clone(),
            at: self.decided_at.unwrap_or(self.registered_at),
            reason: self.reason.clone(),
            rules_version: self.rules_version,
            trace_id: None,
        }])
    }

    pub fn identity(&self) -> Option<FiscalIdentity> {
        Some(FiscalIdentity {
            drive_number: self.drive_number.clone()?,
            document_number: self.document_number?,
            fiscal_sign: self.fiscal_sign?,
        })
    }
}

/// A page of the feed of changed receipts.
#[derive(Deserialize)]
pub struct ReceiptsPage {
    pub receipts: Vec<Box<RawValue>>,
    pub next_cursor: String,
    pub more: bool,
}
