//! The SQL of appeals and of their photographs.

use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{
    Appeal, AppealReason, AppealState,
    rule::LastAppeal,
    wire::{AppealPart, AppealRequest, AppealedReceipt, PART_BYTES, PhotographAnnounced},
};
use crate::{
    explanation::Explanation,
    fiscal::DriveNumber,
    ids::{AppealId, MemberId, ReceiptId},
    money::Kopecks,
    storage::StorageError,
    time::{from_millis, in_moscow, to_millis},
};

/// The subject of all entries of one appeal: order holds within it.
pub fn subject(appeal_id: &AppealId) -> String {
    format!("appeal:{}", appeal_id.as_str())
}

/// A key for an entry that follows from an appeal: its id is as random as a key, and the same again is the same intent.
pub fn derived_key(of: &[&str]) -> String {
    let sum = digest(&SHA256, of.join("/").as_bytes());
    sum.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes an appeal that waits in the queue.
pub fn insert(tx: &Transaction<'_>, member: &MemberId, request: &AppealRequest) -> Result<(), StorageError> {
    let AppealRequest { appeal_id, receipt, trace_id, comment, requested_at, .. } = request;
    upsert(tx, member, (appeal_id, receipt), (trace_id.as_deref(), comment, *requested_at))?;
    Ok(())
}

pub fn upsert(
    tx: &Transaction<'_>,
    member: &MemberId,
    (appeal_id, receipt): (&AppealId, &AppealedReceipt),
    (trace_id, comment, requested_at): (Option<&str>, &str, DateTime<Utc>),
) -> Result<usize, StorageError> {
    let inserted = tx
        .prepare_cached(
            "INSERT INTO appeals (member_id, appeal_id, receipt_id, drive_number, document_number, fiscal_sign,
             total_kopecks, issued_at, trace_id, comment, requested_at, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            member.as_str(),
            appeal_id.as_str(),
            receipt.receipt_id.as_ref().map(ReceiptId::as_str),
            receipt.drive_number.as_ref().map(DriveNumber::as_str),
            receipt.document_number,
            receipt.fiscal_sign,
            receipt.total_kopecks.get(),
            receipt.issued_at.timestamp_millis(),
            trace_id,
            comment,
            to_millis(requested_at),
            AppealState::Waiting.code(),
        ])?;
    Ok(inserted)
}

/// Keeps the photographs of an appeal until the gallery has them.
pub fn insert_photographs(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
    photographs: &[Vec<u8>],
) -> Result<(), StorageError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO appeal_photographs (member_id, appeal_id, number, jpeg) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (number, jpeg) in (0_u32..).zip(photographs) {
        insert.execute((member.as_str(), appeal_id.as_str(), number, jpeg))?;
    }
    Ok(())
}

/// What is to be asked for an appeal that waits.
pub fn request(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
) -> Result<Option<AppealRequest>, StorageError> {
    let mut found = requests(tx, "a.member_id = ?1 AND a.appeal_id = ?2", (member.as_str(), appeal_id.as_str()))?;
    Ok(found.pop().map(|(_, request)| request))
}

/// The appeals that are shown as on their way though the queue has no entry for them.
pub fn orphans(tx: &Transaction<'_>) -> Result<Vec<(MemberId, AppealRequest)>, StorageError> {
    let are_orphaned = "a.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM outbox o
         WHERE o.member_id = a.member_id AND o.subject = 'appeal:' || a.appeal_id)";
    requests(tx, are_orphaned, ())
}

