use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::backend::Backend;
use crate::card::{self, Card, CardCode};
use crate::extract::{Body, Path};
use crate::link::{self, DeskCard};
use crate::problem::{Kind, Problem};
use crate::receipts::reception::{self, AtDesk};
use crate::{rules, trace};

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

/// A card that the reception gives out. Purchases are registered for its holder, as for any member.
#[derive(Debug, Deserialize)]
pub(super) struct NewDeskCard {
    number: Option<String>,
    phone: Option<String>,
    status: Option<String>,
    #[serde(default)]
    purchases: Vec<AtDesk>,
}

pub(super) async fn give_out(
    State(backend): State<Backend>,
    headers: HeaderMap,
    Body(new): Body<NewDeskCard>,
) -> Result<(StatusCode, Json<DeskCard>), Problem> {
    if new.number.as_ref().is_some_and(|number| !card::is_number(number)) {
        return Err(Problem::new(Kind::Malformed));
    }
    let now = backend.now();
    let status = new.status.unwrap_or_else(|| "active".to_owned());
    backend.store().write(|tx| {
        let card = link::give_out(tx, backend.seed(), new.number, new.phone, status, now)?;
        let rules = rules::in_force(tx)?;
        for purchase in new.purchases {
            let trace_id = trace::trace_id(&headers, backend.seed(), &["reception", &backend.request_id()]);
            reception::register(tx, backend.seed(), &rules, &card.holder_id, purchase, now, &trace_id)?;
        }
        Ok((StatusCode::CREATED, Json(card)))
    })
}
