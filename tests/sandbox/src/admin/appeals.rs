use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use crate::appeals::rows::{self, Owned};
use crate::appeals::{Appeal, PhotographAnnounced};
use crate::backend::Backend;
use crate::extract::{Body, Path};
use crate::problem::{Kind, Problem};
use crate::receipts::reception::{self, AtDesk, Verdict};
use crate::words::AppealState;
use crate::{rules, trace};

/// An appeal as the gallery's people see it.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    member_id: String,
    trace_id: Option<String>,
    photographs: Vec<ListedPhotograph>,
    #[serde(flatten)]
    appeal: Appeal,
}

#[derive(Debug, Serialize)]
struct ListedPhotograph {
    #[serde(flatten)]
    announced: PhotographAnnounced,
    /// How many of its parts have come.
    received: usize,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    state: Answered,
    /// For the member.
    answer: String,
    /// Needed to accept an appeal about a receipt that the gallery has not registered for the member.
    shop: Option<String>,
    category: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answered {
    Accepted,
    Declined,
}

pub(super) async fn list(State(backend): State<Backend>) -> Result<Json<Vec<Listed>>, Problem> {
    backend.store().write(|tx| rows::all(tx)?.into_iter().map(|owned| listed(tx, owned)).collect()).map(Json)
}

pub(super) async fn photograph(
    State(backend): State<Backend>,
    Path((appeal_id, number)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let bytes = backend.store().write(|tx| {
        let announced = rows::announced(tx, &appeal_id, number)?.ok_or_else(|| Problem::new(Kind::NotFound))?;
        let parts = rows::parts(tx, &appeal_id, number)?;
        if parts.len() == announced.parts as usize { Ok(parts.concat()) } else { Err(Problem::new(Kind::NotFound)) }
    })?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}

/// Answers it. To accept it is to count the receipt.
pub(super) async fn answer(
    State(backend): State<Backend>,
    Path(appeal_id): Path<String>,
    headers: HeaderMap,
    Body(answer): Body<Answer>,
) -> Result<Json<Listed>, Problem> {
    let now = backend.now();
    let trace_id = trace::trace_id(&headers, backend.seed(), &["appeal", &appeal_id]);
    backend.store().write(|tx| {
        let owned = rows::load(tx, &appeal_id)?;
        if owned.appeal.answered_at.is_some() {
            return Err(Problem::new(Kind::Conflict));
        }
        let state = match answer.state {
            Answered::Accepted => {
                count(&backend, tx, &owned, &answer, now, &trace_id)?;
                AppealState::Accepted
            }
            Answered::Declined => AppealState::Declined,
        };
        rows::answer(tx, &appeal_id, (state, &answer.answer), now)?;
        listed(tx, rows::load(tx, &appeal_id)?).map(Json)
    })
}

fn count(
    backend: &Backend,
    tx: &Transaction<'_>,
    owned: &Owned,
    answer: &Answer,
    now: i64,
    trace_id: &str,
) -> Result<(), Problem> {
    let rules = rules::in_force(tx)?;
    let appealed = &owned.appeal.receipt;
    if let Some(stored) = rows::receipt_of(tx, &owned.member_id, appealed)? {
        let receipt_id = &stored.receipt.receipt_id;
        return reception::decide(tx, backend.seed(), &rules, receipt_id, Verdict::Credited, now).map(drop);
    }
    let (Some(shop), Some(category)) = (answer.shop.clone(), answer.category.clone()) else {
        return Err(Problem::new(Kind::Malformed));
    };
    let new = AtDesk {
        total_kopecks: appealed.total_kopecks,
        issued_at: appealed.issued_at.rfc3339(),
        shop,
        category,
        drive_number: appealed.drive_number.clone(),
        document_number: appealed.document_number,
        fiscal_sign: appealed.fiscal_sign,
    };
    reception::register(tx, backend.seed(), &rules, &owned.member_id, new, now, trace_id).map(drop)
}

fn listed(tx: &Transaction<'_>, owned: Owned) -> Result<Listed, Problem> {
    let mut photographs = Vec::new();
    for number in 0.. {
        let Some(announced) = rows::announced(tx, &owned.appeal.appeal_id, number)? else { break };
        let received = rows::parts(tx, &owned.appeal.appeal_id, number)?.len();
        photographs.push(ListedPhotograph { announced, received });
    }
    let Owned { member_id, trace_id, appeal } = owned;
    Ok(Listed { member_id, trace_id, photographs, appeal })
}
