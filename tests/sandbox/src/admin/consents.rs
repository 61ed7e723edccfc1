use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::consents::{ConsentDecision, ConsentDocument, rows};
use crate::extract::{Body, Path};
use crate::members;
use crate::problem::{Kind, Problem};
use crate::texts::Texts;
use crate::time::Instant;
use crate::words::ConsentPurpose;

/// The next version of a document. What is absent is as in the present one.
#[derive(Debug, Deserialize)]
pub(super) struct NewVersion {
    required: Option<bool>,
    title: Option<Texts>,
    text: Option<Texts>,
}

/// A decision, and when the gallery heard of it.
#[derive(Debug, Serialize)]
pub(super) struct Recorded {
    #[serde(flatten)]
    decision: ConsentDecision,
    recorded_at: Instant,
}

pub(super) async fn publish(
    State(backend): State<Backend>,
    Path(purpose): Path<String>,
    Body(new): Body<NewVersion>,
) -> Result<(StatusCode, Json<ConsentDocument>), Problem> {
    let purpose = ConsentPurpose::parse(&purpose).ok_or_else(|| Problem::new(Kind::NotFound))?;
    backend.store().write(|tx| {
        let present = rows::document(tx, purpose)?;
        let required = new.required.unwrap_or(present.required);
        let (title, text) = (new.title.unwrap_or(present.title), new.text.unwrap_or(present.text));
        Ok((StatusCode::CREATED, Json(rows::publish(tx, purpose, required, title, text)?)))
    })
}

/// Every decision of a member, oldest first: what proves them.
pub(super) async fn history(
    State(backend): State<Backend>,
    Path(member_id): Path<String>,
) -> Result<Json<Vec<Recorded>>, Problem> {
    backend.store().write(|tx| {
        members::joined(tx, &member_id)?;
        let recorded = |(decision, at)| Recorded { decision, recorded_at: Instant(at) };
        Ok(Json(rows::history(tx, &member_id)?.into_iter().map(recorded).collect()))
    })
}
