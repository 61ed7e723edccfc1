use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::extract::Body;
use crate::problem::{Kind, Problem};
use crate::time::{Instant, parse_instant};

#[derive(Debug, Serialize)]
pub(super) struct Now {
    now: Instant,
}

/// Exactly one of the two.
#[derive(Debug, Deserialize)]
pub(super) struct Shift {
    set: Option<String>,
    advance_seconds: Option<i64>,
}

pub(super) async fn show(State(backend): State<Backend>) -> Json<Now> {
    Json(Now { now: Instant(backend.now()) })
}

pub(super) async fn shift(State(backend): State<Backend>, Body(shift): Body<Shift>) -> Result<Json<Now>, Problem> {
    let malformed = || Problem::new(Kind::Malformed);
    let target = match (shift.set, shift.advance_seconds) {
        (Some(instant), None) => {
            parse_instant(&instant).and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or_else(malformed)?
        }
        (None, Some(seconds)) => TimeDelta::try_seconds(seconds)
            .and_then(|by| backend.clock().now().checked_add_signed(by))
            .ok_or_else(malformed)?,
        _ => return Err(malformed()),
    };
    // Beyond these years nothing of the gallery happens, and dates could leave the calendar.
    let earliest = DateTime::UNIX_EPOCH;
    let latest = DateTime::from_timestamp(7_258_118_400, 0).unwrap_or(DateTime::UNIX_EPOCH);
    if !(earliest..latest).contains(&target) {
        return Err(malformed());
    }
    backend.clock().set(target);
    backend.try_settle()?;
    Ok(Json(Now { now: Instant(backend.now()) }))
}
