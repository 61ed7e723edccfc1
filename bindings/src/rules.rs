//! The rules as a member reads them.

pub use vremena_core::programme::{
    LegalText, RuleSentence, Rulebook, RulebookSection, RulesPhase, RulesVersion, SentenceChange,
};

use crate::{error::CoreError, programme::Programme, values::Day};

#[uniffi::export]
impl Programme {
    /// What the rules say, for people: those of a version, or those in force.
    ///
    /// # Errors
    /// `NotFound` where this phone does not have them, `Storage`, `Paused`
    pub async fn rulebook(&self, version: Option<u32>) -> Result<Rulebook, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.programme().rulebook(version).await?) }).await
    }

    /// What is another sentence in the rules of `to` than in those of `from`, in reading order.
    ///
    /// # Errors
    /// `NotFound` where this phone does not have one of them, `Storage`, `Paused`
    pub async fn rulebook_changes(&self, from: u32, to: u32) -> Result<Vec<SentenceChange>, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.programme().rulebook_changes(from, to).await?) }).await
    }

    /// The rules that this phone has, those that apply last first.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn rules_versions(&self) -> Result<Vec<RulesVersion>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.programme().rules_versions().await?) }).await
    }
}

/// The rules of one version, in the app's language.
#[uniffi::remote(Record)]
pub struct Rulebook {
    /// Which rules; verdicts refer to it.
    pub version: u32,
    /// The first day on which they apply.
    pub effective_from: Day,
    /// What they say, in reading order; none is empty.
    pub sections: Vec<RulebookSection>,
    /// The legal document behind them, where they name one.
    pub legal: Option<LegalText>,
}

/// Sentences about one matter.
#[uniffi::remote(Record)]
pub struct RulebookSection {
    /// Names the section, whatever the language: `tiers`, `benefits`, `counting`, `keeping`, `receipts`, `about`.
    pub key: String,
    /// For people.
    pub title: String,
    /// In reading order; at least one.
    pub sentences: Vec<RuleSentence>,
}

/// One rule. It can be read alone.
#[uniffi::remote(Record)]
pub struct RuleSentence {
    /// Names the rule, in every version and language; unique in a rulebook.
    pub key: String,
    /// For people.
    pub text: String,
}

/// A legal document.
#[uniffi::remote(Record)]
pub struct LegalText {
    /// Where it lies.
    pub url: String,
    /// SHA-256 of what lies there, in hexadecimal digits: names its version.
    pub sha256: String,
    /// What it says, as far as it is told in the app.
    pub text: String,
}

/// A sentence that is another one, new, or gone.
#[uniffi::remote(Record)]
pub struct SentenceChange {
    /// The sentence's key; `legal` for the legal document.
    pub key: String,
    /// What it said; nothing where it is new.
    pub before: Option<String>,
    /// What it says; nothing where it is gone.
    pub after: Option<String>,
}

/// Rules that this phone has.
#[uniffi::remote(Record)]
pub struct RulesVersion {
    /// Names them.
    pub version: u32,
    /// The first day on which they apply.
    pub effective_from: Day,
    /// Whether they apply today.
    pub phase: RulesPhase,
}

/// Whether rules apply today.
#[uniffi::remote(Enum)]
pub enum RulesPhase {
    /// They will.
    Announced,
    /// They do.
    InForce,
    /// Others do; verdicts may refer to these.
    Past,
}
