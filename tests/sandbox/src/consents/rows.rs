use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{ConsentDecision, ConsentDocument};
use crate::problem::{Kind, Problem};
use crate::store::Json;
use crate::texts::Texts;
use crate::words::ConsentPurpose;

/// The present version of each document, in the order of the contract's words.
pub(crate) fn documents(tx: &Transaction<'_>) -> rusqlite::Result<Vec<ConsentDocument>> {
    let mut documents = tx
        .prepare_cached(
            "SELECT document FROM consent_document AS present
             WHERE version = (SELECT max(version) FROM consent_document WHERE purpose = present.purpose)",
        )?
        .query_map([], |row| Ok(row.get::<_, Json<ConsentDocument>>(0)?.0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    documents.sort_by_key(|document| ConsentPurpose::ALL.iter().position(|purpose| *purpose == document.purpose));
    Ok(documents)
}

/// # Errors
/// `not-found`.
pub(crate) fn document(tx: &Transaction<'_>, purpose: ConsentPurpose) -> Result<ConsentDocument, Problem> {
    documents(tx)?.into_iter().find(|document| document.purpose == purpose).ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Publishes the next version of a document.
pub(crate) fn publish(
    tx: &Transaction<'_>,
    purpose: ConsentPurpose,
    required: bool,
    title: Texts,
    text: Texts,
) -> rusqlite::Result<ConsentDocument> {
    let version = tx.query_row(
        "SELECT coalesce(max(version), 0) + 1 FROM consent_document WHERE purpose = ?1",
        [purpose],
        |row| row.get(0),
    )?;
    let document = ConsentDocument { purpose, version, required, title, text };
    tx.execute(
        "INSERT INTO consent_document (purpose, version, document) VALUES (?1, ?2, ?3)",
        params![purpose, version, Json(&document)],
    )?;
    Ok(document)
}

/// The last decision of each purpose, in the order of the contract's words.
pub(crate) fn of_member(tx: &Transaction<'_>, member_id: &str) -> rusqlite::Result<Vec<ConsentDecision>> {
    let mut decisions: Vec<ConsentDecision> = Vec::new();
    for purpose in ConsentPurpose::ALL {
        decisions.extend(
            tx.prepare_cached(
                "SELECT purpose, version, granted, decided_at FROM consent
                 WHERE member_id = ?1 AND purpose = ?2 ORDER BY number DESC LIMIT 1",
            )?
            .query_row(params![member_id, purpose], decision)
            .optional()?,
        );
    }
    Ok(decisions)
}

/// Every decision that was ever made, oldest first, each with when the gallery heard of it.
pub(crate) fn history(tx: &Transaction<'_>, member_id: &str) -> rusqlite::Result<Vec<(ConsentDecision, i64)>> {
    tx.prepare_cached(
        "SELECT purpose, version, granted, decided_at, recorded_at FROM consent WHERE member_id = ?1 ORDER BY number",
    )?
    .query_map([member_id], |row| Ok((decision(row)?, row.get(4)?)))?
    .collect()
}

pub(crate) fn record(
    tx: &Transaction<'_>,
    member_id: &str,
    decision: &ConsentDecision,
    now: i64,
) -> rusqlite::Result<()> {
    insert(tx, Some(member_id), None, decision, now)
}

/// In place of what was sent with this phone before: it came with a code that is no longer good.
pub(crate) fn keep_with_phone(
    tx: &Transaction<'_>,
    phone: &str,
    decisions: &[ConsentDecision],
    now: i64,
) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM consent WHERE phone = ?1 AND member_id IS NULL", [phone])?;
    decisions.iter().try_for_each(|decision| insert(tx, None, Some(phone), decision, now))
}

/// What was decided before the sign-in becomes the member's. A yes that is older than what the member
/// has decided since, perhaps on another phone, gives nothing back; a no always counts, for phones'
/// clocks can be wrong.
pub(crate) fn attach(tx: &Transaction<'_>, phone: &str, member_id: &str) -> rusqlite::Result<()> {
    tx.execute(
        "DELETE FROM consent WHERE phone = ?1 AND member_id IS NULL AND granted = 1 AND EXISTS (
             SELECT 1 FROM consent AS later WHERE later.member_id = ?2 AND later.purpose = consent.purpose
                 AND later.decided_at > consent.decided_at)",
        [phone, member_id],
    )?;
    tx.execute("UPDATE consent SET member_id = ?2 WHERE phone = ?1 AND member_id IS NULL", [phone, member_id])?;
    Ok(())
}

fn insert(
    tx: &Transaction<'_>,
    member_id: Option<&str>,
    phone: Option<&str>,
    decision: &ConsentDecision,
    now: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO consent (member_id, phone, purpose, version, granted, decided_at, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        member_id,
        phone,
        decision.purpose,
        decision.version,
        decision.granted,
        decision.decided_at,
        now
    ])?;
    Ok(())
}

fn decision(row: &Row<'_>) -> rusqlite::Result<ConsentDecision> {
    Ok(ConsentDecision { purpose: row.get(0)?, version: row.get(1)?, granted: row.get(2)?, decided_at: row.get(3)? })
}
