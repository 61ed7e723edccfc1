//! Receipts: what is known of each, and the one way to change them.

pub(crate) mod changes;
pub(crate) mod feed;
pub(crate) mod positions;
pub(crate) mod reception;
pub(crate) mod register;

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::changes::ReceiptChange;
use self::positions::Position;
use crate::problem::{Kind, Problem};
use crate::programme::Programme;
use crate::seed::Seed;
use crate::store::{CHANGES, next_number};
use crate::time::{Instant, TillTime};
use crate::words::{ReceiptOperation, ReceiptReason, ReceiptSource, ReceiptState};
use crate::{ledger, rules};

/// The largest amount a ledger may hold.
pub(crate) const MOST_KOPECKS: i64 = 10_000_000_000_000;

/// A registered receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Receipt {
    pub(crate) receipt_id: String,
    /// The fiscal drive's number: a string, leading zeros count.
    #[schema(pattern = "^[0-9]{1,16}$", example = "7380440801290534")]
    pub(crate) drive_number: String,
    #[schema(minimum = 0, maximum = 4_294_967_295_i64)]
    pub(crate) document_number: i64,
    #[schema(minimum = 0, maximum = 4_294_967_295_i64)]
    pub(crate) fiscal_sign: i64,
    /// Null while it was not in the QR and the tax service has not said.
    #[schema(required)]
    pub(crate) operation: Option<ReceiptOperation>,
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub(crate) total_kopecks: i64,
    pub(crate) issued_at: TillTime,
    pub(crate) state: ReceiptState,
    #[schema(required)]
    pub(crate) reason: Option<ReceiptReason>,
    /// When the tax service is asked next, null when it is not.
    #[schema(required)]
    pub(crate) next_check_at: Option<Instant>,
    pub(crate) source: ReceiptSource,
    pub(crate) registered_at: Instant,
    #[schema(required)]
    pub(crate) decided_at: Option<Instant>,
    #[schema(required)]
    pub(crate) shop: Option<String>,
    #[schema(required)]
    pub(crate) category: Option<String>,
    /// Of a purchase: what linked returns took back.
    #[schema(minimum = 0)]
    pub(crate) returned_kopecks: i64,
    /// Of a return: its purchase's `receipt_id`.
    #[schema(required)]
    pub(crate) of: Option<String>,
    /// The version of the rules it was decided by.
    #[schema(required)]
    pub(crate) rules_version: Option<i64>,
    /// What was bought, as the tax service says; empty until it has answered, where the receipt is not one of this
    /// gallery with these data, and of one registered at reception.
    pub(crate) positions: Vec<Position>,
    /// What of the total counts for the programme by the rules in force, campaigns apart; 0 of everything but a
    /// credited purchase.
    #[schema(minimum = 0)]
    pub(crate) counted_kopecks: i64,
    /// Each change of its state at the gallery, the first one first.
    pub(crate) history: Vec<ReceiptChange>,
}

/// A receipt with what only the sandbox knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) member_id: String,
    /// How often the tax service was asked.
    pub(crate) attempts: i64,
    /// When the phone captured it.
    pub(crate) captured_at: i64,
    pub(crate) receipt: Receipt,
}

impl Stored {
    fn complete(self, tx: &Transaction<'_>) -> Result<Self, Problem> {
        Ok(Self { receipt: self.receipt.complete(tx)?, ..self })
    }
}

const COLUMNS: &str = "member_id, attempts, captured_at, receipt_id, drive_number, document_number, fiscal_sign, \
    operation, total_kopecks, issued_at, state, reason, next_check_at, source, registered_at, decided_at, shop, \
    category, returned_kopecks, \"of\", rules_version, seq";

impl Receipt {
    /// The fiscal identity, as the emulator's draws know it.
    pub(crate) fn identity(&self) -> [String; 3] {
        [self.drive_number.clone(), self.document_number.to_string(), self.fiscal_sign.to_string()]
    }

    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Sets the state and the instant of the decision; whoever decides sets the rest.
    pub(crate) fn decide(&mut self, state: ReceiptState, reason: Option<ReceiptReason>, now: i64, rules_version: i64) {
        self.state = state;
        self.reason = reason;
        self.next_check_at = None;
        self.decided_at = Some(Instant(now));
        self.rules_version = Some(rules_version);
    }

    fn counted(&self, programme: &Programme) -> i64 {
        let is_purchase = self.operation == Some(ReceiptOperation::Sale) && self.state == ReceiptState::Credited;
        if !is_purchase {
            return 0;
        }
        programme.counted(self.total_kopecks, self.returned_kopecks, self.category.as_deref())
    }

    /// With what its own row does not say.
    fn complete(mut self, tx: &Transaction<'_>) -> Result<Self, Problem> {
        self.positions = positions::of_receipt(tx, &self.receipt_id)?;
        self.history = changes::of_receipt(tx, &self.receipt_id)?;
        self.counted_kopecks = self.counted(&rules::in_force(tx)?.programme);
        Ok(self)
    }
}

fn find(tx: &Transaction<'_>, receipt_id: &str) -> rusqlite::Result<Option<Stored>> {
    tx.prepare_cached(&format!("SELECT {COLUMNS} FROM receipt WHERE receipt_id = ?1"))?
        .query_row([receipt_id], stored)
        .optional()
}

/// # Errors
/// `not-found`.
pub(crate) fn load(tx: &Transaction<'_>, receipt_id: &str) -> Result<Stored, Problem> {
    let stored = find(tx, receipt_id)?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    stored.complete(tx)
}

