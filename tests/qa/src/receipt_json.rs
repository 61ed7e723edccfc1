//! A receipt as QA's JSON lines show it: the same shape for a scanned picture and a typed text.

use serde::Serialize;
use vremena_core::{
    fiscal::{FiscalReceipt, ReceiptOperation},
    time::moscow,
};

/// All that a receipt's code says.
#[derive(Serialize)]
pub struct ReceiptJson<'a> {
    drive_number: &'a str,
    document_number: u32,
    fiscal_sign: u32,
    total_kopecks: i64,
    /// RFC 3339 with Moscow's offset of that day; null for an hour that Moscow's clocks left out.
    issued_at: Option<String>,
    operation: Option<ReceiptOperation>,
}

impl<'a> From<&'a FiscalReceipt> for ReceiptJson<'a> {
    fn from(receipt: &'a FiscalReceipt) -> Self {
        Self {
            drive_number: receipt.drive_number.as_str(),
            document_number: receipt.document_number,
            fiscal_sign: receipt.fiscal_sign,
            total_kopecks: receipt.total.get(),
            issued_at: moscow(receipt.issued_at).map(|at| at.to_rfc3339()),
            operation: receipt.operation,
        }
    }
}

/// A receipt in one line for people.
pub fn in_words(receipt: &FiscalReceipt) -> String {
    let total = receipt.total.get();
    format!(
        "{}.{:02} RUB, {}, {}, fn {} i {} fp {}",
        total / 100,
        total % 100,
        receipt.issued_at.format("%Y-%m-%d %H:%M:%S"),
        receipt.operation.map_or("operation unknown", ReceiptOperation::name),
        receipt.drive_number,
        receipt.document_number,
        receipt.fiscal_sign,
    )
}

/// A reason in words, by its stable code.
pub fn reason_text(code: &str) -> String {
    code.replace('_', " ")
}
