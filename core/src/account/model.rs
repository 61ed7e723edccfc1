//! Members and their phones.

use std::{fmt, str::FromStr, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{MemberId, TierId};

/// A phone number in E.164 form: a plus and 8 to 15 digits. It is never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// The text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number")]
pub struct InvalidPhone;

impl Phone {
    /// The number with its plus.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = InvalidPhone;

    /// Takes the ways in which people type a number: spaces, brackets and dashes are passed over, and the Russian
    /// trunk prefix `8` before ten digits becomes `+7`.
    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let trimmed = text.trim();
        let international = trimmed.starts_with('+');
        let mut digits = String::new();
        for character in trimmed.chars().skip(usize::from(international)) {
            match character {
                '0'..='9' => digits.push(character),
                ' ' | '\u{a0}' | '(' | ')' | '-' | '‑' | '.' => {}
                _ => return Err(InvalidPhone),
            }
        }
        if !international {
            digits = match (digits.len(), digits.as_bytes().first()) {
                (11, Some(b'8' | b'7')) => format!("7{}", &digits[1..]),
                (10, Some(b'9')) => format!("7{digits}"),
                _ => return Err(InvalidPhone),
            };
        }
        if (8..=15).contains(&digits.len()) && !digits.starts_with('0') {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(InvalidPhone)
        }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

/// A member, as the server last said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Names the member.
    pub member_id: MemberId,
    /// The first day in the programme, in Moscow.
    pub joined: NaiveDate,
    /// The member's tier: the server's word, whatever the phone computes.
    pub tier: TierId,
    /// Since when; `None` for the tier that the member began with.
    pub tier_since: Option<DateTime<Utc>>,
}

/// A code is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRequest {
    /// Another one may be asked for after this time.
    pub resend_after: Duration,
    /// The code is good for this time.
    pub expires_in: Duration,
    /// How many digits it has.
    pub code_length: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> Result<String, InvalidPhone> {
        text.parse::<Phone>().map(|phone| phone.0)
    }

    #[test]
    fn numbers_are_taken_as_people_type_them() {
        for text in ["+7 (900) 000-00-01", "89000000001", "8 900 000 00 01", "79000000001", "9000000001"] {
            assert_eq!(phone(text).as_deref(), Ok("+79000000001"), "{text}");
        }
        assert_eq!(phone("+44 20 0000 0000").as_deref(), Ok("+442000000000"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "+", "12345", "+7900000000000001", "phone", "+7900abc0001", "+07900000001", "٣٤٥"] {
            assert_eq!(phone(text), Err(InvalidPhone), "{text}");
        }
    }
}
