//! The gallery's news, each for its audience, newest first.

pub(crate) mod reads;
pub(crate) mod rows;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::backend::Backend;
use crate::cursor::{Feed, page};
use crate::extract::Query;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::fingerprint;
use crate::sessions::Caller;
use crate::texts::{Audience, Texts};
use crate::time::Instant;
use crate::{etag, members, store};
use rows::Viewer;

/// A piece of news. It may have further fields, which are served as they were published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FeedItem {
    #[serde(default)]
    #[schema(required, example = "spring-evening")]
    pub(crate) item_id: String,
    /// `event`, `personal_discount`, `privilege`, `news`, or a newer word.
    #[serde(rename = "type")]
    #[schema(example = "news")]
    pub(crate) kind: String,
    #[serde(default)]
    #[schema(required)]
    pub(crate) audience: Audience,
    pub(crate) title: Texts,
    /// Plain text, paragraphs are separated by blank lines.
    pub(crate) body: Texts,
    #[serde(default)]
    #[schema(required)]
    pub(crate) links: Vec<Link>,
    /// Relative to the API's host.
    #[serde(default)]
    #[schema(required, example = "/v1/media/1f0c")]
    pub(crate) picture_url: Option<String>,
    pub(crate) published_at: Instant,
    /// Null: it has no end.
    #[schema(required)]
    pub(crate) until: Option<Instant>,
    /// The event it invites to.
    #[schema(required)]
    pub(crate) event_id: Option<String>,
    #[schema(required)]
    pub(crate) discount_percent: Option<i64>,
    /// Whether the member has read it.
    #[serde(default)]
    #[schema(required)]
    pub(crate) read: bool,
    /// What the contract does not know.
    #[serde(flatten)]
    pub(crate) further: BTreeMap<String, Value>,
}

/// Where a piece of news leads.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Link {
    pub(crate) title: Texts,
    pub(crate) url: String,
}

/// News, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedPage {
    items: Vec<FeedItem>,
    /// For the next page, null when this is the last.
    #[schema(required)]
    next_cursor: Option<String>,
    more: bool,
}

/// Which part of the news is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NewestFirst {
    /// The `next_cursor` of an earlier page; absent: from the newest.
    cursor: Option<String>,
    /// At most this many; absent: 50.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

problems!(FeedProblems: [Unauthorized, SessionEnded, AccountDeleted, CursorUnknown]);

/// The news for the member, newest first
///
/// Only what is published, not over, and for the member's tier. The ETag of the first page stands for
/// the whole feed, not only for the page.
#[utoipa::path(get, path = "/v1/feed", tag = "feed", operation_id = "list_feed",
    params(NewestFirst, ("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    security(("access_token" = [])),
    responses(
        (status = 200, description = "A page of news", body = FeedPage,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        FeedProblems))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    Query(asked): Query<NewestFirst>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = match asked.limit.unwrap_or(50) {
        limit @ 1..=100 => limit as usize,
        _ => return Err(Problem::new(Kind::Malformed)),
    };
    let now = backend.now();
    backend.store().write(|tx| {
        let epoch = store::epoch(tx)?;
        let feed = Feed { seed: backend.seed(), name: "feed", member_id: &caller.member_id, epoch };
        let after = match &asked.cursor {
            Some(cursor) => Some(rows::position(tx, &feed, cursor)?.ok_or_else(|| Problem::new(Kind::CursorUnknown))?),
            None => None,
        };
        let tier = members::tier(tx, &caller.member_id, now)?;
        let viewer = Viewer { member_id: &caller.member_id, tier: &tier, now };
        let (items, last, more) = page(rows::visible(tx, &viewer, after, limit + 1)?, limit, after);
        let next_cursor = last.filter(|_| more).map(|position| feed.cursor(position));
        let page = FeedPage { items, next_cursor, more };
        let json = serde_json::to_string(&page).map_err(|_| Problem::new(Kind::Internal))?;
        let tag = match after {
            None => rows::whole(tx, &viewer)?,
            Some(_) => fingerprint(json.as_bytes()),
        };
        Ok(etag::answer_as(&headers, &tag, "application/json", json))
    })
}
