use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use crate::backend::Backend;
use crate::extract::Body;
use crate::problem::Problem;
use crate::rules;

pub(super) async fn put(State(backend): State<Backend>, Body(document): Body<Value>) -> Result<StatusCode, Problem> {
    backend.store().write(|tx| rules::put(tx, &document))?;
    Ok(StatusCode::NO_CONTENT)
}
