//! An appeal, and the parts of its photographs, on their way to the gallery.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{
    AppealReason, listed, store,
    wire::{AppealAnswer, AppealPart, AppealRequest, PartRequest},
};
use crate::{
    http::{ApiRequest, Problem},
    ids::{AppealId, MemberId},
    locale::{Argument, Texts},
    outbox::{self, Entry, Intent, Meaning, NewEntry, Settlement, Unreadable},
    storage::StorageError,
    sync::{Topic, conditional::encoded},
};

const PAYLOAD_VERSION: u32 = 1;

/// The kind of the entry that opens an appeal.
pub const KIND: &str = "appeal";
/// The kind of an entry that brings a part of a photograph.
pub const PART_KIND: &str = "appeal-part";

/// Opens an appeal.
pub struct AppealIntent;

/// Brings a part of a photograph.
pub struct AppealPartIntent;

impl AppealIntent {
    pub fn entry(request: &AppealRequest) -> Result<NewEntry, StorageError> {
        NewEntry::new(KIND, store::subject(&request.appeal_id), PAYLOAD_VERSION, request)
    }
}

impl AppealPartIntent {
    fn entry(part: &AppealPart) -> Result<NewEntry, StorageError> {
        NewEntry::new(PART_KIND, store::subject(&part.appeal_id), PAYLOAD_VERSION, part)
    }
}

/// Writes the entry of the next part that the gallery does not have, if there is one.
pub fn queue_next_part(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
    requested_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    match store::next_part(tx, member, appeal_id)? {
        Some(part) => {
            let entry = AppealPartIntent::entry(&part)?;
            outbox::store::add(tx, member, &entry, &part.idempotency_key(), requested_at)
        }
        None => Ok(()),
    }
}

impl Intent for AppealIntent {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn request(&self, _: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        Ok(ApiRequest::post("/v1/appeals", &opening(entry)?))
    }

    fn meaning(&self, _: &Entry, problem: &Problem) -> Meaning {
        match AppealReason::of_code(&problem.slug) {
            AppealReason::Unknown => Meaning::NotUnderstood,
            _ => Meaning::Refused,
        }
    }

    fn settle(
        &self,
        tx: &Transaction<'_>,
        entry: &Entry,
        settlement: &Settlement<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Unreadable> {
        let AppealRequest { appeal_id, .. } = opening(entry)?;
        match settlement {
            Settlement::Done(body) => {
                let answer: AppealAnswer = serde_json::from_slice(body).map_err(|_| Unreadable::Form)?;
                if answer.appeal_id != appeal_id {
                    return Err(Unreadable::Form);
                }
                store::store_open(tx, &entry.member_id, &appeal_id)?;
                queue_next_part(tx, &entry.member_id, &appeal_id, now)?;
            }
            Settlement::AlreadyDone(problem) | Settlement::Refused(problem) => {
                store::store_refusal(tx, &entry.member_id, &appeal_id, &problem.slug)?;
            }
        }
        Ok(())
    }

    fn orphans(&self, tx: &Transaction<'_>) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
        let orphans = store::orphans(tx)?.into_iter();
        orphans.map(|(member, request)| Ok((member, Self::entry(&request)?))).collect()
    }

    /// The words come back; the photographs lay in the damaged file.
    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        Ok(store::insert(tx, &entry.member_id, &opening(entry)?)?)
    }

    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, _: DateTime<Utc>) -> Result<(), Unreadable> {
        Ok(store::remove(tx, &entry.member_id, &opening(entry)?.appeal_id)?)
    }

    fn title(&self, _: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        let receipt = opening(entry)?.receipt;
        let (amount, date) = (texts.money(receipt.total_kopecks), texts.day(receipt.issued_at.date_naive()));
        let arguments = [("amount", Argument::Text(&amount)), ("date", Argument::Text(&date))];
        Ok(texts.text("queue-title-appeal", &arguments))
    }

    fn touches(&self) -> &'static [Topic] {
        &[Topic::Appeals]
    }
}

impl Intent for AppealPartIntent {
    fn kind(&self) -> &'static str {
        PART_KIND
    }

    fn request(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        let part = bringing(entry)?;
        let bytes = store::part(tx, &entry.member_id, &part)?.ok_or(Unreadable::Form)?;
        let path = format!("/v1/appeals/{}/parts", encoded(part.appeal_id.as_str()));
        Ok(ApiRequest::post(path, &PartRequest::new(&part, &bytes)))
    }

    fn meaning(&self, _: &Entry, problem: &Problem) -> Meaning {
        match problem.slug.as_str() {
            // The photograph is of no use, or nobody needs it any more, or the appeal is lost.
            "photograph-damaged" | "appeal-answered" | "appeal-unknown" => Meaning::Refused,
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
        let part = bringing(entry)?;
        match settlement {
            Settlement::Done(body) => {
                let answer: AppealAnswer = serde_json::from_slice(body).map_err(|_| Unreadable::Form)?;
                if answer.appeal_id != part.appeal_id {
                    return Err(Unreadable::Form);
                }
                store::part_sent(tx, &entry.member_id, &part)?;
            }
            Settlement::AlreadyDone(problem) | Settlement::Refused(problem) => match problem.slug.as_str() {
                "photograph-damaged" => store::drop_photograph(tx, &entry.member_id, &part)?,
                "appeal-unknown" => {
                    if let Some(appeal) = store::get(tx, &entry.member_id, &part.appeal_id)? {
                        listed::bring_again(tx, &entry.member_id, &appeal)?;
                    }
                    return Ok(());
                }
                _ => store::drop_photographs(tx, &entry.member_id, &part.appeal_id)?,
            },
        }
        Ok(queue_next_part(tx, &entry.member_id, &part.appeal_id, now)?)
    }

    fn orphans(&self, tx: &Transaction<'_>) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
        let orphans = store::orphaned_parts(tx)?.into_iter();
        orphans.map(|(member, part)| Ok((member, Self::entry(&part)?))).collect()
    }

    /// Which part is next follows from the photographs that were saved; their entry is made anew. This one may be of a
    /// part that was sent long ago, or of a photograph that is lost.
    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        Ok(outbox::store::remove(tx, entry.entry_id)?)
    }

    /// The appeal stays, without the photographs that the gallery does not have.
    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, _: DateTime<Utc>) -> Result<(), Unreadable> {
        Ok(store::drop_photographs(tx, &entry.member_id, &bringing(entry)?.appeal_id)?)
    }

    fn title(&self, _: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        let number = i64::from(bringing(entry)?.photograph) + 1;
        Ok(texts.text("queue-title-appeal-part", &[("number", Argument::Count(number))]))
    }

    fn touches(&self) -> &'static [Topic] {
        &[]
    }
}

fn opening(entry: &Entry) -> Result<AppealRequest, Unreadable> {
    entry.payload(PAYLOAD_VERSION)
}

fn bringing(entry: &Entry) -> Result<AppealPart, Unreadable> {
    entry.payload(PAYLOAD_VERSION)
}
