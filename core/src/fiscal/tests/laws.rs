//! What must hold for every receipt and every text.

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;

use super::{PLAIN, receipt, with};
use crate::fiscal::{FiscalReceipt, ReceiptOperation, keyboard::typed_in_russian, parse, parse_bytes};

fn any_receipt() -> impl Strategy<Value = FiscalReceipt> {
    let operation = prop::option::of(prop::sample::select(vec![
        ReceiptOperation::Sale,
        ReceiptOperation::SaleReturn,
        ReceiptOperation::Payout,
        ReceiptOperation::PayoutReturn,
    ]));
    let time = (0..=9999i32, 1..=366u32, 0..86_400u32).prop_filter_map("a day of that year", |(year, day, second)| {
        let date = NaiveDate::from_yo_opt(year, day)?;
        Some(date.and_hms_opt(0, 0, 0)? + Duration::seconds(second.into()))
    });
    ("[0-9]{1,16}", any::<u32>(), any::<u32>(), 0..=i64::MAX, time, operation).prop_map(
        |(drive, document, sign, total, time, operation)| receipt(&drive, document, sign, total, time, operation),
    )
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
    fn identities_round_trip(receipt in any_receipt()) {
        let identity = receipt.identity();
        prop_assert_eq!(identity.to_string().parse(), Ok(identity));
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
    fn errors_say_nothing_of_the_text(secret in "[0-9]{7,16}") {
        for text in [with("t", &secret), with("s", &format!("{secret},1")), format!("{PLAIN}&n={secret}")] {
            let error = parse(&text).unwrap_err();
            let said = format!("{error} {error:?}");
            prop_assert!(!said.contains(&secret));
        }
    }
}
