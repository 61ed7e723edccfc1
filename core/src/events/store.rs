//! The SQL of events and registrations.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Registration, RegistrationReason, RegistrationState,
    wire::{EventAnswer, RegistrationAnswer},
};
use crate::{
    explanation::Explanation,
    ids::{EventId, MemberId},
    storage::StorageError,
    time::{from_millis, to_millis},
};

#[derive(Deserialize)]
pub struct RawEvents {
    events: Vec<Box<RawValue>>,
}

/// The subject of all that a member wants of one event: order holds within it.
pub fn subject(event_id: &EventId) -> String {
    format!("event:{}", event_id.as_str())
}

/// Replaces a member's events; says whether anything has changed. What the queue still has to say about a
/// registration is left as it is.
pub fn replace(tx: &Transaction<'_>, member: &MemberId, raw: &RawEvents) -> Result<bool, StorageError> {
    let mut changed = 0;
    let mut listed = Vec::new();
    for body in &raw.events {
        // One that this version cannot read must not cost the member the others.
        let Ok(event) = serde_json::from_str::<EventAnswer>(body.get()) else { continue };
        changed += tx
            .prepare_cached(
                "INSERT INTO events (member_id, event_id, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (member_id, event_id) DO UPDATE SET body = excluded.body WHERE body IS NOT excluded.body",
            )?
            .execute((member.as_str(), event.event_id.as_str(), body.get()))?;
        if let Some(registration) = &event.registration {
            changed += store_pulled(tx, member, registration)?;
        }
        listed.push(event.event_id);
    }
    for (event_id, _) in bodies(tx, member)? {
        if !listed.contains(&event_id) && !matters(tx, member, &event_id)? {
            changed += tx
                .prepare_cached("DELETE FROM events WHERE member_id = ?1 AND event_id = ?2")?
                .execute((member.as_str(), event_id.as_str()))?;
        }
    }
    Ok(changed > 0)
}

/// What the gallery says of a registration when it is asked for its events. The queue's own answers are newer than a
/// list that was made before them.
fn store_pulled(tx: &Transaction<'_>, member: &MemberId, answer: &RegistrationAnswer) -> Result<usize, StorageError> {
    let told_at: Option<i64> = tx
        .prepare_cached("SELECT told_at FROM registrations WHERE member_id = ?1 AND event_id = ?2")?
        .query_row((member.as_str(), answer.event_id.as_str()), |row| row.get(0))
        .optional()?
        .flatten();
    let present = registration(tx, member, &answer.event_id)?;
    if let Some(told_at) = told_at.filter(|told_at| *told_at >= to_millis(answer.changed_at)) {
        // A gallery restored from a backup has forgotten that the place was given up.
        let is_cancelled = present.is_some_and(|present| present.state == RegistrationState::Cancelled);
        let is_back = is_cancelled && answer.ticket_code.is_some() && told_at > to_millis(answer.changed_at);
        if is_back {
            store_wish(tx, member, &answer.event_id, RegistrationState::Cancelling, from_millis(told_at))?;
            store_ticket(tx, member, answer)?;
        }
        return Ok(usize::from(is_back));
    }
    if let Some(present) = present.filter(|_| told_at.is_none()) {
        // The same place as before: a wish that could not be sent is not answered by that.
        if answer.ticket_code.is_some() && present.ticket_code == answer.ticket_code {
            store_ticket(tx, member, answer)?;
            return Ok(0);
        }
        // It was cancelled before the member wished for a place again, or had it: of that the gallery knows nothing.
        let is_wanted = !matches!(present.state, RegistrationState::Cancelling | RegistrationState::Cancelled);
        if is_wanted && answer.state == RegistrationState::Cancelled && answer.changed_at < present.changed_at {
            return Ok(0);
        }
    }
    // The gallery has spoken since: a wish that could not be sent is answered by that.
    drop_wedged(tx, member, &answer.event_id)?;
    if is_queued(tx, member, &answer.event_id, 0)? {
        return Ok(0);
    }
    store_answer(tx, member, answer)?;
    Ok(1)
}

/// Whether an event that the gallery no longer lists still matters to the member: for a place, or for the reason why
/// there is none.
fn matters(tx: &Transaction<'_>, member: &MemberId, event_id: &EventId) -> Result<bool, StorageError> {
    let registration = registration(tx, member, event_id)?;
    Ok(registration.is_some_and(|registration| registration.state != RegistrationState::Cancelled))
}

/// The places for which the gallery no longer vouches. What is to be given up is not among them: that is asked for in
/// any case.
pub fn places_in_doubt(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<EventId>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT event_id FROM registrations WHERE member_id = ?1 AND told_at IS NULL AND state = 'confirmed'",
    )?;
    let places = statement.query_map([member.as_str()], |row| Ok(EventId::new(row.get::<_, String>(0)?)))?;
    Ok(places.collect::<Result<_, _>>()?)
}

/// The ticket lets nobody in any more.
pub fn drop_ticket(tx: &Transaction<'_>, member: &MemberId, event_id: &EventId) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE registrations SET ticket_code = NULL WHERE member_id = ?1 AND event_id = ?2")?
        .execute((member.as_str(), event_id.as_str()))?;
    Ok(())
}

/// Forgets the wishes about an event that cannot be sent as they are.
pub fn drop_wedged(tx: &Transaction<'_>, member: &MemberId, event_id: &EventId) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM outbox WHERE member_id = ?1 AND subject = ?2 AND state = 'wedged'")?
        .execute((member.as_str(), subject(event_id)))?;
    Ok(())
}