fn requests(
    tx: &Transaction<'_>,
    which: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<(MemberId, AppealRequest)>, StorageError> {
    let sql = format!(
        "SELECT a.receipt_id, a.drive_number, a.document_number, a.fiscal_sign, a.total_kopecks, a.issued_at,
         a.member_id, a.appeal_id, a.trace_id, a.comment, a.requested_at FROM appeals a WHERE {which}"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let found = statement.query_map(parameters, |row| {
        let request = AppealRequest {
            receipt: appealed(row)?,
            appeal_id: AppealId::new(row.get::<_, String>(7)?),
            trace_id: row.get(8)?,
            comment: row.get(9)?,
            photographs: Vec::new(),
            requested_at: from_millis(row.get(10)?),
        };
        Ok((MemberId::new(row.get::<_, String>(6)?), request))
    })?;
    let mut requests: Vec<(MemberId, AppealRequest)> = found.collect::<Result<_, _>>()?;
    for (member, request) in &mut requests {
        request.photographs = announced(tx, member, &request.appeal_id)?;
    }
    Ok(requests)
}

fn announced(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
) -> Result<Vec<PhotographAnnounced>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT jpeg FROM appeal_photographs WHERE member_id = ?1 AND appeal_id = ?2 ORDER BY number",
    )?;
    let photographs = statement.query_map((member.as_str(), appeal_id.as_str()), |row| {
        Ok(PhotographAnnounced::of(&row.get::<_, Vec<u8>>(0)?))
    })?;
    Ok(photographs.collect::<Result<_, _>>()?)
}

/// The gallery has it; what it says of it may have come before this.
pub fn store_open(tx: &Transaction<'_>, member: &MemberId, appeal_id: &AppealId) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE appeals SET state = 'open', reason = NULL WHERE member_id = ?1 AND appeal_id = ?2 AND state = 'waiting'",
    )?
    .execute((member.as_str(), appeal_id.as_str()))?;
    Ok(())
}

/// The gallery has not taken it. The reason's code stays as it came.
pub fn store_refusal(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
    reason: &str,
) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE appeals SET state = 'refused', reason = ?3 WHERE member_id = ?1 AND appeal_id = ?2")?
        .execute((member.as_str(), appeal_id.as_str(), reason))?;
    drop_photographs(tx, member, appeal_id)
}

/// Takes an appeal back that never reached the gallery.
pub fn remove(tx: &Transaction<'_>, member: &MemberId, appeal_id: &AppealId) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM appeals WHERE member_id = ?1 AND appeal_id = ?2")?
        .execute((member.as_str(), appeal_id.as_str()))?;
    drop_photographs(tx, member, appeal_id)
}

/// The next part of a photograph that the gallery does not have, of an appeal that it has.
pub fn next_part(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
) -> Result<Option<AppealPart>, StorageError> {
    let next = tx
        .prepare_cached(
            "SELECT number, parts_sent FROM appeal_photographs WHERE member_id = ?1 AND appeal_id = ?2
             ORDER BY number LIMIT 1",
        )?
        .query_row((member.as_str(), appeal_id.as_str()), |row| {
            Ok(AppealPart { appeal_id: appeal_id.clone(), photograph: row.get(0)?, part: row.get(1)? })
        })
        .optional()?;
    Ok(next)
}

/// The appeals whose photographs are on their way though the queue has no entry for them.
pub fn orphaned_parts(tx: &Transaction<'_>) -> Result<Vec<(MemberId, AppealPart)>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT p.member_id, p.appeal_id FROM appeal_photographs p
         JOIN appeals a ON a.member_id = p.member_id AND a.appeal_id = p.appeal_id
         WHERE a.state = 'open' AND NOT EXISTS (SELECT 1 FROM outbox o
         WHERE o.member_id = p.member_id AND o.subject = 'appeal:' || p.appeal_id)",
    )?;
    let named = statement
        .query_map([], |row| Ok((MemberId::new(row.get::<_, String>(0)?), AppealId::new(row.get::<_, String>(1)?))))?;
    let named: Vec<_> = named.collect::<Result<_, _>>()?;
    let mut orphans = Vec::new();
    for (member, appeal_id) in named {
        let part = next_part(tx, &member, &appeal_id)?;
        orphans.extend(part.map(|part| (member, part)));
    }
    Ok(orphans)
}

