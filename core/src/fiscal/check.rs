//! Whether the programme can take a receipt now. Only what the phone can know; the tax service has the last word.

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use thiserror::Error;

use super::model::{FiscalReceipt, ReceiptOperation};
use crate::money::Kopecks;
use crate::time::MOSCOW;

/// How far a till's clock may be ahead: five minutes, by the law on tills.
pub const CLOCK_TOLERANCE_MINUTES: u32 = 5;

/// The largest amount a ledger takes (10^13 kopecks); a larger total is a forgery or a fault.
pub const MAX_TOTAL: Kopecks = Kopecks::new(10_000_000_000_000);

/// Tills with fiscal drives, and with them these codes, came into use in 2016.
const FIRST_YEAR: i32 = 2016;

/// What the programme's rules say about receipts (`receipts` in the rules document).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckRules {
    /// The oldest receipt taken, in days of Moscow's calendar, inclusive; `None` is no limit.
    pub max_age_days: Option<u32>,
}

/// Why a receipt is not worth sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum CheckFault {
    /// Dated later than now by more than a till's clock may err; the phone's own clock may be wrong too.
    #[error("the receipt is dated in the future")]
    InTheFuture,
    /// Older than the programme takes, or than codes on receipts are.
    #[error("the receipt is {days} days old")]
    TooOld {
        /// Its age in days of Moscow's calendar.
        days: i64,
        /// The programme's limit, if that was it.
        limit: Option<u32>,
    },
    /// A payout, or the return of one: nobody bought anything.
    #[error("the receipt is of no purchase")]
    UnsupportedOperation {
        /// Which.
        operation: ReceiptOperation,
    },
    /// Nothing was paid, or more than [`MAX_TOTAL`].
    #[error("the receipt's total is out of range")]
    TotalOutOfRange,
}

impl CheckFault {
    /// The stable name of the fault: `reason` in JSON, and part of a message's id.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InTheFuture => "in_the_future",
            Self::TooOld { .. } => "too_old",
            Self::UnsupportedOperation { .. } => "unsupported_operation",
            Self::TotalOutOfRange => "total_out_of_range",
        }
    }
}

/// Whether a receipt is worth sending at the instant `now`. An unknown operation is: the tax service will tell.
///
/// # Errors
/// The first fault, those that no waiting mends before those of time.
pub fn check(receipt: &FiscalReceipt, now: DateTime<Utc>, rules: &CheckRules) -> Result<(), CheckFault> {
    check_operation(receipt.operation)?;
    check_total(receipt.total)?;
    check_time(receipt.issued_at, now, rules)
}

pub(super) fn check_operation(operation: Option<ReceiptOperation>) -> Result<(), CheckFault> {
    match operation {
        Some(operation @ (ReceiptOperation::Payout | ReceiptOperation::PayoutReturn)) => {
            Err(CheckFault::UnsupportedOperation { operation })
        }
        _ => Ok(()),
    }
}

pub(super) fn check_total(total: Kopecks) -> Result<(), CheckFault> {
    let in_range = total >= Kopecks::new(1) && total <= MAX_TOTAL;
    if in_range { Ok(()) } else { Err(CheckFault::TotalOutOfRange) }
}

pub(super) fn check_time(issued_at: NaiveDateTime, now: DateTime<Utc>, rules: &CheckRules) -> Result<(), CheckFault> {
    // Local times are compared: since 2016 Moscow has had one offset, and what is older is refused anyway.
    let now = moscow_local(now);
    if issued_at - now > TimeDelta::minutes(CLOCK_TOLERANCE_MINUTES.into()) {
        return Err(CheckFault::InTheFuture);
    }
    let days = (now.date() - issued_at.date()).num_days();
    let limit = rules.max_age_days.filter(|limit| days > i64::from(*limit));
    if limit.is_some() || issued_at.year() < FIRST_YEAR {
        return Err(CheckFault::TooOld { days, limit });
    }
    Ok(())
}

/// What Moscow's clocks show. At the very ends of the calendar, where a broken clock can be, chrono would panic.
fn moscow_local(now: DateTime<Utc>) -> NaiveDateTime {
    let utc = now.naive_utc();
    let offset = MOSCOW.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc)
}
