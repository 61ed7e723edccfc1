//! Consents: a versioned document for each purpose, and what was decided of it. A decision is for one
//! version; all that were ever made are kept, so that each can be proven.

pub(crate) mod rows;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::etag;
use crate::extract::Body;
use crate::idempotency::{self, Key};
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::sessions::Caller;
use crate::texts::Texts;
use crate::time::Instant;
use crate::words::ConsentPurpose;

/// What a member is asked to consent to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ConsentDocument {
    pub(crate) purpose: ConsentPurpose,
    /// Another text is another version.
    #[schema(minimum = 1)]
    pub(crate) version: i64,
    /// Whether nobody is a member without it.
    pub(crate) required: bool,
    pub(crate) title: Texts,
    /// Plain text, paragraphs are separated by blank lines.
    pub(crate) text: Texts,
}

/// The present version of each document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentDocuments {
    documents: Vec<ConsentDocument>,
}

/// What was decided of one version of a document.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ConsentDecision {
    pub(crate) purpose: ConsentPurpose,
    #[schema(minimum = 1)]
    pub(crate) version: i64,
    pub(crate) granted: bool,
    /// By the phone's clock.
    pub(crate) decided_at: Instant,
}

/// The last decision of each purpose that was decided at all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberConsents {
    consents: Vec<ConsentDecision>,
}

problems!(DocumentsProblems: []);
problems!(ConsentsProblems: [Unauthorized, SessionEnded, AccountDeleted]);
problems!(DecideProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, ConsentRequired,
    ConsentOutdated, IdempotencyKeyReused]);

/// What a member is asked to consent to
///
/// Without a session: a phone number is personal data, so consent comes before it is sent.
#[utoipa::path(get, path = "/v1/consents", tag = "consents", operation_id = "list_consent_documents",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The documents", body = ConsentDocuments,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        DocumentsProblems))]
pub(crate) async fn documents(State(backend): State<Backend>, headers: HeaderMap) -> Result<Response, Problem> {
    let documents = backend.store().write(|tx| Ok(rows::documents(tx)?))?;
    tagged(&headers, &ConsentDocuments { documents })
}

/// What the member has decided
#[utoipa::path(get, path = "/v1/member/consents", tag = "consents", operation_id = "list_consents",
    security(("access_token" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The decisions", body = MemberConsents,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        ConsentsProblems))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let consents = backend.store().write(|tx| Ok(rows::of_member(tx, &caller.member_id)?))?;
    tagged(&headers, &MemberConsents { consents })
}

/// Give a consent or withdraw it
///
/// Consent is given to the present version only; any version can be withdrawn from.
#[utoipa::path(post, path = "/v1/member/consents", tag = "consents", operation_id = "decide_consent",
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    request_body = ConsentDecision,
    responses(
        (status = 200, description = "Recorded; or what is decided now, when this key has decided before",
            body = ConsentDecision),
        DecideProblems))]
pub(crate) async fn decide(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
    Body(decision): Body<ConsentDecision>,
) -> Result<Json<ConsentDecision>, Problem> {
    let key = Key::of(&caller.member_id, &headers, "consent", &decision)?;
    let now = backend.now();
    backend.store().write(|tx| {
        if idempotency::recall(tx, &key)?.is_none() {
            refuse(tx, &decision)?;
            rows::record(tx, &caller.member_id, &decision, now)?;
            idempotency::remember(tx, &key, decision.purpose.word())?;
        }
        let decided = rows::of_member(tx, &caller.member_id)?;
        let decided = decided.into_iter().find(|known| known.purpose == decision.purpose);
        decided.map(Json).ok_or_else(|| Problem::new(Kind::Internal))
    })
}

fn refuse(tx: &Transaction<'_>, decision: &ConsentDecision) -> Result<(), Problem> {
    let document = rows::document(tx, decision.purpose)?;
    if !decision.granted && document.required {
        return Err(Problem::new(Kind::ConsentRequired));
    }
    let oldest = if decision.granted { document.version } else { 1 };
    if !(oldest..=document.version).contains(&decision.version) {
        return Err(Problem::new(Kind::ConsentOutdated));
    }
    Ok(())
}

/// Keeps what was decided with the phone, until somebody signs in with it.
///
/// # Errors
/// `consent-needed` with the purposes that must be decided anew: those without which nobody is a
/// member, and those whose consent is to another text than the present one.
pub(crate) fn before_code(
    tx: &Transaction<'_>,
    phone: &str,
    decisions: &[ConsentDecision],
    now: i64,
) -> Result<(), Problem> {
    let needed: Vec<_> = rows::documents(tx)?
        .into_iter()
        .filter(|document| {
            // The last of several decisions of one purpose is the one that counts.
            match decisions.iter().rfind(|decision| decision.purpose == document.purpose) {
                Some(decision) if decision.granted => decision.version != document.version,
                _ => document.required,
            }
        })
        .map(|document| document.purpose.word())
        .collect();
    if !needed.is_empty() {
        return Err(Problem::new(Kind::ConsentNeeded).with("purposes", needed));
    }
    Ok(rows::keep_with_phone(tx, phone, decisions, now)?)
}

fn tagged(headers: &HeaderMap, answer: &impl Serialize) -> Result<Response, Problem> {
    let json = serde_json::to_string(answer).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(etag::answer(headers, json))
}
