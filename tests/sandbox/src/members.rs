use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::Seed;
use crate::sessions::Caller;
use crate::store::next_number;
use crate::time::{Instant, day_of};
use crate::{card, etag, programme, rules};

/// A member of the programme.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Member {
    member_id: String,
    /// The Moscow day of joining.
    #[schema(format = Date, example = "2026-03-14")]
    joined: String,
    /// The id of the tier in the rules in force.
    #[schema(example = "vesna")]
    tier: String,
    /// Since when, null when never changed.
    #[schema(required)]
    tier_since: Option<Instant>,
}

problems!(MemberProblems: [Unauthorized, SessionEnded, AccountDeleted]);

/// The member who is signed in
#[utoipa::path(get, path = "/v1/member", tag = "member", operation_id = "show_member", security(("access_token" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The member", body = Member,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        MemberProblems))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = backend.now();
    let member = backend.store().write(|tx| load(tx, &caller.member_id, now))?;
    let json = serde_json::to_string(&member).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(etag::answer(&headers, json))
}

/// # Errors
/// `not-found` when there is no such member.
pub(crate) fn load(tx: &Transaction<'_>, member_id: &str, now: i64) -> Result<Member, Problem> {
    let joined = joined(tx, member_id)?;
    let standing = programme::standing(tx, &rules::in_force(tx)?.programme, member_id, now)?;
    Ok(Member { member_id: member_id.to_owned(), joined, tier: standing.tier, tier_since: standing.since.map(Instant) })
}

/// The id of the member's tier at `now`.
pub(crate) fn tier(tx: &Transaction<'_>, member_id: &str, now: i64) -> Result<String, Problem> {
    Ok(programme::standing(tx, &rules::in_force(tx)?.programme, member_id, now)?.tier)
}

/// # Errors
/// `not-found` when there is no such member.
pub(crate) fn joined(tx: &Transaction<'_>, member_id: &str) -> Result<String, Problem> {
    tx.query_row("SELECT joined FROM member WHERE member_id = ?1", [member_id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Every member with its phone, in the order of joining.
pub(crate) fn all(tx: &Transaction<'_>, now: i64) -> Result<Vec<(Member, Option<String>)>, Problem> {
    let mut statement = tx.prepare_cached("SELECT member_id, phone FROM member ORDER BY joined, member_id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let members = rows.collect::<rusqlite::Result<Vec<(String, Option<String>)>>>()?;
    members.into_iter().map(|(member_id, phone)| Ok((load(tx, &member_id, now)?, phone))).collect()
}

pub(crate) fn find_or_create(tx: &Transaction<'_>, seed: Seed, phone: &str, now: i64) -> Result<String, Problem> {
    let known = tx.query_row("SELECT member_id FROM member WHERE phone = ?1", [phone], |row| row.get(0)).optional()?;
    if let Some(member_id) = known {
        return Ok(member_id);
    }
    let number = next_number(tx, "member")?;
    let member_id = format!("m{}", seed.token("member", &[&number.to_string(), phone]));
    tx.execute(
        "INSERT INTO member (member_id, phone, joined) VALUES (?1, ?2, ?3)",
        params![member_id, phone, day_of(now).to_string()],
    )?;
    card::make(tx, seed, &member_id)?;
    Ok(member_id)
}
