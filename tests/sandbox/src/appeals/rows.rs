use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Appeal, AppealedReceipt, NewAppeal, PhotographAnnounced};
use crate::problem::{Kind, Problem};
use crate::receipts::{self, Stored};
use crate::time::Instant;
use crate::words::AppealState;

const SELECT: &str =
    "SELECT appeal_id, receipt_id, drive_number, document_number, fiscal_sign, total_kopecks, issued_at,
    comment, requested_at, state, answer, answered_at, (SELECT count(*) FROM appeal_photograph p
    WHERE p.appeal_id = appeal.appeal_id AND p.parts = (SELECT count(*) FROM appeal_part
    WHERE appeal_part.appeal_id = p.appeal_id AND photograph = p.number)), member_id, trace_id FROM appeal";

/// An appeal with whose it is and the id that both sides' logs have.
pub(crate) struct Owned {
    pub(crate) member_id: String,
    pub(crate) trace_id: Option<String>,
    pub(crate) appeal: Appeal,
}

pub(super) fn insert(tx: &Transaction<'_>, member_id: &str, new: &NewAppeal, now: i64) -> Result<(), Problem> {
    let receipt = &new.receipt;
    tx.execute(
        "INSERT INTO appeal (appeal_id, member_id, receipt_id, drive_number, document_number, fiscal_sign, total_kopecks,
         issued_at, trace_id, comment, requested_at, opened_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            new.appeal_id,
            member_id,
            receipt.receipt_id,
            receipt.drive_number,
            receipt.document_number,
            receipt.fiscal_sign,
            receipt.total_kopecks,
            receipt.issued_at,
            new.trace_id,
            new.comment,
            new.requested_at,
            now,
            AppealState::Open,
        ],
    )?;
    for (number, photograph) in (0_u32..).zip(&new.photographs) {
        tx.execute(
            "INSERT INTO appeal_photograph (appeal_id, member_id, number, size, sha256, parts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                new.appeal_id,
                member_id,
                number,
                i64::try_from(photograph.size).unwrap_or(i64::MAX),
                photograph.sha256,
                photograph.parts
            ],
        )?;
    }
    Ok(())
}

/// Whose appeal this is.
pub(super) fn owner(tx: &Transaction<'_>, appeal_id: &str) -> Result<Option<String>, Problem> {
    Ok(find(tx, appeal_id)?.map(|owned| owned.member_id))
}

fn find(tx: &Transaction<'_>, appeal_id: &str) -> Result<Option<Owned>, Problem> {
    Ok(tx.prepare_cached(&format!("{SELECT} WHERE appeal_id = ?1"))?.query_row([appeal_id], read).optional()?)
}

/// # Errors
/// `appeal-unknown`
pub(crate) fn load(tx: &Transaction<'_>, appeal_id: &str) -> Result<Owned, Problem> {
    find(tx, appeal_id)?.ok_or_else(|| Problem::new(Kind::AppealUnknown))
}

/// # Errors
/// `appeal-unknown`, also of one that is another member's.
pub(super) fn load_own(tx: &Transaction<'_>, member_id: &str, appeal_id: &str) -> Result<Appeal, Problem> {
    let owned = load(tx, appeal_id)?;
    if owned.member_id == member_id { Ok(owned.appeal) } else { Err(Problem::new(Kind::AppealUnknown)) }
}

pub(super) fn of_member(tx: &Transaction<'_>, member_id: &str) -> Result<Vec<Appeal>, Problem> {
    let mut statement =
        tx.prepare_cached(&format!("{SELECT} WHERE member_id = ?1 ORDER BY opened_at DESC, appeal_id"))?;
    let appeals = statement.query_map([member_id], |row| Ok(read(row)?.appeal))?;
    Ok(appeals.collect::<Result<_, _>>()?)
}

/// Everybody's, the newest first.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<Owned>, Problem> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY opened_at DESC, appeal_id"))?;
    let appeals = statement.query_map([], read)?;
    Ok(appeals.collect::<Result<_, _>>()?)
}

