//! Feeds of changes: a page and its cursor are stored together, so a kill between two pages costs nothing.
//!
//! Where the gallery no longer knows a cursor (it was restored from a backup), the feed is begun anew, and what was read
//! before is marked with the generation in which it was last told: nothing disappears meanwhile, nothing is there twice,
//! and at the end it is known what the gallery has lost.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    events,
    http::{Fault, Success},
    ids::{MemberId, ReceiptId},
    programme::{self, fault::Refused, ledger::Entry},
    receipts::{self, wire::ReceiptsPage},
    storage::StorageError,
};

/// A longer one fits in no request: kept, it would be asked for in vain for ever.
const LONGEST_CURSOR: usize = 4_096;

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
struct LedgerAnswer {
    entries: Vec<Box<RawValue>>,
    next_cursor: String,
    more: bool,
}

/// Entries of the ledger, all of them valid.
pub struct LedgerPage {
    /// By their ids, as they were sent.
    entries: Vec<(Arc<str>, Box<RawValue>)>,
    next_cursor: String,
    more: bool,
}

/// Why an answer is no page.
pub enum NoPage {
    /// It is not of the form.
    Form(Fault),
    /// It is of the form, and says what cannot be. Without one of its entries the ledger would say something else.
    Refused(Refused),
}

impl From<Fault> for NoPage {
    fn from(fault: Fault) -> Self {
        Self::Form(fault)
    }
}

impl LedgerAnswer {
    fn read(self) -> Result<LedgerPage, Refused> {
        let Self { entries, next_cursor, more } = self;
        let read = Entry::read_all(entries.iter().map(|entry| entry.get()))?;
        let ids = read.into_iter().map(|entry| entry.id);
        Ok(LedgerPage { entries: ids.zip(entries).collect(), next_cursor, more })
    }
}

#[derive(Deserialize)]
struct ReceiptHead {
    receipt_id: ReceiptId,
}

impl Feed {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Ledger => "ledger",
        }
    }

    pub fn decode(self, success: &Success) -> Result<Page, NoPage> {
        let page = match self {
            Self::Receipts => Page::Receipts(success.decode()?),
            Self::Ledger => Page::Ledger(success.decode::<LedgerAnswer>()?.read().map_err(NoPage::Refused)?),
        };
        if page.next_cursor().len() > LONGEST_CURSOR { Err(Fault::Foreign.into()) } else { Ok(page) }
    }
}

impl Page {
    /// Whether the feed is read to its end.
    pub fn is_last(&self) -> bool {
        match self {
            Self::Receipts(page) => !page.more,
            Self::Ledger(page) => !page.more,
        }
    }

    /// Whether there is more to read now, after the page that began at `cursor`: a page that leads nowhere is left,
    /// whatever it says.
    pub fn leads_on(&self, cursor: Option<&str>) -> bool {
        !self.is_last() && !self.is_empty() && cursor != Some(self.next_cursor())
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

/// How far a feed has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Where the next page begins; `None`: at the beginning.
    pub cursor: Option<String>,
    /// How often it was begun.
    generation: i64,
    /// Whether everything of an earlier generation has been found again, or is gone. What was sent before the feed was
    /// first begun is of an earlier one.
    pub is_whole: bool,
}

impl Reading {
    /// Whether the next page is the first.
    pub const fn is_beginning(&self) -> bool {
        self.cursor.is_none()
    }

