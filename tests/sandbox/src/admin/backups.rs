use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::extract::Body;
use crate::problem::{Kind, Problem};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    name: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Epoch {
    epoch: i64,
}

/// The version of the contract that answers claim to be of; absent: the one that is served.
#[derive(Debug, Deserialize)]
pub(super) struct Pretended {
    version: Option<u32>,
}

pub(super) async fn begin_epoch(State(backend): State<Backend>) -> Result<Json<Epoch>, Problem> {
    let now = backend.now();
    let epoch = backend.store().write(|tx| Ok(store::begin_epoch(tx, 0, now)?))?;
    Ok(Json(Epoch { epoch }))
}

pub(super) async fn snapshot(
    State(backend): State<Backend>,
    Body(Named { name }): Body<Named>,
) -> Result<StatusCode, Problem> {
    let snapshot = backend.store().snapshot()?;
    backend.backups().insert(name, snapshot);
    Ok(StatusCode::CREATED)
}

pub(super) async fn restore(
    State(backend): State<Backend>,
    Body(Named { name }): Body<Named>,
) -> Result<Json<Epoch>, Problem> {
    let now = backend.now();
    let backups = backend.backups();
    let snapshot = backups.get(&name).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let epoch = backend.store().restore(snapshot, now)?;
    Ok(Json(Epoch { epoch }))
}

pub(super) async fn pretend(
    State(backend): State<Backend>,
    Body(Pretended { version }): Body<Pretended>,
) -> StatusCode {
    backend.pretend_contract(version);
    StatusCode::NO_CONTENT
}
