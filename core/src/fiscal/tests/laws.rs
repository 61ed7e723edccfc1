//! What must hold for every receipt and every text.

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;

use super::{PLAIN, receipt, with};
use crate::fiscal::{
    CheckRules, FiscalReceipt, MAX_TOTAL, ManualEntry, ReceiptOperation, check, keyboard::typed_in_russian, manual,
    parse, parse_bytes,
};
use crate::money::Kopecks;

fn any_operation() -> impl Strategy<Value = Option<ReceiptOperation>> {
    prop::option::of(prop::sample::select(vec![
        ReceiptOperation::Sale,
        ReceiptOperation::SaleReturn,
        ReceiptOperation::Payout,
        ReceiptOperation::PayoutReturn,
    ]))
}

fn any_receipt() -> impl Strategy<Value = FiscalReceipt> {
    let time = (0..=9999i32, 1..=366u32, 0..86_400u32).prop_filter_map("a day of that year", |(year, day, second)| {
        let date = NaiveDate::from_yo_opt(year, day)?;
        Some(date.and_hms_opt(0, 0, 0)? + Duration::seconds(second.into()))
    });
    ("[0-9]{1,16}", any::<u32>(), any::<u32>(), 0..=i64::MAX, time, any_operation()).prop_map(
        |(drive, document, sign, total, time, operation)| receipt(&drive, document, sign, total, time, operation),
    )
}

/// One of few: two of them share fields more often than not, and their digits often mean the same numbers.
fn a_near_receipt() -> impl Strategy<Value = FiscalReceipt> {
    let minute = (0..2i64).prop_map(|minutes| super::at(2026, 3, 14, 13, 52, 0) + Duration::minutes(minutes));
    ("0{0,2}1{0,2}7", 0..3u32, 0..3u32, 100..102i64, minute, any_operation()).prop_map(
        |(drive, document, sign, total, time, operation)| receipt(&drive, document, sign, total, time, operation),
    )
}

/// A receipt that the programme takes, at the time of its printing.
fn a_taken_receipt() -> impl Strategy<Value = FiscalReceipt> {
    let taken = (any_receipt(), 1..=MAX_TOTAL.get(), 0..3_000u32, prop::bool::ANY);
    taken.prop_map(|(receipt, total, day, returned)| FiscalReceipt {
        total: Kopecks::new(total),
        issued_at: super::at(2016, 1, 1, 0, 0, 0)
            + Duration::days(day.into())
            + (receipt.issued_at - receipt.issued_at.date().and_time(chrono::NaiveTime::MIN)),
        operation: receipt.operation.map(|_| match returned {
            true => ReceiptOperation::SaleReturn,
            false => ReceiptOperation::Sale,
        }),
        ..receipt
    })
}

/// Ways to type one receipt, one of them by `way`.
fn as_typed(receipt: &FiscalReceipt, way: u32) -> ManualEntry {
    let total = receipt.total.get();
    let formats =
        ["%d.%m.%Y %H:%M:%S", "%d.%m.%y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%S", "%d/%m/%Y, %H.%M.%S"];
    let roubles = if way.is_multiple_of(2) { (total / 100).to_string() } else { in_thousands(total / 100) };
    let point = if way.is_multiple_of(3) { '.' } else { ',' };
    let (sale, back) =
        if way.is_multiple_of(2) { ("приход", "Возврат прихода") } else { ("1", "2") };
    ManualEntry {
        issued_at: receipt.issued_at.format(formats[way as usize % formats.len()]).to_string(),
        total: format!("{roubles}{point}{:02}", total % 100),
        drive_number: receipt.drive_number.as_str().chars().flat_map(|digit| [digit, ' ']).collect(),
        document_number: format!("{:01$}", receipt.document_number, way as usize % 11),
        fiscal_sign: format!("ФП {:010}", receipt.fiscal_sign),
        operation: match receipt.operation {
            None => "",
            Some(ReceiptOperation::Sale) => sale,
            Some(_) => back,
        }
        .to_owned(),
    }
}

