//! The text of a code → a receipt.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::keyboard;
use super::links::{self, Link};
use super::model::{DriveNumber, FiscalReceipt, ReceiptOperation};
use super::reason::{Field, NotAReceipt, Requisites};
use crate::money::Kopecks;

/// Longer texts are refused unread. The largest QR code holds 2 953 bytes, a receipt's about 80.
pub const MAX_TEXT_BYTES: usize = 4096;

/// A receipt inside a link inside a link is as deep as codes go.
const MAX_WRAPPINGS: u8 = 2;

/// Reads the text of a code.
///
/// Takes the fields in any order, unknown ones among them, inside a link, or typed by a keyboard scanner in the
/// Russian layout. Says nothing about whether the receipt is of use now: see [`check`](super::check).
///
/// # Errors
/// The reason, without anything the text said. Never a guess: what can be read in two ways is refused.
pub fn parse(text: &str) -> Result<FiscalReceipt, NotAReceipt> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(NotAReceipt::TooLong);
    }
    // Scanners end with a line feed, some tills with the record's `;`; a byte order mark comes from files.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(NotAReceipt::Empty);
    }
    if text.contains(char::is_control) {
        return Err(NotAReceipt::ControlCharacters);
    }
    match keyboard::repaired(text) {
        Some(repaired) => read(&repaired, MAX_WRAPPINGS),
        None => read(text, MAX_WRAPPINGS),
    }
}

/// Reads the bytes of a code, for codes whose text is in no known encoding.
///
/// # Errors
/// As [`parse`], and [`NotAReceipt::NotText`] for what is not UTF-8: a receipt's code is plain ASCII.
pub fn parse_bytes(bytes: &[u8]) -> Result<FiscalReceipt, NotAReceipt> {
    if bytes.len() > MAX_TEXT_BYTES {
        return Err(NotAReceipt::TooLong);
    }
    parse(std::str::from_utf8(bytes).map_err(|_| NotAReceipt::NotText)?)
}

fn read(text: &str, wrappings: u8) -> Result<FiscalReceipt, NotAReceipt> {
    if let Some(link) = links::link(text) {
        return read_link(&link, wrappings);
    }
    let fields = Fields::of(text);
    if fields.look_like_a_receipt() {
        return fields.receipt();
    }
    let escaped = wrappings > 0 && text.contains('%');
    match links::unescaped(text).filter(|plain| escaped && plain != text) {
        Some(plain) => read(&plain, wrappings - 1),
        None => Err(NotAReceipt::OtherCode { link: false }),
    }
}

fn read_link(link: &Link<'_>, wrappings: u8) -> Result<FiscalReceipt, NotAReceipt> {
    // Asked first: a neighbour's link has fields of the same names and other meanings.
    if let Some(country) = link.foreign_country() {
        return Err(NotAReceipt::ForeignReceipt { country });
    }
    let fields = Fields::of(link.query());
    if fields.are_complete() {
        return fields.receipt();
    }
    for value in link.values().filter(|_| wrappings > 0) {
        match read(&value, wrappings - 1) {
            Err(NotAReceipt::OtherCode { .. }) => {}
            found => return found,
        }
    }
    let operator = link.operator().or_else(|| fields.name_a_document().then_some("other"));
    Err(match operator {
        Some(operator) => NotAReceipt::OperatorLink { operator, has: fields.requisites() },
        None => NotAReceipt::OtherCode { link: true },
    })
}

/// The values of the known fields, in the order of [`Field::ALL`]; a field may stand more than once.
struct Fields<'a>([Vec<&'a str>; 6]);

