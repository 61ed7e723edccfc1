//! What receipts' codes say, row by row, the boundaries, and what must hold for every text.

mod laws;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::*;
use crate::money::Kopecks;

const PLAIN: &str = "t=20250107T104157&s=1691.16&fn=7380440801290534&i=9446&fp=1880975916&n=1";

fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(hour, minute, second).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn receipt(
    drive: &str,
    document: u32,
    sign: u32,
    kopecks: i64,
    issued_at: NaiveDateTime,
    operation: Option<ReceiptOperation>,
) -> FiscalReceipt {
    FiscalReceipt {
        drive_number: DriveNumber::new(drive).unwrap(),
        document_number: document,
        fiscal_sign: sign,
        total: Kopecks::new(kopecks),
        issued_at,
        operation,
    }
}

/// The usual text with one field written differently.
fn with(key: &str, value: &str) -> String {
    let pairs = PLAIN.split('&').map(|pair| match pair.split_once('=') {
        Some((k, _)) if k == key => format!("{k}={value}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn without(key: &str) -> String {
    let kept = PLAIN.split('&').filter(|pair| !pair.starts_with(&format!("{key}=")));
    kept.collect::<Vec<_>>().join("&")
}

fn reason(text: &str) -> NotAReceipt {
    parse(text).expect_err(text)
}

#[test]
fn codes_seen_in_the_wild_are_read() {
    let sale = Some(ReceiptOperation::Sale);
    let back = Some(ReceiptOperation::SaleReturn);
    let rows = [
        (PLAIN, receipt("7380440801290534", 9446, 1_880_975_916, 169_116, at(2025, 1, 7, 10, 41, 57), sale)),
        (
            "t=20260822T1702&s=1809.88&fn=7380440903722095&i=95516&fp=4235874914&n=1",
            receipt("7380440903722095", 95_516, 4_235_874_914, 180_988, at(2026, 8, 22, 17, 2, 0), sale),
        ),
        (
            "t=20250113T2321&s=1015.73&fn=7284440500173838&i=62887&fp=182171056&n=1",
            receipt("7284440500173838", 62_887, 182_171_056, 101_573, at(2025, 1, 13, 23, 21, 0), sale),
        ),
        ("n=2&fp=99&i=7&fn=1&s=171&t=20190718T131645", receipt("1", 7, 99, 17_100, at(2019, 7, 18, 13, 16, 45), back)),
        (
            "t=20150720T1638&s=9999999.00&fn=000110000105&i=12345678&fp=123456&n=2",
            receipt("000110000105", 12_345_678, 123_456, 999_999_900, at(2015, 7, 20, 16, 38, 0), back),
        ),
        (
            "https://qr.cloudpayments.ru/receipt?q=t%3d20181205T185000%26s%3d99.00%26fn%3d9999078900005430%26i%3d157347%26fp%3d1016954666%26n%3d1",
            receipt("9999078900005430", 157_347, 1_016_954_666, 9_900, at(2018, 12, 5, 18, 50, 0), sale),
        ),
        (
            "е=20180425Е2054?ы=182ю41?ат=8710000101563436?ш=9576?аз=2295327241?т=1;",
            receipt("8710000101563436", 9_576, 2_295_327_241, 18_241, at(2018, 4, 25, 20, 54, 0), sale),
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(parse(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_receipt_says_what_it_is() {
    let has = Requisites::default();
    let rows = [
        ("", NotAReceipt::Empty),
        (" \r\n\u{feff}", NotAReceipt::Empty),
        ("hello", NotAReceipt::OtherCode { link: false }),
        ("1234567890128", NotAReceipt::OtherCode { link: false }),
        ("99.50", NotAReceipt::OtherCode { link: false }),
        ("Привет", NotAReceipt::OtherCode { link: false }),
        ("WIFI:T:WPA;S=x;P:y;;", NotAReceipt::OtherCode { link: false }),
        ("100%", NotAReceipt::OtherCode { link: false }),
        ("t=5", NotAReceipt::OtherCode { link: false }),
        ("https://vremenagoda.example/menu", NotAReceipt::OtherCode { link: true }),
        ("https://example.com/?t=1&s=2", NotAReceipt::OtherCode { link: true }),
        ("vremenagoda.example/menu", NotAReceipt::OtherCode { link: true }),
        ("https://yandex.ru/maps/", NotAReceipt::OtherCode { link: true }),
        (
            "https://receipt.taxcom.ru/v01/show?fp=2204817356&s=8350.00&sf=False&sfn=False",
            NotAReceipt::OperatorLink {
                operator: "taxcom.ru",
                has: Requisites { total: true, fiscal_sign: true, ..has },
            },
        ),
        (
            "https://lk.platformaofd.ru/web/noauth/cheque?fn=9999078900005430&fp=1016954666&i=157347",
            NotAReceipt::OperatorLink {
                operator: "platformaofd.ru",
                has: Requisites { drive_number: true, document_number: true, fiscal_sign: true, ..has },
            },
        ),
        (
            "HTTPS://Lk.OFD.ru/Document/RenderDoc?RawId=c0d1ed1c-0000-0000-0000-000000000000",
            NotAReceipt::OperatorLink { operator: "ofd.ru", has },
        ),
        ("https://check.ofd-new.ru/x", NotAReceipt::OperatorLink { operator: "other", has }),
        ("https://cash.kontur.ru/CashReceipt/View/FN/1", NotAReceipt::OperatorLink { operator: "kontur.ru", has }),
        ("ofd.soliq.uz/check?t=UZ1&r=2&c=20250107104157&s=3", NotAReceipt::ForeignReceipt { country: "UZ" }),
        ("https://suf.purs.gov.rs/v/?vl=A1Q4VjdL", NotAReceipt::ForeignReceipt { country: "RS" }),
        ("t=2020-03-27MSK18:17&s=48479&fn=9999078900005430&i=1&fp=2&n=1", NotAReceipt::BrokenGenerator),
        ("t=20250107T104157&s=1\u{1d}691.16", NotAReceipt::ControlCharacters),
    ];
    for (text, expected) in rows {
        assert_eq!(parse(text), Err(expected), "{text}");
    }
}

#[test]
fn a_foreign_link_stays_foreign_whatever_its_fields() {
    assert_eq!(reason(&format!("https://ofd.soliq.uz/check?{PLAIN}")).code(), "foreign_receipt");
    assert_eq!(reason("https://notsoliq.uz/check?t=1").code(), "not_a_receipt");
}

#[test]
fn a_link_with_every_requisite_is_a_receipt() {
    for link in [
        format!("https://consumer.1-ofd.ru/ticket?{PLAIN}"),
        format!("consumer.1-ofd.ru/#/ticket?{PLAIN}"),
        format!("https://example.com/a?b=c&q={}", PLAIN.replace('&', "%26").replace('=', "%3D")),
        PLAIN.replace('&', "%26").replace('=', "%3d"),
        format!(
            "https://a.example/?u=https%3A%2F%2Fb.example%2F%3Fq%3D{}",
            PLAIN.replace('&', "%2526").replace('=', "%253D")
        ),
    ] {
        assert_eq!(parse(&link), parse(PLAIN), "{link}");
    }
}

#[test]
fn a_wrapped_receipt_with_a_fault_says_its_fault() {
    let wrapped = with("s", "1,5").replace('&', "%26").replace('=', "%3d");
    let text = format!("https://a.example/?q={wrapped}");
    assert_eq!(reason(&text), NotAReceipt::BadField { field: Field::Total });
}

#[test]
fn every_field_but_the_operation_is_needed() {
    for field in Field::ALL {
        let parsed = parse(&without(field.key()));
        if field == Field::ReceiptOperation {
            assert_eq!(parsed.unwrap().operation, None);
        } else {
            assert_eq!(parsed, Err(NotAReceipt::MissingField { field }));
        }
    }
}

#[test]
fn malformed_fields_are_named() {
    let rows = [
        (Field::IssuedAt, "20250107T2400"),
        (Field::IssuedAt, "20250107T1060"),
        (Field::IssuedAt, "20250107T104160"),
        (Field::IssuedAt, "20250229T1041"),
        (Field::IssuedAt, "20251307T1041"),
        (Field::IssuedAt, "20250107T10415"),
        (Field::IssuedAt, "202501071041"),
        (Field::IssuedAt, "20250107 1041"),
        (Field::IssuedAt, "+2250107T1041"),
        (Field::IssuedAt, "２０２５0107T1041"),
        (Field::IssuedAt, ""),
        (Field::Total, "1,50"),
        (Field::Total, "1.505"),
        (Field::Total, "1."),
        (Field::Total, ".5"),
        (Field::Total, "+1.50"),
        (Field::Total, "1.5.0"),
        (Field::Total, "1 000"),
        (Field::Total, "92233720368547758.08"),
        (Field::Total, "99999999999999999999"),
        (Field::DriveNumber, ""),
        (Field::DriveNumber, "12345678901234567"),
        (Field::DriveNumber, "73804408012905a4"),
        (Field::DriveNumber, "٧٣٨"),
        (Field::DocumentNumber, "4294967296"),
        (Field::DocumentNumber, "00000000009"),
        (Field::DocumentNumber, "x"),
        (Field::FiscalSign, "4294967296"),
        (Field::FiscalSign, "+1"),
        (Field::ReceiptOperation, "0"),
        (Field::ReceiptOperation, "5"),
        (Field::ReceiptOperation, "11"),
        (Field::ReceiptOperation, ""),
    ];
    for (field, value) in rows {
        assert_eq!(parse(&with(field.key(), value)), Err(NotAReceipt::BadField { field }), "{field}={value}");
    }
    assert_eq!(reason(&with("t", "20250107T1041-03")), NotAReceipt::BrokenGenerator);
    assert_eq!(reason(&with("s", "-1.50")), NotAReceipt::BadField { field: Field::Total });
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
        (Field::DocumentNumber, "i=9447"),
        (Field::Total, "s=1691.17"),
        (Field::Total, "s=x"),
        (Field::DriveNumber, "fn=07380440801290534"),
        (Field::ReceiptOperation, "n=2"),
        (Field::IssuedAt, "t=20250107T1041"),
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
fn identities_have_one_text_each() {
    let identity = parse("t=20150720T1638&s=1&fn=000110000105&i=12345678&fp=123456").unwrap().identity();
    assert_eq!(identity.to_string(), "000110000105:12345678:123456");
    assert_eq!("000110000105:12345678:123456".parse(), Ok(identity));
    for text in ["", "1:2", "1:2:3:4", "1:02:3", "1:+2:3", "a:2:3", ":2:3", "1:2:4294967296", " 1:2:3"] {
        assert_eq!(text.parse::<FiscalIdentity>(), Err(InvalidIdentity), "{text}");
    }
}

#[test]
fn names_are_those_of_the_wire() {
    for operation in
        [ReceiptOperation::Sale, ReceiptOperation::SaleReturn, ReceiptOperation::Payout, ReceiptOperation::PayoutReturn]
    {
        assert_eq!(serde_json::to_value(operation).unwrap(), operation.name());
        assert_eq!(ReceiptOperation::from_name(operation.name()), Some(operation));
    }
    let number: DriveNumber = serde_json::from_str("\"000110000105\"").unwrap();
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"000110000105\"");
    assert!(serde_json::from_str::<DriveNumber>("\"12a\"").is_err());
}

fn sale_at(issued_at: NaiveDateTime) -> FiscalReceipt {
    receipt("1", 2, 3, 100, issued_at, Some(ReceiptOperation::Sale))
}

#[test]
fn a_tills_clock_may_be_five_minutes_ahead() {
    let now = utc("2026-03-14T12:00:00Z");
    let rules = CheckRules::default();
    assert_eq!(check(&sale_at(at(2026, 3, 14, 15, 5, 0)), now, &rules), Ok(()));
    assert_eq!(check(&sale_at(at(2026, 3, 14, 15, 5, 1)), now, &rules), Err(CheckFault::InTheFuture));
}

#[test]
fn age_is_counted_in_days_of_moscow() {
    // 00:30 of the 15th in Moscow.
    let now = utc("2026-03-14T21:30:00Z");
    let rules = CheckRules { max_age_days: Some(30) };
    assert_eq!(check(&sale_at(at(2026, 2, 13, 0, 0, 0)), now, &rules), Ok(()));
    let old = check(&sale_at(at(2026, 2, 12, 23, 59, 59)), now, &rules);
    assert_eq!(old, Err(CheckFault::TooOld { days: 31, limit: Some(30) }));
    assert_eq!(check(&sale_at(at(2016, 1, 1, 0, 0, 0)), now, &CheckRules::default()), Ok(()));
    let older = check(&sale_at(at(2015, 12, 31, 23, 59, 59)), now, &CheckRules::default());
    assert!(matches!(older, Err(CheckFault::TooOld { limit: None, .. })));
}

#[test]
fn only_purchases_and_their_returns_of_a_real_sum_are_taken() {
    let now = utc("2026-03-14T12:00:00Z");
    let rules = CheckRules::default();
    let of = |operation, kopecks| {
        check(&receipt("1", 2, 3, kopecks, at(2026, 3, 14, 12, 0, 0), operation), now, &rules).map_err(|f| f.code())
    };
    assert_eq!(of(None, 1), Ok(()));
    assert_eq!(of(Some(ReceiptOperation::SaleReturn), MAX_TOTAL.get()), Ok(()));
    assert_eq!(of(Some(ReceiptOperation::Payout), 1), Err("unsupported_operation"));
    assert_eq!(of(Some(ReceiptOperation::PayoutReturn), 1), Err("unsupported_operation"));
    assert_eq!(of(Some(ReceiptOperation::Sale), 0), Err("total_out_of_range"));
    assert_eq!(of(Some(ReceiptOperation::Sale), MAX_TOTAL.get() + 1), Err("total_out_of_range"));
}

#[test]
fn checking_at_the_ends_of_the_calendar_does_not_panic() {
    for (now, first) in [(DateTime::<Utc>::MIN_UTC, "in_the_future"), (DateTime::<Utc>::MAX_UTC, "too_old")] {
        for text in ["00000101T0000", "99991231T235959"] {
            let receipt = parse(&with("t", text)).unwrap();
            let fault = check(&receipt, now, &CheckRules { max_age_days: Some(36_600) }).unwrap_err();
            assert_eq!(fault.code(), first);
        }
    }
}