pub(crate) fn answer(
    tx: &Transaction<'_>,
    appeal_id: &str,
    (state, answer): (AppealState, &str),
    now: i64,
) -> Result<(), Problem> {
    tx.execute(
        "UPDATE appeal SET state = ?2, answer = ?3, answered_at = ?4 WHERE appeal_id = ?1",
        params![appeal_id, state, answer, now],
    )?;
    Ok(())
}

/// The member's receipt that an appeal is about, where the gallery has it.
pub(crate) fn receipt_of(
    tx: &Transaction<'_>,
    member_id: &str,
    appealed: &AppealedReceipt,
) -> Result<Option<Stored>, Problem> {
    let receipt_id: Option<String> = tx
        .prepare_cached(
            "SELECT receipt_id FROM receipt WHERE member_id = ?1
             AND (receipt_id = ?2 OR drive_number = ?3 AND document_number = ?4 AND fiscal_sign = ?5)",
        )?
        .query_row(
            params![
                member_id,
                appealed.receipt_id,
                appealed.drive_number,
                appealed.document_number,
                appealed.fiscal_sign
            ],
            |row| row.get(0),
        )
        .optional()?;
    receipt_id.map(|receipt_id| receipts::load(tx, &receipt_id)).transpose()
}

pub(crate) fn announced(
    tx: &Transaction<'_>,
    appeal_id: &str,
    number: u32,
) -> Result<Option<PhotographAnnounced>, Problem> {
    let announced = tx
        .prepare_cached("SELECT size, sha256, parts FROM appeal_photograph WHERE appeal_id = ?1 AND number = ?2")?
        .query_row(params![appeal_id, number], |row| {
            let size: i64 = row.get(0)?;
            Ok(PhotographAnnounced { size: size.unsigned_abs(), sha256: row.get(1)?, parts: row.get(2)? })
        })
        .optional()?;
    Ok(announced)
}

pub(super) fn keep_part(
    tx: &Transaction<'_>,
    appeal_id: &str,
    (photograph, part): (u32, u32),
    bytes: &[u8],
) -> Result<(), Problem> {
    tx.execute(
        "INSERT OR REPLACE INTO appeal_part (appeal_id, photograph, part, bytes) VALUES (?1, ?2, ?3, ?4)",
        params![appeal_id, photograph, part, bytes],
    )?;
    Ok(())
}

/// What has come of a photograph, in order.
pub(crate) fn parts(tx: &Transaction<'_>, appeal_id: &str, photograph: u32) -> Result<Vec<Vec<u8>>, Problem> {
    let mut statement =
        tx.prepare_cached("SELECT bytes FROM appeal_part WHERE appeal_id = ?1 AND photograph = ?2 ORDER BY part")?;
    let parts = statement.query_map(params![appeal_id, photograph], |row| row.get(0))?;
    Ok(parts.collect::<Result<_, _>>()?)
}

pub(super) fn drop_parts(tx: &Transaction<'_>, appeal_id: &str, photograph: u32) -> Result<(), Problem> {
    tx.execute("DELETE FROM appeal_part WHERE appeal_id = ?1 AND photograph = ?2", params![appeal_id, photograph])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Owned> {
    let receipt = AppealedReceipt {
        receipt_id: row.get(1)?,
        drive_number: row.get(2)?,
        document_number: row.get(3)?,
        fiscal_sign: row.get(4)?,
        total_kopecks: row.get(5)?,
        issued_at: row.get(6)?,
    };
    let appeal = Appeal {
        appeal_id: row.get(0)?,
        receipt,
        comment: row.get(7)?,
        requested_at: row.get(8)?,
        state: row.get(9)?,
        answer: row.get(10)?,
        answered_at: row.get::<_, Option<i64>>(11)?.map(Instant),
        photographs_received: row.get(12)?,
    };
    Ok(Owned { member_id: row.get(13)?, trace_id: row.get(14)?, appeal })
}
