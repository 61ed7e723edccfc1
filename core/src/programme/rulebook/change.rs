//! What changed between two versions, sentence by sentence.

use std::collections::HashMap;

use super::{LegalText, RuleSentence, Rulebook};

/// Names the legal document among changes.
const LEGAL: &str = "legal";

/// A sentence that is another one, new, or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentenceChange {
    /// The sentence's key; `legal` for the legal document.
    pub key: String,
    /// What it said; `None` where it is new.
    pub before: Option<String>,
    /// What it says; `None` where it is gone.
    pub after: Option<String>,
}

/// What is not the same, in the reading order of `after`; what is gone stands where it stood. The legal document comes
/// last, with its texts: these can be equal, for it is another one also where only its address or digest is.
#[must_use]
pub fn changes(before: &Rulebook, after: &Rulebook) -> Vec<SentenceChange> {
    let (old, new) = (by_key(before), by_key(after));
    let is_gone = |sentence: &RuleSentence| !new.contains_key(sentence.key.as_str());
    let mut found = Vec::new();
    let mut earlier = before.sentences().enumerate().peekable();
    for sentence in after.sentences() {
        let told = old.get(sentence.key.as_str()).copied();
        // What is gone stands before what stood behind it, or else before what is new in its place.
        let stood_before = |(place, lost): &(usize, &RuleSentence)| match told {
            Some((own, _)) => *place < own,
            None => is_gone(lost),
        };
        while let Some((_, lost)) = earlier.next_if(stood_before) {
            found.extend(is_gone(lost).then(|| change(&lost.key, Some(&lost.text), None)));
        }
        if told.is_none_or(|(_, told)| told.text != sentence.text) {
            found.push(change(&sentence.key, told.map(|(_, told)| &told.text), Some(&sentence.text)));
        }
        earlier.next_if(|(place, _)| told.is_some_and(|(own, _)| *place == own));
    }
    found.extend(earlier.filter(|(_, lost)| is_gone(lost)).map(|(_, lost)| change(&lost.key, Some(&lost.text), None)));
    if before.legal != after.legal {
        let text = |legal: &Option<LegalText>| legal.as_ref().map(|legal| legal.text.clone());
        found.push(SentenceChange { key: LEGAL.to_owned(), before: text(&before.legal), after: text(&after.legal) });
    }
    found
}

/// Each sentence with its place.
fn by_key(rulebook: &Rulebook) -> HashMap<&str, (usize, &RuleSentence)> {
    rulebook.sentences().enumerate().map(|(place, sentence)| (sentence.key.as_str(), (place, sentence))).collect()
}

fn change(key: &str, before: Option<&String>, after: Option<&String>) -> SentenceChange {
    SentenceChange { key: key.to_owned(), before: before.cloned(), after: after.cloned() }
}
