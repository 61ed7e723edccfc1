//! What a fiscal receipt's code says.

use std::fmt;

pub use vremena_core::fiscal::ReceiptOperation;
use vremena_core::{
    fiscal::{self, DriveNumber},
    money::Kopecks,
};

use crate::{error::CoreError, values::TillTime};

/// All that a receipt's QR code says.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FiscalReceipt {
    /// `fn`: 1 to 16 digits, leading zeros included.
    pub drive_number: String,
    /// `i`, the fiscal document's number within its drive.
    pub document_number: u32,
    /// `fp`; only the tax service can verify it.
    pub fiscal_sign: u32,
    /// `s`, not negative.
    pub total: Kopecks,
    /// `t`.
    pub issued_at: TillTime,
    /// `n`; nothing where the code leaves it out, until the tax service answers.
    pub operation: Option<ReceiptOperation>,
}

impl From<fiscal::FiscalReceipt> for FiscalReceipt {
    fn from(receipt: fiscal::FiscalReceipt) -> Self {
        Self {
            drive_number: receipt.drive_number.into(),
            document_number: receipt.document_number,
            fiscal_sign: receipt.fiscal_sign,
            total: receipt.total,
            issued_at: receipt.issued_at,
            operation: receipt.operation,
        }
    }
}

impl TryFrom<FiscalReceipt> for fiscal::FiscalReceipt {
    type Error = CoreError;

    fn try_from(receipt: FiscalReceipt) -> Result<Self, CoreError> {
        let drive_number = DriveNumber::new(receipt.drive_number);
        Ok(Self {
            drive_number: drive_number.map_err(|_| CoreError::invalid("drive_number"))?,
            document_number: receipt.document_number,
            fiscal_sign: receipt.fiscal_sign,
            total: receipt.total,
            issued_at: receipt.issued_at,
            operation: receipt.operation,
        })
    }
}

impl fmt::Debug for FiscalReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FiscalReceipt(…)")
    }
}

/// `fn`, `i` and `fp`: what makes it this receipt and no other.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FiscalIdentity {
    /// `fn`: 1 to 16 digits, leading zeros included.
    pub drive_number: String,
    /// `i`.
    pub document_number: u32,
    /// `fp`.
    pub fiscal_sign: u32,
}

impl From<fiscal::FiscalIdentity> for FiscalIdentity {
    fn from(identity: fiscal::FiscalIdentity) -> Self {
        Self {
            drive_number: identity.drive_number.into(),
            document_number: identity.document_number,
            fiscal_sign: identity.fiscal_sign,
        }
    }
}

impl fmt::Debug for FiscalIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FiscalIdentity(…)")
    }
}

/// What the till did (`n`).
#[uniffi::remote(Enum)]
pub enum ReceiptOperation {
    /// `n=1`: somebody bought.
    Sale,
    /// `n=2`: a purchase was brought back. Never adds to a sum.
    SaleReturn,
    /// `n=3`: the shop paid somebody.
    Payout,
    /// `n=4`: such a payment came back.
    PayoutReturn,
}
