//! The text of a QR code → a [`FiscalReceipt`], or the reason why it is none.
//!
//! Pure and total: no I/O, no clock, and every text of any length and content gets an answer. The rules come from
//! the tax service's requisites of a receipt's code, and from codes seen in the wild.
//!
//! Two questions are kept apart: [`parse`] says what a code *is*, whenever it was printed; [`check`] says whether the
//! programme can take it now. [`manual`] asks both of a receipt that was typed in by hand, so that each wrong field can
//! be told at once.

mod check;
mod countries;
mod fields;
mod keyboard;
mod links;
mod manual;
mod model;
mod operators;
mod parse;
mod reason;
#[cfg(test)]
mod tests;
mod typed;
mod values;

pub use check::{CLOCK_TOLERANCE_MINUTES, CheckFault, CheckRules, MAX_TOTAL, check};
pub use manual::{EntryFault, FieldFault, ManualEntry, manual};
pub use model::{DriveNumber, FiscalIdentity, FiscalReceipt, InvalidDriveNumber, InvalidIdentity, ReceiptOperation};
pub use parse::{MAX_TEXT_BYTES, parse, parse_bytes};
pub use reason::{NotAReceipt, ReceiptField, Requisites};

#[cfg(test)]
pub(crate) use {countries::all as countries, operators::names as operators};