impl<'a> Fields<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.split('#').next().unwrap_or_default().trim_end_matches([';', '$']);
        let mut values = <[Vec<&str>; 6]>::default();
        for (key, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
            let known = Field::ALL.iter().position(|field| field.key().eq_ignore_ascii_case(key.trim()));
            if let Some(place) = known {
                values[place].push(value.trim());
            }
        }
        Self(values)
    }

    fn values(&self, field: Field) -> &[&'a str] {
        &self.0[field as usize]
    }

    fn have(&self, field: Field) -> bool {
        !self.values(field).is_empty()
    }

    fn required(&self) -> usize {
        Field::ALL.iter().filter(|field| **field != Field::ReceiptOperation && self.have(**field)).count()
    }

    /// One field alone, such as a page's `t=5`, is still a chance.
    fn look_like_a_receipt(&self) -> bool {
        self.required() >= 2
    }

    fn are_complete(&self) -> bool {
        self.required() == 5
    }

    fn name_a_document(&self) -> bool {
        self.have(Field::DriveNumber) && self.have(Field::FiscalSign)
    }

    fn requisites(&self) -> Requisites {
        Requisites {
            issued_at: self.have(Field::IssuedAt),
            total: self.have(Field::Total),
            drive_number: self.have(Field::DriveNumber),
            document_number: self.have(Field::DocumentNumber),
            fiscal_sign: self.have(Field::FiscalSign),
        }
    }

    fn receipt(&self) -> Result<FiscalReceipt, NotAReceipt> {
        if self.values(Field::IssuedAt).iter().any(|t| t.contains(['-', ':']) || t.contains("MSK")) {
            return Err(NotAReceipt::BrokenGenerator);
        }
        Ok(FiscalReceipt {
            issued_at: self.required_one(Field::IssuedAt, issued_at)?,
            total: self.required_one(Field::Total, total)?,
            drive_number: self.required_one(Field::DriveNumber, |text| DriveNumber::new(text).ok())?,
            document_number: self.required_one(Field::DocumentNumber, number)?,
            fiscal_sign: self.required_one(Field::FiscalSign, number)?,
            operation: self.one(Field::ReceiptOperation, ReceiptOperation::from_code)?,
        })
    }

    fn required_one<T: PartialEq>(&self, field: Field, read: impl Fn(&str) -> Option<T>) -> Result<T, NotAReceipt> {
        self.one(field, read)?.ok_or(NotAReceipt::MissingField { field })
    }

    /// The one value of a field, however often it stands there.
    fn one<T: PartialEq>(&self, field: Field, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, NotAReceipt> {
        let mut values = self.values(field).iter().map(|text| read(text));
        let Some(first) = values.next() else {
            return Ok(None);
        };
        if values.any(|other| other != first) {
            return Err(NotAReceipt::ContradictoryField { field });
        }
        first.map(Some).ok_or(NotAReceipt::BadField { field })
    }
}

/// `YYYYMMDDTHHMM` or `YYYYMMDDTHHMMSS`; 24:00 is no time.
fn issued_at(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(['T', 't'])?;
    if date.len() != 8 || ![4, 6].contains(&time.len()) {
        return None;
    }
    let part = |text: &str, from: usize, to: usize| number(text.get(from..to)?);
    let year = i32::try_from(part(date, 0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, part(date, 4, 6)?, part(date, 6, 8)?)?;
    let second = if time.len() == 6 { part(time, 4, 6)? } else { 0 };
    Some(date.and_time(NaiveTime::from_hms_opt(part(time, 0, 2)?, part(time, 2, 4)?, second)?))
}

/// Roubles with no, one or two digits of kopecks: `171`, `99.5`, `1691.16`.
fn total(text: &str) -> Option<Kopecks> {
    let (roubles, kopecks) = match text.split_once('.') {
        Some((roubles, kopecks)) if kopecks.len() == 1 => (roubles, digits(kopecks)? * 10),
        Some((roubles, kopecks)) if kopecks.len() == 2 => (roubles, digits(kopecks)?),
        Some(_) => return None,
        None => (text, 0),
    };
    Some(Kopecks::new(digits(roubles)?.checked_mul(100)?.checked_add(kopecks)?))
}

/// Up to ten digits: the numbers are written unpadded, and one that is padded all the same means no other.
fn number(text: &str) -> Option<u32> {
    if text.len() > 10 {
        return None;
    }
    u32::try_from(digits(text)?).ok()
}

/// Digits and nothing else; Rust's own parser takes a sign as well.
fn digits(text: &str) -> Option<i64> {
    let only_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if only_digits { text.parse().ok() } else { None }
}
