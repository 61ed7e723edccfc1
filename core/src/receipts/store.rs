//! The receipts' SQL.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::{
    Receipt, ReceiptReason, ReceiptSource, ReceiptState, changes, positions,
    search::searchable,
    wire::{ReceiptAnswer, RegisterReceipt},
};
use crate::{
    appeals::AppealState,
    explanation::Explanation,
    fiscal::{DriveNumber, FiscalIdentity, ReceiptOperation},
    ids::{MemberId, ReceiptId},
    money::Kopecks,
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// The columns that [`read`] reads.
pub const SELECT: &str =
    "SELECT r.local_id, r.receipt_id, r.drive_number, r.document_number, r.fiscal_sign, r.operation,
    r.total_kopecks, r.issued_at, r.source, r.state, r.reason, r.next_check_at, r.captured_at, r.decided_at, r.shop,
    r.category, r.returned_kopecks, r.return_of, r.rules_version,
    (SELECT wedged_reason FROM outbox o WHERE o.member_id = r.member_id AND o.kind = 'receipt'
     AND o.subject = 'receipt:' || r.drive_number || ':' || r.document_number || ':' || r.fiscal_sign), r.member_id,
    r.counted_kopecks, EXISTS (SELECT 1 FROM receipt_changes c
    WHERE c.local_id = r.local_id AND c.step = 'sent' AND c.reason = 'already_counted'), r.month,
    (SELECT a.state FROM appeals a WHERE a.member_id = r.member_id AND (a.receipt_id = r.receipt_id
     OR a.drive_number = r.drive_number AND a.document_number = r.document_number AND a.fiscal_sign = r.fiscal_sign)
     ORDER BY a.requested_at DESC LIMIT 1) FROM receipts r";
/// A receipt that the gallery has never had, without an entry that would bring it there.
const ORPHANED: &str = "r.receipt_id IS NULL AND r.state = 'captured' AND NOT EXISTS (SELECT 1 FROM outbox o
    WHERE o.member_id = r.member_id AND o.kind = 'receipt'
    AND o.subject = 'receipt:' || r.drive_number || ':' || r.document_number || ':' || r.fiscal_sign)";

/// The kind of a receipt's entry in the queue.
pub const KIND: &str = "receipt";

/// The subject of a receipt's entry in the queue.
pub fn subject(identity: &FiscalIdentity) -> String {
    format!("receipt:{identity}")
}

/// Writes a captured receipt, which will be sent under `key`.
pub fn insert_captured(
    tx: &Transaction<'_>,
    member: &MemberId,
    receipt: &RegisterReceipt,
    key: &str,
) -> Result<i64, StorageError> {
    tx.prepare_cached(
        "INSERT INTO receipts (member_id, drive_number, document_number, fiscal_sign, operation, total_kopecks,
         issued_at, source, state, captured_at, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        member.as_str(),
        receipt.drive_number.as_str(),
        receipt.document_number,
        receipt.fiscal_sign,
        receipt.operation.map(ReceiptOperation::name),
        receipt.total_kopecks.get(),
        receipt.issued_at.timestamp_millis(),
        receipt.source.code(),
        ReceiptState::Captured.code(),
        to_millis(receipt.captured_at),
        searchable(None, &[], receipt.total_kopecks, Some(receipt.document_number)),
    ))?;
    let local_id = tx.last_insert_rowid();
    changes::captured(tx, local_id, key, receipt.captured_at)?;
    Ok(local_id)
}

/// Removes a captured receipt that the gallery has never had.
pub fn remove_captured(tx: &Transaction<'_>, member: &MemberId, identity: &FiscalIdentity) -> Result<(), StorageError> {
    tx.prepare_cached(
        "DELETE FROM receipts WHERE member_id = ?1 AND drive_number = ?2 AND document_number = ?3 AND fiscal_sign = ?4
         AND receipt_id IS NULL",
    )?
    .execute((member.as_str(), identity.drive_number.as_str(), identity.document_number, identity.fiscal_sign))?;
    Ok(())
}

