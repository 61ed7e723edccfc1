//! A receipt typed in by hand → the receipt that its code would have given, or what is wrong with each field.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::check::{CheckFault, CheckRules, check_operation, check_time, check_total};
use super::model::FiscalReceipt;
use super::reason::ReceiptField;
use super::typed;

/// A receipt as a member types it off paper: each field's text as it stands in the form. `Debug` leaves it out: it is
/// the member's.
///
/// Every field takes the printed name before the value (`ФД № 9446`), spaces of every kind, full-width characters, and
/// the letters О and З for the digits they look like.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ManualEntry {
    /// `14.03.26 13:52`, `14.03.2026 13:52`, `2026-03-14 13:52`, each also with seconds, with `/` in the date and with
    /// `.` or `-` in the time; or as in the code, `20260314T1352`. The day stands first unless the year has four
    /// digits and is first; a year of two digits is one of 2000 to 2099, and is not taken between hyphens, where it
    /// may stand first too.
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
    /// `приход`, `возврат прихода`, `расход`, `возврат расхода`, or as in the code, `1` to `4`. Empty: not known, the
    /// tax service will tell.
    pub operation: String,
}

/// What is wrong with a field. Carries nothing of what was typed: it goes into logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum EntryFault {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Missing,
    /// No value of this field.
    #[error("malformed")]
    Malformed,
    /// Can be read in two ways.
    #[error("can be read in two ways")]
    Ambiguous,
    /// No such day or time; more digits, or a larger number, than the field has.
    #[error("out of range")]
    OutOfRange,
    /// Well formed, but no receipt that the programme takes.
    #[error(transparent)]
    Check(#[from] CheckFault),
}

impl EntryFault {
    /// The stable name of the fault: `reason` in JSON, and part of a message's id.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Ambiguous => "ambiguous",
            Self::OutOfRange => "out_of_range",
            Self::Check(fault) => fault.code(),
        }
    }
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("{field}: {fault}")]
pub struct FieldFault {
    /// Which.
    pub field: ReceiptField,
    /// What.
    pub fault: EntryFault,
}

/// Reads a receipt that was typed in by hand, and checks it at the instant `now` as [`check`](super::check) does.
///
/// The same receipt by hand and by its code is equal; but for the seconds, where the code has them and the paper not.
///
/// # Errors
/// Every field that is wrong, once each, in the order of [`ManualEntry`]. Never a guess: what can be read in two ways
/// is refused.
pub fn manual(entry: &ManualEntry, now: DateTime<Utc>, rules: &CheckRules) -> Result<FiscalReceipt, Vec<FieldFault>> {
    let mut faults = Faults::default();
    let issued_at = typed::issued_at(&entry.issued_at).and_then(|at| Ok(check_time(at, now, rules).map(|()| at)?));
    let issued_at = faults.take(ReceiptField::IssuedAt, issued_at);
    let total = typed::total(&entry.total).and_then(|total| Ok(check_total(total).map(|()| total)?));
    let total = faults.take(ReceiptField::Total, total);
    let drive_number = faults.take(ReceiptField::DriveNumber, typed::drive_number(&entry.drive_number));
    let document_number = faults.take(ReceiptField::DocumentNumber, typed::document_number(&entry.document_number));
    let fiscal_sign = faults.take(ReceiptField::FiscalSign, typed::fiscal_sign(&entry.fiscal_sign));
    let operation = typed::operation(&entry.operation).and_then(|n| Ok(check_operation(n).map(|()| n)?));
    let operation = faults.take(ReceiptField::Operation, operation);
    match (issued_at, total, drive_number, document_number, fiscal_sign, operation) {
        (
            Some(issued_at),
            Some(total),
            Some(drive_number),
            Some(document_number),
            Some(fiscal_sign),
            Some(operation),
        ) => Ok(FiscalReceipt { drive_number, document_number, fiscal_sign, total, issued_at, operation }),
        _ => Err(faults.0),
    }
}

#[derive(Default)]
struct Faults(Vec<FieldFault>);

impl Faults {
    fn take<T>(&mut self, field: ReceiptField, read: Result<T, EntryFault>) -> Option<T> {
        read.map_err(|fault| self.0.push(FieldFault { field, fault })).ok()
    }
}
