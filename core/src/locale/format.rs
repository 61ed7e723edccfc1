//! Amounts and dates as members read them.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};

use super::{Argument, Language, Texts};
use crate::{money::Kopecks, time::in_moscow};

const NO_BREAK_SPACE: char = '\u{a0}';

impl Texts {
    /// An amount: `1 234,50 ₽` in Russian, `1,234.50 ₽` in English; kopecks only where there are any, and no
    /// space at which a line could break.
    #[must_use]
    pub fn money(&self, amount: Kopecks) -> String {
        let kopecks = amount.get().unsigned_abs();
        let sign = if amount.get() < 0 { "−" } else { "" };
        let mut text = format!("{sign}{}", self.grouped(kopecks / 100));
        if !kopecks.is_multiple_of(100) {
            text.push(self.point());
            text.push_str(&format!("{:02}", kopecks % 100));
        }
        text.push(NO_BREAK_SPACE);
        text.push('₽');
        text
    }

    /// A whole number with its thousands apart: `1 234` in Russian, `1,234` in English.
    #[must_use]
    pub fn number(&self, number: i64) -> String {
        let sign = if number < 0 { "−" } else { "" };
        format!("{sign}{}", self.grouped(number.unsigned_abs()))
    }

    /// A number given in hundredths: `1,5` in Russian, `1.5` in English.
    #[must_use]
    pub fn hundredths(&self, hundredths: u32) -> String {
        let mut text = self.grouped((hundredths / 100).into());
        if !hundredths.is_multiple_of(100) {
            text.push(self.point());
            text.push_str(format!("{:02}", hundredths % 100).trim_end_matches('0'));
        }
        text
    }

    const fn point(&self) -> char {
        match self.language {
            Language::Ru => ',',
            Language::En => '.',
        }
    }

    fn grouped(&self, number: u64) -> String {
        let group = match self.language {
            Language::Ru => NO_BREAK_SPACE,
            Language::En => ',',
        };
        let digits = number.to_string();
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        text
    }

    /// A day of this year or the next: `31 марта`, `31 March`.
    #[must_use]
    pub fn day_of_month(&self, day: NaiveDate) -> String {
        let number = day.day().to_string();
        let month = Argument::Count(i64::from(day.month()));
        self.text("day-of-month", &[("day", Argument::Text(&number)), ("month", month)])
    }

    /// A day with its month's name: `31 марта 2026`, `31 March 2026`.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        let number = day.day().to_string();
        let year = day.year().to_string();
        self.text(
            "day",
            &[
                ("day", Argument::Text(&number)),
                ("month", Argument::Count(i64::from(day.month()))),
                ("year", Argument::Text(&year)),
            ],
        )
    }

    /// An instant on Moscow's calendar and clocks: `31 марта 2026, 14:05`.
    #[must_use]
    pub fn instant(&self, instant: DateTime<Utc>) -> String {
        let local = in_moscow(instant);
        format!("{}, {:02}:{:02}", self.day(local.date_naive()), local.hour(), local.minute())
    }
}
