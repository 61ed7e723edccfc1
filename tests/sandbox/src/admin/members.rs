use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::auth;
use crate::backend::Backend;
use crate::extract::{Body, Path};
use crate::ledger::{Entry, rows};
use crate::members::{self, Member};
use crate::problem::{Kind, Problem};
use crate::sessions;
use crate::store::next_number;
use crate::time::TillTime;

#[derive(Debug, Serialize)]
pub(super) struct Code {
    code: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Listed {
    #[serde(flatten)]
    member: Member,
    /// Null: the holder of a card that nobody has linked.
    phone: Option<String>,
}

/// What no receipt leads to.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum NewEntry {
    Grant { tier: String, until: NaiveDate },
    Points { points: i64, expires: Option<NaiveDate> },
}

/// The largest points of one entry, either way.
const MOST_POINTS: u64 = 1_000_000_000_000;

pub(super) async fn code(State(backend): State<Backend>, Path(phone): Path<String>) -> Result<Json<Code>, Problem> {
    let code = backend.store().write(|tx| auth::last_code(tx, &phone))?;
    code.map(|code| Json(Code { code })).ok_or_else(|| Problem::new(Kind::NotFound))
}

pub(super) async fn list(State(backend): State<Backend>) -> Result<Json<Vec<Listed>>, Problem> {
    let now = backend.now();
    let members = backend.store().write(|tx| members::all(tx, now))?;
    Ok(Json(members.into_iter().map(|(member, phone)| Listed { member, phone }).collect()))
}

pub(super) async fn enter(
    State(backend): State<Backend>,
    Path(member_id): Path<String>,
    Body(new): Body<NewEntry>,
) -> Result<(StatusCode, Json<Entry>), Problem> {
    if let NewEntry::Points { points, .. } = &new
        && !(1..=MOST_POINTS).contains(&points.unsigned_abs())
    {
        return Err(Problem::new(Kind::Malformed));
    }
    let at = TillTime(backend.now());
    backend.store().write(|tx| {
        members::joined(tx, &member_id)?;
        let id = format!("e{}", next_number(tx, "entry")?);
        let entry = match new {
            NewEntry::Grant { tier, until } => Entry::Grant { id, at, tier, until: until.to_string() },
            NewEntry::Points { points, expires } => {
                Entry::Points { id, at, points, expires: expires.map(|day| day.to_string()) }
            }
        };
        rows::put(tx, &member_id, &entry)?;
        Ok((StatusCode::CREATED, Json(entry)))
    })
}

pub(super) async fn revoke(
    State(backend): State<Backend>,
    Path(member_id): Path<String>,
) -> Result<StatusCode, Problem> {
    backend.store().write(|tx| {
        members::joined(tx, &member_id)?;
        sessions::end_all(tx, &member_id)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn expire_access(
    State(backend): State<Backend>,
    Path(member_id): Path<String>,
) -> Result<StatusCode, Problem> {
    backend.store().write(|tx| {
        members::joined(tx, &member_id)?;
        sessions::expire_access(tx, &member_id)
    })?;
    Ok(StatusCode::NO_CONTENT)
}
