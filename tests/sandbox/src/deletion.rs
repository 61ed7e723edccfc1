//! Leaving the programme: all that is the member's is deleted.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rusqlite::Transaction;

use crate::backend::Backend;
use crate::idempotency::Key;
use crate::openapi::problems;
use crate::problem::Problem;
use crate::sessions::{self, Caller};

problems!(DeleteProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing]);

/// Delete the member and all that is known of it
///
/// Every session of the member ends. A later call with one of its tokens is answered with
/// `account-deleted`, so that a lost answer can be told from an ended session. The same phone may join
/// again, as a new member.
#[utoipa::path(delete, path = "/v1/member", tag = "member", operation_id = "delete_member",
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    responses((status = 204, description = "Deleted"), DeleteProblems))]
pub(crate) async fn delete(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    // Nothing is kept under the key, because nothing is kept of the member: the dead tokens tell.
    Key::of(&caller.member_id, &headers, "deletion", &())?;
    backend.store().write(|tx| erase(tx, &caller.member_id))?;
    Ok(StatusCode::NO_CONTENT)
}

fn erase(tx: &Transaction<'_>, member_id: &str) -> Result<(), Problem> {
    sessions::bury(tx, member_id)?;
    let own = "(SELECT appeal_id FROM appeal WHERE member_id = ?1)";
    tx.execute(&format!("DELETE FROM appeal_part WHERE appeal_id IN {own}"), [member_id])?;
    for table in [
        "ledger",
        "receipt",
        "registration",
        "appeal",
        "appeal_photograph",
        "feed_read",
        "intent",
        "refusal",
        "card",
        "consent",
    ] {
        tx.execute(&format!("DELETE FROM {table} WHERE member_id = ?1"), [member_id])?;
    }
    let phone = "(SELECT phone FROM member WHERE member_id = ?1)";
    tx.execute(&format!("DELETE FROM code WHERE phone = {phone}"), [member_id])?;
    tx.execute(&format!("DELETE FROM consent WHERE phone = {phone}"), [member_id])?;
    tx.execute("DELETE FROM desk_card WHERE linked_to = ?1", [member_id])?;
    tx.execute("DELETE FROM member WHERE member_id = ?1", [member_id])?;
    Ok(())
}
