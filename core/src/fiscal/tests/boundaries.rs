//! The ends of every field's range, and what stands around the fields.

use super::*;

#[test]
fn every_field_but_the_operation_is_needed() {
    for field in ReceiptField::ALL {
        let parsed = parse(&without(field.key()));
        if field == ReceiptField::Operation {
            assert_eq!(parsed.unwrap().operation, None);
        } else {
            assert_eq!(parsed, Err(NotAReceipt::MissingField { field }));
        }
    }
}

#[test]
fn malformed_fields_are_named() {
    let rows = [
        (ReceiptField::IssuedAt, "20250107T2400"),
        (ReceiptField::IssuedAt, "20250107T1060"),
        (ReceiptField::IssuedAt, "20250107T104160"),
        (ReceiptField::IssuedAt, "20250229T1041"),
        (ReceiptField::IssuedAt, "20251307T1041"),
        (ReceiptField::IssuedAt, "20250107T10415"),
        (ReceiptField::IssuedAt, "202501071041"),
        (ReceiptField::IssuedAt, "20250107 1041"),
        (ReceiptField::IssuedAt, "+2250107T1041"),
        (ReceiptField::IssuedAt, "２０２５0107T1041"),
        (ReceiptField::IssuedAt, ""),
        (ReceiptField::Total, "1,50"),
        (ReceiptField::Total, "1.505"),
        (ReceiptField::Total, "1."),
        (ReceiptField::Total, ".5"),
        (ReceiptField::Total, "+1.50"),
        (ReceiptField::Total, "1.5.0"),
        (ReceiptField::Total, "1 000"),
        (ReceiptField::Total, "92233720368547758.08"),
        (ReceiptField::Total, "99999999999999999999"),
        (ReceiptField::DriveNumber, ""),
        (ReceiptField::DriveNumber, "12345678901234567"),
        (ReceiptField::DriveNumber, "73804408012905a4"),
        (ReceiptField::DriveNumber, "٧٣٨"),
        (ReceiptField::DocumentNumber, "4294967296"),
        (ReceiptField::DocumentNumber, "00000000009"),
        (ReceiptField::DocumentNumber, "x"),
        (ReceiptField::FiscalSign, "4294967296"),
        (ReceiptField::FiscalSign, "+1"),
        (ReceiptField::Operation, "0"),
        (ReceiptField::Operation, "5"),
        (ReceiptField::Operation, "11"),
        (ReceiptField::Operation, ""),
    ];
    for (field, value) in rows {
        assert_eq!(parse(&with(field.key(), value)), Err(NotAReceipt::BadField { field }), "{field}={value}");
    }
    assert_eq!(reason(&with("t", "20250107T1041-03")), NotAReceipt::BrokenGenerator);
    assert_eq!(reason(&with("s", "-1.50")), NotAReceipt::BadField { field: ReceiptField::Total });
}

#[test]
fn the_ends_of_every_range_are_read() {
    let total = |value: &str| parse(&with("s", value)).unwrap().total.get();
    assert_eq!(total("0"), 0);
    assert_eq!(total("99.5"), 9_950);
    assert_eq!(total("0.01"), 1);
    assert_eq!(total("42949672.97"), 4_294_967_297);
    assert_eq!(total("92233720368547758.07"), i64::MAX);
    assert_eq!(parse(&with("fp", "4294967295")).unwrap().fiscal_sign, u32::MAX);
    assert_eq!(parse(&with("i", "0000000007")).unwrap().document_number, 7);
    assert_eq!(parse(&with("fn", "0000000000000000")).unwrap().drive_number.as_str(), "0000000000000000");
    assert_eq!(parse(&with("t", "20240229T2359")).unwrap().issued_at, at(2024, 2, 29, 23, 59, 0));
    assert_eq!(parse(&with("t", "19991231t235959")).unwrap().issued_at, at(1999, 12, 31, 23, 59, 59));
}

#[test]
fn fields_may_be_repeated_but_not_contradict() {
    assert!(parse(&format!("{PLAIN}&i=9446&s=1691.16&n=1&i=09446")).is_ok());
    let rows = [
        (ReceiptField::DocumentNumber, "i=9447"),
        (ReceiptField::Total, "s=1691.17"),
        (ReceiptField::Total, "s=x"),
        (ReceiptField::DriveNumber, "fn=07380440801290534"),
        (ReceiptField::Operation, "n=2"),
        (ReceiptField::IssuedAt, "t=20250107T1041"),
    ];
    for (field, pair) in rows {
        let text = format!("{PLAIN}&{pair}");
        assert_eq!(parse(&text), Err(NotAReceipt::ContradictoryField { field }), "{text}");
    }
}

#[test]
fn what_does_not_belong_is_ignored() {
    for text in [
        format!("x=1&{PLAIN}&utm_source=a%20b&y&=z"),
        format!("\u{feff} {PLAIN};\r\n"),
        PLAIN.replace("fn=", "FN=").replace("s=", "S= "),
    ] {
        assert_eq!(parse(&text), parse(PLAIN), "{text}");
    }
}

