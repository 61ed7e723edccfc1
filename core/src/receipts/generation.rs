//! Receipts that a gallery restored from a backup has lost: what members brought, they bring again.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{
    Receipt, ReceiptIntent, ReceiptState, changes, positions, search::searchable, store, wire::RegisterReceipt,
};
use crate::{
    ids::{MemberId, ReceiptId},
    outbox,
    storage::StorageError,
};

/// The gallery has told of this receipt in this generation of its feed.
pub fn seen(
    tx: &Transaction<'_>,
    member: &MemberId,
    receipt_id: &ReceiptId,
    generation: i64,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE receipts SET generation = ?3 WHERE member_id = ?1 AND receipt_id = ?2 AND generation <> ?3",
    )?
    .execute((member.as_str(), receipt_id.as_str(), generation))?;
    Ok(())
}

/// Deals with the receipts that the gallery has not told again in `generation`, as many as there are keys; says whether
/// these were all.
pub fn bring_again(
    tx: &Transaction<'_>,
    member: &MemberId,
    generation: i64,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let limit = u32::try_from(keys.len()).unwrap_or(u32::MAX);
    let lost = of_earlier_generations(tx, member, generation, limit)?;
    for (receipt, key) in lost.iter().zip(keys) {
        match RegisterReceipt::again(receipt) {
            Some(registration) => {
                unregister(tx, (receipt.local_id, &registration), generation, (key, now))?;
                outbox::store::add(tx, member, &ReceiptIntent::entry(&registration)?, key, now)?;
            }
            // Reception has it on paper; without its requisites nobody else can bring it.
            None => store::remove(tx, receipt.local_id)?,
        }
    }
    Ok(lost.len() < keys.len())
}

/// The member's receipts that the gallery has had, and has last told of before `generation`; those too whose id it has
/// given to another since.
fn of_earlier_generations(
    tx: &Transaction<'_>,
    member: &MemberId,
    generation: i64,
    limit: u32,
) -> Result<Vec<Receipt>, StorageError> {
    let sql = format!(
        "{} WHERE r.member_id = ?1 AND r.generation < ?2 AND (r.receipt_id IS NOT NULL OR r.state IN ('pending', 'credited', 'reversed'))
         ORDER BY r.local_id LIMIT ?3",
        store::SELECT
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map((member.as_str(), generation, limit), store::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Makes a receipt again what it was before the gallery had it; it will be sent under `key`.
fn unregister(
    tx: &Transaction<'_>,
    (local_id, registration): (i64, &RegisterReceipt),
    generation: i64,
    (key, now): (&str, DateTime<Utc>),
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE receipts SET receipt_id = NULL, state = ?2, reason = NULL, next_check_at = NULL, decided_at = NULL,
         shop = NULL, category = NULL, returned_kopecks = 0, return_of = NULL, rules_version = NULL, counted_kopecks = 0,
         generation = ?3, search = ?4 WHERE local_id = ?1",
    )?
    .execute((
        local_id,
        ReceiptState::Captured.code(),
        generation,
        searchable(None, &[], registration.total_kopecks, Some(registration.document_number)),
    ))?;
    positions::replace(tx, local_id, &[])?;
    changes::captured(tx, local_id, key, now)
}
