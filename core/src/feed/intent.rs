//! What the member has read, on its way to the gallery: it must be known there when the phone is another one.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    http::{ApiRequest, Problem},
    ids::FeedItemId,
    locale::Texts,
    outbox::{Entry, Intent, Meaning, NewEntry, Settlement, Unreadable},
    storage::StorageError,
    sync::{Topic, conditional::encoded},
};

const PAYLOAD_VERSION: u32 = 1;

/// Marks items of the feed as read.
pub struct FeedReadIntent;

#[derive(Serialize, Deserialize)]
struct Payload {
    item_id: FeedItemId,
}

#[derive(Serialize)]
struct Nothing {}

impl FeedReadIntent {
    const KIND: &'static str = "feed-read";

    /// The queue's entry for an item.
    pub fn entry(item_id: &FeedItemId) -> Result<NewEntry, StorageError> {
        let payload = Payload { item_id: item_id.clone() };
        NewEntry::new(Self::KIND, format!("feed:{}", item_id.as_str()), PAYLOAD_VERSION, &payload)
    }
}

impl Intent for FeedReadIntent {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn request(&self, _: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        let Payload { item_id } = entry.payload(PAYLOAD_VERSION)?;
        Ok(ApiRequest::post(format!("/v1/feed/{}/read", encoded(item_id.as_str())), &Nothing {}))
    }

    fn meaning(&self, _: &Entry, problem: &Problem) -> Meaning {
        match problem.slug.as_str() {
            // The gallery has taken it back meanwhile.
            "item-unknown" => Meaning::Refused,
            _ => Meaning::NotUnderstood,
        }
    }

    /// The mark is on the phone since the member has read the item, and stays whatever the answer is.
    fn settle(&self, _: &Transaction<'_>, _: &Entry, _: &Settlement<'_>, _: DateTime<Utc>) -> Result<(), Unreadable> {
        Ok(())
    }

    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        let Payload { item_id } = entry.payload(PAYLOAD_VERSION)?;
        store::mark_read(tx, &entry.member_id, &item_id)?;
        Ok(())
    }

    /// What was read stays read.
    fn undo(&self, _: &Transaction<'_>, _: &Entry, _: DateTime<Utc>) -> Result<(), Unreadable> {
        Ok(())
    }

    fn title(&self, _: &Transaction<'_>, _: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        Ok(texts.text("queue-title-feed-read", &[]))
    }

    /// The phone knows what was read; nothing else changes.
    fn touches(&self) -> &'static [Topic] {
        &[]
    }
}
