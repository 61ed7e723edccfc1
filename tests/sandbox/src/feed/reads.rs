use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::rows;
use crate::backend::Backend;
use crate::extract::Path;
use crate::idempotency::{self, Key};
use crate::openapi::problems;
use crate::problem::Problem;
use crate::sessions::Caller;

problems!(ReadProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, ItemUnknown,
    IdempotencyKeyReused]);

/// Mark a piece of news as read
///
/// Reading it again changes nothing.
#[utoipa::path(post, path = "/v1/feed/{item_id}/read", tag = "feed", operation_id = "read_feed_item",
    security(("access_token" = [])),
    params(
        ("item_id" = String, Path),
        ("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    responses((status = 204, description = "Read"), ReadProblems))]
pub(crate) async fn read(
    State(backend): State<Backend>,
    caller: Caller,
    Path(item_id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let key = Key::of(&caller.member_id, &headers, &format!("read {item_id}"), &())?;
    backend.store().write(|tx| {
        if idempotency::recall(tx, &key)?.is_none() {
            rows::mark_read(tx, &caller.member_id, &item_id)?;
            idempotency::remember(tx, &key, &item_id)?;
        }
        Ok(StatusCode::NO_CONTENT)
    })
}
