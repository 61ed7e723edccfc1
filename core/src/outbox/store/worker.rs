//! What whoever sends must know of the others who have this file open: the lease and the hold.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use crate::{
    outbox::{policy::Until, turn::Turn},
    storage::StorageError,
    time::{from_millis, to_millis},
};

pub fn turn(tx: &Transaction<'_>) -> Result<Turn, StorageError> {
    Ok(tx.prepare_cached("SELECT holder, leased_until, held_until, held_asked, busy FROM outbox_worker")?.query_row(
        [],
        |row| {
            let held: Option<i64> = row.get(2)?;
            let is_asked = row.get(3)?;
            Ok(Turn {
                holder: row.get(0)?,
                leased_until: row.get::<_, Option<i64>>(1)?.map(from_millis),
                held: held.map(|instant| Until { instant: from_millis(instant), is_asked }),
                // SQLite takes any number here, and no look would find one that is too large.
                busy: row.get(4).unwrap_or_default(),
            })
        },
    )?)
}

/// `holder` sends, and nobody else before `until`.
pub fn lease(tx: &Transaction<'_>, holder: &str, until: DateTime<Utc>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox_worker SET holder = ?1, leased_until = ?2")?
        .execute((holder, to_millis(until)))?;
    Ok(())
}

/// `holder` no longer sends; somebody else's lease is left alone.
pub fn release(tx: &Transaction<'_>, holder: &str) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox_worker SET holder = NULL, leased_until = NULL WHERE holder = ?1")?
        .execute([holder])?;
    Ok(())
}

/// The gallery is left alone. A hold that it asked for is not shortened by one that it did not.
pub fn hold(tx: &Transaction<'_>, until: Until, now: DateTime<Utc>) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE outbox_worker SET held_until = ?1, held_asked = ?2
         WHERE ?2 OR NOT held_asked OR held_until IS NULL OR held_until <= ?3",
    )?
    .execute((to_millis(until.instant), until.is_asked, to_millis(now)))?;
    Ok(())
}

/// The gallery asked to come again.
pub fn busy(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox_worker SET busy = busy + 1")?.execute([])?;
    Ok(())
}

/// There is a reason to hope: nothing is held but what the gallery asked for.
pub fn lift_hold(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox_worker SET held_until = NULL WHERE held_until IS NOT NULL AND NOT held_asked")?
        .execute([])?;
    Ok(())
}

/// It has answered an entry for good: whatever it asked for before is over.
pub fn answered(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE outbox_worker SET held_until = NULL, held_asked = 0, busy = 0 WHERE held_until IS NOT NULL OR busy > 0",
    )?
    .execute([])?;
    Ok(())
}

/// What failed before counts no longer.
pub fn forget_busy(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE outbox_worker SET busy = 0 WHERE busy > 0")?.execute([])?;
    Ok(())
}
