use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::extract::{Body, Path};
use crate::problem::{Kind, Problem};
use crate::receipts::reception::{self, AtDesk, Verdict};
use crate::receipts::{self, Receipt};
use crate::words::ReceiptReason;
use crate::{rules, trace};

#[derive(Debug, Serialize)]
pub(super) struct Listed {
    member_id: String,
    #[serde(flatten)]
    receipt: Receipt,
}

#[derive(Debug, Deserialize)]
pub(super) struct NewVerdict {
    state: Decided,
    reason: Option<ReceiptReason>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decided {
    Credited,
    Rejected,
}

#[derive(Debug, Deserialize)]
pub(super) struct Link {
    purchase: String,
}

pub(super) async fn list(State(backend): State<Backend>) -> Result<Json<Vec<Listed>>, Problem> {
    let receipts = backend.store().write(receipts::all)?;
    let listed = |stored: receipts::Stored| Listed { member_id: stored.member_id, receipt: stored.receipt };
    Ok(Json(receipts.into_iter().map(listed).collect()))
}

pub(super) async fn purchase(
    State(backend): State<Backend>,
    Path(member_id): Path<String>,
    headers: HeaderMap,
    Body(new): Body<AtDesk>,
) -> Result<(StatusCode, Json<Receipt>), Problem> {
    let now = backend.now();
    let stored = backend.store().write(|tx| {
        let rules = rules::in_force(tx)?;
        let trace_id = trace::trace_id(&headers, backend.seed(), &["reception", &backend.request_id()]);
        reception::register(tx, backend.seed(), &rules, &member_id, new, now, &trace_id)
    })?;
    Ok((StatusCode::CREATED, Json(stored.receipt)))
}

pub(super) async fn verdict(
    State(backend): State<Backend>,
    Path(receipt_id): Path<String>,
    Body(new): Body<NewVerdict>,
) -> Result<Json<Receipt>, Problem> {
    let verdict = match (new.state, new.reason) {
        (Decided::Credited, None) => Verdict::Credited,
        (Decided::Credited, Some(_)) => return Err(Problem::new(Kind::Malformed)),
        (Decided::Rejected, reason) => Verdict::Rejected(reason.unwrap_or(ReceiptReason::NotThisGallery)),
    };
    let now = backend.now();
    let stored = backend.store().write(|tx| {
        let rules = rules::in_force(tx)?;
        reception::decide(tx, backend.seed(), &rules, &receipt_id, verdict, now)
    })?;
    Ok(Json(stored.receipt))
}

pub(super) async fn link(
    State(backend): State<Backend>,
    Path(receipt_id): Path<String>,
    Body(link): Body<Link>,
) -> Result<Json<Receipt>, Problem> {
    let now = backend.now();
    let stored = backend.store().write(|tx| {
        let rules = rules::in_force(tx)?;
        reception::link(tx, backend.seed(), &rules, &receipt_id, &link.purchase, now)
    })?;
    Ok(Json(stored.receipt))
}
