//! What the values of a code's fields mean.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::money::Kopecks;

/// `YYYYMMDDTHHMM` or `YYYYMMDDTHHMMSS`; 24:00 is no time.
pub(super) fn issued_at(text: &str) -> Option<NaiveDateTime> {
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
pub(super) fn total(text: &str) -> Option<Kopecks> {
    let (roubles, kopecks) = match text.split_once('.') {
        Some((roubles, kopecks)) if kopecks.len() == 1 => (roubles, digits(kopecks)? * 10),
        Some((roubles, kopecks)) if kopecks.len() == 2 => (roubles, digits(kopecks)?),
        Some(_) => return None,
        None => (text, 0),
    };
    Some(Kopecks::new(digits(roubles)?.checked_mul(100)?.checked_add(kopecks)?))
}

/// Up to ten digits: the numbers are written unpadded, and one that is padded all the same means no other.
pub(super) fn number(text: &str) -> Option<u32> {
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
