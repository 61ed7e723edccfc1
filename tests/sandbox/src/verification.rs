//! What becomes of a pending receipt. Nothing runs here by itself: the checks that were due by now
//! are worked off, each at its own instant, so it does not matter when somebody looks.

use rusqlite::Transaction;

use crate::problem::Problem;
use crate::receipts::positions::Position;
use crate::receipts::{self, Receipt};
use crate::rules::{self, Rules};
use crate::seed::Seed;
use crate::tax::{self, Answer, Ticket};
use crate::time::{DAY, Instant};
use crate::words::{ReceiptOperation, ReceiptReason, ReceiptState};

const MINUTE: i64 = 60;
const LONGEST_WAIT: i64 = 60 * MINUTE;

/// When a receipt registered now is looked up for the first time.
pub(crate) fn first_check(now: i64) -> i64 {
    now + MINUTE
}

/// Works off every check that was due by `now`, in the order they were due.
pub(crate) fn settle(tx: &Transaction<'_>, seed: Seed, now: i64) -> Result<(), Problem> {
    let Some(mut stored) = receipts::due(tx, now)? else { return Ok(()) };
    let rules = rules::in_force(tx)?;
    loop {
        let at = stored.receipt.next_check_at.map_or(now, |due| due.0);
        if tax::spend_look_up(tx, at)? {
            stored.attempts += 1;
            let answer = tax::look_up(tx, seed, &stored.receipt, stored.attempts, at)?;
            if let Some(positions) = digest(&rules, &mut stored.receipt, stored.attempts, at, answer) {
                receipts::keep_positions(tx, &stored.receipt, &positions)?;
            }
        } else {
            stored.receipt.next_check_at = Some(Instant((at.div_euclid(MINUTE) + 1) * MINUTE));
        }
        receipts::update(tx, seed, &stored, at)?;
        match receipts::due(tx, now)? {
            Some(next) => stored = next,
            None => return Ok(()),
        }
    }
}

/// What an answer of the tax service means for the receipt; gives what was bought, where the member may know it.
fn digest(rules: &Rules, receipt: &mut Receipt, attempt: i64, at: i64, answer: Answer) -> Option<Vec<Position>> {
    let ticket = match answer {
        Answer::Known(ticket) => ticket,
        Answer::Failed => {
            receipt.next_check_at = Some(Instant(at + MINUTE));
            return None;
        }
        Answer::Unknown => {
            if at - receipt.registered_at.0 > rules.not_found_after_days * DAY {
                receipt.decide(ReceiptState::Rejected, Some(ReceiptReason::NotFound), at, rules.version);
            } else {
                receipt.next_check_at = Some(Instant(at + wait(attempt)));
            }
            return None;
        }
    };
    let objection = objection(rules, receipt, &ticket);
    if let Some(reason) = objection {
        receipt.decide(ReceiptState::Rejected, Some(reason), at, rules.version);
        // Whoever has guessed a receipt learns nothing of what was bought.
        if matches!(reason, ReceiptReason::NotThisGallery | ReceiptReason::DataDiffer) {
            return None;
        }
    }
    receipt.operation = Some(ticket.operation);
    receipt.shop = Some(ticket.shop);
    receipt.category = Some(ticket.category);
    if objection.is_some() {
        return Some(ticket.positions);
    }
    if ticket.operation == ReceiptOperation::SaleReturn {
        // Its QR does not name the purchase: only the reception can say whose money went back.
        receipt.reason = Some(ReceiptReason::ReturnUnlinked);
        receipt.next_check_at = None;
    } else {
        receipt.decide(ReceiptState::Credited, None, at, rules.version);
    }
    Some(ticket.positions)
}

fn objection(rules: &Rules, receipt: &Receipt, ticket: &Ticket) -> Option<ReceiptReason> {
    let differs = receipt.operation.is_some_and(|operation| operation != ticket.operation)
        || receipt.total_kopecks != ticket.total_kopecks
        || receipt.issued_at.0 != ticket.issued_at;
    if !ticket.in_gallery {
        return Some(ReceiptReason::NotThisGallery);
    }
    if differs {
        return Some(ReceiptReason::DataDiffer);
    }
    match ticket.operation {
        ReceiptOperation::Payout | ReceiptOperation::PayoutReturn => Some(ReceiptReason::UnsupportedOperation),
        ReceiptOperation::SaleReturn => None,
        ReceiptOperation::Sale if ticket.total_kopecks < rules.programme.min_receipt => {
            Some(ReceiptReason::BelowMinimum)
        }
        ReceiptOperation::Sale if rules.programme.excluded_categories.contains(&ticket.category) => {
            Some(ReceiptReason::ExcludedCategory)
        }
        ReceiptOperation::Sale => None,
    }
}

/// Twice as long after each look-up, up to an hour.
fn wait(attempt: i64) -> i64 {
    let doublings = attempt.clamp(1, 6) as u32;
    (MINUTE << doublings).min(LONGEST_WAIT)
}
