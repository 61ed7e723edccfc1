//! Whether the programme can take a receipt now, to the second and to the kopeck.

use super::*;

fn sale_at(issued_at: NaiveDateTime) -> FiscalReceipt {
    receipt("1", 2, 3, 100, issued_at, Some(ReceiptOperation::Sale))
}

#[test]
fn a_tills_clock_may_be_five_minutes_ahead() {
    let now = utc("2026-03-14T12:00:00Z");
    let rules = CheckRules::default();
    assert_eq!(check(&sale_at(at(2026, 3, 14, 15, 5, 0)), now, &rules), Ok(()));
    assert_eq!(check(&sale_at(at(2026, 3, 14, 15, 5, 1)), now, &rules), Err(CheckFault::InTheFuture));
}

#[test]
fn age_is_counted_in_days_of_moscow() {
    // 00:30 of the 15th in Moscow.
    let now = utc("2026-03-14T21:30:00Z");
    let rules = CheckRules { max_age_days: Some(30) };
    assert_eq!(check(&sale_at(at(2026, 2, 13, 0, 0, 0)), now, &rules), Ok(()));
    let old = check(&sale_at(at(2026, 2, 12, 23, 59, 59)), now, &rules);
    assert_eq!(old, Err(CheckFault::TooOld { days: 31, limit: Some(30) }));
    assert_eq!(check(&sale_at(at(2016, 1, 1, 0, 0, 0)), now, &CheckRules::default()), Ok(()));
    let older = check(&sale_at(at(2015, 12, 31, 23, 59, 59)), now, &CheckRules::default());
    assert!(matches!(older, Err(CheckFault::TooOld { limit: None, .. })));
}

#[test]
fn only_purchases_and_their_returns_of_a_real_sum_are_taken() {
    let now = utc("2026-03-14T12:00:00Z");
    let rules = CheckRules::default();
    let of = |operation, kopecks| {
        check(&receipt("1", 2, 3, kopecks, at(2026, 3, 14, 12, 0, 0), operation), now, &rules).map_err(|f| f.code())
    };
    assert_eq!(of(None, 1), Ok(()));
    assert_eq!(of(Some(ReceiptOperation::SaleReturn), MAX_TOTAL.get()), Ok(()));
    assert_eq!(of(Some(ReceiptOperation::Payout), 1), Err("unsupported_operation"));
    assert_eq!(of(Some(ReceiptOperation::PayoutReturn), 1), Err("unsupported_operation"));
    assert_eq!(of(Some(ReceiptOperation::Sale), 0), Err("total_out_of_range"));
    assert_eq!(of(Some(ReceiptOperation::Sale), MAX_TOTAL.get() + 1), Err("total_out_of_range"));
}

#[test]
fn checking_at_the_ends_of_the_calendar_does_not_panic() {
    for (now, first) in [(DateTime::<Utc>::MIN_UTC, "in_the_future"), (DateTime::<Utc>::MAX_UTC, "too_old")] {
        for text in ["00000101T0000", "99991231T235959"] {
            let receipt = parse(&with("t", text)).unwrap();
            let fault = check(&receipt, now, &CheckRules { max_age_days: Some(36_600) }).unwrap_err();
            assert_eq!(fault.code(), first);
        }
    }
}

#[test]
fn a_total_of_more_than_40_bits_of_kopecks_is_taken() {
    let now = utc("2026-03-14T12:00:00Z");
    let large = receipt("1", 2, 3, 1 << 40, at(2026, 3, 14, 12, 0, 0), Some(ReceiptOperation::Sale));
    assert_eq!(large.total.get(), 1_099_511_627_776);
    assert_eq!(check(&large, now, &CheckRules::default()), Ok(()));
}

#[test]
fn a_receipt_of_29_february_is_as_old_as_the_calendar_says() {
    let now = utc("2024-03-30T12:00:00Z");
    let rules = CheckRules { max_age_days: Some(30) };
    assert_eq!(check(&sale_at(at(2024, 2, 29, 0, 0, 0)), now, &rules), Ok(()));
    let old = check(&sale_at(at(2024, 2, 28, 23, 59, 0)), now, &rules);
    assert_eq!(old, Err(CheckFault::TooOld { days: 31, limit: Some(30) }));
}

#[test]
fn the_new_year_begins_at_midnight_in_moscow() {
    // 00:02 of 1 January in Moscow.
    let now = utc("2025-12-31T21:02:00Z");
    assert_eq!(check(&sale_at(at(2026, 1, 1, 0, 7, 0)), now, &CheckRules::default()), Ok(()));
    let rules = CheckRules { max_age_days: Some(0) };
    let yesterday = check(&sale_at(at(2025, 12, 31, 23, 59, 59)), now, &rules);
    assert_eq!(yesterday, Err(CheckFault::TooOld { days: 1, limit: Some(0) }));
}

#[test]
fn the_fault_that_no_waiting_mends_comes_first() {
    let now = utc("2026-03-14T12:00:00Z");
    let receipt = receipt("1", 2, 3, 0, at(2027, 1, 1, 0, 0, 0), Some(ReceiptOperation::Payout));
    let first = check(&receipt, now, &CheckRules::default());
    assert_eq!(first, Err(CheckFault::UnsupportedOperation { operation: ReceiptOperation::Payout }));
}
