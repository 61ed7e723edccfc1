//! The ledger: the entries that follow from receipts, and their feed.

pub(crate) mod rows;

use axum::Json;
use axum::extract::State;
use rusqlite::Transaction;
use serde::Serialize;
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::cursor::{Feed, Page, page};
use crate::extract::Query;
use crate::members;
use crate::openapi::problems;
use crate::problem::Problem;
use crate::receipts::{MOST_KOPECKS, Receipt};
use crate::sessions::Caller;
use crate::store::{self, CHANGES, last_number};
use crate::time::TillTime;
use crate::words::{EntryState, ReceiptOperation, ReceiptState};

/// An entry of the ledger, in the format of the programme's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A purchase. Its id is its receipt's.
    Purchase {
        id: String,
        at: TillTime,
        #[schema(minimum = 1, maximum = 10_000_000_000_000_i64)]
        amount: i64,
        /// The shop's, absent while it is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        category: Option<String>,
        state: EntryState,
    },
    /// A return that is linked to its purchase. Its id is its receipt's.
    Return {
        id: String,
        at: TillTime,
        /// The purchase's id.
        #[schema(required)]
        of: Option<String>,
        #[schema(minimum = 1, maximum = 10_000_000_000_000_i64)]
        amount: i64,
        state: EntryState,
    },
    /// A tier given for a while, until the end of a day.
    Grant {
        id: String,
        at: TillTime,
        tier: String,
        #[schema(format = Date)]
        until: String,
    },
    /// Points given, or taken when negative.
    Points {
        id: String,
        at: TillTime,
        points: i64,
        /// The last day they are valid, absent: for ever.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, format = Date)]
        expires: Option<String>,
    },
}

/// Entries in the order of their last change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LedgerPage {
    /// The Moscow day of joining.
    #[schema(format = Date)]
    joined: String,
    entries: Vec<Entry>,
    /// Asking with it gives what changed since, also after the last page.
    next_cursor: String,
    /// Whether there is more already.
    more: bool,
}

problems!(LedgerProblems: [Unauthorized, SessionEnded, AccountDeleted, CursorUnknown]);

/// The member's ledger as a feed of changes
///
/// An entry that changes comes again with the same id, newest last.
#[utoipa::path(get, path = "/v1/ledger", tag = "programme", operation_id = "list_ledger", params(Page),
    security(("access_token" = [])),
    responses((status = 200, description = "The changes after the cursor", body = LedgerPage), LedgerProblems))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    Query(asked): Query<Page>,
) -> Result<Json<LedgerPage>, Problem> {
    let limit = asked.limit()?;
    backend.store().write(|tx| {
        let epoch = store::epoch(tx)?;
        let feed = Feed { seed: backend.seed(), name: "ledger", member_id: &caller.member_id, epoch };
        let after = asked.after(&feed, last_number(tx, CHANGES)?)?;
        let (entries, last, more) = page(rows::changes(tx, &caller.member_id, after, limit + 1)?, limit, after);
        let joined = members::joined(tx, &caller.member_id)?;
        Ok(Json(LedgerPage { joined, entries, next_cursor: feed.cursor(last), more }))
    })
}

/// Brings the ledger in line with a receipt. What a reader would see unchanged keeps its place in the feed.
pub(crate) fn follow(tx: &Transaction<'_>, member_id: &str, receipt: &Receipt) -> Result<(), Problem> {
    if let Some(entry) = entry_of(receipt) {
        rows::put(tx, member_id, &entry)?;
    }
    Ok(())
}

/// The entry of a receipt. A receipt whose operation is unknown may be a return, and an unlinked
/// return takes nothing: neither has one.
fn entry_of(receipt: &Receipt) -> Option<Entry> {
    if !(1..=MOST_KOPECKS).contains(&receipt.total_kopecks) {
        return None;
    }
    let state = match receipt.state {
        ReceiptState::Pending => EntryState::Pending,
        ReceiptState::Credited | ReceiptState::Reversed => EntryState::Credited,
        ReceiptState::Rejected => EntryState::Rejected,
    };
    let (id, at, amount) = (receipt.receipt_id.clone(), receipt.issued_at, receipt.total_kopecks);
    match receipt.operation? {
        ReceiptOperation::Sale => Some(Entry::Purchase { id, at, amount, category: receipt.category.clone(), state }),
        ReceiptOperation::SaleReturn => {
            receipt.of.clone().map(|purchase| Entry::Return { id, at, of: Some(purchase), amount, state })
        }
        ReceiptOperation::Payout | ReceiptOperation::PayoutReturn => None,
    }
}
