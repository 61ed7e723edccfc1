//! The SQL of how far receipts came, and when.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};

use super::{
    ReceiptReason, ReceiptStep,
    store::{KIND, subject},
    wire::ChangeAnswer,
};
use crate::{
    fiscal::FiscalIdentity,
    http::TraceId,
    ids::MemberId,
    outbox,
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// A change as it is stored.
pub struct StoredChange {
    pub step: ReceiptStep,
    pub at: DateTime<Utc>,
    pub reason: Option<ReceiptReason>,
    pub rules_version: Option<u32>,
    pub trace_id: Option<String>,
}

/// The receipt is on the phone, and will be sent under this key. What another gallery told of it before stays.
pub fn captured(tx: &Transaction<'_>, local_id: i64, key: &str, at: DateTime<Utc>) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE receipt_changes SET is_told = 0 WHERE local_id = ?1")?.execute([local_id])?;
    let trace = TraceId::of_key(key).to_string();
    add(tx, local_id, &own(ReceiptStep::Captured, at, None, Some(trace)))
}

/// The gallery has answered what the queue last sent of this receipt. It was sent when it was last tried; before the
/// answer nobody knew whether it had arrived.
pub fn sent(
    tx: &Transaction<'_>,
    member: &MemberId,
    (local_id, identity): (i64, &FiscalIdentity),
    reason: Option<ReceiptReason>,
) -> Result<(), StorageError> {
    let Some((key, at)) = outbox::store::last_try(tx, member, (KIND, &subject(identity)))? else { return Ok(()) };
    let trace = TraceId::of_key(&key).to_string();
    add(tx, local_id, &own(ReceiptStep::Sent, at, reason.map(ReceiptReason::code), Some(trace)))
}

/// The gallery has refused to register it.
pub fn refused(
    tx: &Transaction<'_>,
    local_id: i64,
    (reason, rules_version): (&str, Option<u32>),
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let change = own(ReceiptStep::Rejected, at, Some(reason), None);
    add(tx, local_id, &ChangeAnswer { rules_version, ..change })
}

/// What the gallery tells of it now, in the place of what it told before.
pub fn told(tx: &Transaction<'_>, local_id: i64, history: &[ChangeAnswer]) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM receipt_changes WHERE local_id = ?1 AND is_told = 1")?.execute([local_id])?;
    history.iter().try_for_each(|change| insert(tx, local_id, change, true))
}

/// All of a receipt, the first one first.
pub fn of_receipt(tx: &Transaction<'_>, local_id: i64) -> Result<Vec<StoredChange>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT step, at, reason, rules_version, trace_id FROM receipt_changes WHERE local_id = ?1 ORDER BY place",
    )?;
    let rows = statement.query_map([local_id], |row| {
        Ok(StoredChange {
            step: ReceiptStep::of_code(&row.get::<_, String>(0)?),
            at: from_millis(row.get(1)?),
            reason: row.get::<_, Option<String>>(2)?.as_deref().map(ReceiptReason::of_code),
            rules_version: row.get(3).unwrap_or_default(),
            trace_id: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn own(step: ReceiptStep, at: DateTime<Utc>, reason: Option<&str>, trace_id: Option<String>) -> ChangeAnswer {
    ChangeAnswer { state: step.code().to_owned(), at, reason: reason.map(str::to_owned), rules_version: None, trace_id }
}

fn add(tx: &Transaction<'_>, local_id: i64, change: &ChangeAnswer) -> Result<(), StorageError> {
    insert(tx, local_id, change, false)
}

fn insert(tx: &Transaction<'_>, local_id: i64, change: &ChangeAnswer, is_told: bool) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO receipt_changes (local_id, place, step, at, reason, rules_version, trace_id, is_told)
         SELECT ?1, coalesce(max(place), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM receipt_changes WHERE local_id = ?1",
    )?
    .execute(params![
        local_id,
        change.state,
        to_millis(change.at),
        change.reason,
        change.rules_version,
        // What a server sends in its place must not stand in a log or on a screen as one.
        change.trace_id.as_deref().filter(|id| TraceId::is_one(id)),
        is_told,
    ])?;
    Ok(())
}
