//! Events, and the members who come.

pub(crate) mod registration;
pub(crate) mod rows;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::extract::Path;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::sessions::Caller;
use crate::texts::{Audience, Texts};
use crate::time::Instant;
use crate::words::RegistrationState;
use crate::{etag, members};
use registration::Registration;

/// An event. What is absent when the administration announces it is filled in when it is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Event {
    #[serde(default)]
    #[schema(required, example = "private-preview")]
    pub(crate) event_id: String,
    pub(crate) title: Texts,
    /// Plain text, paragraphs are separated by blank lines.
    pub(crate) description: Texts,
    #[serde(default)]
    #[schema(required)]
    pub(crate) audience: Audience,
    pub(crate) place: Texts,
    pub(crate) starts_at: Instant,
    pub(crate) ends_at: Instant,
    pub(crate) registration_opens_at: Instant,
    pub(crate) registration_closes_at: Instant,
    pub(crate) capacity: u32,
    #[serde(default)]
    #[schema(required)]
    pub(crate) places_left: u32,
    /// Relative to the API's host.
    #[schema(required, example = "/v1/media/1f0c")]
    pub(crate) picture_url: Option<String>,
    /// The member's own, null when there never was one.
    #[schema(required)]
    pub(crate) registration: Option<Registration>,
}

/// Events, the earliest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Events {
    events: Vec<Event>,
}

problems!(EventsProblems: [Unauthorized, SessionEnded, AccountDeleted]);
problems!(EventProblems: [Unauthorized, SessionEnded, AccountDeleted, EventUnknown]);

/// The events to come for the member
///
/// Those for the member's tier, and those the member is registered for, until they are over.
#[utoipa::path(get, path = "/v1/events", tag = "events", operation_id = "list_events",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    security(("access_token" = [])),
    responses(
        (status = 200, description = "The events", body = Events,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        EventsProblems))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = backend.now();
    let events = backend.store().write(|tx| {
        let tier = members::tier(tx, &caller.member_id, now)?;
        let mut events = rows::not_over(tx, &caller.member_id, now)?;
        events.retain(|event| event.audience.fits(&tier) || event.is_registered());
        Ok(Events { events })
    })?;
    let json = serde_json::to_string(&events).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(etag::answer(&headers, json))
}

/// One event
///
/// Whoever it is for, and also when it is over.
#[utoipa::path(get, path = "/v1/events/{event_id}", tag = "events", operation_id = "show_event",
    params(("event_id" = String, Path)),
    security(("access_token" = [])),
    responses((status = 200, description = "The event", body = Event), EventProblems))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    caller: Caller,
    Path(event_id): Path<String>,
) -> Result<Json<Event>, Problem> {
    backend.store().write(|tx| rows::load(tx, &event_id, &caller.member_id)).map(Json)
}

impl Event {
    fn is_registered(&self) -> bool {
        self.registration.as_ref().is_some_and(|registration| registration.state == RegistrationState::Confirmed)
    }
}
