use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::extract::bearer;
use crate::problem::{Kind, Problem};
use crate::seed::{Seed, fingerprint};
use crate::store::next_number;

const ACCESS_SECONDS: i64 = 900;

/// A session's tokens. A refresh token stays valid until the pair that replaced it is first used,
/// because the answer with the new pair can be lost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// How long the access token is valid from now.
    access_expires_in_seconds: i64,
    /// For `/v1/auth/refresh`.
    refresh_token: String,
}

/// Who is calling, known by the access token.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) member_id: String,
    pub(crate) session_id: i64,
}

impl FromRequestParts<Backend> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, backend: &Backend) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(|| Problem::new(Kind::Unauthorized))?;
        let now = backend.now();
        backend.store().write(|tx| authenticate(tx, token, now))
    }
}

struct Pair {
    caller: Caller,
    generation: i64,
    access_until: i64,
    refresh_dead: bool,
    ended: bool,
}

pub(crate) fn open(tx: &Transaction<'_>, seed: Seed, member_id: &str, now: i64) -> Result<Tokens, Problem> {
    let session_id = next_number(tx, "session")?;
    tx.execute(
        "INSERT INTO session (session_id, member_id, ended) VALUES (?1, ?2, 0)",
        params![session_id, member_id],
    )?;
    issue(tx, seed, session_id, member_id, now)
}

pub(crate) fn refresh(tx: &Transaction<'_>, seed: Seed, token: &str, now: i64) -> Result<Tokens, Problem> {
    let pair = match pair_of(tx, Token::Refresh, token)? {
        Some(pair) if !pair.ended && !pair.refresh_dead => pair,
        Some(_) => return Err(Problem::new(Kind::SessionEnded)),
        None => return Err(unknown(tx, token, Kind::SessionEnded)?),
    };
    used(tx, &pair)?;
    issue(tx, seed, pair.caller.session_id, &pair.caller.member_id, now)
}

pub(crate) fn end(tx: &Transaction<'_>, session_id: i64) -> Result<(), Problem> {
    tx.execute("UPDATE session SET ended = 1 WHERE session_id = ?1", [session_id])?;
    Ok(())
}

pub(crate) fn end_all(tx: &Transaction<'_>, member_id: &str) -> Result<(), Problem> {
    tx.execute("UPDATE session SET ended = 1 WHERE member_id = ?1", [member_id])?;
    Ok(())
}

pub(crate) fn expire_access(tx: &Transaction<'_>, member_id: &str) -> Result<(), Problem> {
    tx.execute(
        "UPDATE token_pair SET access_until = 0
         WHERE session_id IN (SELECT session_id FROM session WHERE member_id = ?1)",
        [member_id],
    )?;
    Ok(())
}

/// Ends every session of a member who is deleted, and remembers no more of them than it takes to know
/// their tokens again.
pub(crate) fn bury(tx: &Transaction<'_>, member_id: &str) -> Result<(), Problem> {
    let sessions = "(SELECT session_id FROM session WHERE member_id = ?1)";
    let tokens = tx
        .prepare(&format!("SELECT access_token, refresh_token FROM token_pair WHERE session_id IN {sessions}"))?
        .query_map([member_id], |row| Ok([row.get(0)?, row.get(1)?]))?
        .collect::<rusqlite::Result<Vec<[String; 2]>>>()?;
    let mut burial = tx.prepare("INSERT OR IGNORE INTO buried_token (fingerprint) VALUES (?1)")?;
    for token in tokens.as_flattened() {
        burial.execute([fingerprint(token.as_bytes())])?;
    }
    tx.execute(&format!("DELETE FROM token_pair WHERE session_id IN {sessions}"), [member_id])?;
    tx.execute("DELETE FROM session WHERE member_id = ?1", [member_id])?;
    Ok(())
}

/// What a token that no session has is refused with.
fn unknown(tx: &Transaction<'_>, token: &str, otherwise: Kind) -> rusqlite::Result<Problem> {
    let buried = tx
        .prepare_cached("SELECT 1 FROM buried_token WHERE fingerprint = ?1")?
        .exists([fingerprint(token.as_bytes())])?;
    Ok(Problem::new(if buried { Kind::AccountDeleted } else { otherwise }))
}

fn authenticate(tx: &Transaction<'_>, token: &str, now: i64) -> Result<Caller, Problem> {
    let Some(pair) = pair_of(tx, Token::Access, token)? else {
        return Err(unknown(tx, token, Kind::Unauthorized)?);
    };
    if pair.ended {
        return Err(Problem::new(Kind::SessionEnded));
    }
    if pair.access_until <= now {
        return Err(Problem::new(Kind::Unauthorized));
    }
    used(tx, &pair)?;
    Ok(pair.caller)
}

#[derive(Clone, Copy)]
enum Token {
    Access,
    Refresh,
}

fn pair_of(tx: &Transaction<'_>, kind: Token, token: &str) -> rusqlite::Result<Option<Pair>> {
    let column = match kind {
        Token::Access => "access_token",
        Token::Refresh => "refresh_token",
    };
    let sql = format!(
        "SELECT session_id, member_id, generation, access_until, refresh_dead, ended
         FROM token_pair JOIN session USING (session_id) WHERE {column} = ?1"
    );
    tx.prepare_cached(&sql)?
        .query_row([token], |row| {
            Ok(Pair {
                caller: Caller { session_id: row.get(0)?, member_id: row.get(1)? },
                generation: row.get(2)?,
                access_until: row.get(3)?,
                refresh_dead: row.get(4)?,
                ended: row.get(5)?,
            })
        })
        .optional()
}

/// The client holds this pair, so it no longer needs those before it.
fn used(tx: &Transaction<'_>, pair: &Pair) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE token_pair SET refresh_dead = 1 WHERE session_id = ?1 AND generation < ?2 AND refresh_dead = 0",
    )?
    .execute(params![pair.caller.session_id, pair.generation])?;
    Ok(())
}

fn issue(tx: &Transaction<'_>, seed: Seed, session_id: i64, member_id: &str, now: i64) -> Result<Tokens, Problem> {
    let generation: i64 = tx.query_row(
        "SELECT coalesce(max(generation), 0) + 1 FROM token_pair WHERE session_id = ?1",
        [session_id],
        |row| row.get(0),
    )?;
    let about = [member_id, &session_id.to_string(), &generation.to_string(), &now.to_string()];
    let tokens = Tokens {
        access_token: seed.token("access", &about),
        access_expires_in_seconds: ACCESS_SECONDS,
        refresh_token: seed.token("refresh", &about),
    };
    tx.execute(
        "INSERT INTO token_pair (session_id, generation, access_token, access_until, refresh_token, refresh_dead)
         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        params![session_id, generation, tokens.access_token, now + ACCESS_SECONDS, tokens.refresh_token],
    )?;
    Ok(tokens)
}
