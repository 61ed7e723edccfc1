//! Codes of others that may be logged.

use std::{borrow::Cow, fmt};

const LONGEST: usize = 64;
/// Longer numbers could be somebody's; those of statuses and errors are not.
const MOST_DIGITS: usize = 5;

/// A name of a kind, a fault or a reason: words of lower-case Latin letters and at most one short number, joined by
/// `-` or `_`. A phone, a card, a sum, a token or a name is none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(Cow<'static, str>);

impl Code {
    /// One that is written in this program.
    #[must_use]
    pub const fn fixed(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// One that comes from elsewhere; whatever has not the form is `other`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if is_code(text) { Self(Cow::Owned(text.to_owned())) } else { Self::fixed("other") }
    }

    /// A text of this program, of which everything but letters and digits becomes a hyphen.
    pub(crate) fn of_words(text: &str) -> Self {
        let words = text.split(|other: char| !other.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        Self::of(&words.collect::<Vec<_>>().join("-").to_ascii_lowercase())
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_code(text: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut parts = text.split(['-', '_']);
    text.len() <= LONGEST
        && parts.next().is_some_and(is_word)
        && parts.clone().all(|part| is_word(part) || (!part.is_empty() && part.len() <= MOST_DIGITS && is_number(part)))
        && parts.filter(|part| is_number(part)).count() <= 1
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_faults_are_codes() {
        for code in ["wrong-code", "status-404", "not_a_receipt", "keychain-25308", "unreachable"] {
            assert_eq!(Code::of(code).as_str(), code);
        }
    }

    #[test]
    fn words_of_this_program_become_a_code() {
        assert_eq!(Code::of_words("invalid at /tiers/3/name").as_str(), "invalid-at-tiers-3-name");
        assert_eq!(Code::of_words("SQLite: DatabaseBusy").as_str(), "sqlite-databasebusy");
        assert_eq!(Code::of_words("").as_str(), "other");
    }

    #[test]
    fn what_may_be_a_members_is_none() {
        for text in [
            "",
            "+79000000000",
            "79000000000",
            "phone-79000000000",
            "phone-900-000-00-00",
            "0000",
            "7380440801290534",
            "VG-1234",
            "9f86d081884c7d65",
            "s=18740.00",
            "Иванов",
            "a b",
            "a--b",
            "a-",
            &"a".repeat(65),
        ] {
            assert_eq!(Code::of(text).as_str(), "other", "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_brings_a_number_of_a_member(text in "[a-z0-9_+ -]{0,24}") {
            let code = Code::of(&text);
            let digits = code.as_str().bytes().filter(u8::is_ascii_digit).count();
            prop_assert!(digits <= MOST_DIGITS);
            prop_assert!(code.as_str() == text || code == Code::fixed("other"));
            prop_assert!(code.as_str().starts_with(|first: char| first.is_ascii_lowercase()));
        }
    }
}
