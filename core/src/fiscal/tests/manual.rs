//! Receipts typed in by hand.

use super::*;

const NOW: &str = "2026-03-14T12:00:00Z";

/// The receipt that the other tests vary: `t=20260314T1352&s=1691.16&fn=7380440801290534&i=9446&fp=188097591&n=1`.
fn entry() -> ManualEntry {
    ManualEntry {
        issued_at: "14.03.2026 13:52".to_owned(),
        total: "1691,16".to_owned(),
        drive_number: "7380440801290534".to_owned(),
        document_number: "9446".to_owned(),
        fiscal_sign: "0188097591".to_owned(),
        operation: "приход".to_owned(),
    }
}

fn scanned() -> FiscalReceipt {
    parse("t=20260314T1352&s=1691.16&fn=7380440801290534&i=9446&fp=188097591&n=1").unwrap()
}

fn typed(entry: &ManualEntry) -> Result<FiscalReceipt, Vec<FieldFault>> {
    manual(entry, utc(NOW), &CheckRules { max_age_days: Some(30) })
}

fn one_fault(entry: &ManualEntry) -> (ReceiptField, &'static str) {
    match typed(entry).unwrap_err().as_slice() {
        [FieldFault { field, fault }] => (*field, fault.code()),
        faults => panic!("{faults:?}"),
    }
}

#[test]
fn a_receipt_typed_off_paper_is_the_scanned_one() {
    let receipt = typed(&entry()).unwrap();
    assert_eq!(receipt, scanned());
    assert_eq!((receipt.identity(), receipt.to_text()), (scanned().identity(), scanned().to_text()));
}

#[test]
fn the_ways_in_which_tills_print_date_and_time_are_read() {
    for text in [
        "14.03.26 13:52",
        "14.03.2026 13:52",
        "2026-03-14 13:52",
        "2026-03-14T13:52",
        "2026.03.14 13:52:00",
        "14-03-2026 13:52",
        "14/03/26 13:52",
        "14/03/2026 13.52",
        "14.03.26 13-52",
        "14.3.26 13:52",
        "14.03.2026, 13:52",
        "14.03.2026 в 13:52",
        "14.03.26\u{a0}\u{a0}13:52\u{200e}",
        "１４．０３．２０２６　１３：５２",
        "14.О3.2О26 1З:52",
        "14–03–2026 13:52",
        "20260314T1352",
        "20260314T135200",
        " 14.03.26\t13:52\r\n",
    ] {
        assert_eq!(typed(&ManualEntry { issued_at: text.to_owned(), ..entry() }), Ok(scanned()), "{text}");
    }
    let seconds = typed(&ManualEntry { issued_at: "14.03.26 13:52:07".to_owned(), ..entry() }).unwrap();
    assert_eq!(seconds.issued_at, at(2026, 3, 14, 13, 52, 7));
    let early = typed(&ManualEntry { issued_at: "1.3.26 9:05".to_owned(), ..entry() }).unwrap();
    assert_eq!(early.issued_at, at(2026, 3, 1, 9, 5, 0));
}

#[test]
fn a_date_that_is_none_or_that_can_be_two_is_refused() {
    let rows = [
        ("", "missing"),
        (" \u{a0}\u{200b}", "missing"),
        ("вчера", "malformed"),
        ("14.03.2026", "malformed"),
        ("13:52", "malformed"),
        ("14.03-2026 13:52", "malformed"),
        ("14.03.2026 13:52.07", "malformed"),
        ("14.03.2026 13:52:07:01", "malformed"),
        ("14.03.2026 13:5", "malformed"),
        ("14.03.2026 13:52 МСК", "malformed"),
        ("2020-03-27MSK18:17", "malformed"),
        ("014.03.2026 13:52", "malformed"),
        ("14.03.026 13:52", "malformed"),
        ("-14.03.2026 13:52", "malformed"),
        ("14.03.2026 1:52 PM", "malformed"),
        ("14-03-26 13:52", "ambiguous"),
        ("26-03-14 13:52", "ambiguous"),
        ("29.02.2026 13:52", "out_of_range"),
        ("03/14/2026 13:52", "out_of_range"),
        ("13.03.2026 24:00", "out_of_range"),
        ("13.03.2026 23:60", "out_of_range"),
        ("00.03.2026 13:52", "out_of_range"),
        ("14.03.2026 15:05", ""),
        ("14.03.2026 15:05:01", "in_the_future"),
        ("12.02.2026 00:00", ""),
        ("11.02.2026 23:59", "too_old"),
        ("31.12.2015 23:59", "too_old"),
    ];
    for (text, fault) in rows {
        let entry = ManualEntry { issued_at: text.to_owned(), ..entry() };
        if fault.is_empty() {
            assert!(typed(&entry).is_ok(), "{text}");
        } else {
            assert_eq!(one_fault(&entry), (ReceiptField::IssuedAt, fault), "{text}");
        }
    }
    let leap = ManualEntry { issued_at: "29.02.24 13:52".to_owned(), ..entry() };
    let taken = manual(&leap, utc("2024-03-01T12:00:00Z"), &CheckRules::default());
    assert_eq!(taken.map(|receipt| receipt.issued_at), Ok(at(2024, 2, 29, 13, 52, 0)));
}

