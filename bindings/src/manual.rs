//! Receipts that a member types in by hand.

use std::fmt;

pub use vremena_core::fiscal::ReceiptField;
use vremena_core::{explanation::Explanation, fiscal, receipts};

use crate::receipts::Receipt;

/// A receipt as a member types it off paper: each field's text as it stands in the form. Every field takes the printed
/// name before the value (`ФД № 9446`), spaces of every kind, full-width characters, and the letters О and З for the
/// digits they look like.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ManualEntry {
    /// `14.03.26 13:52`, `14.03.2026 13:52`, `2026-03-14 13:52`, each also with seconds, with `/` in the date and with
    /// `.` or `-` in the time. The day stands first unless the year has four digits and is first; a year of two digits
    /// is not taken between hyphens, where it may stand first too.
    pub issued_at: String,
    /// Roubles: `1691.16`, `1691,16`, `1 691,16`, `1,691.16`, `=1691.16`, `1691 руб.`. One mark before three digits
    /// (`1,500`) may mean either, and is not taken.
    pub total: String,
    /// ФН, 1 to 16 digits. Leading zeros count.
    pub drive_number: String,
    /// ФД, up to ten digits. Leading zeros do not count.
    pub document_number: String,
    /// ФП or ФПД, up to ten digits. Leading zeros do not count.
    pub fiscal_sign: String,
    /// `приход`, `возврат прихода`, `расход`, `возврат расхода`, or `1` to `4`. Empty: not known, the tax service will
    /// tell.
    pub operation: String,
}

impl From<ManualEntry> for fiscal::ManualEntry {
    fn from(entry: ManualEntry) -> Self {
        Self {
            issued_at: entry.issued_at,
            total: entry.total,
            drive_number: entry.drive_number,
            document_number: entry.document_number,
            fiscal_sign: entry.fiscal_sign,
            operation: entry.operation,
        }
    }
}

impl From<fiscal::ManualEntry> for ManualEntry {
    fn from(entry: fiscal::ManualEntry) -> Self {
        Self {
            issued_at: entry.issued_at,
            total: entry.total,
            drive_number: entry.drive_number,
            document_number: entry.document_number,
            fiscal_sign: entry.fiscal_sign,
            operation: entry.operation,
        }
    }
}

impl fmt::Debug for ManualEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManualEntry(…)")
    }
}

/// A field of a receipt's code, and of the form for typing a receipt in by hand.
#[uniffi::remote(Enum)]
pub enum ReceiptField {
    /// `t`.
    IssuedAt,
    /// `s`.
    Total,
    /// `fn`.
    DriveNumber,
    /// `i`.
    DocumentNumber,
    /// `fp`.
    FiscalSign,
    /// `n`.
    Operation,
}

/// What became of a receipt typed in by hand.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum ManualCapture {
    /// It is on the disk, and will be sent.
    Captured {
        /// The new one.
        receipt: Receipt,
    },
    /// The member has it already, scanned or typed.
    AlreadyKnown {
        /// The first one.
        receipt: Receipt,
    },
    /// Some fields are wrong; nothing was kept.
    FieldsRefused {
        /// Each wrong field once, in the form's order.
        fields: Vec<RefusedField>,
    },
}

/// A wrong field of a receipt typed in by hand.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct RefusedField {
    /// Which.
    pub field: ReceiptField,
    /// A stable code: `missing`, `malformed`, `ambiguous`, `out_of_range`, or that of a check, as `too_old`.
    pub reason: String,
    /// The same for the member, to be shown at the field.
    pub explanation: Explanation,
}

impl From<receipts::ManualCapture> for ManualCapture {
    fn from(capture: receipts::ManualCapture) -> Self {
        match capture {
            receipts::ManualCapture::Captured(receipt) => Self::Captured { receipt: receipt.into() },
            receipts::ManualCapture::AlreadyKnown(receipt) => Self::AlreadyKnown { receipt: receipt.into() },
            receipts::ManualCapture::FieldsRefused(fields) => {
                Self::FieldsRefused { fields: fields.into_iter().map(RefusedField::from).collect() }
            }
        }
    }
}

impl From<receipts::RefusedField> for RefusedField {
    fn from(refused: receipts::RefusedField) -> Self {
        Self { field: refused.field, reason: refused.reason.to_owned(), explanation: refused.explanation }
    }
}
