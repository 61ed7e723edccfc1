//! What receipts' codes say, row by row, the boundaries, and what must hold for every text.

mod boundaries;
mod checks;
mod laws;
mod links;
mod manual;

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
