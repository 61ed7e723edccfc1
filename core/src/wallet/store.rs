//! The card's SQL.

use rusqlite::{OptionalExtension as _, Transaction};

use super::wire::CardAnswer;
use crate::{ids::MemberId, storage::StorageError};

pub fn keep(tx: &Transaction<'_>, member: &MemberId, body: &str) -> Result<bool, StorageError> {
    let changed = tx
        .prepare_cached(
            "INSERT INTO cards (member_id, body) VALUES (?1, ?2)
             ON CONFLICT (member_id) DO UPDATE SET body = excluded.body WHERE body IS NOT excluded.body",
        )?
        .execute((member.as_str(), body))?;
    Ok(changed > 0)
}

pub fn card(tx: &Transaction<'_>, member: &MemberId) -> Result<Option<CardAnswer>, StorageError> {
    let body: Option<String> = tx
        .prepare_cached("SELECT body FROM cards WHERE member_id = ?1")?
        .query_row([member.as_str()], |row| row.get(0))
        .optional()?;
    // One that this version cannot read is as good as none until the next pull.
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

/// The serial numbers of the passes of everybody but `member`.
pub fn serials_of_others(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<String>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT body FROM cards WHERE member_id <> ?1")?;
    let bodies = statement.query_map([member.as_str()], |row| row.get::<_, String>(0))?;
    let cards = bodies.filter_map(|body| body.map(|body| serde_json::from_str::<CardAnswer>(&body).ok()).transpose());
    Ok(cards.map(|card| card.map(|card| card.pass_serial)).collect::<Result<_, _>>()?)
}
