//! The rules as a member reads them, from the document that the engine goes by. Pure.

mod change;
mod sentences;

use chrono::NaiveDate;

pub use self::change::{SentenceChange, changes};
use self::sentences::Writer;
use super::rules::{Legal, Rules};
use crate::locale::{Language, Texts};

/// The rules of one version, in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rulebook {
    /// Which rules; verdicts refer to it.
    pub version: u32,
    /// The first day on which they apply.
    pub effective_from: NaiveDate,
    /// What they say, in reading order; none is empty.
    pub sections: Vec<RulebookSection>,
    /// The legal document behind them, where they name one.
    pub legal: Option<LegalText>,
}

/// Sentences about one matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulebookSection {
    /// Names the section, whatever the language: `tiers`, `benefits`, `counting`, `keeping`, `receipts`, `about`.
    pub key: String,
    /// For people.
    pub title: String,
    /// In reading order; at least one.
    pub sentences: Vec<RuleSentence>,
}

/// One rule. It can be read alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSentence {
    /// Names the rule, in every version and language: `tier:leto`, `period`, `campaign:march`; unique in a rulebook.
    pub key: String,
    /// For people.
    pub text: String,
}

/// A legal document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalText {
    /// Where it lies.
    pub url: String,
    /// SHA-256 of what lies there, in hexadecimal digits: names its version.
    pub sha256: String,
    /// What it says, as far as it is told in the app.
    pub text: String,
}

impl Rulebook {
    /// What `rules` say.
    #[must_use]
    pub fn of(rules: &Rules, texts: &Texts) -> Self {
        Self {
            version: rules.version,
            effective_from: rules.effective_from,
            sections: Writer { rules, texts }.sections(),
            legal: rules.legal.as_ref().map(|legal| LegalText::of(legal, texts.language())),
        }
    }

    /// All sentences in reading order.
    pub fn sentences(&self) -> impl Iterator<Item = &RuleSentence> {
        self.sections.iter().flat_map(|section| &section.sentences)
    }
}

impl LegalText {
    fn of(legal: &Legal, language: Language) -> Self {
        Self { url: legal.url.clone(), sha256: legal.sha256.clone(), text: legal.text(language).to_owned() }
    }
}

#[cfg(test)]
mod tests;
