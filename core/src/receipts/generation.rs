//! Receipts that a gallery restored from a backup has lost: what members brought, they bring again.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{ReceiptIntent, store, wire::RegisterReceipt};
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
    let lost = store::of_earlier_generations(tx, member, generation, limit)?;
    for (receipt, key) in lost.iter().zip(keys) {
        match RegisterReceipt::again(receipt) {
            Some(registration) => {
                store::unregister(tx, (receipt.local_id, &registration), generation, (key, now))?;
                outbox::store::add(tx, member, &ReceiptIntent::entry(&registration)?, key, now)?;
            }
            // Reception has it on paper; without its requisites nobody else can bring it.
            None => store::remove(tx, receipt.local_id)?,
        }
    }
    Ok(lost.len() < keys.len())
}
