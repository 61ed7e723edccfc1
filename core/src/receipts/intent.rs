//! A captured receipt on its way to the gallery.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde_json::Value;

use super::{
    ReceiptReason, ReceiptSource, store,
    wire::{ReceiptAnswer, RegisterReceipt},
};
use crate::{
    http::{ApiRequest, Problem},
    ids::MemberId,
    locale::{Argument, Texts},
    outbox::{Entry, Intent, Meaning, NewEntry, Settlement, Unreadable},
    storage::StorageError,
    sync::topic::{self, Topic},
};

const PAYLOAD_VERSION: u32 = 1;

/// Registers receipts.
pub struct ReceiptIntent;

impl ReceiptIntent {
    /// The queue's entry for a receipt.
    pub fn entry(receipt: &RegisterReceipt) -> Result<NewEntry, StorageError> {
        NewEntry::new(store::KIND, store::subject(&receipt.identity()), PAYLOAD_VERSION, receipt)
    }
}

impl Intent for ReceiptIntent {
    fn kind(&self) -> &'static str {
        store::KIND
    }

    fn request(&self, _: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        Ok(ApiRequest::post("/v1/receipts", &payload(entry)?))
    }

    fn meaning(&self, entry: &Entry, problem: &Problem) -> Meaning {
        match problem.slug.as_str() {
            // Ours only if the answer shows this very receipt.
            "already-registered" if registered(entry, problem).is_some() => Meaning::AlreadyDone,
            "counted-by-another" | "receipt-refused" => Meaning::Refused,
            _ => Meaning::NotUnderstood,
        }
    }

    fn settle(
        &self,
        tx: &Transaction<'_>,
        entry: &Entry,
        settlement: &Settlement<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Unreadable> {
        match settlement {
            Settlement::Done(body) => {
                let answer: ReceiptAnswer = serde_json::from_slice(body).map_err(|_| Unreadable::Form)?;
                if answer.identity() != Some(payload(entry)?.identity()) {
                    return Err(Unreadable::Form);
                }
                store::store_first_answer(tx, &entry.member_id, &answer, false)?;
            }
            Settlement::AlreadyDone(problem) => {
                let answer = registered(entry, problem).ok_or(Unreadable::Form)?;
                store::store_first_answer(tx, &entry.member_id, &answer, true)?;
            }
            Settlement::Refused(problem) => {
                let reason = match problem.slug.as_str() {
                    "counted-by-another" => ReceiptReason::CountedByAnother.code(),
                    _ => problem.text("reason").unwrap_or(ReceiptReason::Unknown.code()),
                };
                let version = problem.extensions.get("rules_version").and_then(Value::as_u64);
                let version = version.and_then(|version| u32::try_from(version).ok());
                store::store_refusal(tx, &entry.member_id, &payload(entry)?.identity(), (reason, version), now)?;
            }
        }
        Ok(())
    }

    fn orphans(&self, tx: &Transaction<'_>) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
        let orphans = store::orphans(tx)?.into_iter();
        orphans
            .filter_map(|(member, receipt)| Some((member, RegisterReceipt::again(&receipt)?)))
            .map(|(member, receipt)| Ok((member, Self::entry(&receipt)?)))
            .collect()
    }

    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        let receipt = payload(entry)?;
        if store::find(tx, &entry.member_id, &receipt.identity())?.is_none() {
            store::insert_captured(tx, &entry.member_id, &receipt, &entry.idempotency_key)?;
        }
        Ok(())
    }

    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, _: DateTime<Utc>) -> Result<(), Unreadable> {
        Ok(store::remove_captured(tx, &entry.member_id, &payload(entry)?.identity())?)
    }

    fn title(&self, _: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        let receipt = payload(entry)?;
        let (amount, date) = (texts.money(receipt.total_kopecks), texts.day(receipt.issued_at.date_naive()));
        let arguments = [("amount", Argument::Text(&amount)), ("date", Argument::Text(&date))];
        Ok(texts.text("queue-title-receipt", &arguments))
    }

    fn touches(&self) -> &'static [Topic] {
        topic::VERDICT
    }

    fn is_editable(&self, entry: &Entry) -> bool {
        typed(entry).is_some()
    }
}

/// The receipt of an entry that the member typed in by hand; `None` of any other, and of a damaged one.
pub fn typed(entry: &Entry) -> Option<RegisterReceipt> {
    let receipt = (entry.kind == store::KIND && entry.is_intact()).then(|| payload(entry).ok()).flatten()?;
    (receipt.source == ReceiptSource::Manual).then_some(receipt)
}

fn payload(entry: &Entry) -> Result<RegisterReceipt, Unreadable> {
    entry.payload(PAYLOAD_VERSION)
}

fn registered(entry: &Entry, problem: &Problem) -> Option<ReceiptAnswer> {
    let receipt: &Value = problem.extensions.get("receipt")?;
    let answer: ReceiptAnswer = serde_json::from_value(receipt.clone()).ok()?;
    (answer.identity()? == payload(entry).ok()?.identity()).then_some(answer)
}
