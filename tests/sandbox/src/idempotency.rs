use axum::http::{HeaderMap, HeaderName};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;

use crate::extract::visible;
use crate::problem::{Kind, Problem};
use crate::seed::fingerprint;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A member's key and what it was sent with.
#[derive(Debug)]
pub(crate) struct Key<'a> {
    member_id: &'a str,
    key: &'a str,
    fingerprint: String,
}

impl<'a> Key<'a> {
    /// As it was sent.
    pub(crate) fn text(&self) -> &str {
        self.key
    }

    /// The key of a request that asks for this, with this body.
    ///
    /// # Errors
    /// `idempotency-key-missing`; `malformed` when it is no word of visible ASCII.
    pub(crate) fn of(
        member_id: &'a str,
        headers: &'a HeaderMap,
        asked: &str,
        body: &impl Serialize,
    ) -> Result<Self, Problem> {
        if headers.get(&IDEMPOTENCY_KEY).is_none_or(|key| key.is_empty()) {
            return Err(Problem::new(Kind::IdempotencyKeyMissing));
        }
        let key = visible(headers, &IDEMPOTENCY_KEY, 128).ok_or_else(|| Problem::new(Kind::Malformed))?;
        let whole = serde_json::to_vec(&(asked, body)).map_err(|_| Problem::new(Kind::Internal))?;
        Ok(Self { member_id, key, fingerprint: fingerprint(&whole) })
    }
}

/// The id of what this key has done before.
///
/// # Errors
/// `idempotency-key-reused` when it did something else.
pub(crate) fn recall(tx: &Transaction<'_>, key: &Key<'_>) -> Result<Option<String>, Problem> {
    let before: Option<(String, String)> = tx
        .prepare_cached("SELECT fingerprint, subject FROM intent WHERE member_id = ?1 AND key = ?2")?
        .query_row([key.member_id, key.key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match before {
        Some((fingerprint, _)) if fingerprint != key.fingerprint => Err(Problem::new(Kind::IdempotencyKeyReused)),
        before => Ok(before.map(|(_, subject)| subject)),
    }
}

/// Carries an intent out once. Its key's first answer stays its answer, one of `refusals` too: a copy that the network
/// kept back would undo what the member has wished since.
pub(crate) fn once<T>(
    tx: &Transaction<'_>,
    key: &Key<'_>,
    refusals: &[Kind],
    again: impl FnOnce() -> Result<T, Problem>,
    first: impl FnOnce() -> Result<T, Problem>,
) -> Result<Result<T, Problem>, Problem> {
    if recall(tx, key)?.is_some() {
        return again().map(Ok);
    }
    if let Some(problem) = recall_refusal(tx, key, refusals)? {
        return Ok(Err(problem));
    }
    match first() {
        Err(problem) if refusals.contains(&problem.kind) => {
            remember_refusal(tx, key, &problem)?;
            Ok(Err(problem))
        }
        answer => answer.map(Ok),
    }
}

fn recall_refusal(tx: &Transaction<'_>, key: &Key<'_>, refusals: &[Kind]) -> Result<Option<Problem>, Problem> {
    let before: Option<(String, String, String)> = tx
        .prepare_cached("SELECT fingerprint, slug, extensions FROM refusal WHERE member_id = ?1 AND key = ?2")?
        .query_row([key.member_id, key.key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((fingerprint, slug, extensions)) = before else { return Ok(None) };
    if fingerprint != key.fingerprint {
        return Err(Problem::new(Kind::IdempotencyKeyReused));
    }
    let kind = refusals.iter().find(|kind| kind.description().slug == slug);
    Ok(kind.map(|kind| Problem::new(*kind).with_extensions(&extensions)))
}

fn remember_refusal(tx: &Transaction<'_>, key: &Key<'_>, problem: &Problem) -> Result<(), Problem> {
    tx.prepare_cached(
        "INSERT INTO refusal (member_id, key, fingerprint, slug, extensions) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        key.member_id,
        key.key,
        key.fingerprint,
        problem.kind.description().slug,
        problem.extensions()
    ])?;
    Ok(())
}

/// Belongs into the transaction of the effect itself: a key without its effect, or the reverse,
/// would carry an intent out twice or never.
pub(crate) fn remember(tx: &Transaction<'_>, key: &Key<'_>, subject: &str) -> Result<(), Problem> {
    tx.prepare_cached("INSERT INTO intent (member_id, key, fingerprint, subject) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![key.member_id, key.key, key.fingerprint, subject])?;
    Ok(())
}
