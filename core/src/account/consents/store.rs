//! The SQL of decisions.

use chrono::{DateTime, Duration, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::{ConsentDecision, ConsentPurpose};
use crate::{
    ids::MemberId,
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// The owner of what was decided before anybody signed in.
const NOBODY: &str = "";
/// Longer than a sign-in takes, also where a code has to be asked for again.
const SIGN_IN_TAKES: Duration = Duration::minutes(30);

/// The subject of all that a member decides of one purpose: order holds within it.
pub fn subject(purpose: ConsentPurpose) -> String {
    format!("consent:{}", purpose.code())
}

/// What was decided on this phone for the sign-in to come. After a while it may be somebody else's who holds the phone:
/// then it says nothing.
pub fn before_sign_in(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<Vec<ConsentDecision>, StorageError> {
    let mut decisions = of_owner(tx, NOBODY)?;
    decisions.retain(|decision| (now - decision.decided_at).abs() <= SIGN_IN_TAKES);
    Ok(decisions)
}

/// What `member` has decided.
pub fn decisions(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<ConsentDecision>, StorageError> {
    of_owner(tx, member.as_str())
}

fn of_owner(tx: &Transaction<'_>, owner: &str) -> Result<Vec<ConsentDecision>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT purpose, version, granted, decided_at FROM consents WHERE member_id = ?1 ORDER BY purpose",
    )?;
    let rows = statement.query_map([owner], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn decision(
    tx: &Transaction<'_>,
    member: &MemberId,
    purpose: ConsentPurpose,
) -> Result<Option<ConsentDecision>, StorageError> {
    Ok(tx
        .prepare_cached(
            "SELECT purpose, version, granted, decided_at FROM consents WHERE member_id = ?1 AND purpose = ?2",
        )?
        .query_row((member.as_str(), purpose.code()), read)
        .optional()?)
}

/// Keeps a decision in the place of the one before; says whether it is another.
pub fn decide(
    tx: &Transaction<'_>,
    member: Option<&MemberId>,
    decision: &ConsentDecision,
) -> Result<bool, StorageError> {
    let changed = tx
        .prepare_cached(
            "INSERT INTO consents (member_id, purpose, version, granted, decided_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (member_id, purpose) DO UPDATE
             SET version = excluded.version, granted = excluded.granted, decided_at = excluded.decided_at
             WHERE (version, granted, decided_at) IS NOT (excluded.version, excluded.granted, excluded.decided_at)",
        )?
        .execute((
            owner(member),
            decision.purpose.code(),
            decision.version,
            decision.granted,
            to_millis(decision.decided_at),
        ))?;
    Ok(changed > 0)
}

pub fn forget(tx: &Transaction<'_>, member: &MemberId, purpose: ConsentPurpose) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM consents WHERE member_id = ?1 AND purpose = ?2")?
        .execute((member.as_str(), purpose.code()))?;
    Ok(())
}

/// Makes `in_force` the decision about `purpose`, or none.
pub fn put_back(
    tx: &Transaction<'_>,
    member: &MemberId,
    purpose: ConsentPurpose,
    in_force: Option<&ConsentDecision>,
) -> Result<(), StorageError> {
    match in_force {
        Some(in_force) => decide(tx, Some(member), in_force).map(|_| ()),
        None => forget(tx, member, purpose),
    }
}

/// Leaves nothing of what was decided before a sign-in.
pub fn forget_before_sign_in(tx: &Transaction<'_>) -> Result<(), StorageError> {
    tx.execute("DELETE FROM consents WHERE member_id = ?1", [NOBODY])?;
    Ok(())
}

/// The decisions, with what the gallery has in their places, that were made later than what it knows and wait in no queue:
/// it was restored from a backup, or its list was made before they arrived, and then they do no harm.
pub fn forgotten(
    tx: &Transaction<'_>,
    member: &MemberId,
    pulled: &[ConsentDecision],
) -> Result<Vec<(ConsentDecision, Option<ConsentDecision>)>, StorageError> {
    let mut forgotten = Vec::new();
    for decision in decisions(tx, member)? {
        let told = pulled.iter().find(|told| told.purpose == decision.purpose).copied();
        let is_known = told.is_some_and(|told| {
            told.decided_at >= decision.decided_at
                || (told.version, told.granted) == (decision.version, decision.granted)
        });
        if !is_known && !is_queued(tx, member, decision.purpose, 0)? {
            forgotten.push((decision, told));
        }
    }
    Ok(forgotten)
}

/// Keeps what the gallery says; what the queue still has to say is left as it is. Says whether anything has changed.
pub fn keep_pulled(tx: &Transaction<'_>, member: &MemberId, pulled: &[ConsentDecision]) -> Result<bool, StorageError> {
    let mut changed = false;
    for purpose in ConsentPurpose::KNOWN.iter().copied() {
        if is_queued(tx, member, purpose, 0)? {
            continue;
        }
        match pulled.iter().find(|decision| decision.purpose == purpose) {
            Some(decision) => changed |= decide(tx, Some(member), decision)?,
            None if decision(tx, member, purpose)?.is_some() => {
                forget(tx, member, purpose)?;
                changed = true;
            }
            None => {}
        }
    }
    Ok(changed)
}

/// Takes back what could not be sent as it is, for the member now decides anew: a withdrawal must not wait behind it.
/// Says whether there was any.
pub fn drop_wedged(tx: &Transaction<'_>, member: &MemberId, purpose: ConsentPurpose) -> Result<bool, StorageError> {
    let dropped = tx
        .prepare_cached("DELETE FROM outbox WHERE member_id = ?1 AND subject = ?2 AND state = 'wedged'")?
        .execute((member.as_str(), subject(purpose)))?;
    Ok(dropped > 0)
}

/// Whether an entry after `after` is still to say something of `purpose`.
pub fn is_queued(
    tx: &Transaction<'_>,
    member: &MemberId,
    purpose: ConsentPurpose,
    after: i64,
) -> Result<bool, StorageError> {
    Ok(tx.prepare_cached("SELECT 1 FROM outbox WHERE member_id = ?1 AND subject = ?2 AND entry_id > ?3")?.exists((
        member.as_str(),
        subject(purpose),
        after,
    ))?)
}

fn owner(member: Option<&MemberId>) -> &str {
    member.map_or(NOBODY, MemberId::as_str)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ConsentDecision> {
    Ok(ConsentDecision {
        purpose: ConsentPurpose::of_code(&row.get::<_, String>(0)?),
        version: row.get(1)?,
        granted: row.get(2)?,
        decided_at: from_millis(row.get(3)?),
    })
}