/// The bytes of a part; `None` where the photograph is gone.
pub fn part(tx: &Transaction<'_>, member: &MemberId, part: &AppealPart) -> Result<Option<Vec<u8>>, StorageError> {
    let from = u64::from(part.part) * PART_BYTES as u64 + 1;
    let bytes: Option<Vec<u8>> = tx
        .prepare_cached(
            "SELECT substr(jpeg, ?4, ?5) FROM appeal_photographs
             WHERE member_id = ?1 AND appeal_id = ?2 AND number = ?3",
        )?
        .query_row(
            params![
                member.as_str(),
                part.appeal_id.as_str(),
                part.photograph,
                i64::try_from(from).unwrap_or(i64::MAX),
                PART_BYTES as i64
            ],
            |row| row.get(0),
        )
        .optional()?;
    Ok(bytes.filter(|bytes| !bytes.is_empty()))
}

/// The gallery has a part; with the last one the photograph need not be kept.
pub fn part_sent(tx: &Transaction<'_>, member: &MemberId, part: &AppealPart) -> Result<(), StorageError> {
    let (member, appeal_id) = (member.as_str(), part.appeal_id.as_str());
    tx.prepare_cached(
        "UPDATE appeal_photographs SET parts_sent = ?4
         WHERE member_id = ?1 AND appeal_id = ?2 AND number = ?3 AND parts_sent < ?4",
    )?
    .execute((member, appeal_id, part.photograph, part.part.saturating_add(1)))?;
    tx.prepare_cached(
        "DELETE FROM appeal_photographs
         WHERE member_id = ?1 AND appeal_id = ?2 AND number = ?3 AND parts_sent * ?4 >= length(jpeg)",
    )?
    .execute((member, appeal_id, part.photograph, PART_BYTES as i64))?;
    Ok(())
}

/// The photographs that are left are to be sent from their beginning, numbered from 0.
pub fn number_photographs_anew(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
) -> Result<(), StorageError> {
    let sql = "SELECT photograph_id FROM appeal_photographs WHERE member_id = ?1 AND appeal_id = ?2 ORDER BY number";
    let mut statement = tx.prepare_cached(sql)?;
    let left = statement.query_map((member.as_str(), appeal_id.as_str()), |row| row.get(0))?;
    let left: Vec<i64> = left.collect::<Result<_, _>>()?;
    let mut update =
        tx.prepare_cached("UPDATE appeal_photographs SET number = ?2, parts_sent = 0 WHERE photograph_id = ?1")?;
    // In their order: none takes a number that a later one still has.
    for (number, photograph_id) in (0_u32..).zip(left) {
        update.execute((photograph_id, number))?;
    }
    Ok(())
}

/// Gives one photograph up.
pub fn drop_photograph(tx: &Transaction<'_>, member: &MemberId, part: &AppealPart) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM appeal_photographs WHERE member_id = ?1 AND appeal_id = ?2 AND number = ?3")?
        .execute((member.as_str(), part.appeal_id.as_str(), part.photograph))?;
    Ok(())
}

/// Gives up the photographs that the gallery does not have.
pub fn drop_photographs(tx: &Transaction<'_>, member: &MemberId, appeal_id: &AppealId) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM appeal_photographs WHERE member_id = ?1 AND appeal_id = ?2")?
        .execute((member.as_str(), appeal_id.as_str()))?;
    Ok(())
}

/// Whether an entry of the kind is queued for an appeal.
pub fn is_queued(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
    kind: &str,
) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE member_id = ?1 AND subject = ?2 AND kind = ?3)";
    Ok(tx.prepare_cached(sql)?.query_row((member.as_str(), subject(appeal_id), kind), |row| row.get(0))?)
}

/// Ends the entries of the kind for an appeal.
pub fn unqueue(
    tx: &Transaction<'_>,
    member: &MemberId,
    appeal_id: &AppealId,
    kind: &str,
) -> Result<usize, StorageError> {
    let sql = "DELETE FROM outbox WHERE member_id = ?1 AND subject = ?2 AND kind = ?3";
    Ok(tx.prepare_cached(sql)?.execute((member.as_str(), subject(appeal_id), kind))?)
}

