//! How far a receipt has come, and when: each change of its state, with the trace that caused it.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::Receipt;
use crate::seed::Seed;
use crate::time::Instant;
use crate::trace;
use crate::words::{ReceiptReason, ReceiptState};

/// A change of a receipt's state, or of why it is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ReceiptChange {
    pub(crate) state: ReceiptState,
    /// When, by the gallery's clock.
    pub(crate) at: Instant,
    #[schema(required)]
    pub(crate) reason: Option<ReceiptReason>,
    /// The version of the rules that decided it, null where none did.
    #[schema(required)]
    pub(crate) rules_version: Option<i64>,
    /// The trace (W3C Trace Context) of the registration that led to it: both sides log it.
    #[schema(pattern = "^[0-9a-f]{32}$", example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    pub(crate) trace_id: String,
}

/// Records the first state of a receipt that was registered under a trace.
pub(super) fn begin(tx: &Transaction<'_>, receipt: &Receipt, at: i64, trace_id: &str) -> rusqlite::Result<()> {
    insert(tx, receipt, 1, at, trace_id)
}

/// Records the receipt's state where it is not the last one that was.
pub(super) fn record(tx: &Transaction<'_>, seed: Seed, receipt: &Receipt, at: i64) -> rusqlite::Result<()> {
    let last = tx
        .prepare_cached(
            "SELECT number, state, reason, trace_id FROM receipt_change WHERE receipt_id = ?1
             ORDER BY number DESC LIMIT 1",
        )?
        .query_row([&receipt.receipt_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })
        .optional()?;
    match last {
        Some((_, state, reason, _)) if (state, reason) == (receipt.state, receipt.reason) => Ok(()),
        Some((number, _, _, trace_id)) => insert(tx, receipt, number + 1, at, &trace_id),
        // Registered before changes were recorded.
        None => insert(tx, receipt, 1, at, &trace::drawn(seed, &[&receipt.receipt_id])),
    }
}

fn insert(tx: &Transaction<'_>, receipt: &Receipt, number: i64, at: i64, trace_id: &str) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO receipt_change (receipt_id, number, state, at, reason, rules_version, trace_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        receipt.receipt_id,
        number,
        receipt.state,
        at,
        receipt.reason,
        receipt.rules_version,
        trace_id
    ])?;
    Ok(())
}

/// All of them, the first one first.
pub(super) fn of_receipt(tx: &Transaction<'_>, receipt_id: &str) -> rusqlite::Result<Vec<ReceiptChange>> {
    tx.prepare_cached(
        "SELECT state, at, reason, rules_version, trace_id FROM receipt_change WHERE receipt_id = ?1 ORDER BY number",
    )?
    .query_map([receipt_id], |row| {
        Ok(ReceiptChange {
            state: row.get(0)?,
            at: row.get(1)?,
            reason: row.get(2)?,
            rules_version: row.get(3)?,
            trace_id: row.get(4)?,
        })
    })?
    .collect()
}
