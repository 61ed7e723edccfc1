//! A consent, given or withdrawn, on its way to the gallery.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::{ConsentDecision, ConsentFault, store};
use crate::{
    http::{ApiRequest, Problem},
    locale::Texts,
    outbox::{Entry, Intent, Meaning, NewEntry, Settlement, Unreadable},
    storage::StorageError,
    sync::Topic,
};

const PAYLOAD_VERSION: u32 = 1;

/// Tells the gallery what a signed-in member has decided.
pub struct ConsentIntent;

/// What an entry holds.
#[derive(Serialize, Deserialize)]
struct Payload {
    decision: ConsentDecision,
    /// What it took the place of: it is in force again where the gallery refuses.
    before: Option<ConsentDecision>,
}

impl ConsentIntent {
    const KIND: &'static str = "consent";

    /// The queue's entry for a decision in the place of the one before.
    pub fn entry(decision: ConsentDecision, before: Option<ConsentDecision>) -> Result<NewEntry, StorageError> {
        let payload = Payload { decision, before };
        NewEntry::new(Self::KIND, store::subject(decision.purpose), PAYLOAD_VERSION, &payload)
    }
}

impl Intent for ConsentIntent {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn request(&self, _: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        Ok(ApiRequest::post("/v1/member/consents", &payload(entry)?.decision))
    }

    fn meaning(&self, _: &Entry, problem: &Problem) -> Meaning {
        match ConsentFault::of_code(&problem.slug) {
            ConsentFault::Unknown => Meaning::NotUnderstood,
            _ => Meaning::Refused,
        }
    }

    fn settle(
        &self,
        tx: &Transaction<'_>,
        entry: &Entry,
        settlement: &Settlement<'_>,
        _: DateTime<Utc>,
    ) -> Result<(), Unreadable> {
        let Payload { decision, before } = payload(entry)?;
        let in_force = match settlement {
            Settlement::Done(body) => {
                let answer: ConsentDecision = serde_json::from_slice(body).map_err(|_| Unreadable::Form)?;
                if answer.purpose != decision.purpose {
                    return Err(Unreadable::Form);
                }
                Some(answer)
            }
            Settlement::AlreadyDone(_) => Some(decision),
            Settlement::Refused(_) => before,
        };
        // What the member has decided since stays what is shown.
        if store::is_queued(tx, &entry.member_id, decision.purpose, entry.entry_id)? {
            return Ok(());
        }
        Ok(store::put_back(tx, &entry.member_id, decision.purpose, in_force.as_ref())?)
    }

    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        store::decide(tx, Some(&entry.member_id), &payload(entry)?.decision)?;
        Ok(())
    }

    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, _: DateTime<Utc>) -> Result<(), Unreadable> {
        let Payload { decision, before } = payload(entry)?;
        if !store::is_queued(tx, &entry.member_id, decision.purpose, entry.entry_id)? {
            store::put_back(tx, &entry.member_id, decision.purpose, before.as_ref())?;
        }
        Ok(())
    }

    fn title(&self, _: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        let decision = payload(entry)?.decision;
        let id = if decision.granted { "queue-title-consent-given" } else { "queue-title-consent-withdrawn" };
        Ok(texts.text(&format!("{id}-{}", decision.purpose.code()), &[]))
    }

    fn touches(&self) -> &'static [Topic] {
        &[Topic::Consents]
    }
}

fn payload(entry: &Entry) -> Result<Payload, Unreadable> {
    entry.payload(PAYLOAD_VERSION)
}
