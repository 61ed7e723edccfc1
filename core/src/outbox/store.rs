//! The queue's SQL. Each send reads one row, however long the queue is.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::{Entry, NewEntry, QueueItem, QueueSummary, policy::LONGEST_WAIT};
use crate::{
    ids::MemberId,
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// An entry may go when it is due and no earlier one of its subject is left, wedged or waiting.
const SENDABLE: &str = "o.member_id = ?1 AND o.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM outbox e
    WHERE e.member_id = o.member_id AND e.subject = o.subject AND e.entry_id < o.entry_id)";

pub fn add(
    tx: &Transaction<'_>,
    member: &MemberId,
    entry: &NewEntry,
    idempotency_key: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO outbox (idempotency_key, member_id, kind, subject, payload_version, payload, state, not_before, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?7)",
    )?
    .execute((
        idempotency_key,
        member.as_str(),
        entry.kind,
        &entry.subject,
        entry.payload_version,
        &entry.payload,
        to_millis(now),
    ))?;
    Ok(())
}

/// The next entry to send.
pub fn next(tx: &Transaction<'_>, member: &MemberId, now: DateTime<Utc>) -> Result<Option<Entry>, StorageError> {
    let sql = format!(
        "SELECT o.entry_id, o.idempotency_key, o.member_id, o.kind, o.subject, o.payload_version, o.payload, o.attempts
         FROM outbox o WHERE {SENDABLE} AND o.not_before <= ?2 ORDER BY o.not_before, o.entry_id LIMIT 1"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    Ok(statement.query_row((member.as_str(), to_millis(now)), read_entry).optional()?)
}

/// When the next entry becomes due; `None` where none waits.
pub fn next_due(tx: &Transaction<'_>, member: &MemberId) -> Result<Option<DateTime<Utc>>, StorageError> {
    let sql = format!("SELECT o.not_before FROM outbox o WHERE {SENDABLE} ORDER BY o.not_before LIMIT 1");
    let millis: Option<i64> = tx.prepare_cached(&sql)?.query_row([member.as_str()], |row| row.get(0)).optional()?;
    Ok(millis.map(from_millis))
}

/// Makes due what lies further ahead than any wait is long: the phone's clock was set back.
pub fn forgive_clock_jump(tx: &Transaction<'_>, member: &MemberId, now: DateTime<Utc>) -> Result<(), StorageError> {
    let furthest = now + LONGEST_WAIT + LONGEST_WAIT;
    tx.prepare_cached(
        "UPDATE outbox SET not_before = ?2 WHERE member_id = ?1 AND state = 'waiting' AND not_before > ?3",
    )?
    .execute((member.as_str(), to_millis(now), to_millis(furthest)))?;
    Ok(())
}

pub fn remove(tx: &Transaction<'_>, entry_id: i64) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM outbox WHERE entry_id = ?1")?.execute([entry_id])?;
    Ok(())
}

/// Behind the others that are due: what stopped this one need not stop them.
pub fn to_the_back(tx: &Transaction<'_>, entry_id: i64, now: DateTime<Utc>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox SET not_before = ?2 WHERE entry_id = ?1")?.execute((entry_id, to_millis(now)))?;
    Ok(())
}

pub fn wait(tx: &Transaction<'_>, entry_id: i64, until: DateTime<Utc>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox SET attempts = attempts + 1, not_before = ?2 WHERE entry_id = ?1")?
        .execute((entry_id, to_millis(until)))?;
    Ok(())
}

pub fn wedge(tx: &Transaction<'_>, entry_id: i64, reason: &str) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox SET state = 'wedged', wedged_reason = ?2 WHERE entry_id = ?1")?
        .execute((entry_id, reason))?;
    Ok(())
}

/// How many entries of `member` are left.
pub fn count(tx: &Transaction<'_>, member: &MemberId) -> Result<u32, StorageError> {
    Ok(tx
        .prepare_cached("SELECT count(*) FROM outbox WHERE member_id = ?1")?
        .query_row([member.as_str()], |row| row.get(0))?)
}

/// How many entries of `member` are left, by their state.
pub fn summary(tx: &Transaction<'_>, member: &MemberId) -> Result<QueueSummary, StorageError> {
    let all = count(tx, member)?;
    let wedged = tx
        .prepare_cached("SELECT count(*) FROM outbox WHERE member_id = ?1 AND state = 'wedged'")?
        .query_row([member.as_str()], |row| row.get(0))?;
    Ok(QueueSummary { waiting: all.saturating_sub(wedged), wedged })
}

/// The oldest `limit` entries of `member` after `after`.
pub fn page(tx: &Transaction<'_>, member: &MemberId, after: i64, limit: u32) -> Result<Vec<QueueItem>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT entry_id, kind, created_at, not_before, attempts, wedged_reason FROM outbox
         WHERE member_id = ?1 AND entry_id > ?2 ORDER BY entry_id LIMIT ?3",
    )?;
    let rows = statement.query_map((member.as_str(), after, limit), |row| {
        Ok(QueueItem {
            entry_id: row.get(0)?,
            kind: row.get(1)?,
            created_at: from_millis(row.get(2)?),
            not_before: from_millis(row.get(3)?),
            attempts: row.get(4)?,
            wedged_reason: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        entry_id: row.get(0)?,
        idempotency_key: row.get(1)?,
        member_id: MemberId::new(row.get::<_, String>(2)?),
        kind: row.get(3)?,
        subject: row.get(4)?,
        payload_version: row.get(5)?,
        payload: row.get(6)?,
        attempts: row.get(7)?,
    })
}
