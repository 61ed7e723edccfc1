//! The values of a receipt's fields as people type them off paper.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::manual::EntryFault::{self, Ambiguous, Malformed, Missing, OutOfRange};
use super::model::{DriveNumber, ReceiptOperation};
use super::{CheckFault, values};
use crate::money::Kopecks;

/// No field is longer, whatever is pasted into it.
const MAX_FIELD_BYTES: usize = 200;

/// The day, then the time.
pub(super) fn issued_at(text: &str) -> Result<NaiveDateTime, EntryFault> {
    let text = digits_for_letters(&plain(text)?);
    match values::issued_at(&text) {
        Some(as_in_the_code) => Ok(as_in_the_code),
        None => printed_time(&text),
    }
}

fn printed_time(text: &str) -> Result<NaiveDateTime, EntryFault> {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let marks: Vec<&str> = text.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let ([a, b, c, hour, minute, seconds @ ..], [mark, same, between, colons @ ..]) = (&*numbers, &*marks) else {
        return Err(Malformed);
    };
    let well_marked = [".", "-", "/"].contains(mark)
        && mark == same
        && [" ", ", ", "T", "Т", " в "].contains(between)
        && colons.iter().all(|colon| [":", ".", "-"].contains(colon) && Some(colon) == colons.first())
        && text.starts_with(|first: char| first.is_ascii_digit())
        && colons.len() == seconds.len() + 1
        && seconds.len() <= 1;
    let well_sized = |day: &str| day.len() <= 2 && b.len() <= 2 && hour.len() <= 2 && minute.len() == 2;
    if !well_marked || seconds.iter().any(|second| second.len() != 2) {
        return Err(Malformed);
    }
    let (year, day) = match (a.len(), c.len()) {
        (4, _) if well_sized(c) => (number(a)?, c),
        (_, 4) if well_sized(a) => (number(c)?, a),
        (_, 2) if well_sized(a) && *mark == "-" => return Err(Ambiguous),
        (_, 2) if well_sized(a) => (2000 + number(c)?, a),
        _ => return Err(Malformed),
    };
    let year = i32::try_from(year).map_err(|_| OutOfRange)?;
    let date = NaiveDate::from_ymd_opt(year, number(b)?, number(day)?).ok_or(OutOfRange)?;
    let second = seconds.first().map_or(Ok(0), |second| number(second))?;
    Ok(date.and_time(NaiveTime::from_hms_opt(number(hour)?, number(minute)?, second).ok_or(OutOfRange)?))
}

/// Roubles, with kopecks behind a comma or a dot.
pub(super) fn total(text: &str) -> Result<Kopecks, EntryFault> {
    let text = plain(text)?;
    let amount = without_currency(without_name(&text, &["ИТОГО", "ИТОГ"]));
    let amount = digits_for_letters(amount.trim_start_matches(['=', '≡', ' ']));
    if !amount.starts_with(|c: char| c.is_ascii_digit()) || amount.contains(|c: char| !is_of_an_amount(c)) {
        return Err(Malformed);
    }
    let (roubles, kopecks) = split_at_kopecks(&amount)?;
    let roubles = without_groups(roubles)?;
    let exact = if kopecks.is_empty() { roubles } else { format!("{roubles}.{kopecks}") };
    values::total(&exact).ok_or(EntryFault::Check(CheckFault::TotalOutOfRange))
}

fn is_of_an_amount(c: char) -> bool {
    c.is_ascii_digit() || [' ', '\'', '.', ','].contains(&c)
}

/// The last mark stands before one or two digits of kopecks, or is one of several between thousands.
fn split_at_kopecks(amount: &str) -> Result<(&str, &str), EntryFault> {
    let Some(at) = amount.rfind(['.', ',']) else { return Ok((amount, "")) };
    let (roubles, kopecks) = (amount[..at].trim_end(), amount[at + 1..].trim_start());
    if kopecks.contains(|c: char| !c.is_ascii_digit()) {
        return Err(Malformed);
    }
    let mark = amount[at..].chars().next().unwrap_or_default();
    match (kopecks.len(), roubles.contains(mark), roubles.contains(['.', ','])) {
        (1 | 2, false, _) => Ok((roubles, kopecks)),
        (3, true, _) => Ok((amount, "")),
        (3, false, false) => Err(Ambiguous),
        _ => Err(Malformed),
    }
}

