//! The queue's SQL. Each send reads one row, however long the queue is.

pub mod worker;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction};

use super::{
    Entry, NewEntry, QueueSummary,
    policy::{self, LONGEST_WAIT, Until},
};
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
        "INSERT INTO outbox (idempotency_key, member_id, kind, subject, payload_version, payload, state, not_before,
         created_at, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?7, ?8)",
    )?
    .execute((
        idempotency_key,
        member.as_str(),
        entry.kind,
        &entry.subject,
        entry.payload_version,
        &entry.payload,
        to_millis(now),
        entry.checksum(member, idempotency_key),
    ))?;
    Ok(())
}

/// The next entry to send.
pub fn next(tx: &Transaction<'_>, member: &MemberId, now: DateTime<Utc>) -> Result<Option<Entry>, StorageError> {
    let sql = format!(
        "SELECT {} FROM outbox o WHERE {SENDABLE} AND o.not_before <= ?2 ORDER BY o.not_before, o.entry_id LIMIT 1",
        Entry::COLUMNS
    );
    let mut statement = tx.prepare_cached(&sql)?;
    Ok(statement.query_row((member.as_str(), to_millis(now)), Entry::read).optional()?)
}

/// The entry of this number, of this member, where it cannot be sent as it is.
pub fn wedged(tx: &Transaction<'_>, member: &MemberId, entry_id: i64) -> Result<Option<Entry>, StorageError> {
    let sql = format!(
        "SELECT {} FROM outbox o WHERE o.member_id = ?1 AND o.entry_id = ?2 AND o.state = 'wedged'",
        Entry::COLUMNS
    );
    Ok(tx.prepare_cached(&sql)?.query_row((member.as_str(), entry_id), Entry::read).optional()?)
}

/// The entry after the one numbered `after`, whoever's it is.
pub fn following(tx: &Transaction<'_>, after: i64) -> Result<Option<Entry>, StorageError> {
    let sql = format!("SELECT {} FROM outbox o WHERE o.entry_id > ?1 ORDER BY o.entry_id LIMIT 1", Entry::COLUMNS);
    Ok(tx.prepare_cached(&sql)?.query_row([after], Entry::read).optional()?)
}

/// Whether the entry is still there: the feed may have ended it, or another process. A salvage may give its number to
/// another.
pub fn is_there(tx: &Transaction<'_>, entry: &Entry) -> Result<bool, StorageError> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox WHERE entry_id = ?1 AND idempotency_key = ?2)")?
        .query_row((entry.entry_id, &entry.idempotency_key), |row| row.get(0))?)
}

/// Under which key the entry about `subject` was last sent, and when; `None` where none has been.
pub fn last_try(
    tx: &Transaction<'_>,
    member: &MemberId,
    (kind, subject): (&str, &str),
) -> Result<Option<(String, DateTime<Utc>)>, StorageError> {
    let sql = "SELECT idempotency_key, tried_at FROM outbox
         WHERE member_id = ?1 AND subject = ?3 AND kind = ?2 AND tried_at IS NOT NULL ORDER BY entry_id LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, from_millis(row.get(1)?)));
    Ok(tx.prepare_cached(sql)?.query_row((member.as_str(), kind, subject), read).optional()?)
}

/// The entry is being sent.
pub fn tried(tx: &Transaction<'_>, entry_id: i64, now: DateTime<Utc>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox SET tried_at = ?2 WHERE entry_id = ?1")?.execute((entry_id, to_millis(now)))?;
    Ok(())
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

/// Brings forward what waits of itself, as [`policy::brought_forward`] says; `jitter` is one for all, for they go one
/// after another.
pub fn bring_forward(
    tx: &Transaction<'_>,
    member: &MemberId,
    heard: bool,
    now: DateTime<Utc>,
    jitter: f64,
) -> Result<(), StorageError> {
    const AT_ONCE: u32 = 200;
    let mut statement = tx.prepare_cached(
        "SELECT entry_id, attempts, coalesce(tried_at, 0), not_before FROM outbox
         WHERE member_id = ?1 AND state = 'waiting' AND asked = 0 AND not_before > ?2 ORDER BY not_before LIMIT ?3",
    )?;
    let rows = statement.query_map((member.as_str(), to_millis(now), AT_ONCE), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
    })?;
    let mut update = tx.prepare_cached("UPDATE outbox SET not_before = ?2 WHERE entry_id = ?1")?;
    for row in rows {
        let (entry_id, attempts, tried_at, not_before) = row?;
        let due = to_millis(policy::brought_forward(heard, attempts, from_millis(tried_at), now, jitter));
        if due < not_before {
            update.execute((entry_id, due))?;
        }
    }
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

pub fn wait(tx: &Transaction<'_>, entry_id: i64, until: Until) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox SET attempts = attempts + 1, not_before = ?2, asked = ?3 WHERE entry_id = ?1")?
        .execute((entry_id, to_millis(until.instant), until.is_asked))?;
    Ok(())
}

pub fn wedge(tx: &Transaction<'_>, entry_id: i64, reason: &str) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox SET state = 'wedged', wedged_reason = ?2 WHERE entry_id = ?1")?
        .execute((entry_id, reason))?;
    Ok(())
}

/// Lets a wedged entry be sent again, under its own key: what the gallery has carried out it will say.
pub fn unwedge(tx: &Transaction<'_>, entry_id: i64) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE outbox SET state = 'waiting', wedged_reason = NULL, attempts = 0, not_before = 0, asked = 0
         WHERE entry_id = ?1",
    )?
    .execute([entry_id])?;
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

/// An entry with what only the member's view of it needs.
pub struct Row {
    pub entry: Entry,
    pub created_at: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub wedged_reason: Option<String>,
}

/// The oldest `limit` entries of `member` after `after`.
pub fn page(tx: &Transaction<'_>, member: &MemberId, after: i64, limit: u32) -> Result<Vec<Row>, StorageError> {
    rows(tx, "o.entry_id > ?2 ORDER BY o.entry_id", (member.as_str(), after, limit))
}

/// The oldest `limit` wedged entries of `member`.
pub fn wedged_page(tx: &Transaction<'_>, member: &MemberId, limit: u32) -> Result<Vec<Row>, StorageError> {
    rows(tx, "o.state = ?2 ORDER BY o.entry_id", (member.as_str(), "wedged", limit))
}

fn rows(tx: &Transaction<'_>, which: &str, parameters: impl rusqlite::Params) -> Result<Vec<Row>, StorageError> {
    let sql = format!(
        "SELECT {}, o.created_at, o.not_before, o.wedged_reason FROM outbox o WHERE o.member_id = ?1 AND {which} LIMIT ?3",
        Entry::COLUMNS
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(parameters, |row| {
        Ok(Row {
            entry: Entry::read(row)?,
            created_at: from_millis(row.get(9)?),
            not_before: from_millis(row.get(10)?),
            wedged_reason: row.get(11)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
