use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use crate::backend::Backend;
use crate::extract::Body;
use crate::problem::Problem;
use crate::rules;

/// Every document that was put, the one in force first.
pub(super) async fn list(State(backend): State<Backend>) -> Result<Json<Vec<Value>>, Problem> {
    backend.store().write(rules::all).map(Json)
}

pub(super) async fn put(State(backend): State<Backend>, Body(document): Body<Value>) -> Result<StatusCode, Problem> {
    backend.store().write(|tx| rules::put(tx, &document))?;
    Ok(StatusCode::NO_CONTENT)
}
