use std::fmt;

use rusqlite::{OptionalExtension, Transaction, params};

use super::FeedItem;
use crate::cursor::Feed;
use crate::problem::{Kind, Problem};
use crate::seed::{Seed, fingerprint};
use crate::store::{Json, last_number, next_number};

const SERIES: &str = "feed";

/// Who looks at the news, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer<'a> {
    pub(crate) member_id: &'a str,
    /// The id of the member's tier.
    pub(crate) tier: &'a str,
    pub(crate) now: i64,
}

/// The items a member of tier ?1 sees at ?2.
const VISIBLE: &str = "published_at <= ?2 AND (until IS NULL OR until > ?2)
    AND (audience = '[]' OR EXISTS (SELECT 1 FROM json_each(audience) WHERE value = ?1))";

/// Whether the member ?3 has read an item.
const READ: &str = "EXISTS (SELECT 1 FROM feed_read
    WHERE feed_read.member_id = ?3 AND feed_read.item_id = feed_item.item_id)";

/// An item's place among the others. It outlives the item: what comes after it is still known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    published_at: i64,
    number: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.published_at, self.number)
    }
}

/// The position a cursor of the feed stands for.
pub(crate) fn position(tx: &Transaction<'_>, feed: &Feed<'_>, cursor: &str) -> rusqlite::Result<Option<Position>> {
    let parse = |text: &str| {
        let (published_at, number) = text.split_once(':')?;
        Some(Position { published_at: published_at.parse().ok()?, number: number.parse().ok()? })
    };
    let last = last_number(tx, SERIES)?;
    // A number beyond the last is from another database of the same seed.
    Ok(feed.position(cursor).and_then(parse).filter(|position| position.number <= last))
}

/// What a member sees now, newest first, after a position.
pub(crate) fn visible(
    tx: &Transaction<'_>,
    viewer: &Viewer<'_>,
    after: Option<Position>,
    most: usize,
) -> rusqlite::Result<Vec<(Option<Position>, FeedItem)>> {
    let Position { published_at, number } = after.unwrap_or(Position { published_at: i64::MAX, number: i64::MAX });
    tx.prepare_cached(&format!(
        "SELECT published_at, number, document, {READ} FROM feed_item
         WHERE {VISIBLE} AND (published_at, number) < (?4, ?5)
         ORDER BY published_at DESC, number DESC LIMIT ?6"
    ))?
    .query_map(params![viewer.tier, viewer.now, viewer.member_id, published_at, number, most as i64], |row| {
        let position = Position { published_at: row.get(0)?, number: row.get(1)? };
        let item = FeedItem { read: row.get(3)?, ..row.get::<_, Json<FeedItem>>(2)?.0 };
        Ok((Some(position), item))
    })?
    .collect()
}

/// A tag for all a member sees now. It is made without the documents, which may be large.
pub(crate) fn whole(tx: &Transaction<'_>, viewer: &Viewer<'_>) -> rusqlite::Result<String> {
    let mut whole = viewer.tier.to_owned();
    let mut statement = tx.prepare_cached(&format!(
        "SELECT fingerprint, iif({READ}, ' read', '') FROM feed_item
         WHERE {VISIBLE} ORDER BY published_at DESC, number DESC"
    ))?;
    let mut rows = statement.query(params![viewer.tier, viewer.now, viewer.member_id])?;
    while let Some(row) = rows.next()? {
        whole.push('\n');
        whole.push_str(row.get_ref(0)?.as_str()?);
        whole.push_str(row.get_ref(1)?.as_str()?);
    }
    Ok(fingerprint(whole.as_bytes()))
}

/// Every item, newest first, whoever it is for and whenever.
pub(crate) fn all(tx: &Transaction<'_>) -> rusqlite::Result<Vec<FeedItem>> {
    tx.prepare_cached("SELECT document FROM feed_item ORDER BY published_at DESC, number DESC")?
        .query_map([], |row| Ok(row.get::<_, Json<FeedItem>>(0)?.0))?
        .collect()
}

/// An id for an item that is published now.
pub(crate) fn new_id(tx: &Transaction<'_>, seed: Seed) -> rusqlite::Result<String> {
    Ok(format!("i{}", seed.token("item", &[&next_number(tx, "item")?.to_string()])))
}

/// # Errors
/// `not-found`.
pub(crate) fn load(tx: &Transaction<'_>, item_id: &str) -> Result<FeedItem, Problem> {
    tx.prepare_cached("SELECT document FROM feed_item WHERE item_id = ?1")?
        .query_row([item_id], |row| row.get::<_, Json<FeedItem>>(0))
        .optional()?
        .map(|item| item.0)
        .ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Stores an item under its id, in place of the one that was there.
pub(crate) fn put(tx: &Transaction<'_>, item: &FeedItem) -> rusqlite::Result<()> {
    let document =
        serde_json::to_string(item).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    tx.prepare_cached(
        "INSERT INTO feed_item (number, item_id, audience, published_at, until, document, fingerprint)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (item_id) DO UPDATE SET audience = excluded.audience, published_at = excluded.published_at,
             until = excluded.until, document = excluded.document, fingerprint = excluded.fingerprint",
    )?
    .execute(params![
        next_number(tx, SERIES)?,
        item.item_id,
        Json(&item.audience),
        item.published_at,
        item.until,
        document,
        fingerprint(document.as_bytes()),
    ])?;
    Ok(())
}

/// # Errors
/// `not-found`.
pub(crate) fn delete(tx: &Transaction<'_>, item_id: &str) -> Result<(), Problem> {
    match tx.execute("DELETE FROM feed_item WHERE item_id = ?1", [item_id])? {
        0 => Err(Problem::new(Kind::NotFound)),
        _ => Ok(()),
    }
}

/// # Errors
/// `item-unknown`.
pub(crate) fn mark_read(tx: &Transaction<'_>, member_id: &str, item_id: &str) -> Result<(), Problem> {
    load(tx, item_id).map_err(|_| Problem::new(Kind::ItemUnknown))?;
    tx.execute("INSERT OR IGNORE INTO feed_read (member_id, item_id) VALUES (?1, ?2)", [member_id, item_id])?;
    Ok(())
}
