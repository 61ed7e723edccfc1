//! Feeds of changes: a page and its cursor are stored together, so a kill between two pages costs nothing.

use chrono::{DateTime, FixedOffset};
use rusqlite::{OptionalExtension as _, Transaction};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    http::{Fault, Success},
    ids::MemberId,
    programme,
    receipts::{store as receipts, wire::ReceiptsPage},
    storage::StorageError,
};

/// A feed of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    Receipts,
    Ledger,
}

/// A decoded page, ready to be stored.
pub enum Page {
    Receipts(ReceiptsPage),
    Ledger(LedgerPage),
}

#[derive(Deserialize)]
pub struct LedgerPage {
    entries: Vec<Box<RawValue>>,
    next_cursor: String,
    more: bool,
}

#[derive(Deserialize)]
struct EntryHead {
    id: String,
    #[serde(rename = "at")]
    _at: DateTime<FixedOffset>,
    #[serde(rename = "kind")]
    _kind: Value,
}

impl Feed {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Ledger => "ledger",
        }
    }

    pub fn decode(self, success: &Success) -> Result<Page, Fault> {
        match self {
            Self::Receipts => success.decode().map(Page::Receipts),
            Self::Ledger => success.decode().map(Page::Ledger),
        }
    }
}

impl Page {
    /// Whether the feed has more to read now, after the page that began at `cursor`. A page that leads nowhere ends
    /// the reading, whatever it says.
    pub fn more(&self, cursor: Option<&str>) -> bool {
        let more = match self {
            Self::Receipts(page) => page.more,
            Self::Ledger(page) => page.more,
        };
        more && !self.is_empty() && cursor != Some(self.next_cursor())
    }

    /// Where the next page begins.
    pub fn next_cursor(&self) -> &str {
        match self {
            Self::Receipts(page) => &page.next_cursor,
            Self::Ledger(page) => &page.next_cursor,
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Receipts(page) => page.receipts.is_empty(),
            Self::Ledger(page) => page.entries.is_empty(),
        }
    }
}

pub fn cursor(tx: &Transaction<'_>, member: &MemberId, feed: Feed) -> Result<Option<String>, StorageError> {
    Ok(tx
        .prepare_cached("SELECT cursor FROM cursors WHERE member_id = ?1 AND resource = ?2")?
        .query_row((member.as_str(), feed.name()), |row| row.get(0))
        .optional()?)
}

pub fn forget_cursor(tx: &Transaction<'_>, member: &MemberId, feed: Feed) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM cursors WHERE member_id = ?1 AND resource = ?2")?
        .execute((member.as_str(), feed.name()))?;
    Ok(())
}

/// Stores a page with its cursor.
pub fn store_page(tx: &Transaction<'_>, member: &MemberId, feed: Feed, page: &Page) -> Result<(), StorageError> {
    match page {
        Page::Receipts(page) => {
            for json in &page.receipts {
                // One that this version cannot read must not hold up the verdicts of all others.
                if let Ok(answer) = serde_json::from_str(json.get()) {
                    receipts::store_from_feed(tx, member, &answer)?;
                }
            }
        }
        Page::Ledger(page) => {
            for entry in &page.entries {
                // An entry that is none is passed over: the server's tier stays right without it.
                if let Ok(head) = serde_json::from_str::<EntryHead>(entry.get()) {
                    programme::store::keep_entry(tx, member, &head.id, entry.get())?;
                }
            }
        }
    }
    tx.prepare_cached(
        "INSERT INTO cursors (member_id, resource, cursor) VALUES (?1, ?2, ?3)
         ON CONFLICT (member_id, resource) DO UPDATE SET cursor = excluded.cursor WHERE cursor IS NOT excluded.cursor",
    )?
    .execute((member.as_str(), feed.name(), page.next_cursor()))?;
    Ok(())
}
