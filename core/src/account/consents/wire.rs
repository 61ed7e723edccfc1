//! The API's shapes of consents.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde::Deserialize;

use super::{Asked, ConsentDecision, ConsentDocument, ConsentIntent, ConsentPurpose, store};
use crate::{
    feed::Translated,
    http::{Problem, Success},
    ids::MemberId,
    locale::Language,
    outbox,
    sync::{Document, KeepFault},
};

/// The documents, as the API gives them.
#[derive(Deserialize)]
pub struct DocumentsAnswer {
    documents: Vec<DocumentAnswer>,
}

#[derive(Deserialize)]
struct DocumentAnswer {
    purpose: ConsentPurpose,
    version: u32,
    required: bool,
    title: Translated,
    text: Translated,
}

#[derive(Deserialize)]
struct DecisionsAnswer {
    consents: Vec<ConsentDecision>,
}

impl DocumentsAnswer {
    /// In a language. A purpose of a newer version is left out: this one could not say what was decided of it.
    pub fn in_language(self, language: Language) -> Vec<ConsentDocument> {
        let known = self.documents.into_iter().filter(|document| document.purpose != ConsentPurpose::Unknown);
        known
            .map(|document| ConsentDocument {
                purpose: document.purpose,
                version: document.version,
                required: document.required,
                title: document.title.get(language).to_owned(),
                text: document.text.get(language).to_owned(),
            })
            .collect()
    }
}

impl From<&ConsentDocument> for Asked {
    fn from(document: &ConsentDocument) -> Self {
        Self { purpose: document.purpose, version: document.version, required: document.required }
    }
}

/// The purposes that the gallery asks to decide anew.
pub fn needed(problem: &Problem) -> Vec<ConsentPurpose> {
    let purposes = problem.extensions.get("purposes").cloned().unwrap_or_default();
    serde_json::from_value(purposes).unwrap_or_default()
}

/// What the gallery knows of the member's decisions: they may have been made on another phone.
pub struct ConsentsDocument {
    /// For the decisions that it has forgotten, one for each purpose.
    pub keys: Vec<String>,
    /// By the phone's clock.
    pub now: DateTime<Utc>,
}

impl Document for ConsentsDocument {
    fn name(&self) -> &'static str {
        "consents"
    }

    fn path(&self) -> &'static str {
        "/v1/member/consents"
    }

    fn keep(&self, tx: &Transaction<'_>, member: &MemberId, success: &Success) -> Result<bool, KeepFault> {
        let answer: DecisionsAnswer = success.decode().map_err(|_| KeepFault::Form)?;
        let forgotten = store::forgotten(tx, member, &answer.consents)?;
        let mut changed = !forgotten.is_empty();
        for ((decision, told), key) in forgotten.into_iter().zip(&self.keys) {
            outbox::store::add(tx, member, &ConsentIntent::entry(decision, told)?, key, self.now)?;
        }
        changed |= store::keep_pulled(tx, member, &answer.consents)?;
        Ok(changed)
    }
}