/// The member's events. What this version cannot read is left out until the next pull.
pub fn events(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<EventAnswer>, StorageError> {
    Ok(bodies(tx, member)?.iter().filter_map(|(_, body)| serde_json::from_str(body).ok()).collect())
}

/// As [`events`], of one.
pub fn event(tx: &Transaction<'_>, member: &MemberId, event_id: &EventId) -> Result<Option<EventAnswer>, StorageError> {
    let body: Option<String> = tx
        .prepare_cached("SELECT body FROM events WHERE member_id = ?1 AND event_id = ?2")?
        .query_row((member.as_str(), event_id.as_str()), |row| row.get(0))
        .optional()?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

pub fn registration(
    tx: &Transaction<'_>,
    member: &MemberId,
    event_id: &EventId,
) -> Result<Option<Registration>, StorageError> {
    Ok(tx
        .prepare_cached(
            "SELECT state, ticket_code, reason, changed_at, (SELECT wedged_reason FROM outbox o
             WHERE o.member_id = r.member_id AND o.subject = 'event:' || r.event_id AND o.state = 'wedged' LIMIT 1)
             FROM registrations r WHERE member_id = ?1 AND event_id = ?2",
        )?
        .query_row((member.as_str(), event_id.as_str()), read)
        .optional()?)
}

/// Whether the queue holds an entry about this event that was written after `after`.
pub fn is_queued(
    tx: &Transaction<'_>,
    member: &MemberId,
    event_id: &EventId,
    after: i64,
) -> Result<bool, StorageError> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox WHERE member_id = ?1 AND subject = ?2 AND entry_id > ?3)")?
        .query_row((member.as_str(), subject(event_id), after), |row| row.get(0))?)
}

/// The wishes in this state, of all members, about events that the queue has nothing of: whose, about what, and since
/// when.
pub fn orphans(
    tx: &Transaction<'_>,
    state: RegistrationState,
) -> Result<Vec<(MemberId, EventId, DateTime<Utc>)>, StorageError> {
    let mut statement = tx.prepare(
        "SELECT member_id, event_id, changed_at FROM registrations r WHERE state = ?1 AND NOT EXISTS (SELECT 1
         FROM outbox o WHERE o.member_id = r.member_id AND o.subject = 'event:' || r.event_id)",
    )?;
    let rows = statement.query_map([state.code()], |row| {
        let (member, event): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((MemberId::new(member), EventId::new(event), from_millis(row.get(2)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A change that waits in the queue. The ticket of a registration about to be cancelled stays.
pub fn store_wish(
    tx: &Transaction<'_>,
    member: &MemberId,
    event_id: &EventId,
    state: RegistrationState,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO registrations (member_id, event_id, state, changed_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (member_id, event_id) DO UPDATE
         SET state = excluded.state, reason = NULL, changed_at = excluded.changed_at",
    )?
    .execute((member.as_str(), event_id.as_str(), state.code(), to_millis(now)))?;
    Ok(())
}

/// Takes back a wish.
pub fn take_back(
    tx: &Transaction<'_>,
    member: &MemberId,
    event_id: &EventId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let present = registration(tx, member, event_id)?;
    let state = present.map_or(RegistrationState::Cancelled, |registration| registration.taken_back());
    store_wish(tx, member, event_id, state, now)
}

/// What the gallery says of a registration.
pub fn store_answer(tx: &Transaction<'_>, member: &MemberId, answer: &RegistrationAnswer) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO registrations (member_id, event_id, state, ticket_code, changed_at, told_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)
         ON CONFLICT (member_id, event_id) DO UPDATE SET state = excluded.state, ticket_code = excluded.ticket_code,
         reason = NULL, changed_at = excluded.changed_at, told_at = excluded.told_at",
    )?
    .execute((
        member.as_str(),
        answer.event_id.as_str(),
        answer.state.code(),
        &answer.ticket_code,
        to_millis(answer.changed_at),
    ))?;
    Ok(())
}

/// The ticket of a registration whose state a later wish has already changed.
pub fn store_ticket(tx: &Transaction<'_>, member: &MemberId, answer: &RegistrationAnswer) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE registrations SET ticket_code = ?3, told_at = ?4 WHERE member_id = ?1 AND event_id = ?2",
    )?
    .execute((member.as_str(), answer.event_id.as_str(), &answer.ticket_code, to_millis(answer.changed_at)))?;
    Ok(())
}

pub fn store_refusal(
    tx: &Transaction<'_>,
    member: &MemberId,
    event_id: &EventId,
    state: RegistrationState,
    reason: RegistrationReason,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE registrations SET state = ?3, reason = ?4, changed_at = ?5,
         ticket_code = CASE WHEN ?3 = 'refused' THEN NULL ELSE ticket_code END WHERE member_id = ?1 AND event_id = ?2",
    )?
    .execute((member.as_str(), event_id.as_str(), state.code(), reason.code(), to_millis(now)))?;
    Ok(())
}

fn bodies(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<(EventId, String)>, StorageError> {
    let mut statement =
        tx.prepare_cached("SELECT event_id, body FROM events WHERE member_id = ?1 ORDER BY event_id")?;
    let bodies =
        statement.query_map([member.as_str()], |row| Ok((EventId::new(row.get::<_, String>(0)?), row.get(1)?)))?;
    Ok(bodies.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Registration> {
    Ok(Registration {
        state: RegistrationState::of_code(&row.get::<_, String>(0)?),
        ticket_code: row.get(1)?,
        reason: row.get::<_, Option<String>>(2)?.as_deref().map(RegistrationReason::of_code),
        changed_at: from_millis(row.get(3)?),
        wedged_reason: row.get(4)?,
        explanation: Explanation::default(),
    })
}