/// The digits of a number whose thousands are set apart; apart otherwise, they may hide a mark that was left out.
fn without_groups(number: &str) -> Result<String, EntryFault> {
    let mut marks = number.chars().filter(|c| !c.is_ascii_digit());
    let mark = marks.next();
    let mut groups = number.split(|c: char| !c.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let thousands = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if mark.is_some() && (!thousands || marks.any(|other| Some(other) != mark)) {
        return Err(Ambiguous);
    }
    Ok(number.chars().filter(char::is_ascii_digit).collect())
}

/// ФН.
pub(super) fn drive_number(text: &str) -> Result<DriveNumber, EntryFault> {
    DriveNumber::new(digits(text, &["ФН"])?).map_err(|_| OutOfRange)
}

/// ФД.
pub(super) fn document_number(text: &str) -> Result<u32, EntryFault> {
    number(&digits(text, &["ФД"])?)
}

/// ФП, in other words ФПД.
pub(super) fn fiscal_sign(text: &str) -> Result<u32, EntryFault> {
    number(&digits(text, &["ФПД", "ФП"])?)
}

/// The sign of settlement; nothing typed is nothing known.
pub(super) fn operation(text: &str) -> Result<Option<ReceiptOperation>, EntryFault> {
    let text = match plain(text) {
        Ok(text) => text.to_lowercase(),
        Err(Missing) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let operation = match text.as_str() {
        "приход" => Some(ReceiptOperation::Sale),
        "возврат прихода" => Some(ReceiptOperation::SaleReturn),
        "расход" => Some(ReceiptOperation::Payout),
        "возврат расхода" => Some(ReceiptOperation::PayoutReturn),
        code => ReceiptOperation::from_code(code),
    };
    operation.map(Some).ok_or(Malformed)
}

fn number(digits: &str) -> Result<u32, EntryFault> {
    values::number(digits).ok_or(OutOfRange)
}

/// The digits of a number that may be printed in groups.
fn digits(text: &str, names: &[&str]) -> Result<String, EntryFault> {
    let text = plain(text)?;
    let digits = digits_for_letters(without_name(&text, names)).replace(' ', "");
    let only_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if only_digits { Ok(digits) } else { Err(Malformed) }
}

/// What was typed, without what cannot be seen or only looks different: one plain space for every stretch of white
/// space, ASCII for full-width characters, a hyphen for every dash.
fn plain(text: &str) -> Result<String, EntryFault> {
    if text.len() > MAX_FIELD_BYTES {
        return Err(Malformed);
    }
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).map(plain_character).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    if words.is_empty() { Err(Missing) } else { Ok(words.join(" ")) }
}

/// Soft hyphens, joiners and marks of direction, which copied texts carry along.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn plain_character(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '’' => '\'',
        other => other,
    }
}

/// Digits for the letters that look like them, where nothing but digits can stand.
fn digits_for_letters(text: &str) -> String {
    let digit = |c| match c {
        'О' | 'о' | 'O' | 'o' => '0',
        'З' | 'з' => '3',
        other => other,
    };
    text.chars().map(digit).collect()
}

/// The value behind the name that is printed before it, if that was typed too.
fn without_name<'a>(text: &'a str, names: &[&str]) -> &'a str {
    let text = text.trim_start_matches(['№', ' ']);
    let value = names.iter().find_map(|name| strip(text, name)).unwrap_or(text);
    value.trim_start_matches(['№', ':', '=', ' '])
}

fn strip<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(name.len())?;
    (start.to_uppercase() == name).then_some(rest)
}

fn without_currency(amount: &str) -> &str {
    let names = ["₽", "руб.", "руб", "р.", "р", "РУБ.", "РУБ", "Р.", "Р"];
    names.iter().find_map(|name| amount.strip_suffix(name)).unwrap_or(amount).trim_end()
}
