//! The SQL of rules and ledger.

use rusqlite::{OptionalExtension as _, Transaction};

use super::ledger::LedgerEntry;
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

pub fn ledger(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<LedgerEntry>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT body FROM ledger WHERE member_id = ?1")?;
    let bodies = statement.query_map([member.as_str()], |row| row.get::<_, String>(0))?;
    let mut entries = Vec::new();
    for body in bodies {
        // What this version cannot read is passed over: one odd entry must not take the whole progress away.
        entries.extend(serde_json::from_str(&body?).ok());
    }
    Ok(entries)
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
