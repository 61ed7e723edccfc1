use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::backend::Backend;
use crate::events::registration::Listed;
use crate::events::{Event, rows};
use crate::extract::{Body, Path};
use crate::media;
use crate::problem::{Kind, Problem};
use crate::store::next_number;

/// As whom the administration looks at an event.
const NOBODY: &str = "";

pub(super) async fn announce(
    State(backend): State<Backend>,
    Body(mut fields): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Event>), Problem> {
    let picture = media::take(&mut fields)?;
    let mut event: Event = read(fields)?;
    backend.store().write(|tx| {
        let number = next_number(tx, "event")?;
        event.event_id = format!("e{}", backend.seed().token("event", &[&number.to_string()]));
        if let Some(picture) = picture {
            event.picture_url = Some(media::keep(tx, &picture)?);
        }
        rows::put(tx, &event)?;
        Ok((StatusCode::CREATED, Json(rows::load(tx, &event.event_id, NOBODY)?)))
    })
}

/// Changes the fields that are given; the others stay.
pub(super) async fn change(
    State(backend): State<Backend>,
    Path(event_id): Path<String>,
    Body(mut fields): Body<Map<String, Value>>,
) -> Result<Json<Event>, Problem> {
    let picture = media::take(&mut fields)?;
    backend.store().write(|tx| {
        let before =
            serde_json::to_value(rows::load(tx, &event_id, NOBODY)?).map_err(|_| Problem::new(Kind::Internal))?;
        let mut merged: Map<String, Value> = read_value(before)?;
        merged.extend(fields);
        let mut event: Event = read(merged)?;
        event.event_id = event_id;
        if let Some(picture) = picture {
            event.picture_url = Some(media::keep(tx, &picture)?);
        }
        rows::put(tx, &event)?;
        Ok(Json(rows::load(tx, &event.event_id, NOBODY)?))
    })
}

pub(super) async fn registrations(
    State(backend): State<Backend>,
    Path(event_id): Path<String>,
) -> Result<Json<Vec<Listed>>, Problem> {
    backend.store().write(|tx| {
        rows::load(tx, &event_id, NOBODY)?;
        Ok(Json(rows::registrations(tx, &event_id)?))
    })
}

fn read(mut fields: Map<String, Value>) -> Result<Event, Problem> {
    // Given, not chosen.
    fields.retain(|name, _| !["event_id", "places_left", "registration"].contains(&name.as_str()));
    read_value(Value::Object(fields))
}

fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|_| Problem::new(Kind::Malformed))
}
