use axum::Json;
use axum::extract::State;
use rusqlite::{Transaction, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::{COLUMNS, Receipt, stored};
use crate::backend::Backend;
use crate::cursor::{Feed, Page, page};
use crate::extract::Query;
use crate::openapi::problems;
use crate::problem::Problem;
use crate::sessions::Caller;
use crate::store::{self, CHANGES, last_number};

/// Receipts in the order of their last change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceiptsPage {
    receipts: Vec<Receipt>,
    /// Asking with it gives what changed since, also after the last page.
    next_cursor: String,
    /// Whether there is more already.
    more: bool,
}

problems!(FeedProblems: [Unauthorized, SessionEnded, AccountDeleted, CursorUnknown]);

/// The member's receipts as a feed of changes
///
/// A receipt that changes comes again, newest last.
#[utoipa::path(get, path = "/v1/receipts", tag = "receipts", operation_id = "list_receipts", params(Page),
    security(("access_token" = [])),
    responses((status = 200, description = "The changes after the cursor", body = ReceiptsPage), FeedProblems))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    Query(asked): Query<Page>,
) -> Result<Json<ReceiptsPage>, Problem> {
    let limit = asked.limit()?;
    backend.store().write(|tx| {
        let epoch = store::epoch(tx)?;
        let feed = Feed { seed: backend.seed(), name: "receipts", member_id: &caller.member_id, epoch };
        let after = asked.after(&feed, last_number(tx, CHANGES)?)?;
        let (receipts, last, more) = page(changes(tx, &caller.member_id, after, limit + 1)?, limit, after);
        Ok(Json(ReceiptsPage { receipts, next_cursor: feed.cursor(last), more }))
    })
}

fn changes(tx: &Transaction<'_>, member_id: &str, after: i64, most: usize) -> Result<Vec<(i64, Receipt)>, Problem> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM receipt WHERE member_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    ))?;
    let rows = statement
        .query_map(params![member_id, after, most as i64], |row| Ok((row.get("seq")?, stored(row)?.receipt)))?;
    rows.map(|row| {
        let (seq, receipt) = row?;
        Ok((seq, receipt.complete(tx)?))
    })
    .collect()
}