fn in_thousands(number: i64) -> String {
    let digits = number.to_string();
    let group = |(place, digit): (usize, char)| {
        let apart = place > 0 && (digits.len() - place).is_multiple_of(3);
        apart.then_some('\u{a0}').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}

proptest! {
    #[test]
    fn texts_round_trip_in_any_order(receipt in any_receipt(), seed in any::<u64>()) {
        let text = receipt.to_text();
        prop_assert_eq!(parse(&text), Ok(receipt.clone()));
        let mut fields: Vec<&str> = text.split('&').collect();
        let turn = seed as usize % fields.len();
        fields.rotate_left(turn);
        if seed % 2 == 1 {
            fields.reverse();
        }
        prop_assert_eq!(parse(&fields.join("&")), Ok(receipt));
    }

    #[test]
    fn the_russian_layout_is_undone(receipt in any_receipt()) {
        let typed = typed_in_russian(&receipt.to_text());
        prop_assert_ne!(&typed, &receipt.to_text());
        prop_assert_eq!(parse(&typed), Ok(receipt));
    }

    #[test]
    fn a_receipt_typed_by_hand_is_the_scanned_one(receipt in a_taken_receipt(), way in any::<u32>()) {
        let now = crate::time::moscow(receipt.issued_at).unwrap().to_utc();
        let rules = CheckRules { max_age_days: Some(0) };
        let typed = manual(&as_typed(&receipt, way), now, &rules);
        prop_assert_eq!(typed.as_ref(), Ok(&receipt));
        prop_assert_eq!(typed.ok(), parse(&receipt.to_text()).ok());
    }

    #[test]
    fn by_hand_and_by_code_the_same_receipts_are_taken(
        receipt in any_receipt(), way in any::<u32>().prop_filter("four digits of the year", |way| way % 5 != 1),
    ) {
        let now = super::utc("2026-03-14T12:00:00Z");
        let rules = CheckRules { max_age_days: Some(36_600) };
        let typed = manual(&as_typed(&receipt, way), now, &rules);
        let payout = matches!(receipt.operation, Some(ReceiptOperation::Payout | ReceiptOperation::PayoutReturn));
        match check(&receipt, now, &rules) {
            Ok(()) => prop_assert_eq!(typed, Ok(receipt)),
            Err(_) if payout => {}
            Err(fault) => {
                let codes: Vec<&str> = typed.unwrap_err().iter().map(|told| told.fault.code()).collect();
                prop_assert!(codes.contains(&fault.code()), "{codes:?}");
            }
        }
    }

    #[test]
    fn identities_round_trip(receipt in any_receipt()) {
        let identity = receipt.identity();
        prop_assert_eq!(identity.to_string().parse(), Ok(identity));
    }

    #[test]
    fn no_two_receipts_have_one_identity_and_no_two_identities_one_text(
        (one, other) in (a_near_receipt(), a_near_receipt()),
    ) {
        let parts = |receipt: &FiscalReceipt| {
            (receipt.drive_number.as_str().to_owned(), receipt.document_number, receipt.fiscal_sign)
        };
        let same = parts(&one) == parts(&other);
        prop_assert_eq!(one.identity() == other.identity(), same);
        prop_assert_eq!(one.identity().to_string() == other.identity().to_string(), same);
    }

    #[test]
    fn a_receipt_has_one_text_and_a_text_one_receipt((one, other) in (a_near_receipt(), a_near_receipt())) {
        prop_assert_eq!(one.to_text() == other.to_text(), one == other);
    }

    #[test]
    fn every_text_gets_an_answer(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&text);
        let _ = parse_bytes(&bytes);
    }

    #[test]
    fn every_near_miss_gets_an_answer(
        text in "(https?://)?([a-z0-9.]{0,12}[/?#])?((t|s|fn|i|fp|n|q)(=|%3d|%253D)[0-9T.%&;=MSK:я-]{0,16}(&|%26)){0,8}",
    ) {
        if let Ok(receipt) = parse(&text) {
            prop_assert_eq!(parse(&receipt.to_text()), Ok(receipt));
        }
    }

    #[test]
    fn every_form_gets_an_answer(fields in prop::array::uniform6(prop_oneof![any::<String>(), "[0-9ОЗ .,:/'T№ФПДНр₽-]{0,24}"])) {
        let [issued_at, total, drive_number, document_number, fiscal_sign, operation] = fields;
        let entry = ManualEntry { issued_at, total, drive_number, document_number, fiscal_sign, operation };
        let now = super::utc("2026-03-14T12:00:00Z");
        match manual(&entry, now, &CheckRules::default()) {
            Ok(receipt) => prop_assert_eq!(check(&receipt, now, &CheckRules::default()), Ok(())),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.windows(2).all(|pair| (pair[0].field as usize) < pair[1].field as usize));
            }
        }
    }

    #[test]
    fn errors_say_nothing_of_the_text(secret in "[0-9]{7,16}") {
        for text in [with("t", &secret), with("s", &format!("{secret},1")), format!("{PLAIN}&n={secret}")] {
            let error = parse(&text).unwrap_err();
            let said = format!("{error} {error:?}");
            prop_assert!(!said.contains(&secret));
        }
    }
}
