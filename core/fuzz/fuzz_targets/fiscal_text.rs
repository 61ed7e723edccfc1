//! Texts of codes, and receipts typed in by hand: no panic, and what is read is read the same way again.
//!
//! The bytes are a code's text as they are; each of their lines is also a field of the form.

#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use vremena_core::{
    explanation::Explanation,
    fiscal::{self, CheckRules, FiscalReceipt, ManualEntry, ReceiptOperation},
    locale::{Language, Texts},
};

static TEXTS: LazyLock<[Texts; 2]> = LazyLock::new(|| [Language::Ru, Language::En].map(Texts::new));

const RULES: CheckRules = CheckRules { max_age_days: Some(30) };

fuzz_target!(|data: &[u8]| {
    let parsed = fiscal::parse_bytes(data);
    let Ok(text) = std::str::from_utf8(data) else {
        assert!(parsed.is_err());
        return;
    };
    assert_eq!(fiscal::parse(text), parsed);
    match parsed {
        Ok(receipt) => is_sound(&receipt),
        Err(reason) => TEXTS.iter().for_each(|texts| is_told(&Explanation::of_code(texts, &reason))),
    }
    type_in(text);
});

fn type_in(text: &str) {
    let mut lines = text.split('\n').map(str::to_owned);
    let mut line = || lines.next().unwrap_or_default();
    let entry = ManualEntry {
        issued_at: line(),
        total: line(),
        drive_number: line(),
        document_number: line(),
        fiscal_sign: line(),
        operation: line(),
    };
    match fiscal::manual(&entry, now(), &RULES) {
        Ok(receipt) => {
            is_sound(&receipt);
            assert_eq!(fiscal::check(&receipt, now(), &RULES), Ok(()));
            assert_eq!(fiscal::manual(&as_printed(&receipt), now(), &RULES), Ok(receipt));
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            assert!(faults.windows(2).all(|pair| (pair[0].field as usize) < pair[1].field as usize));
            for fault in faults {
                TEXTS.iter().for_each(|texts| is_told(&Explanation::of_entry(texts, &fault)));
            }
        }
    }
}

/// One receipt has one text and one identity, and both lead back to it.
fn is_sound(receipt: &FiscalReceipt) {
    assert!(receipt.total.get() >= 0);
    let text = receipt.to_text();
    let again = fiscal::parse(&text);
    assert_eq!(again.as_ref(), Ok(receipt));
    assert_eq!(again.map(|again| again.to_text()), Ok(text));
    let identity = receipt.identity();
    assert_eq!(identity.to_string().parse(), Ok(identity));
}

fn is_told(explanation: &Explanation) {
    let sentence = &explanation.sentence;
    assert!(sentence.contains(' ') && !sentence.contains(['{', '$']), "{sentence}");
    assert!(explanation.next_step_sentence.contains(' '));
}

fn as_printed(receipt: &FiscalReceipt) -> ManualEntry {
    let total = receipt.total.get();
    let operation = match receipt.operation {
        Some(ReceiptOperation::Sale) => "приход",
        Some(ReceiptOperation::SaleReturn) => "возврат прихода",
        Some(ReceiptOperation::Payout) => "расход",
        Some(ReceiptOperation::PayoutReturn) => "возврат расхода",
        None => "",
    };
    ManualEntry {
        issued_at: receipt.issued_at.format("%d.%m.%Y %H:%M:%S").to_string(),
        total: format!("{},{:02}", total / 100, total % 100),
        drive_number: receipt.drive_number.to_string(),
        document_number: receipt.document_number.to_string(),
        fiscal_sign: format!("{:010}", receipt.fiscal_sign),
        operation: operation.to_owned(),
    }
}

/// 14 March 2026, noon.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_489_600, 0).unwrap_or_default()
}