fn find_same(tx: &Transaction<'_>, receipt: &Receipt) -> rusqlite::Result<Option<Stored>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM receipt WHERE drive_number = ?1 AND document_number = ?2 AND fiscal_sign = ?3"
    ))?
    .query_row(params![receipt.drive_number, receipt.document_number, receipt.fiscal_sign], stored)
    .optional()
}

/// # Errors
/// `already-registered` or `counted-by-another` when a receipt of this fiscal identity is there.
pub(crate) fn refuse_known(tx: &Transaction<'_>, member_id: &str, receipt: &Receipt) -> Result<(), Problem> {
    match find_same(tx, receipt)? {
        Some(known) if known.member_id == member_id => {
            let known = known.receipt.complete(tx)?;
            Err(Problem::new(Kind::AlreadyRegistered).with("receipt", known.to_value()))
        }
        Some(_) => Err(Problem::new(Kind::CountedByAnother)),
        None => Ok(()),
    }
}

/// Whether this can be a fiscal drive's number.
pub(crate) fn is_drive_number(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Every receipt, in the order of registration.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<Stored>, Problem> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM receipt ORDER BY number"))?;
    statement.query_map([], stored)?.map(|stored| stored?.complete(tx)).collect()
}

/// The receipt whose next check is the earliest at or before `now`.
pub(crate) fn due(tx: &Transaction<'_>, now: i64) -> rusqlite::Result<Option<Stored>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM receipt WHERE next_check_at <= ?1 ORDER BY next_check_at, number LIMIT 1"
    ))?
    .query_row([now], stored)
    .optional()
}

/// Stores a new receipt, registered under a trace, and gives it back as it is shown, under an id of its own.
pub(crate) fn insert(tx: &Transaction<'_>, seed: Seed, mut stored: Stored, trace_id: &str) -> Result<Stored, Problem> {
    let number = next_number(tx, "receipt")?;
    let receipt = &mut stored.receipt;
    let about = [number.to_string(), receipt.registered_at.0.to_string(), stored.member_id.clone()];
    receipt.receipt_id = format!("r{}", seed.token("receipt", &about.each_ref().map(String::as_str)));
    tx.execute(
        "INSERT INTO receipt (number, receipt_id, member_id, seq, drive_number, document_number, fiscal_sign,
             total_kopecks, issued_at, state, attempts, source, captured_at, registered_at, returned_kopecks)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13, 0)",
        params![
            number,
            receipt.receipt_id,
            stored.member_id,
            next_number(tx, CHANGES)?,
            receipt.drive_number,
            receipt.document_number,
            receipt.fiscal_sign,
            receipt.total_kopecks,
            receipt.issued_at,
            receipt.state,
            receipt.source,
            stored.captured_at,
            receipt.registered_at,
        ],
    )?;
    changes::begin(tx, receipt, receipt.registered_at.0, trace_id)?;
    store(tx, &stored)?;
    stored.complete(tx)
}

/// Stores what the tax service says was bought.
pub(crate) fn keep_positions(tx: &Transaction<'_>, receipt: &Receipt, positions: &[Position]) -> Result<(), Problem> {
    Ok(positions::keep(tx, &receipt.receipt_id, positions)?)
}

/// Stores what has become of a receipt at an instant.
pub(crate) fn update(tx: &Transaction<'_>, seed: Seed, stored: &Stored, at: i64) -> Result<(), Problem> {
    changes::record(tx, seed, &stored.receipt, at)?;
    store(tx, stored)
}

/// Stores what may change of a receipt, moves it to the end of the feed, and lets the ledger follow.
fn store(tx: &Transaction<'_>, stored: &Stored) -> Result<(), Problem> {
    let receipt = &stored.receipt;
    tx.prepare_cached(
        "UPDATE receipt SET seq = ?2, operation = ?3, state = ?4, reason = ?5, next_check_at = ?6, attempts = ?7,
             decided_at = ?8, shop = ?9, category = ?10, returned_kopecks = ?11, \"of\" = ?12, rules_version = ?13
         WHERE receipt_id = ?1",
    )?
    .execute(params![
        receipt.receipt_id,
        next_number(tx, CHANGES)?,
        receipt.operation,
        receipt.state,
        receipt.reason,
        receipt.next_check_at,
        stored.attempts,
        receipt.decided_at,
        receipt.shop,
        receipt.category,
        receipt.returned_kopecks,
        receipt.of,
        receipt.rules_version,
    ])?;
    ledger::follow(tx, &stored.member_id, receipt)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        member_id: row.get(0)?,
        attempts: row.get(1)?,
        captured_at: row.get(2)?,
        receipt: Receipt {
            receipt_id: row.get(3)?,
            drive_number: row.get(4)?,
            document_number: row.get(5)?,
            fiscal_sign: row.get(6)?,
            operation: row.get(7)?,
            total_kopecks: row.get(8)?,
            issued_at: row.get(9)?,
            state: row.get(10)?,
            reason: row.get(11)?,
            next_check_at: row.get(12)?,
            source: row.get(13)?,
            registered_at: row.get(14)?,
            decided_at: row.get(15)?,
            shop: row.get(16)?,
            category: row.get(17)?,
            returned_kopecks: row.get(18)?,
            of: row.get(19)?,
            rules_version: row.get(20)?,
            positions: Vec::new(),
            counted_kopecks: 0,
            history: Vec::new(),
        },
    })
}