const SELECT: &str = "SELECT a.appeal_id, (SELECT r.local_id FROM receipts r WHERE r.member_id = a.member_id
    AND (r.receipt_id = a.receipt_id OR r.drive_number = a.drive_number AND r.document_number = a.document_number
    AND r.fiscal_sign = a.fiscal_sign) LIMIT 1), a.total_kopecks, a.issued_at, a.comment, a.requested_at, a.state,
    a.reason, a.answer, a.answered_at, (SELECT count(*) FROM appeal_photographs p WHERE p.member_id = a.member_id
    AND p.appeal_id = a.appeal_id), (SELECT o.wedged_reason FROM outbox o WHERE o.member_id = a.member_id
    AND o.subject = 'appeal:' || a.appeal_id ORDER BY o.entry_id LIMIT 1) FROM appeals a";

/// A member's appeals, the newest first.
pub fn list(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<Appeal>, StorageError> {
    let sql = format!("{SELECT} WHERE a.member_id = ?1 ORDER BY a.requested_at DESC, a.appeal_id");
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map([member.as_str()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
pub fn get(tx: &Transaction<'_>, member: &MemberId, appeal_id: &AppealId) -> Result<Option<Appeal>, StorageError> {
    let sql = format!("{SELECT} WHERE a.member_id = ?1 AND a.appeal_id = ?2");
    Ok(tx.prepare_cached(&sql)?.query_row((member.as_str(), appeal_id.as_str()), read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Appeal> {
    Ok(Appeal {
        appeal_id: AppealId::new(row.get::<_, String>(0)?),
        local_id: row.get(1)?,
        total: Kopecks::new(row.get(2)?),
        issued_at: from_millis(row.get(3)?),
        comment: row.get(4)?,
        requested_at: from_millis(row.get(5)?),
        state: AppealState::of_code(&row.get::<_, String>(6)?),
        reason: row.get::<_, Option<String>>(7)?.as_deref().map(AppealReason::of_code),
        answer: row.get(8)?,
        answered_at: row.get::<_, Option<i64>>(9)?.map(from_millis),
        photographs_waiting: row.get(10)?,
        wedged_reason: row.get(11)?,
        explanation: Explanation::default(),
    })
}

/// The last appeal about a receipt.
pub fn last_of(
    tx: &Transaction<'_>,
    member: &MemberId,
    receipt: &AppealedReceipt,
) -> Result<Option<LastAppeal>, StorageError> {
    let last = tx
        .prepare_cached(
            "SELECT state, answered_at FROM appeals WHERE member_id = ?1
             AND (receipt_id = ?2 OR drive_number = ?3 AND document_number = ?4 AND fiscal_sign = ?5)
             ORDER BY requested_at DESC LIMIT 1",
        )?
        .query_row(
            params![
                member.as_str(),
                receipt.receipt_id.as_ref().map(ReceiptId::as_str),
                receipt.drive_number.as_ref().map(DriveNumber::as_str),
                receipt.document_number,
                receipt.fiscal_sign,
            ],
            |row| {
                Ok(LastAppeal {
                    state: AppealState::of_code(&row.get::<_, String>(0)?),
                    answered_at: row.get::<_, Option<i64>>(1)?.map(from_millis),
                })
            },
        )
        .optional()?;
    Ok(last)
}

fn appealed(row: &Row<'_>) -> rusqlite::Result<AppealedReceipt> {
    Ok(AppealedReceipt {
        receipt_id: row.get::<_, Option<String>>(0)?.map(ReceiptId::new),
        drive_number: row.get::<_, Option<String>>(1)?.and_then(|number| DriveNumber::new(number).ok()),
        document_number: row.get(2)?,
        fiscal_sign: row.get(3)?,
        total_kopecks: Kopecks::new(row.get(4)?),
        issued_at: in_moscow(from_millis(row.get(5)?)).fixed_offset(),
    })
}