#[test]
fn the_ways_in_which_totals_are_printed_and_typed_are_read() {
    for text in [
        "1691.16",
        "1691,16",
        "1 691,16",
        "1\u{a0}691,16",
        "1\u{202f}691.16",
        "1,691.16",
        "1.691,16",
        "1'691.16",
        "1’691.16",
        "=1691.16",
        "≡ 1691.16",
        "ИТОГ =1691.16",
        "Итого: 1691,16 ₽",
        "1691,16 руб.",
        "1691,16р",
        "1691,16 РУБ",
        "１６９１．１６",
        "1691, 16",
        "0001691,16",
    ] {
        assert_eq!(typed(&ManualEntry { total: text.to_owned(), ..entry() }), Ok(scanned()), "{text}");
    }
    let kopecks = |text: &str| typed(&ManualEntry { total: text.to_owned(), ..entry() }).unwrap().total.get();
    assert_eq!(kopecks("1691"), 169_100);
    assert_eq!(kopecks("1691,5"), 169_150);
    assert_eq!(kopecks("12 345 678"), 1_234_567_800);
    assert_eq!(kopecks("1,234,567"), 123_456_700);
    assert_eq!(kopecks("1 234 567,89"), 123_456_789);
    assert_eq!(kopecks("10 995 116 277,76"), 1 << 40);
    assert_eq!(kopecks("1ОО"), 10_000);
}

#[test]
fn a_total_that_is_none_or_that_can_be_two_is_refused() {
    let rows = [
        ("", "missing"),
        ("₽", "malformed"),
        ("сто", "malformed"),
        ("-1691,16", "malformed"),
        ("+1691,16", "malformed"),
        ("1691,", "malformed"),
        (",16", "malformed"),
        ("1691,1600", "malformed"),
        ("1,691,16", "malformed"),
        ("1691.16.00", "malformed"),
        ("1e3", "malformed"),
        ("1,500", "ambiguous"),
        ("1.500", "ambiguous"),
        ("1691 16", "ambiguous"),
        ("16 91,16", "ambiguous"),
        ("1 691'160,50", "ambiguous"),
        ("0", "total_out_of_range"),
        ("0,00", "total_out_of_range"),
        ("100 000 000 000,01", "total_out_of_range"),
        ("99999999999999999999", "total_out_of_range"),
    ];
    for (text, fault) in rows {
        let entry = ManualEntry { total: text.to_owned(), ..entry() };
        assert_eq!(one_fault(&entry), (ReceiptField::Total, fault), "{text}");
    }
    assert!(typed(&ManualEntry { total: "100 000 000 000,00".to_owned(), ..entry() }).is_ok());
}

