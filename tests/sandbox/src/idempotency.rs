use rusqlite::{OptionalExtension, Transaction, params};

use crate::problem::Problem;
use crate::receipts::{self, Receipt};

/// A member's key and what it was sent with.
pub(crate) struct Key<'a> {
    pub(crate) member_id: &'a str,
    pub(crate) key: &'a str,
    pub(crate) fingerprint: &'a str,
}

/// What a key did before.
pub(crate) enum Remembered {
    /// It registered this receipt, which is now as it is.
    Receipt(Box<Receipt>),
    /// It did, with another body.
    OtherBody,
}

pub(crate) fn recall(tx: &Transaction<'_>, key: &Key<'_>) -> Result<Option<Remembered>, Problem> {
    let before: Option<(String, String)> = tx
        .prepare_cached("SELECT fingerprint, receipt_id FROM idempotency WHERE member_id = ?1 AND key = ?2")?
        .query_row([key.member_id, key.key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((fingerprint, receipt_id)) = before else { return Ok(None) };
    if fingerprint != key.fingerprint {
        return Ok(Some(Remembered::OtherBody));
    }
    Ok(Some(Remembered::Receipt(Box::new(receipts::load(tx, &receipt_id)?.receipt))))
}

/// Belongs into the transaction of the effect itself: a key without its effect, or the reverse,
/// would count a receipt twice or never.
pub(crate) fn remember(tx: &Transaction<'_>, key: &Key<'_>, receipt_id: &str) -> Result<(), Problem> {
    tx.prepare_cached("INSERT INTO idempotency (member_id, key, fingerprint, receipt_id) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![key.member_id, key.key, key.fingerprint, receipt_id])?;
    Ok(())
}
