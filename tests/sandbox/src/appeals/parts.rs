//! Photographs of an appeal, part by part.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Appeal, PhotographAnnounced, invalid, rows};
use crate::backend::Backend;
use crate::extract::{Body, Path};
use crate::idempotency::{self, Key};
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::sessions::Caller;

/// A part of a photograph.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Part {
    /// Which one of those that were announced, from 0.
    pub(super) photograph: u32,
    /// Which part of it, from 0.
    pub(super) part: u32,
    /// Base64.
    bytes: String,
}

problems!(PartProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, AppealUnknown, AppealAnswered,
    InvalidAppeal, PhotographDamaged, IdempotencyKeyReused]);

/// What is an answer to an intent, and stays it.
const REFUSALS: &[Kind] = &[Kind::AppealAnswered, Kind::InvalidAppeal, Kind::PhotographDamaged];

/// Bring a part of a photograph
///
/// In any order, each once: what has come stays when a connection breaks. With the last part the photograph is compared
/// with what was announced; one that differs is dropped whole.
#[utoipa::path(post, path = "/v1/appeals/{appeal_id}/parts", tag = "appeals", operation_id = "bring_appeal_part",
    security(("access_token" = [])),
    params(
        ("appeal_id" = String, Path),
        ("Idempotency-Key" = String, Header, description = "The part's own key, up to 128 visible ASCII characters")),
    request_body = Part,
    responses((status = 200, description = "It has come, now or before", body = Appeal), PartProblems))]
pub(crate) async fn bring(
    State(backend): State<Backend>,
    caller: Caller,
    Path(appeal_id): Path<String>,
    headers: HeaderMap,
    Body(part): Body<Part>,
) -> Result<Json<Appeal>, Problem> {
    let asked = format!("appeal {appeal_id}");
    let key = Key::of(&caller.member_id, &headers, &asked, &part)?;
    backend.store().write(|tx| {
        let stored = || rows::load_own(tx, &caller.member_id, &appeal_id).map(Json);
        let outcome = idempotency::once(tx, &key, REFUSALS, stored, || {
            let appeal = rows::load_own(tx, &caller.member_id, &appeal_id)?;
            if appeal.answered_at.is_some() {
                return Err(Problem::new(Kind::AppealAnswered));
            }
            let announced = rows::announced(tx, &appeal_id, part.photograph)?.ok_or_else(|| invalid("/photograph"))?;
            if part.part >= announced.parts {
                return Err(invalid("/part"));
            }
            let bytes = STANDARD.decode(&part.bytes).map_err(|_| invalid("/bytes"))?;
            if bytes.is_empty() || bytes.len() as u64 > announced.size {
                return Err(invalid("/bytes"));
            }
            rows::keep_part(tx, &appeal_id, (part.photograph, part.part), &bytes)?;
            idempotency::remember(tx, &key, &appeal_id)?;
            stored()
        })?;
        match is_damaged(tx, &appeal_id, part.photograph)? {
            true => {
                rows::drop_parts(tx, &appeal_id, part.photograph)?;
                Ok(Err(Problem::new(Kind::PhotographDamaged)))
            }
            false => Ok(outcome),
        }
    })?
}

/// Whether all parts of a photograph have come, and are not what was announced.
fn is_damaged(tx: &Transaction<'_>, appeal_id: &str, photograph: u32) -> Result<bool, Problem> {
    let Some(announced) = rows::announced(tx, appeal_id, photograph)? else { return Ok(false) };
    let parts = rows::parts(tx, appeal_id, photograph)?;
    Ok(parts.len() == announced.parts as usize && !is_as_announced(&announced, &parts.concat()))
}

fn is_as_announced(announced: &PhotographAnnounced, bytes: &[u8]) -> bool {
    let sum: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.len() as u64 == announced.size && sum == announced.sha256
}
