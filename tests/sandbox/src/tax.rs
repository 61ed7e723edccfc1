//! The tax service's emulator: what it knows of a receipt, and when it says so.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::problem::Problem;
use crate::receipts::Receipt;
use crate::receipts::positions::{self, Position};
use crate::seed::Seed;
use crate::shops;
use crate::store::Json;
use crate::words::ReceiptOperation;

/// The shortest and the longest time a till takes to report a receipt.
const REPORTED_AFTER: std::ops::RangeInclusive<i64> = 120..=1200;
/// Of a thousand look-ups, how many fail.
const FAILURES: u64 = 125;
/// How many look-ups a minute the service allows.
const LOOKUPS_A_MINUTE: i64 = 60;

/// A receipt as the tax service knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) in_gallery: bool,
    pub(crate) shop: String,
    pub(crate) category: String,
    pub(crate) total_kopecks: i64,
    pub(crate) issued_at: i64,
    pub(crate) operation: ReceiptOperation,
    pub(crate) positions: Vec<Position>,
}

/// A truth registered for a fiscal identity. What is `None` is as the member sent it, or by seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) known: bool,
    pub(crate) in_gallery: bool,
    pub(crate) shop: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) total_kopecks: Option<i64>,
    pub(crate) issued_at: Option<i64>,
    pub(crate) operation: Option<ReceiptOperation>,
    pub(crate) known_from: Option<i64>,
    pub(crate) positions: Option<Vec<Position>>,
}

impl Default for Truth {
    /// All is as the member sent it.
    fn default() -> Self {
        Self {
            known: true,
            in_gallery: true,
            shop: None,
            category: None,
            total_kopecks: None,
            issued_at: None,
            operation: None,
            known_from: None,
            positions: None,
        }
    }
}

/// What a look-up came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The service did not answer.
    Failed,
    /// The service does not know the receipt, yet.
    Unknown,
    Known(Ticket),
}

pub(crate) fn look_up(
    tx: &Transaction<'_>,
    seed: Seed,
    receipt: &Receipt,
    attempt: i64,
    at: i64,
) -> Result<Answer, Problem> {
    let [drive, document, sign] = receipt.identity();
    let identity = [drive.as_str(), &document, &sign];
    if seed.draw("failure", &[identity.as_slice(), &[&attempt.to_string()]].concat()) % 1000 < FAILURES {
        return Ok(Answer::Failed);
    }
    let truth = truth(tx, receipt)?;
    let reported_at = || {
        let spread = (REPORTED_AFTER.end() - REPORTED_AFTER.start() + 1).unsigned_abs();
        let delay = REPORTED_AFTER.start() + (seed.draw("reported", &identity) % spread) as i64;
        receipt.issued_at.0.max(receipt.registered_at.0) + delay
    };
    let known_from = truth.as_ref().and_then(|truth| truth.known_from).unwrap_or_else(reported_at);
    if at < known_from || truth.as_ref().is_some_and(|truth| !truth.known) {
        return Ok(Answer::Unknown);
    }
    let shop = shops::of_receipt(seed, &identity);
    let truth = truth.unwrap_or_default();
    let category = truth.category.unwrap_or_else(|| shop.category.to_owned());
    let total_kopecks = truth.total_kopecks.unwrap_or(receipt.total_kopecks);
    let invented = || positions::invented(seed, &identity, &category, total_kopecks);
    Ok(Answer::Known(Ticket {
        in_gallery: truth.in_gallery,
        shop: truth.shop.unwrap_or_else(|| shop.name.to_owned()),
        total_kopecks,
        issued_at: truth.issued_at.unwrap_or(receipt.issued_at.0),
        operation: truth.operation.or(receipt.operation).unwrap_or(ReceiptOperation::Sale),
        positions: truth.positions.unwrap_or_else(invented),
        category,
    }))
}

/// Spends one of the minute's look-ups; `false` when none is left.
pub(crate) fn spend_look_up(tx: &Transaction<'_>, at: i64) -> rusqlite::Result<bool> {
    let used: i64 = tx
        .prepare_cached(
            "INSERT INTO quota (id, minute, used) VALUES (1, ?1, 1)
             ON CONFLICT (id) DO UPDATE SET used = iif(minute = excluded.minute, used + 1, 1), minute = excluded.minute
             RETURNING used",
        )?
        .query_row([at.div_euclid(60)], |row| row.get(0))?;
    Ok(used <= LOOKUPS_A_MINUTE)
}

pub(crate) fn register(
    tx: &Transaction<'_>,
    drive_number: &str,
    document_number: i64,
    fiscal_sign: i64,
    truth: &Truth,
) -> Result<(), Problem> {
    tx.execute(
        "INSERT OR REPLACE INTO ticket (drive_number, document_number, fiscal_sign, known, in_gallery, shop, category,
             total_kopecks, issued_at, operation, known_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            drive_number,
            document_number,
            fiscal_sign,
            truth.known,
            truth.in_gallery,
            truth.shop,
            truth.category,
            truth.total_kopecks,
            truth.issued_at,
            truth.operation,
            truth.known_from,
        ],
    )?;
    let identity = params![drive_number, document_number, fiscal_sign];
    tx.execute(
        "DELETE FROM ticket_positions WHERE drive_number = ?1 AND document_number = ?2 AND fiscal_sign = ?3",
        identity,
    )?;
    if let Some(positions) = &truth.positions {
        tx.execute(
            "INSERT INTO ticket_positions (drive_number, document_number, fiscal_sign, positions)
             VALUES (?1, ?2, ?3, ?4)",
            params![drive_number, document_number, fiscal_sign, Json(positions)],
        )?;
    }
    Ok(())
}

fn truth(tx: &Transaction<'_>, receipt: &Receipt) -> rusqlite::Result<Option<Truth>> {
    tx.prepare_cached(
        "SELECT known, in_gallery, shop, category, total_kopecks, issued_at, operation, known_from, positions
         FROM ticket LEFT JOIN ticket_positions USING (drive_number, document_number, fiscal_sign)
         WHERE drive_number = ?1 AND document_number = ?2 AND fiscal_sign = ?3",
    )?
    .query_row(params![receipt.drive_number, receipt.document_number, receipt.fiscal_sign], |row| {
        Ok(Truth {
            known: row.get(0)?,
            in_gallery: row.get(1)?,
            shop: row.get(2)?,
            category: row.get(3)?,
            total_kopecks: row.get(4)?,
            issued_at: row.get(5)?,
            operation: row.get(6)?,
            known_from: row.get(7)?,
            positions: row.get::<_, Option<Json<_>>>(8)?.map(|positions| positions.0),
        })
    })
    .optional()
}
