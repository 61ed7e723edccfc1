//! The codes of sign-ins: when another may be asked for, and how one is typed.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{ConsentDecision, Phone};

/// The code that was last asked for.
#[derive(Clone)]
pub struct AskedCode {
    phone: Phone,
    at: DateTime<Utc>,
    resend_after: Duration,
    consents: Vec<ConsentDecision>,
}

impl AskedCode {
    pub const fn new(phone: Phone, at: DateTime<Utc>, resend_after: Duration, consents: Vec<ConsentDecision>) -> Self {
        Self { phone, at, resend_after, consents }
    }

    /// What the gallery has surely heard with the code for `phone`.
    pub fn consents(&self, phone: &Phone) -> &[ConsentDecision] {
        if self.phone == *phone { &self.consents } else { &[] }
    }

    /// How long to wait before another code may be asked for `phone`; `None` where it may be now. A clock that was set
    /// back says nothing: then the gallery is asked.
    pub fn wait(&self, phone: &Phone, now: DateTime<Utc>) -> Option<Duration> {
        let passed = (now - self.at).to_std().ok()?;
        let left = self.resend_after.checked_sub(passed)?;
        (self.phone == *phone && !left.is_zero()).then_some(left)
    }
}

/// The digits of a code as people type and paste it: around and between them spaces and dashes are passed over, and
/// digits of other scripts are digits. `None` for anything else.
pub fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‑' | '–')).collect();
    let digits = digits.chars().map(digit).collect::<Option<String>>()?;
    (!digits.is_empty()).then_some(digits)
}

fn digit(character: char) -> Option<char> {
    // ASCII, Arabic-Indic, Persian, full-width.
    let zero = [0x30, 0x660, 0x6f0, 0xff10].into_iter().find(|zero| (*zero..zero + 10).contains(&u32::from(character)));
    char::from_digit(u32::from(character) - zero?, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_489_600 + seconds, 0).unwrap()
    }

    #[test]
    fn another_code_may_be_asked_for_after_the_wait_and_for_another_phone_at_once() {
        let (phone, other): (Phone, Phone) = ("+79000000001".parse().unwrap(), "+79000000002".parse().unwrap());
        let asked = AskedCode::new(phone.clone(), at(0), Duration::from_secs(60), Vec::new());
        assert_eq!(asked.wait(&phone, at(0)), Some(Duration::from_secs(60)));
        assert_eq!(asked.wait(&phone, at(59)), Some(Duration::from_secs(1)));
        assert_eq!(asked.wait(&phone, at(60)), None);
        assert_eq!(asked.wait(&other, at(0)), None);
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let phone: Phone = "+79000000001".parse().unwrap();
        let asked = AskedCode::new(phone.clone(), at(0), Duration::from_secs(60), Vec::new());
        assert_eq!(asked.wait(&phone, at(-86_400)), None);
    }

    #[test]
    fn codes_are_taken_as_people_type_them() {
        for text in ["0417", " 0417\n", "04 17", "04-17", "٠٤١٧", "۰۴۱۷", "０４１７", "\u{a0}0417"] {
            assert_eq!(digits(text).as_deref(), Some("0417"), "{text}");
        }
        for text in ["", " ", "-", "o417", "04,17", "code 0417", "०४१७", "+0417"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_of_a_code_is_ascii_digits(text in ".{0,12}") {
            if let Some(digits) = digits(&text) {
                prop_assert!(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