#[test]
fn length_is_limited_in_bytes() {
    let longest = format!("{PLAIN}&x={}", "я".repeat((MAX_TEXT_BYTES - PLAIN.len() - 3) / 2));
    assert!(parse(&longest).is_ok());
    assert_eq!(reason(&format!("{longest}яя")), NotAReceipt::TooLong);
    assert_eq!(parse_bytes(&vec![0xff; MAX_TEXT_BYTES + 1]), Err(NotAReceipt::TooLong));
    assert_eq!(parse_bytes(&[0xff, 0xfe]), Err(NotAReceipt::NotText));
    assert_eq!(parse_bytes(PLAIN.as_bytes()), parse(PLAIN));
}

#[test]
fn a_deep_nest_of_escapes_ends() {
    let mut text = PLAIN.to_owned();
    for _ in 0..9 {
        text = text.replace('%', "%25").replace('&', "%26").replace('=', "%3d");
    }
    assert_eq!(reason(&text).code(), "not_a_receipt");
}

#[test]
fn a_total_of_40_bits_of_kopecks_is_read() {
    for kopecks in [(1_i64 << 32) - 1, 1 << 32, (1 << 40) - 1, 1 << 40] {
        let text = with("s", &format!("{}.{:02}", kopecks / 100, kopecks % 100));
        assert_eq!(parse(&text).unwrap().total.get(), kopecks);
    }
}

#[test]
fn a_total_may_have_leading_zeros() {
    assert_eq!(parse(&with("s", "0001691.16")), parse(PLAIN));
    assert_eq!(parse(&with("s", "00")).unwrap().total, Kopecks::ZERO);
}

#[test]
fn drives_of_12_and_of_16_digits_are_other_drives() {
    let drive = |number: &str| parse(&with("fn", number)).unwrap().identity();
    let identities = [drive("000110000105"), drive("110000105"), drive("0000000110000105")];
    assert_eq!(identities[0].drive_number.as_str(), "000110000105");
    assert_eq!(identities[2].drive_number.as_str(), "0000000110000105");
    assert!(identities[0] != identities[1] && identities[1] != identities[2] && identities[0] != identities[2]);
}

#[test]
fn document_number_and_sign_end_where_32_bits_end() {
    for (field, key) in [(ReceiptField::DocumentNumber, "i"), (ReceiptField::FiscalSign, "fp")] {
        assert!(parse(&with(key, "4294967295")).is_ok());
        assert!(parse(&with(key, "0")).is_ok());
        for beyond in ["4294967296", "9999999999", "18446744073709551616"] {
            assert_eq!(reason(&with(key, beyond)), NotAReceipt::BadField { field }, "{beyond}");
        }
    }
}

#[test]
fn seconds_may_be_left_out_and_are_zero_then() {
    let minute = parse(&with("t", "20250107T1041")).unwrap();
    assert_eq!(minute.issued_at, at(2025, 1, 7, 10, 41, 0));
    assert_eq!(parse(&with("t", "20250107T104100")).unwrap(), minute);
    assert_eq!(parse(&with("t", "20250107T235959")).unwrap().issued_at, at(2025, 1, 7, 23, 59, 59));
}

#[test]
fn only_leap_years_have_a_29_february() {
    for (day, exists) in [("20240229", true), ("20000229", true), ("20250229", false), ("21000229", false)] {
        let parsed = parse(&with("t", &format!("{day}T1200")));
        let expected = if exists { None } else { Some(NotAReceipt::BadField { field: ReceiptField::IssuedAt }) };
        assert_eq!(parsed.err(), expected, "{day}");
    }
}

#[test]
fn there_is_no_24_00() {
    for time in ["T2400", "T240000", "T2460", "T2500"] {
        let text = with("t", &format!("20250107{time}"));
        assert_eq!(reason(&text), NotAReceipt::BadField { field: ReceiptField::IssuedAt }, "{time}");
    }
    assert_eq!(parse(&with("t", "20250108T0000")).unwrap().issued_at, at(2025, 1, 8, 0, 0, 0));
}

#[test]
fn a_code_without_n_is_a_receipt_of_an_unknown_operation() {
    let receipt = parse(&without("n")).unwrap();
    assert_eq!(receipt.operation, None);
    assert_eq!(receipt.to_text(), without("n"));
    assert_eq!(check(&receipt, utc("2025-01-07T12:00:00Z"), &CheckRules::default()), Ok(()));
}

#[test]
fn what_a_code_is_does_not_depend_on_when_it_was_printed() {
    for t in ["20150720T1638", "00000101T0000", "99991231T235959"] {
        assert!(parse(&with("t", t)).is_ok(), "{t}");
    }
}

#[test]
fn a_broken_generator_is_told_before_its_fields_are() {
    for t in ["2020-03-27MSK18:17", "2020-03-27 18:17", "27.03.2020 18:17", "20200327MSK1817"] {
        assert_eq!(reason(&with("t", t)), NotAReceipt::BrokenGenerator, "{t}");
    }
    assert_eq!(reason("t=2020-03-27MSK18:17&s=48479"), NotAReceipt::BrokenGenerator);
}