    /// The same, with `page` stored.
    pub fn after(&self, page: &Page) -> Self {
        Self { cursor: cursor(page.next_cursor().to_owned()), ..self.clone() }
    }
}

/// An empty one leads to the beginning.
fn cursor(stored: String) -> Option<String> {
    Some(stored).filter(|cursor| !cursor.is_empty())
}

pub fn reading(tx: &Transaction<'_>, member: &MemberId, feed: Feed) -> Result<Reading, StorageError> {
    let reading = tx
        .prepare_cached("SELECT cursor, generation, is_whole FROM cursors WHERE member_id = ?1 AND resource = ?2")?
        .query_row((member.as_str(), feed.name()), |row| {
            Ok(Reading { cursor: cursor(row.get(0)?), generation: row.get(1)?, is_whole: row.get(2)? })
        })
        .optional()?;
    match reading {
        Some(reading) => Ok(reading),
        None => Ok(Reading { cursor: None, generation: latest_generation(tx, member, feed)? + 1, is_whole: false }),
    }
}

/// A file that was saved from a damaged one has what was read before, and no cursor.
fn latest_generation(tx: &Transaction<'_>, member: &MemberId, feed: Feed) -> Result<i64, StorageError> {
    let sql = format!("SELECT coalesce(max(generation), 0) FROM {} WHERE member_id = ?1", feed.name());
    Ok(tx.prepare_cached(&sql)?.query_row([member.as_str()], |row| row.get(0))?)
}

/// Begins the feed anew: the gallery does not know the cursor of `asked`. What was read before stays and is shown until
/// the feed has been read to its end. Says whether it is done: not, where another process has read on, or begun anew,
/// meanwhile.
pub fn begin_anew(tx: &Transaction<'_>, member: &MemberId, feed: Feed, asked: &Reading) -> Result<bool, StorageError> {
    if reading(tx, member, feed)? != *asked {
        return Ok(false);
    }
    tx.prepare_cached(
        "UPDATE cursors SET cursor = '', generation = generation + 1, is_whole = 0
         WHERE member_id = ?1 AND resource = ?2",
    )?
    .execute((member.as_str(), feed.name()))?;
    Ok(true)
}

/// Stores the page that `asked` led to, with its cursor. Says whether it is done: under the cursor of another process,
/// which has read on or begun anew meanwhile, pages would be missing.
///
/// With a first page, whatever the gallery told of registrations before is to be told again by the next list of events:
/// no cursor vouches for this being the gallery that told it, and not one restored from a backup.
pub fn store_page(
    tx: &Transaction<'_>,
    member: &MemberId,
    feed: Feed,
    asked: &Reading,
    page: &Page,
) -> Result<bool, StorageError> {
    if reading(tx, member, feed)? != *asked {
        return Ok(false);
    }
    if asked.is_beginning() {
        events::generation::doubt(tx, member)?;
    }
    let generation = asked.generation;
    match page {
        Page::Receipts(page) => {
            for json in &page.receipts {
                // One that this version cannot read must not hold up the verdicts of all others; it is still there.
                if let Ok(answer) = serde_json::from_str(json.get()) {
                    receipts::store::store_from_feed(tx, member, &answer)?;
                }
                if let Ok(head) = serde_json::from_str::<ReceiptHead>(json.get()) {
                    receipts::generation::seen(tx, member, &head.receipt_id, generation)?;
                }
            }
        }
        Page::Ledger(page) => {
            for (id, entry) in &page.entries {
                programme::store::keep_entry(tx, member, id, entry.get(), generation)?;
            }
        }
    }
    tx.prepare_cached(
        "INSERT INTO cursors (member_id, resource, cursor, generation, is_whole) VALUES (?1, ?2, ?3, ?4, 0)
         ON CONFLICT (member_id, resource) DO UPDATE SET cursor = excluded.cursor WHERE cursor IS NOT excluded.cursor",
    )?
    .execute((member.as_str(), feed.name(), page.next_cursor(), generation))?;
    Ok(true)
}

/// After the last page, at `end`, of a feed that was begun anew: what the gallery has not told again it no longer has.
/// The ledger's entries go; receipts are brought again, each under a new key of `keys`, and those without their
/// requisites go. Says whether nothing is left to do: there are only so many keys. Where another process has begun anew
/// meanwhile, it is not the end any more.
pub fn finish_anew(
    tx: &Transaction<'_>,
    member: &MemberId,
    (feed, end): (Feed, &Reading),
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    if reading(tx, member, feed)? != *end {
        return Ok(true);
    }
    let generation = end.generation;
    let is_whole = match feed {
        Feed::Ledger => {
            programme::store::drop_entries_before(tx, member, generation)?;
            true
        }
        Feed::Receipts => receipts::generation::bring_again(tx, member, generation, keys, now)?,
    };
    if is_whole {
        tx.prepare_cached("UPDATE cursors SET is_whole = 1 WHERE member_id = ?1 AND resource = ?2")?
            .execute((member.as_str(), feed.name()))?;
    }
    Ok(is_whole)
}
