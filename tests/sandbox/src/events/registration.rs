//! Registering for an event and cancelling. A member has one registration for each event, which is
//! confirmed and cancelled as often as the member likes.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Event, rows};
use crate::backend::Backend;
use crate::extract::{Body, Path};
use crate::idempotency::{self, Key};
use crate::members;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::Seed;
use crate::sessions::Caller;
use crate::time::Instant;
use crate::words::RegistrationState;

/// Where a member stands with an event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Registration {
    pub(crate) event_id: String,
    pub(crate) state: RegistrationState,
    /// What is shown at the door; null when there is no place.
    #[schema(required, example = "K7QX-M2PD")]
    pub(crate) ticket_code: Option<String>,
    pub(crate) changed_at: Instant,
}

/// A registration as the reception sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) member_id: String,
    /// When the member asked for the last change, by the phone's clock.
    pub(crate) requested_at: Instant,
    #[serde(flatten)]
    pub(crate) registration: Registration,
}

/// What the member wants of an event, asked for perhaps long before it could be sent. Only the
/// server's clock decides whether it is still possible.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct EventIntent {
    /// When the member asked, by the phone's clock.
    requested_at: Instant,
}

problems!(RegisterProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, EventUnknown,
    AlreadyRegisteredForEvent, EventFull, RegistrationNotOpen, RegistrationClosed, NotForThisTier, IdempotencyKeyReused]);
problems!(CancelProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, EventUnknown, NotRegistered,
    EventStarted, IdempotencyKeyReused]);

/// What is an answer to an intent, and stays it.
const REFUSALS: &[Kind] = &[
    Kind::AlreadyRegisteredForEvent,
    Kind::EventFull,
    Kind::RegistrationNotOpen,
    Kind::RegistrationClosed,
    Kind::NotForThisTier,
    Kind::NotRegistered,
    Kind::EventStarted,
];

/// Register for an event
#[utoipa::path(post, path = "/v1/events/{event_id}/registration", tag = "events", operation_id = "register_for_event",
    security(("access_token" = [])),
    params(
        ("event_id" = String, Path),
        ("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    request_body = EventIntent,
    responses(
        (status = 201, description = "Registered, the place is confirmed", body = Registration),
        (status = 200, description = "This key has registered before: the registration as it is now", body = Registration),
        RegisterProblems))]
pub(crate) async fn register(
    State(backend): State<Backend>,
    caller: Caller,
    Path(event_id): Path<String>,
    headers: HeaderMap,
    Body(intent): Body<EventIntent>,
) -> Result<(StatusCode, Json<Registration>), Problem> {
    let asked = format!("registration {event_id}");
    let key = Key::of(&caller.member_id, &headers, &asked, &intent)?;
    let now = backend.now();
    backend.store().write(|tx| {
        let again = || Ok((StatusCode::OK, Json(stored(tx, &event_id, &caller.member_id)?)));
        idempotency::once(tx, &key, REFUSALS, again, || {
            let event = rows::load(tx, &event_id, &caller.member_id)?;
            refuse(tx, &event, &caller.member_id, now)?;
            let registration = confirm(tx, backend.seed(), &event_id, &caller.member_id, &intent, now)?;
            idempotency::remember(tx, &key, &event_id)?;
            Ok((StatusCode::CREATED, Json(registration)))
        })
    })?
}

/// Cancel a registration
///
/// The place is free again.
#[utoipa::path(post, path = "/v1/events/{event_id}/cancellation", tag = "events", operation_id = "cancel_registration",
    security(("access_token" = [])),
    params(
        ("event_id" = String, Path),
        ("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    request_body = EventIntent,
    responses(
        (status = 200, description = "Cancelled; or the registration as it is now, when this key has cancelled before",
            body = Registration),
        CancelProblems))]
pub(crate) async fn cancel(
    State(backend): State<Backend>,
    caller: Caller,
    Path(event_id): Path<String>,
    headers: HeaderMap,
    Body(intent): Body<EventIntent>,
) -> Result<Json<Registration>, Problem> {
    let asked = format!("cancellation {event_id}");
    let key = Key::of(&caller.member_id, &headers, &asked, &intent)?;
    let now = backend.now();
    backend.store().write(|tx| {
        let now_stored = || stored(tx, &event_id, &caller.member_id).map(Json);
        idempotency::once(tx, &key, REFUSALS, now_stored, || {
            let event = rows::load(tx, &event_id, &caller.member_id)?;
            if !event.is_registered() {
                return Err(Problem::new(Kind::NotRegistered));
            }
            if event.starts_at.0 <= now {
                return Err(Problem::new(Kind::EventStarted));
            }
            tx.execute(
                "UPDATE registration SET state = ?3, ticket_code = NULL, changed_at = ?4, requested_at = ?5
                 WHERE event_id = ?1 AND member_id = ?2",
                params![event_id, caller.member_id, RegistrationState::Cancelled, now, intent.requested_at],
            )?;
            idempotency::remember(tx, &key, &event_id)?;
            now_stored()
        })
    })?
}

/// Why the member cannot register now.
fn refuse(tx: &Transaction<'_>, event: &Event, member_id: &str, now: i64) -> Result<(), Problem> {
    if event.is_registered() {
        let registration = serde_json::to_value(&event.registration).unwrap_or_default();
        return Err(Problem::new(Kind::AlreadyRegisteredForEvent).with("registration", registration));
    }
    let refusal = if !event.audience.fits(&members::tier(tx, member_id, now)?) {
        Kind::NotForThisTier
    } else if now < event.registration_opens_at.0 {
        Kind::RegistrationNotOpen
    } else if now >= event.registration_closes_at.0.min(event.ends_at.0) {
        Kind::RegistrationClosed
    } else if event.places_left == 0 {
        Kind::EventFull
    } else {
        return Ok(());
    };
    Err(Problem::new(refusal))
}

fn confirm(
    tx: &Transaction<'_>,
    seed: Seed,
    event_id: &str,
    member_id: &str,
    intent: &EventIntent,
    now: i64,
) -> Result<Registration, Problem> {
    let round: i64 = tx
        .prepare_cached("SELECT round FROM registration WHERE event_id = ?1 AND member_id = ?2")?
        .query_row([event_id, member_id], |row| row.get(0))
        .optional()?
        .unwrap_or(0)
        + 1;
    let ticket_code = ticket_code(seed, &[event_id, member_id, &round.to_string()]);
    tx.execute(
        "INSERT OR REPLACE INTO registration (event_id, member_id, state, ticket_code, changed_at, requested_at, round)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![event_id, member_id, RegistrationState::Confirmed, ticket_code, now, intent.requested_at, round],
    )?;
    stored(tx, event_id, member_id)
}

fn stored(tx: &Transaction<'_>, event_id: &str, member_id: &str) -> Result<Registration, Problem> {
    rows::load(tx, event_id, member_id)?.registration.ok_or_else(|| Problem::new(Kind::Internal))
}

/// Two groups of four letters and digits that nobody takes for each other.
fn ticket_code(seed: Seed, about: &[&str]) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let drawn = seed.draw("ticket", about);
    let letter = |place: u32| LETTERS.get((drawn >> (5 * place)) as usize % 32).copied().map_or('2', char::from);
    let (first, second): (String, String) = ((0..4).map(letter).collect(), (4..8).map(letter).collect());
    format!("{first}-{second}")
}
