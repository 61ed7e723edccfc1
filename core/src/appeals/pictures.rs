//! The SQL of the pictures that receipts were captured from.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::wire::AppealedReceipt;
use crate::{
    fiscal::DriveNumber,
    ids::{MemberId, ReceiptId},
    storage::StorageError,
};

/// How many receipts keep the picture that they were captured from: the newest.
const MOST_PICTURES: u32 = 50;

/// Keeps the picture that a receipt was captured from, in the place of one that it had; of the newest receipts alone.
pub fn keep(tx: &Transaction<'_>, local_id: i64, jpeg: &[u8]) -> Result<(), StorageError> {
    tx.prepare_cached("INSERT OR REPLACE INTO receipt_pictures (local_id, jpeg) VALUES (?1, ?2)")?
        .execute((local_id, jpeg))?;
    tx.prepare_cached(
        "DELETE FROM receipt_pictures
         WHERE local_id NOT IN (SELECT local_id FROM receipt_pictures ORDER BY local_id DESC LIMIT ?1)",
    )?
    .execute([MOST_PICTURES])?;
    Ok(())
}

pub fn find(tx: &Transaction<'_>, local_id: i64) -> Result<Option<Vec<u8>>, StorageError> {
    let sql = "SELECT jpeg FROM receipt_pictures WHERE local_id = ?1";
    Ok(tx.prepare_cached(sql)?.query_row([local_id], |row| row.get(0)).optional()?)
}

pub fn drop_of(tx: &Transaction<'_>, member: &MemberId, receipt: &AppealedReceipt) -> Result<(), StorageError> {
    tx.prepare_cached(
        "DELETE FROM receipt_pictures WHERE local_id IN (SELECT local_id FROM receipts WHERE member_id = ?1
         AND (receipt_id = ?2 OR drive_number = ?3 AND document_number = ?4 AND fiscal_sign = ?5))",
    )?
    .execute(params![
        member.as_str(),
        receipt.receipt_id.as_ref().map(ReceiptId::as_str),
        receipt.drive_number.as_ref().map(DriveNumber::as_str),
        receipt.document_number,
        receipt.fiscal_sign,
    ])?;
    Ok(())
}
