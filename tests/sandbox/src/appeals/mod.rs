//! Appeals: a member asks for a receipt to be looked at again, with photographs that come part by part.

pub(crate) mod parts;
pub(crate) mod rows;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::extract::Body;
use crate::idempotency::{self, Key};
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::sessions::Caller;
use crate::time::{Instant, TillTime};
use crate::words::AppealState;
use crate::{etag, receipts};

const MOST_PHOTOGRAPHS: usize = 3;
/// Of all photographs of an appeal together.
const MOST_BYTES: u64 = 2_000_000;
const LONGEST_COMMENT: usize = 1_000;
const LONGEST_ID: usize = 64;

/// Which receipt an appeal is about: its id, its requisites, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct AppealedReceipt {
    /// Null where the gallery has not registered it for this member.
    #[schema(required)]
    pub(crate) receipt_id: Option<String>,
    /// Null of a receipt that reception registered without requisites, as the next two.
    #[schema(required, pattern = "^[0-9]{1,16}$", example = "7380440801290534")]
    pub(crate) drive_number: Option<String>,
    #[schema(required, minimum = 0, maximum = 4_294_967_295_i64)]
    pub(crate) document_number: Option<u32>,
    #[schema(required, minimum = 0, maximum = 4_294_967_295_i64)]
    pub(crate) fiscal_sign: Option<u32>,
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub(crate) total_kopecks: i64,
    pub(crate) issued_at: TillTime,
}

/// A photograph that will follow.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct PhotographAnnounced {
    /// Bytes; of all photographs together at most 2 000 000.
    #[schema(minimum = 1, maximum = 2_000_000)]
    pub(crate) size: u64,
    /// In lower case hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(crate) sha256: String,
    /// How many parts it comes in.
    #[schema(minimum = 1, maximum = 100)]
    pub(crate) parts: u32,
}

/// What the member asks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewAppeal {
    /// Made by the phone, as random as an Idempotency-Key.
    #[schema(max_length = 64)]
    appeal_id: String,
    receipt: AppealedReceipt,
    /// Under which both sides' logs have the receipt.
    #[schema(required, pattern = "^[0-9a-f]{32}$")]
    trace_id: Option<String>,
    #[schema(max_length = 1000)]
    comment: String,
    #[schema(max_items = 3)]
    photographs: Vec<PhotographAnnounced>,
    /// When the member asked, by the phone's clock.
    requested_at: Instant,
}

/// An appeal with its answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Appeal {
    pub(crate) appeal_id: String,
    pub(crate) receipt: AppealedReceipt,
    pub(crate) comment: String,
    /// As it was sent.
    pub(crate) requested_at: Instant,
    pub(crate) state: AppealState,
    /// For the member, in the words of whoever answered.
    #[schema(required)]
    pub(crate) answer: Option<String>,
    #[schema(required)]
    pub(crate) answered_at: Option<Instant>,
    /// How many photographs have come whole.
    pub(crate) photographs_received: u32,
}

/// A member's appeals, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Appeals {
    appeals: Vec<Appeal>,
}

problems!(AppealsProblems: [Unauthorized, SessionEnded, AccountDeleted]);
problems!(OpenProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, AppealOpen, AppealAnswered,
    InvalidAppeal, IdempotencyKeyReused]);

/// What is an answer to an intent, and stays it.
const REFUSALS: &[Kind] = &[Kind::AppealOpen, Kind::AppealAnswered, Kind::InvalidAppeal];

/// The member's appeals
#[utoipa::path(get, path = "/v1/appeals", tag = "appeals", operation_id = "list_appeals",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    security(("access_token" = [])),
    responses(
        (status = 200, description = "The appeals", body = Appeals,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        AppealsProblems))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let appeals = backend.store().write(|tx| rows::of_member(tx, &caller.member_id))?;
    let json = serde_json::to_string(&Appeals { appeals }).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(etag::answer(&headers, json))
}

