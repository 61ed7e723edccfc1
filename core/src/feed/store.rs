//! The feed's SQL. All of it lies in the cache, but for what the member has read.

use std::collections::HashSet;

use rusqlite::{OptionalExtension as _, Transaction};
use serde_json::value::RawValue;

use super::wire::FeedItemAnswer;
use crate::{
    ids::{FeedItemId, MemberId},
    storage::StorageError,
};

/// Pictures beyond this are dropped, the longest unused first.
const MOST_MEDIA_BYTES: i64 = 32 * 1024 * 1024;

/// Replaces a member's feed by `items`, the newest first; says whether it was another.
pub fn replace(
    tx: &Transaction<'_>,
    member: &MemberId,
    items: &[(FeedItemId, Box<RawValue>)],
) -> Result<bool, StorageError> {
    let before = bodies(tx, member)?;
    if before.iter().map(String::as_str).eq(items.iter().map(|(_, body)| body.get())) {
        return Ok(false);
    }
    tx.execute("DELETE FROM feed_items WHERE member_id = ?1", [member.as_str()])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO feed_items (member_id, item_id, position, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (member_id, item_id) DO NOTHING",
    )?;
    for (position, (item_id, body)) in (0i64..).zip(items) {
        insert.execute((member.as_str(), item_id.as_str(), position, body.get()))?;
    }
    Ok(true)
}

/// A member's whole feed, the newest first. What cannot be read any more is left out until the next pull.
pub fn items(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<FeedItemAnswer>, StorageError> {
    Ok(bodies(tx, member)?.iter().filter_map(|body| FeedItemAnswer::read(body).ok()).collect())
}

fn bodies(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<String>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT body FROM feed_items WHERE member_id = ?1 ORDER BY position")?;
    let bodies = statement.query_map([member.as_str()], |row| row.get(0))?;
    Ok(bodies.collect::<Result<_, _>>()?)
}

pub fn picture(tx: &Transaction<'_>, path: &str, now: i64) -> Result<Option<Vec<u8>>, StorageError> {
    let bytes = tx
        .prepare_cached("UPDATE media SET used_at = ?2 WHERE path = ?1 RETURNING bytes")?
        .query_row((path, now), |row| row.get(0))
        .optional()?;
    Ok(bytes)
}

pub fn keep_picture(tx: &Transaction<'_>, path: &str, bytes: &[u8], now: i64) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO media (path, bytes, used_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, used_at = excluded.used_at",
    )?
    .execute((path, bytes, now))?;
    tx.prepare_cached(
        "DELETE FROM media WHERE path IN (SELECT path FROM (
             SELECT path, sum(length(bytes)) OVER (ORDER BY used_at DESC, path) AS so_far FROM media
         ) WHERE so_far > ?1)",
    )?
    .execute([MOST_MEDIA_BYTES])?;
    Ok(())
}

/// What `member` has read on this phone; in `member.db`.
pub fn reads(tx: &Transaction<'_>, member: &MemberId) -> Result<HashSet<FeedItemId>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT item_id FROM feed_reads WHERE member_id = ?1")?;
    let reads = statement.query_map([member.as_str()], |row| Ok(FeedItemId::new(row.get::<_, String>(0)?)))?;
    Ok(reads.collect::<Result<_, _>>()?)
}

/// Marks an item as read; says whether it was not before. In `member.db`.
pub fn mark_read(tx: &Transaction<'_>, member: &MemberId, item_id: &FeedItemId) -> Result<bool, StorageError> {
    let marked = tx
        .prepare_cached("INSERT OR IGNORE INTO feed_reads (member_id, item_id) VALUES (?1, ?2)")?
        .execute((member.as_str(), item_id.as_str()))?;
    Ok(marked > 0)
}