#[test]
fn numbers_are_read_as_printed_with_names_groups_and_zeros() {
    for (drive, document, sign) in [
        ("7380 4408 0129 0534", "0000009446", "188097591"),
        ("ФН 7380440801290534", "ФД 9446", "ФП 0188097591"),
        ("№ ФН: 7380440801290534", "ФД № 0000009446", "ФПД: 0188097591"),
        ("фн №7380440801290534", "фд:9446", "фпд 188097591"),
        ("７３８０４４０８０１２９０５３４", "９４４６", "１８８０９７５９１"),
        ("7З8О44О8О129О5З4", "9446", "О188О97591"),
        ("\u{feff}7380440801290534", "9446\u{a0}", "018 809 7591"),
    ] {
        let entry = ManualEntry {
            drive_number: drive.to_owned(),
            document_number: document.to_owned(),
            fiscal_sign: sign.to_owned(),
            ..entry()
        };
        assert_eq!(typed(&entry), Ok(scanned()), "{drive}");
    }
    let short = typed(&ManualEntry { drive_number: "0001 1000 0105".to_owned(), ..entry() }).unwrap();
    assert_eq!(short.drive_number.as_str(), "000110000105");
}

#[test]
fn numbers_that_a_field_cannot_have_are_refused() {
    type Change = fn(&mut ManualEntry, String);
    let drive: Change = |entry, text| entry.drive_number = text;
    let document: Change = |entry, text| entry.document_number = text;
    let sign: Change = |entry, text| entry.fiscal_sign = text;
    for (field, change, beyond) in [
        (ReceiptField::DriveNumber, drive, "12345678901234567"),
        (ReceiptField::DocumentNumber, document, "4294967296"),
        (ReceiptField::FiscalSign, sign, "00000000001"),
    ] {
        let long = "1".repeat(1_000_000);
        for (text, fault) in [
            ("", "missing"),
            ("ФП", "malformed"),
            ("12a4", "malformed"),
            ("12-34", "malformed"),
            ("+7", "malformed"),
            ("٧٣٨", "malformed"),
            ("1\u{0}2", "malformed"),
            (beyond, "out_of_range"),
            (&long, "malformed"),
        ] {
            let mut entry = entry();
            change(&mut entry, text.to_owned());
            assert_eq!(one_fault(&entry), (field, fault), "{text:.20}");
        }
    }
}

#[test]
fn operations_are_read_as_printed_or_as_in_the_code() {
    for (text, operation) in [
        ("ПРИХОД", Some(ReceiptOperation::Sale)),
        (" Возврат\u{a0} прихода ", Some(ReceiptOperation::SaleReturn)),
        ("1", Some(ReceiptOperation::Sale)),
        ("２", Some(ReceiptOperation::SaleReturn)),
        ("", None),
        ("  ", None),
    ] {
        let receipt = typed(&ManualEntry { operation: text.to_owned(), ..entry() }).unwrap();
        assert_eq!(receipt.operation, operation, "{text}");
    }
    for (text, fault) in [
        ("расход", "unsupported_operation"),
        ("возврат расхода", "unsupported_operation"),
        ("4", "unsupported_operation"),
        ("возврат", "malformed"),
        ("покупка", "malformed"),
        ("0", "malformed"),
        ("11", "malformed"),
    ] {
        let entry = ManualEntry { operation: text.to_owned(), ..entry() };
        assert_eq!(one_fault(&entry), (ReceiptField::Operation, fault), "{text}");
    }
}

#[test]
fn every_wrong_field_is_told_at_once_and_in_the_forms_order() {
    let missing = typed(&ManualEntry::default()).unwrap_err();
    let fields: Vec<ReceiptField> = missing.iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ReceiptField::ALL[..5]);
    assert!(missing.iter().all(|fault| fault.fault == EntryFault::Missing));

    let wrong = ManualEntry {
        issued_at: "14.03.2027 13:52".to_owned(),
        total: "1,500".to_owned(),
        drive_number: "12345678901234567".to_owned(),
        document_number: "x".to_owned(),
        fiscal_sign: String::new(),
        operation: "расход".to_owned(),
    };
    let codes: Vec<&str> = typed(&wrong).unwrap_err().iter().map(|fault| fault.fault.code()).collect();
    assert_eq!(codes, ["in_the_future", "ambiguous", "out_of_range", "malformed", "missing", "unsupported_operation"]);
}

#[test]
fn nothing_that_was_typed_is_printed() {
    let entry = ManualEntry { document_number: "7380440801290534".to_owned(), ..entry() };
    let faults = typed(&entry).unwrap_err();
    for said in [format!("{entry:?}"), format!("{faults:?}"), faults[0].to_string()] {
        assert!(!said.contains("0534") && !said.contains("1691"), "{said}");
    }
}