/// Open an appeal
///
/// It is open at once; its photographs follow. One appeal at a time about a receipt, and one for each decision.
#[utoipa::path(post, path = "/v1/appeals", tag = "appeals", operation_id = "open_appeal",
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    request_body = NewAppeal,
    responses(
        (status = 201, description = "Opened", body = Appeal),
        (status = 200, description = "It was opened before: the appeal as it is now", body = Appeal),
        OpenProblems))]
pub(crate) async fn open(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<NewAppeal>,
) -> Result<(StatusCode, Json<Appeal>), Problem> {
    let key = Key::of(&caller.member_id, &headers, "appeal", &new)?;
    let now = backend.now();
    backend.store().write(|tx| {
        let again = || Ok((StatusCode::OK, Json(rows::load_own(tx, &caller.member_id, &new.appeal_id)?)));
        idempotency::once(tx, &key, REFUSALS, again, || {
            new.check()?;
            match rows::owner(tx, &new.appeal_id)? {
                // Under another key: the phone has lost its queue, not the appeal.
                Some(owner) if owner == caller.member_id => return again(),
                Some(_) => return Err(invalid("/appeal_id")),
                None => {}
            }
            refuse(tx, &caller.member_id, &new.receipt)?;
            rows::insert(tx, &caller.member_id, &new, now)?;
            idempotency::remember(tx, &key, &new.appeal_id)?;
            Ok((StatusCode::CREATED, Json(rows::load_own(tx, &caller.member_id, &new.appeal_id)?)))
        })
    })?
}

fn invalid(pointer: &str) -> Problem {
    Problem::new(Kind::InvalidAppeal).with("pointer", pointer)
}

impl NewAppeal {
    fn check(&self) -> Result<(), Problem> {
        let is_id = (1..=LONGEST_ID).contains(&self.appeal_id.len())
            && self.appeal_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_sum = |sum: &str| sum.len() == 64 && sum.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let sizes: u64 = self.photographs.iter().fold(0, |sum, photograph| sum.saturating_add(photograph.size));
        let are_photographs = self.photographs.len() <= MOST_PHOTOGRAPHS
            && sizes <= MOST_BYTES
            && self.photographs.iter().all(|photograph| {
                photograph.size > 0 && (1..=100).contains(&photograph.parts) && is_sum(&photograph.sha256)
            });
        let receipt = &self.receipt;
        let is_named = receipt.receipt_id.is_some()
            || receipt.drive_number.is_some() && receipt.document_number.is_some() && receipt.fiscal_sign.is_some();
        for (is_right, pointer) in [
            (is_id, "/appeal_id"),
            (is_named, "/receipt/receipt_id"),
            (receipt.drive_number.as_deref().is_none_or(receipts::is_drive_number), "/receipt/drive_number"),
            ((0..=receipts::MOST_KOPECKS).contains(&receipt.total_kopecks), "/receipt/total_kopecks"),
            (self.comment.chars().count() <= LONGEST_COMMENT, "/comment"),
            (are_photographs, "/photographs"),
        ] {
            if !is_right {
                return Err(invalid(pointer));
            }
        }
        Ok(())
    }
}

/// Why there can be no further appeal about this receipt.
fn refuse(tx: &Transaction<'_>, member_id: &str, receipt: &AppealedReceipt) -> Result<(), Problem> {
    let known = rows::receipt_of(tx, member_id, receipt)?;
    let decided_at = known.and_then(|stored| stored.receipt.decided_at);
    for appeal in rows::of_member(tx, member_id)?.iter().filter(|appeal| appeal.receipt.is_same(receipt)) {
        match appeal.answered_at {
            None => return Err(Problem::new(Kind::AppealOpen)),
            Some(answered_at) if decided_at.is_none_or(|decided_at| decided_at <= answered_at) => {
                return Err(Problem::new(Kind::AppealAnswered));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

impl AppealedReceipt {
    fn is_same(&self, other: &Self) -> bool {
        let requisites =
            |receipt: &Self| Some((receipt.drive_number.clone()?, receipt.document_number?, receipt.fiscal_sign?));
        self.receipt_id.is_some() && self.receipt_id == other.receipt_id
            || requisites(self).is_some() && requisites(self) == requisites(other)
    }
}
