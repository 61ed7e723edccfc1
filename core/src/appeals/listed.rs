//! What the gallery's list of a member's appeals changes on the phone.

use rusqlite::Transaction;

use super::{
    Appeal, AppealIntent, AppealState,
    intent::{KIND, PART_KIND, queue_next_part},
    pictures, store,
    wire::{AppealAnswer, NamedAppeal, RawAppeals},
};
use crate::{
    ids::{AppealId, MemberId},
    outbox,
    storage::StorageError,
    time::to_millis,
};

/// What the gallery says of its appeals; says whether anything has changed. One that it has lost is made once more.
pub fn keep(tx: &Transaction<'_>, member: &MemberId, raw: &RawAppeals) -> Result<bool, StorageError> {
    let mut has_changed = false;
    let mut listed = Vec::new();
    for body in &raw.appeals {
        // One that this version cannot read must not cost the member the others, and is not lost either.
        listed.extend(serde_json::from_str::<NamedAppeal>(body.get()).ok().map(|named| named.appeal_id));
        if let Ok(answer) = serde_json::from_str::<AppealAnswer>(body.get()) {
            has_changed |= keep_answer(tx, member, &answer)?;
        }
    }
    for appeal in store::list(tx, member)? {
        let is_lost = appeal.state == AppealState::Open && !listed.contains(&appeal.appeal_id);
        has_changed |=
            is_lost && is_unlisted_again(tx, member, &appeal.appeal_id)? && bring_again(tx, member, &appeal)?;
    }
    Ok(has_changed)
}

/// Whether also the list before this one did not have it. The first may have been asked for before it was opened; the
/// next one was asked for after that.
fn is_unlisted_again(tx: &Transaction<'_>, member: &MemberId, appeal_id: &AppealId) -> Result<bool, StorageError> {
    let first = tx
        .prepare_cached(
            "UPDATE appeals SET is_unlisted = 1 WHERE member_id = ?1 AND appeal_id = ?2 AND is_unlisted = 0",
        )?
        .execute((member.as_str(), appeal_id.as_str()))?;
    Ok(first == 0)
}

/// A gallery restored from a backup has lost it: it is made once more, with the photographs that are still here.
pub fn bring_again(tx: &Transaction<'_>, member: &MemberId, appeal: &Appeal) -> Result<bool, StorageError> {
    let appeal_id = &appeal.appeal_id;
    store::unqueue(tx, member, appeal_id, PART_KIND)?;
    tx.prepare_cached("UPDATE appeals SET state = 'waiting', is_unlisted = 0 WHERE member_id = ?1 AND appeal_id = ?2")?
        .execute((member.as_str(), appeal_id.as_str()))?;
    store::number_photographs_anew(tx, member, appeal_id)?;
    let Some(request) = store::request(tx, member, appeal_id)? else { return Ok(false) };
    let key = store::derived_key(&[appeal_id.as_str(), "again"]);
    outbox::store::add(tx, member, &AppealIntent::entry(&request)?, &key, appeal.requested_at)?;
    Ok(true)
}

fn keep_answer(tx: &Transaction<'_>, member: &MemberId, answer: &AppealAnswer) -> Result<bool, StorageError> {
    let AppealAnswer { appeal_id, receipt, comment, requested_at, state, .. } = answer;
    let inserted = store::upsert(tx, member, (appeal_id, receipt), (None, comment, *requested_at))?;
    // It is there: an entry that still wants to open it is done, also one that could not be sent as it was.
    let ended = store::unqueue(tx, member, appeal_id, KIND)?;
    // An answer that has come is not taken back by a list that was made before it.
    let changed = tx
        .prepare_cached(
            "UPDATE appeals SET state = ?3, reason = NULL, answer = ?4, answered_at = ?5
             WHERE member_id = ?1 AND appeal_id = ?2
             AND (state, answer, answered_at) IS NOT (?3, ?4, ?5) AND (?3 <> 'open' OR answered_at IS NULL)",
        )?
        .execute((member.as_str(), appeal_id.as_str(), state, &answer.answer, answer.answered_at.map(to_millis)))?;
    tx.prepare_cached(
        "UPDATE appeals SET is_unlisted = 0 WHERE member_id = ?1 AND appeal_id = ?2 AND is_unlisted = 1",
    )?
    .execute((member.as_str(), appeal_id.as_str()))?;
    match AppealState::of_code(state) {
        AppealState::Open if !store::is_queued(tx, member, appeal_id, PART_KIND)? => {
            queue_next_part(tx, member, appeal_id, *requested_at)?;
        }
        AppealState::Accepted | AppealState::Declined if changed > 0 => {
            store::unqueue(tx, member, appeal_id, PART_KIND)?;
            store::drop_photographs(tx, member, appeal_id)?;
            pictures::drop_of(tx, member, receipt)?;
        }
        _ => {}
    }
    Ok(inserted + ended + changed > 0)
}

#[cfg(test)]
mod tests;
