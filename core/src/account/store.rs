//! The account's SQL.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Transaction};

use super::Member;
use crate::{
    ids::{MemberId, TierId},
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// Who is signed in on this phone; an expired session changes nothing about that.
pub fn active_member_id(tx: &Transaction<'_>) -> Result<Option<MemberId>, StorageError> {
    let id: Option<String> = tx
        .prepare_cached("SELECT member_id FROM account WHERE active = 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(id.map(MemberId::new))
}

pub fn active_member(tx: &Transaction<'_>) -> Result<Option<Member>, StorageError> {
    let mut statement =
        tx.prepare_cached("SELECT member_id, joined, tier, tier_since FROM account WHERE active = 1")?;
    let row = statement
        .query_row([], |row| {
            let texts: (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((texts, row.get::<_, Option<i64>>(3)?))
        })
        .optional()?;
    let Some(((member_id, joined, tier), tier_since)) = row else {
        return Ok(None);
    };
    Ok(Some(Member {
        member_id: MemberId::new(member_id),
        joined: joined.parse::<NaiveDate>().map_err(|_| StorageError::Unreadable("date"))?,
        tier: TierId::new(tier),
        tier_since: tier_since.map(from_millis),
    }))
}

/// Makes `member` the active one. Others' rows, entries and history stay.
pub fn activate(tx: &Transaction<'_>, member: &Member) -> Result<(), StorageError> {
    tx.execute("UPDATE account SET active = 0", [])?;
    tx.execute(
        "INSERT INTO account (member_id, joined, tier, active) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING",
        (member.member_id.as_str(), member.joined.to_string(), member.tier.as_str()),
    )?;
    update(tx, member)?;
    // Whom the gallery lets in, it has not deleted.
    tx.execute("UPDATE account SET active = 1, deleted = 0 WHERE member_id = ?1", [member.member_id.as_str()])?;
    Ok(())
}

pub fn deactivate(tx: &Transaction<'_>, member: &MemberId) -> Result<(), StorageError> {
    tx.execute("UPDATE account SET active = 0 WHERE member_id = ?1", [member.as_str()])?;
    Ok(())
}

/// The gallery has deleted `member`: nobody sees what is left here, nor adds to it, until it goes too.
pub fn mark_deleted(tx: &Transaction<'_>, member: &MemberId) -> Result<(), StorageError> {
    tx.execute("UPDATE account SET deleted = 1, active = 0 WHERE member_id = ?1", [member.as_str()])?;
    Ok(())
}

/// Takes the mark of a deletion away: nothing is left.
pub fn remove(tx: &Transaction<'_>, member: &MemberId) -> Result<(), StorageError> {
    tx.execute("DELETE FROM account WHERE member_id = ?1", [member.as_str()])?;
    Ok(())
}

/// The members whom the gallery has deleted, and of whom something is left here.
pub fn deleted_members(tx: &Transaction<'_>) -> Result<Vec<MemberId>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT member_id FROM account WHERE deleted = 1")?;
    let members = statement.query_map([], |row| Ok(MemberId::new(row.get::<_, String>(0)?)))?;
    Ok(members.collect::<Result<_, _>>()?)
}

/// Whether nobody but `member` has used this phone.
pub fn is_alone(tx: &Transaction<'_>, member: &MemberId) -> Result<bool, StorageError> {
    Ok(!tx.prepare_cached("SELECT 1 FROM account WHERE member_id <> ?1")?.exists([member.as_str()])?)
}

/// Whether `member` has signed in on this phone, and the gallery has not deleted them since.
pub fn is_here(tx: &Transaction<'_>, member: &MemberId) -> Result<bool, StorageError> {
    Ok(tx.prepare_cached("SELECT 1 FROM account WHERE member_id = ?1 AND deleted = 0")?.exists([member.as_str()])?)
}

/// Stores what the server says of a member who is known here, active or not; says whether anything has changed.
pub fn update(tx: &Transaction<'_>, member: &Member) -> Result<bool, StorageError> {
    let changed = tx
        .prepare_cached(
            "UPDATE account SET joined = ?2, tier = ?3, tier_since = ?4
             WHERE member_id = ?1 AND (joined, tier, tier_since) IS NOT (?2, ?3, ?4)",
        )?
        .execute((
            member.member_id.as_str(),
            member.joined.to_string(),
            member.tier.as_str(),
            member.tier_since.map(to_millis),
        ))?;
    Ok(changed > 0)
}
