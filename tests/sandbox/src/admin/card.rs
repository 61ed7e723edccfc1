use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::backend::Backend;
use crate::card::{self, Card, CardCode};
use crate::extract::{Body, Path};
use crate::problem::Problem;

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    status: Option<String>,
    code: Option<CardCode>,
}

pub(super) async fn change(
    State(backend): State<Backend>,
    Path(member_id): Path<String>,
    Body(Change { status, code }): Body<Change>,
) -> Result<Json<Card>, Problem> {
    let now = backend.now();
    backend.store().write(|tx| card::change(tx, backend.seed(), &member_id, status, code, now)).map(Json)
}
