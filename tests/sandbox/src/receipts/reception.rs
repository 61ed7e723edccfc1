//! What a manager does at the reception desk: registers, decides, links.

use rusqlite::Transaction;
use serde::Deserialize;

use super::{MOST_KOPECKS, Receipt, Stored, insert, load, update};
use crate::problem::{Kind, Problem};
use crate::rules::Rules;
use crate::seed::Seed;
use crate::store::next_number;
use crate::time::{Instant, TillTime, parse_instant};
use crate::words::{ReceiptOperation, ReceiptReason, ReceiptSource, ReceiptState};
use crate::{members, shops};

/// A purchase as the manager enters it. Without fiscal fields it gets an identity no till gives.
#[derive(Debug, Deserialize)]
pub(crate) struct AtDesk {
    pub(crate) total_kopecks: i64,
    pub(crate) issued_at: String,
    pub(crate) shop: String,
    pub(crate) category: String,
    pub(crate) drive_number: Option<String>,
    pub(crate) document_number: Option<u32>,
    pub(crate) fiscal_sign: Option<u32>,
}

/// Registers a purchase and credits it at once.
///
/// # Errors
/// `not-found`; `invalid-receipt`; `already-registered` and `counted-by-another` as for members.
pub(crate) fn register(
    tx: &Transaction<'_>,
    seed: Seed,
    rules: &Rules,
    member_id: &str,
    new: AtDesk,
    now: i64,
    trace_id: &str,
) -> Result<Stored, Problem> {
    let invalid = |pointer: &str| Problem::new(Kind::InvalidReceipt).with("pointer", pointer);
    members::joined(tx, member_id)?;
    if !(1..=MOST_KOPECKS).contains(&new.total_kopecks) {
        return Err(invalid("/total_kopecks"));
    }
    let issued_at = parse_instant(&new.issued_at).ok_or_else(|| invalid("/issued_at"))?;
    let number = next_number(tx, "desk")?;
    let drive_number = new.drive_number.unwrap_or_else(|| "0".repeat(16));
    if !super::is_drive_number(&drive_number) {
        return Err(invalid("/drive_number"));
    }
    let drawn = seed.draw("desk", &[&number.to_string()]) & u64::from(u32::MAX);
    let stored = Stored {
        member_id: member_id.to_owned(),
        attempts: 0,
        captured_at: now,
        receipt: Receipt {
            receipt_id: String::new(),
            drive_number,
            document_number: new.document_number.map_or(number, i64::from),
            fiscal_sign: new.fiscal_sign.map_or(drawn as i64, i64::from),
            operation: Some(ReceiptOperation::Sale),
            total_kopecks: new.total_kopecks,
            issued_at: TillTime(issued_at),
            state: ReceiptState::Credited,
            reason: None,
            next_check_at: None,
            source: ReceiptSource::Reception,
            registered_at: Instant(now),
            decided_at: Some(Instant(now)),
            shop: Some(new.shop),
            category: Some(new.category),
            returned_kopecks: 0,
            of: None,
            rules_version: Some(rules.version),
            positions: Vec::new(),
            counted_kopecks: 0,
            history: Vec::new(),
        },
    };
    super::refuse_known(tx, member_id, &stored.receipt)?;
    insert(tx, seed, stored, trace_id)
}

/// Links a return to its purchase: the return is credited, and the purchase is so much smaller.
/// Linking it again to the same purchase changes nothing.
///
/// # Errors
/// `not-found`; `conflict` when it is no waiting return, the purchase is not a credited one of the
/// same member, or less is left of it.
pub(crate) fn link(
    tx: &Transaction<'_>,
    seed: Seed,
    rules: &Rules,
    receipt_id: &str,
    purchase_id: &str,
    now: i64,
) -> Result<Stored, Problem> {
    let mut back = load(tx, receipt_id)?;
    let mut purchase = load(tx, purchase_id)?;
    if back.receipt.of.as_deref() == Some(purchase_id) && back.receipt.state == ReceiptState::Credited {
        return Ok(back);
    }
    let left = purchase.receipt.total_kopecks - purchase.receipt.returned_kopecks;
    let possible = back.receipt.operation == Some(ReceiptOperation::SaleReturn)
        && back.receipt.state == ReceiptState::Pending
        && purchase.receipt.operation == Some(ReceiptOperation::Sale)
        && purchase.receipt.state == ReceiptState::Credited
        && purchase.member_id == back.member_id
        && (1..=left).contains(&back.receipt.total_kopecks);
    if !possible {
        return Err(Problem::new(Kind::Conflict));
    }
    back.receipt.decide(ReceiptState::Credited, None, now, rules.version);
    back.receipt.of = Some(purchase_id.to_owned());
    purchase.receipt.returned_kopecks += back.receipt.total_kopecks;
    if purchase.receipt.returned_kopecks == purchase.receipt.total_kopecks {
        purchase.receipt.state = ReceiptState::Reversed;
    }
    update(tx, seed, &purchase, now)?;
    update(tx, seed, &back, now)?;
    load(tx, receipt_id)
}

/// What the reception decides, whatever the tax service says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    Credited,
    Rejected(ReceiptReason),
}

/// # Errors
/// `not-found`; `conflict` for crediting what is no sale of at least a kopeck, or deciding a receipt
/// that a link with another has already settled.
pub(crate) fn decide(
    tx: &Transaction<'_>,
    seed: Seed,
    rules: &Rules,
    receipt_id: &str,
    verdict: Verdict,
    now: i64,
) -> Result<Stored, Problem> {
    let mut stored = load(tx, receipt_id)?;
    let linked = stored.receipt.of.is_some() || stored.receipt.returned_kopecks > 0;
    let sale = matches!(stored.receipt.operation, None | Some(ReceiptOperation::Sale));
    match verdict {
        _ if linked => return Err(Problem::new(Kind::Conflict)),
        Verdict::Rejected(reason) => {
            stored.receipt.decide(ReceiptState::Rejected, Some(reason), now, rules.version);
        }
        Verdict::Credited if sale && stored.receipt.total_kopecks > 0 => {
            stored.receipt.decide(ReceiptState::Credited, None, now, rules.version);
            stored.receipt.operation = Some(ReceiptOperation::Sale);
            let identity = stored.receipt.identity();
            let shop = shops::of_receipt(seed, &identity.each_ref().map(String::as_str));
            stored.receipt.shop.get_or_insert_with(|| shop.name.to_owned());
            stored.receipt.category.get_or_insert_with(|| shop.category.to_owned());
        }
        Verdict::Credited => return Err(Problem::new(Kind::Conflict)),
    }
    update(tx, seed, &stored, now)?;
    load(tx, receipt_id)
}
