use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::Event;
use super::registration::{Listed, Registration};
use crate::problem::{Kind, Problem};
use crate::store::Json;

/// Of the member ?1; without one the registration is NULL.
const EVENTS: &str = "SELECT event.event_id, document,
        (SELECT count(*) FROM registration AS taken
         WHERE taken.event_id = event.event_id AND taken.state = 'confirmed'),
        own.state, own.ticket_code, own.changed_at
    FROM event LEFT JOIN registration AS own ON own.event_id = event.event_id AND own.member_id = ?1";

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let Json(mut event) = row.get::<_, Json<Event>>(1)?;
    event.event_id = row.get(0)?;
    // A capacity may shrink below the places that are taken: they stay, and none is left.
    event.places_left = event.capacity.saturating_sub(row.get(2)?);
    event.registration = match row.get(3)? {
        Some(state) => Some(Registration {
            event_id: event.event_id.clone(),
            state,
            ticket_code: row.get(4)?,
            changed_at: row.get(5)?,
        }),
        None => None,
    };
    Ok(event)
}

/// Every event that is not over, the earliest first, with the member's registration.
pub(crate) fn not_over(tx: &Transaction<'_>, member_id: &str, now: i64) -> rusqlite::Result<Vec<Event>> {
    tx.prepare_cached(&format!("{EVENTS} WHERE ends_at > ?2 ORDER BY starts_at, event.event_id"))?
        .query_map(params![member_id, now], event)?
        .collect()
}

/// The event with the member's registration. The administration asks as nobody: `""`.
///
/// # Errors
/// `event-unknown`.
pub(crate) fn load(tx: &Transaction<'_>, event_id: &str, member_id: &str) -> Result<Event, Problem> {
    tx.prepare_cached(&format!("{EVENTS} WHERE event.event_id = ?2"))?
        .query_row([member_id, event_id], event)
        .optional()?
        .ok_or_else(|| Problem::new(Kind::EventUnknown))
}

/// Stores an event under its id, in place of the one that was there.
pub(crate) fn put(tx: &Transaction<'_>, event: &Event) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO event (event_id, starts_at, ends_at, document) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (event_id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at,
             document = excluded.document",
    )?
    .execute(params![event.event_id, event.starts_at, event.ends_at, Json(event)])?;
    Ok(())
}

/// Everybody's registrations for an event, the latest change last.
pub(crate) fn registrations(tx: &Transaction<'_>, event_id: &str) -> rusqlite::Result<Vec<Listed>> {
    tx.prepare_cached(
        "SELECT member_id, requested_at, event_id, state, ticket_code, changed_at FROM registration
         WHERE event_id = ?1 ORDER BY changed_at, member_id",
    )?
    .query_map([event_id], |row| {
        Ok(Listed {
            member_id: row.get(0)?,
            requested_at: row.get(1)?,
            registration: Registration {
                event_id: row.get(2)?,
                state: row.get(3)?,
                ticket_code: row.get(4)?,
                changed_at: row.get(5)?,
            },
        })
    })?
    .collect()
}