/// The member's receipt of this identity.
pub fn find(
    tx: &Transaction<'_>,
    member: &MemberId,
    identity: &FiscalIdentity,
) -> Result<Option<Receipt>, StorageError> {
    let sql = format!(
        "{SELECT} WHERE r.member_id = ?1 AND r.drive_number = ?2 AND r.document_number = ?3 AND r.fiscal_sign = ?4"
    );
    let key = (member.as_str(), identity.drive_number.as_str(), identity.document_number, identity.fiscal_sign);
    Ok(tx.prepare_cached(&sql)?.query_row(key, read).optional()?)
}

/// The captured receipts, of all members, that no entry would bring to the gallery.
pub fn orphans(tx: &Transaction<'_>) -> Result<Vec<(MemberId, Receipt)>, StorageError> {
    let sql = format!("{SELECT} WHERE {ORPHANED} ORDER BY r.local_id");
    let mut statement = tx.prepare(&sql)?;
    let rows = statement.query_map([], |row| Ok((MemberId::new(row.get::<_, String>(20)?), read(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether no entry would bring this receipt to the gallery, which has never had it.
pub fn is_orphaned(tx: &Transaction<'_>, local_id: i64) -> Result<bool, StorageError> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM receipts r WHERE r.local_id = ?1 AND {ORPHANED})");
    Ok(tx.prepare_cached(&sql)?.query_row([local_id], |row| row.get(0))?)
}

/// The member's receipt of this phone's number.
pub fn get(tx: &Transaction<'_>, member: &MemberId, local_id: i64) -> Result<Option<Receipt>, StorageError> {
    let sql = format!("{SELECT} WHERE r.member_id = ?1 AND r.local_id = ?2");
    Ok(tx.prepare_cached(&sql)?.query_row((member.as_str(), local_id), read).optional()?)
}

/// The returns of the member that were linked to this purchase.
pub fn returns_of(tx: &Transaction<'_>, member: &MemberId, purchase: &ReceiptId) -> Result<Vec<Receipt>, StorageError> {
    let sql = format!("{SELECT} WHERE r.member_id = ?1 AND r.return_of = ?2 AND r.state = 'credited'");
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map((member.as_str(), purchase.as_str()), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The member's receipts, the newest first, after the one whose place `after` names.
pub fn page(
    tx: &Transaction<'_>,
    member: &MemberId,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u32,
) -> Result<Vec<Receipt>, StorageError> {
    let sql = format!(
        "{SELECT} WHERE r.member_id = ?1 AND (r.issued_at, r.local_id) < (?2, ?3)
         ORDER BY r.issued_at DESC, r.local_id DESC LIMIT ?4"
    );
    let (at, local_id) = after.map_or((i64::MAX, i64::MAX), |(at, local_id)| (to_millis(at), local_id));
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map((member.as_str(), at, local_id, limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores the answer to registering a receipt, unless the feed has told of it meanwhile: the feed is newer.
/// `is_known_before`: the gallery had it, from reception or from another phone.
pub fn store_first_answer(
    tx: &Transaction<'_>,
    member: &MemberId,
    answer: &ReceiptAnswer,
    is_known_before: bool,
) -> Result<(), StorageError> {
    let known = match answer.identity() {
        Some(identity) => find(tx, member, &identity)?,
        None => None,
    };
    if known.is_some_and(|receipt| receipt.receipt_id.as_ref() == Some(&answer.receipt_id)) {
        return Ok(());
    }
    let known_before = is_known_before.then_some(ReceiptReason::AlreadyCounted);
    store_answer(tx, member, answer, known_before)
}

/// Stores what the gallery knows of a receipt: into the captured one's row where there is one, into a new one
/// otherwise. An entry that was sent of it has arrived, or found that it was `known_before`.
fn store_answer(
    tx: &Transaction<'_>,
    member: &MemberId,
    answer: &ReceiptAnswer,
    known_before: Option<ReceiptReason>,
) -> Result<(), StorageError> {
    let identity = answer.identity();
    let local_id = match the_one_row(tx, member, answer, identity.as_ref())? {
        Some(local_id) => local_id,
        None => {
            tx.prepare_cached(
                "INSERT INTO receipts (member_id, total_kopecks, issued_at, source, state, captured_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                member.as_str(),
                answer.total_kopecks.get(),
                answer.issued_at.timestamp_millis(),
                &answer.source,
                &answer.state,
                to_millis(answer.registered_at),
            ))?;
            tx.last_insert_rowid()
        }
    };
    // An answer that does not repeat the requisites must not take them from the row: they find duplicates.
    tx.prepare_cached(
        "UPDATE receipts SET receipt_id = ?2, drive_number = coalesce(?3, drive_number),
         document_number = coalesce(?4, document_number), fiscal_sign = coalesce(?5, fiscal_sign), operation = ?6,
         total_kopecks = ?7, issued_at = ?8, source = ?9, state = ?10, reason = ?11, next_check_at = ?12, decided_at = ?13,
         shop = ?14, category = ?15, returned_kopecks = ?16, return_of = ?17, rules_version = ?18, counted_kopecks = ?19,
         search = ?20 WHERE local_id = ?1",
    )?
    .execute(rusqlite::params![
        local_id,
        answer.receipt_id.as_str(),
        identity.as_ref().map(|identity| identity.drive_number.as_str()),
        identity.as_ref().map(|identity| identity.document_number),
        identity.as_ref().map(|identity| identity.fiscal_sign),
        answer.operation,
        answer.total_kopecks.get(),
        answer.issued_at.timestamp_millis(),
        answer.source,
        answer.state,
        answer.reason,
        answer.next_check_at.map(to_millis),
        answer.decided_at.map(to_millis),
        answer.shop,
        answer.category,
        answer.returned_kopecks.get(),
        answer.of.as_ref().map(ReceiptId::as_str),
        answer.rules_version,
        answer.counted().get(),
        searchable(
            answer.shop.as_deref(),
            &answer.positions,
            answer.total_kopecks,
            identity.as_ref().map(|identity| identity.document_number),
        ),
    ])?;
    positions::replace(tx, local_id, &answer.positions)?;
    if let Some(identity) = &identity {
        changes::sent(tx, member, (local_id, identity), known_before)?;
    }
    changes::told(tx, local_id, &answer.told())
}

/// What the feed says of a receipt. The gallery has it then: an entry that still wants to register it is done.
pub fn store_from_feed(tx: &Transaction<'_>, member: &MemberId, answer: &ReceiptAnswer) -> Result<(), StorageError> {
    store_answer(tx, member, answer, None)?;
    if let Some(identity) = answer.identity() {
        tx.prepare_cached("DELETE FROM outbox WHERE member_id = ?1 AND kind = ?2 AND subject = ?3")?.execute((
            member.as_str(),
            KIND,
            subject(&identity),
        ))?;
    }
    Ok(())
}

pub fn remove(tx: &Transaction<'_>, local_id: i64) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM receipts WHERE local_id = ?1")?.execute([local_id])?;
    Ok(())
}

/// Whether the gallery still has to decide about a receipt of the member.
pub fn is_pending(tx: &Transaction<'_>, member: &MemberId) -> Result<bool, StorageError> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM receipts WHERE member_id = ?1 AND state = 'pending')")?
        .query_row([member.as_str()], |row| row.get(0))?)
}

/// The gallery answered "no" to registering it. The reason's code stays as it came.
pub fn store_refusal(
    tx: &Transaction<'_>,
    member: &MemberId,
    identity: &FiscalIdentity,
    (reason, rules_version): (&str, Option<u32>),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    if let Some(receipt) = find(tx, member, identity)? {
        changes::sent(tx, member, (receipt.local_id, identity), None)?;
        changes::refused(tx, receipt.local_id, (reason, rules_version), now)?;
    }
    tx.prepare_cached(
        "UPDATE receipts SET state = ?5, reason = ?6, decided_at = ?7, rules_version = ?8
         WHERE member_id = ?1 AND drive_number = ?2 AND document_number = ?3 AND fiscal_sign = ?4",
    )?
    .execute((
        member.as_str(),
        identity.drive_number.as_str(),
        identity.document_number,
        identity.fiscal_sign,
        ReceiptState::Rejected.code(),
        reason,
        to_millis(now),
        rules_version,
    ))?;
    Ok(())
}

/// The row of this receipt. Reception may have registered it without its requisites before the member scanned it:
/// then there are two, and the scanned one stays. A gallery that gives one id to two receipts takes neither away: the
/// id is that of the one it was last given to.
fn the_one_row(
    tx: &Transaction<'_>,
    member: &MemberId,
    answer: &ReceiptAnswer,
    identity: Option<&FiscalIdentity>,
) -> Result<Option<i64>, StorageError> {
    let by_id = by_receipt_id(tx, member, &answer.receipt_id)?;
    let by_identity = match identity {
        Some(identity) => find(tx, member, identity)?.map(|receipt| receipt.local_id),
        None => None,
    };
    let Some(named) = by_id else { return Ok(by_identity) };
    if by_identity == Some(named.local_id) {
        return Ok(by_identity);
    }
    match (&named.identity, identity) {
        (Some(own), Some(identity)) if own != identity => {
            tx.prepare_cached("UPDATE receipts SET receipt_id = NULL WHERE local_id = ?1")?
                .execute([named.local_id])?;
            Ok(by_identity)
        }
        _ => {
            if by_identity.is_some() {
                remove(tx, named.local_id)?;
            }
            Ok(by_identity.or(Some(named.local_id)))
        }
    }
}

fn by_receipt_id(
    tx: &Transaction<'_>,
    member: &MemberId,
    receipt_id: &ReceiptId,
) -> Result<Option<Receipt>, StorageError> {
    let sql = format!("{SELECT} WHERE r.member_id = ?1 AND r.receipt_id = ?2");
    Ok(tx.prepare_cached(&sql)?.query_row((member.as_str(), receipt_id.as_str()), read).optional()?)
}

/// Reads a row of [`SELECT`].
pub fn read(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    let drive_number: Option<String> = row.get(2)?;
    let identity = drive_number.and_then(|drive_number| {
        Some(FiscalIdentity {
            drive_number: DriveNumber::new(drive_number).ok()?,
            document_number: row.get(3).ok()?,
            fiscal_sign: row.get(4).ok()?,
        })
    });
    let instant = |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(from_millis));
    let code = |column: usize| row.get::<_, Option<String>>(column);
    Ok(Receipt {
        local_id: row.get(0)?,
        receipt_id: code(1)?.map(ReceiptId::new),
        identity,
        operation: code(5)?.as_deref().and_then(ReceiptOperation::from_name),
        total: Kopecks::new(row.get(6)?),
        issued_at: from_millis(row.get(7)?),
        source: ReceiptSource::of_code(&row.get::<_, String>(8)?),
        state: ReceiptState::of_code(&row.get::<_, String>(9)?),
        reason: code(10)?.as_deref().map(ReceiptReason::of_code),
        next_check_at: instant(11)?,
        captured_at: from_millis(row.get(12)?),
        decided_at: instant(13)?,
        shop: code(14)?,
        category: code(15)?,
        returned: Kopecks::new(row.get(16)?),
        return_of: code(17)?.map(ReceiptId::new),
        // SQLite takes any number here, and no look would find one that is too large.
        rules_version: row.get(18).unwrap_or_default(),
        wedged_reason: code(19)?,
        counted: Kopecks::new(row.get(21)?),
        is_known_before: row.get(22)?,
        appeal: code(24)?.as_deref().map(AppealState::of_code),
        explanation: Explanation::default(),
    })
}
