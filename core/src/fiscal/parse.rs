//! The text of a code → a receipt.

use super::fields::Fields;
use super::keyboard;
use super::links::{self, Link};
use super::model::FiscalReceipt;
use super::operators;
use super::reason::NotAReceipt;

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
    let fields = Fields::of_text(text);
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
    let fields = Fields::of_pairs(link.pairs());
    if fields.are_complete() {
        return fields.receipt();
    }
    for value in link.escaped_values().filter(|_| wrappings > 0) {
        match read(&value, wrappings - 1) {
            Err(NotAReceipt::OtherCode { .. }) => {}
            found => return found,
        }
    }
    let operator = link.operator().or_else(|| fields.name_a_document().then_some(&operators::OTHER));
    Err(match operator {
        Some(operator) => NotAReceipt::OperatorLink { operator: operator.name, has: operator.requisites(link) },
        None => NotAReceipt::OtherCode { link: true },
    })
}
