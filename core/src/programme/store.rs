//! The SQL of rules and ledger.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Transaction};

use crate::{ids::MemberId, storage::StorageError};

/// The document in force on `today` (ISO): of those that have begun, the latest beginning, then the highest version.
pub fn rules_in_force(tx: &Transaction<'_>, today: &str) -> Result<Option<String>, StorageError> {
    Ok(tx
        .prepare_cached(
            "SELECT body FROM rules WHERE effective_from <= ?1 ORDER BY effective_from DESC, version DESC LIMIT 1",
        )?
        .query_row([today], |row| row.get(0))
        .optional()?)
}

/// The document of a version.
pub fn rules_of(tx: &Transaction<'_>, version: u32) -> Result<Option<String>, StorageError> {
    Ok(tx
        .prepare_cached("SELECT body FROM rules WHERE version = ?1")?
        .query_row([version], |row| row.get(0))
        .optional()?)
}

/// All documents, that which applies last first.
pub fn all_rules(tx: &Transaction<'_>) -> Result<Vec<String>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT body FROM rules ORDER BY effective_from DESC, version DESC")?;
    let bodies = statement.query_map([], |row| row.get(0))?;
    Ok(bodies.collect::<Result<_, _>>()?)
}

/// The versions that verdicts of the member name and that are not here, the newest first.
pub fn missing_rules(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<u32>, StorageError> {
    // SQLite takes any number there.
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT rules_version FROM receipts WHERE member_id = ?1 AND rules_version BETWEEN 0 AND 4294967295
         AND rules_version NOT IN (SELECT version FROM rules) ORDER BY rules_version DESC",
    )?;
    let versions = statement.query_map([member.as_str()], |row| row.get(0))?;
    Ok(versions.collect::<Result<_, _>>()?)
}

/// The first day after `today` (ISO) on which another document is in force, where one is known.
pub fn next_rules(tx: &Transaction<'_>, today: &str) -> Result<Option<NaiveDate>, StorageError> {
    let next: Option<String> = tx
        .prepare_cached("SELECT min(effective_from) FROM rules WHERE effective_from > ?1")?
        .query_row([today], |row| row.get(0))?;
    next.map(|day| day.parse().map_err(|_| StorageError::Unreadable("date"))).transpose()
}

/// Keeps a document; says whether it is new or has changed.
pub fn keep_rules(tx: &Transaction<'_>, version: u32, effective_from: &str, body: &str) -> Result<bool, StorageError> {
    let changed = tx
        .prepare_cached(
            "INSERT INTO rules (version, effective_from, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (version) DO UPDATE SET effective_from = excluded.effective_from, body = excluded.body
             WHERE body IS NOT excluded.body",
        )?
        .execute((version, effective_from, body))?;
    Ok(changed > 0)
}

/// An entry of the ledger, as it was sent.
pub struct StoredEntry {
    pub id: String,
    pub body: String,
}

pub fn ledger(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<StoredEntry>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT entry_id, body FROM ledger WHERE member_id = ?1")?;
    let entries =
        statement.query_map([member.as_str()], |row| Ok(StoredEntry { id: row.get(0)?, body: row.get(1)? }))?;
    Ok(entries.collect::<Result<_, _>>()?)
}

pub fn keep_entry(
    tx: &Transaction<'_>,
    member: &MemberId,
    entry_id: &str,
    body: &str,
    generation: i64,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO ledger (member_id, entry_id, body, generation) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (member_id, entry_id) DO UPDATE SET body = excluded.body, generation = excluded.generation",
    )?
    .execute((member.as_str(), entry_id, body, generation))?;
    Ok(())
}

/// Forgets what was last told in an earlier generation.
pub fn drop_entries_before(tx: &Transaction<'_>, member: &MemberId, generation: i64) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM ledger WHERE member_id = ?1 AND generation < ?2")?
        .execute((member.as_str(), generation))?;
    Ok(())
}
