use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::extract::Body;
use crate::problem::Problem;
use crate::wallet::{PASS_TYPE, TEAM};
use crate::words::Forgery;

/// What a phone is set up with to know a genuine pass.
#[derive(Debug, Serialize)]
pub(super) struct Issuer {
    root_der_base64: String,
    pass_type_identifier: &'static str,
    team_identifier: &'static str,
}

#[derive(Debug, Deserialize)]
pub(super) struct NewForgery {
    forge: Option<Forgery>,
}

pub(super) async fn show(State(backend): State<Backend>) -> Json<Issuer> {
    let root_der_base64 = STANDARD.encode(backend.wallet_root());
    Json(Issuer { root_der_base64, pass_type_identifier: PASS_TYPE, team_identifier: TEAM })
}

pub(super) async fn forge(
    State(backend): State<Backend>,
    Body(NewForgery { forge }): Body<NewForgery>,
) -> Result<StatusCode, Problem> {
    backend.wallet().forge(forge);
    Ok(StatusCode::NO_CONTENT)
}
