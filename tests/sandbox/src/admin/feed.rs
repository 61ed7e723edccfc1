use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::backend::Backend;
use crate::extract::{Body, Path};
use crate::feed::{FeedItem, rows};
use crate::media::{self, Picture};
use crate::problem::{Kind, Problem};
use crate::time::Instant;

pub(super) async fn list(State(backend): State<Backend>) -> Result<Json<Vec<FeedItem>>, Problem> {
    backend.store().write(|tx| Ok(Json(rows::all(tx)?)))
}

pub(super) async fn publish(
    State(backend): State<Backend>,
    Body(fields): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<FeedItem>), Problem> {
    let (mut item, picture) = read(fields, Instant(backend.now()))?;
    backend.store().write(|tx| {
        item.item_id = rows::new_id(tx, backend.seed())?;
        item.picture_url = picture.map(|picture| media::keep(tx, &picture)).transpose()?;
        rows::put(tx, &item)?;
        Ok((StatusCode::CREATED, Json(item)))
    })
}

/// Without a `published_at` it keeps the replaced item's, and so its place in the feed.
pub(super) async fn replace(
    State(backend): State<Backend>,
    Path(item_id): Path<String>,
    Body(fields): Body<Map<String, Value>>,
) -> Result<Json<FeedItem>, Problem> {
    backend.store().write(|tx| {
        let (mut item, picture) = read(fields, rows::load(tx, &item_id)?.published_at)?;
        item.item_id = item_id;
        item.picture_url = picture.map(|picture| media::keep(tx, &picture)).transpose()?;
        rows::put(tx, &item)?;
        Ok(Json(item))
    })
}

pub(super) async fn delete(State(backend): State<Backend>, Path(item_id): Path<String>) -> Result<StatusCode, Problem> {
    backend.store().write(|tx| rows::delete(tx, &item_id))?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(mut fields: Map<String, Value>, published_at: Instant) -> Result<(FeedItem, Option<Picture>), Problem> {
    let malformed = || Problem::new(Kind::Malformed);
    let picture = media::take(&mut fields)?;
    // Given, not chosen.
    fields.retain(|name, _| !["item_id", "picture_url", "read"].contains(&name.as_str()));
    if fields.get("published_at").is_none_or(Value::is_null) {
        fields.insert("published_at".to_owned(), serde_json::to_value(published_at).map_err(|_| malformed())?);
    }
    let item = serde_json::from_value(Value::Object(fields)).map_err(|_| malformed())?;
    Ok((item, picture))
}
