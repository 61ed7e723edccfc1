//! The story: its day, its member, and what each photograph should bring.

use std::path::Path;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::Lang;

/// Saturday, 14 March 2026, 15:00 in Moscow.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_489_600, 0).unwrap_or_default()
}

/// Nobody's number.
pub const PHONE: &str = "+79000000000";

/// What a photograph should bring when it is shown to the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A receipt, captured.
    Captured,
    /// A receipt that the member has already.
    AlreadyKnown,
    /// A code that is no receipt, for this reason.
    NotAccepted(&'static str),
    /// No code at all.
    NoCode,
    /// No readable picture, for this reason.
    Unreadable(&'static str),
}

impl Expected {
    /// A stable word for scripts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Captured => "captured",
            Self::AlreadyKnown => "already_known",
            Self::NoCode => "no_code",
            Self::NotAccepted(reason) | Self::Unreadable(reason) => reason,
        }
    }
}

/// In the shops, with a network.
pub const ONLINE: &[(&str, Expected)] = &[
    ("01-dress.jpg", Expected::Captured),
    ("02-shoes.jpg", Expected::Captured),
    ("03-coat.jpg", Expected::Captured),
    ("04-lunch.jpg", Expected::Captured),
    ("05-perfume.jpg", Expected::Captured),
    ("06-scarf.png", Expected::Captured),
    (OTHER_MALL, Expected::Captured),
    ("08-dress-again.jpg", Expected::AlreadyKnown),
    ("09-foreign.jpg", Expected::NotAccepted("foreign_receipt")),
    ("10-operator-link.jpg", Expected::NotAccepted("operator_link")),
    ("11-not-a-receipt.jpg", Expected::NotAccepted("not_a_receipt")),
    ("12-no-code.jpg", Expected::NoCode),
    ("17-broken.jpg", Expected::Unreadable("truncated")),
];

/// In the garage, without one, by a process that is then killed.
pub const OFFLINE: &[&str] = &["13-watch.jpg", "14-dinner.jpg", "15-toys.webp"];

/// The tax service knows this receipt as another gallery's.
pub const OTHER_MALL: &str = "07-other-mall.jpg";
/// Brought back with [`RETURN`].
pub const RETURNED: &str = "06-scarf.png";
/// A return, which does not say what it returns.
pub const RETURN: &str = "16-scarf-return.jpg";

/// Open to everybody; the gallery announces it by itself.
pub const EVENT: &str = "spring-evening";

/// What counts in the end: the sums of the photographs that are credited, less the scarf.
pub const SUM_IN_THE_END: i64 = 35_473_050;
/// What is left to the next tier then.
pub const MISSING_IN_THE_END: i64 = 64_526_950;

/// A photograph with its title.
#[derive(Clone, Deserialize)]
pub struct Picture {
    pub file: String,
    title: Title,
    /// What its code says; `None` where there is none to be read.
    pub text: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Title {
    ru: String,
    en: String,
}

impl Picture {
    pub fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru => &self.title.ru,
            Lang::En => &self.title.en,
        }
    }
}

pub fn pictures(folder: &Path) -> anyhow::Result<Vec<Picture>> {
    let list = folder.join("pictures.json");
    let json = std::fs::read(&list).with_context(|| format!("the story's photographs: {}", list.display()))?;
    Ok(serde_json::from_slice(&json)?)
}

pub fn named<'a>(pictures: &'a [Picture], file: &str) -> anyhow::Result<&'a Picture> {
    pictures.iter().find(|picture| picture.file == file).with_context(|| format!("no photograph {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_begins_on_a_saturday_afternoon_in_moscow() {
        assert_eq!(start().to_rfc3339(), "2026-03-14T12:00:00+00:00");
    }

    #[test]
    fn the_sums_of_the_story_are_those_of_its_photographs() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pictures"));
        let pictures = pictures(folder).unwrap();
        let total = |file: &str| {
            let text = named(&pictures, file).unwrap().text.clone().unwrap();
            vremena_core::fiscal::parse(&text).unwrap().total.get()
        };
        let captured = ONLINE.iter().filter(|(file, expected)| *expected == Expected::Captured && *file != OTHER_MALL);
        let online: i64 = captured.map(|(file, _)| total(file)).sum();
        let offline: i64 = OFFLINE.iter().map(|file| total(file)).sum();
        assert_eq!(online + offline - total(RETURN), SUM_IN_THE_END);
        assert_eq!(total(RETURN), total(RETURNED));
        assert_eq!(SUM_IN_THE_END + MISSING_IN_THE_END, 100_000_000);
    }
}
