use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::consents::{self, ConsentDecision};
use crate::extract::Body;
use crate::members::{self, Member};
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::Seed;
use crate::sessions::{self, Caller, Tokens};

const RESEND_SECONDS: i64 = 60;
const CODE_SECONDS: i64 = 300;
const CODE_LENGTH: usize = 4;
const ATTEMPTS: i64 = 5;

/// Asks for a code by SMS.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CodeRequest {
    /// E.164.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$", example = "+79161234567")]
    phone: String,
    /// What was decided of the present documents. It is kept with the phone, and is the member's who
    /// signs in with it.
    #[serde(default)]
    #[schema(required)]
    consents: Vec<ConsentDecision>,
}

/// A code is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeSent {
    /// When another may be asked for.
    resend_after_seconds: i64,
    /// How long the code is valid.
    expires_in_seconds: i64,
    /// How many digits it has.
    code_length: usize,
}

/// Signs in.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SessionRequest {
    /// E.164.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$", example = "+79161234567")]
    phone: String,
    /// The digits of the SMS.
    #[schema(example = "0417")]
    code: String,
}

/// A session has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionOpened {
    tokens: Tokens,
    member: Member,
}

/// Asks for the next pair of tokens.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RefreshRequest {
    refresh_token: String,
}

problems!(CodeProblems: [InvalidPhone, ConsentNeeded, TooManyRequests]);
problems!(SessionProblems: [InvalidPhone, WrongCode, CodeExpired, TooManyAttempts]);
problems!(RefreshProblems: [SessionEnded, AccountDeleted]);
problems!(SignOutProblems: [Unauthorized, SessionEnded, AccountDeleted]);

/// Send a code by SMS
///
/// Consents come first: each required one, and none to another text than the present.
#[utoipa::path(post, path = "/v1/auth/code", tag = "auth", request_body = CodeRequest,
    responses((status = 202, description = "A code was sent", body = CodeSent), CodeProblems))]
pub(crate) async fn ask_code(
    State(backend): State<Backend>,
    Body(request): Body<CodeRequest>,
) -> Result<(StatusCode, Json<CodeSent>), Problem> {
    let phone = valid_phone(&request.phone)?;
    let now = backend.now();
    backend.store().write(|tx| {
        consents::before_code(tx, phone, &request.consents, now)?;
        send_code(tx, backend.seed(), phone, now)
    })?;
    let sent =
        CodeSent { resend_after_seconds: RESEND_SECONDS, expires_in_seconds: CODE_SECONDS, code_length: CODE_LENGTH };
    Ok((StatusCode::ACCEPTED, Json(sent)))
}

/// Sign in with a code
///
/// A phone seen for the first time becomes a member.
#[utoipa::path(post, path = "/v1/auth/session", tag = "auth", request_body = SessionRequest,
    responses((status = 200, description = "Signed in", body = SessionOpened), SessionProblems))]
pub(crate) async fn open_session(
    State(backend): State<Backend>,
    Body(request): Body<SessionRequest>,
) -> Result<Json<SessionOpened>, Problem> {
    let phone = valid_phone(&request.phone)?;
    let now = backend.now();
    // A wrong code is an outcome and no rollback: its attempt must stay spent.
    backend
        .store()
        .write(|tx| {
            if let Err(problem) = spend_code(tx, phone, &request.code, now)? {
                return Ok(Err(problem));
            }
            let member_id = members::find_or_create(tx, backend.seed(), phone, now)?;
            consents::rows::attach(tx, phone, &member_id)?;
            let tokens = sessions::open(tx, backend.seed(), &member_id, now)?;
            let member = members::load(tx, &member_id, now)?;
            Ok(Ok(Json(SessionOpened { tokens, member })))
        })
        .flatten()
}

/// Exchange a refresh token for a new pair
///
/// The old refresh token stays valid until the new pair is first used.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "auth", request_body = RefreshRequest,
    responses((status = 200, description = "The new pair", body = Tokens), RefreshProblems))]
pub(crate) async fn refresh(
    State(backend): State<Backend>,
    Body(request): Body<RefreshRequest>,
) -> Result<Json<Tokens>, Problem> {
    let now = backend.now();
    backend.store().write(|tx| sessions::refresh(tx, backend.seed(), &request.refresh_token, now)).map(Json)
}

/// End this session
#[utoipa::path(post, path = "/v1/auth/sign-out", tag = "auth", security(("access_token" = [])),
    responses((status = 204, description = "The session's tokens are dead"), SignOutProblems))]
pub(crate) async fn sign_out(State(backend): State<Backend>, caller: Caller) -> Result<StatusCode, Problem> {
    backend.store().write(|tx| sessions::end(tx, caller.session_id))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The last code sent to this phone: what the SMS said.
pub(crate) fn last_code(tx: &Transaction<'_>, phone: &str) -> Result<Option<String>, Problem> {
    Ok(tx.query_row("SELECT code FROM code WHERE phone = ?1", [phone], |row| row.get(0)).optional()?)
}

fn valid_phone(phone: &str) -> Result<&str, Problem> {
    let digits = phone.strip_prefix('+').unwrap_or_default();
    let valid = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    valid.then_some(phone).ok_or_else(|| Problem::new(Kind::InvalidPhone))
}

fn send_code(tx: &Transaction<'_>, seed: Seed, phone: &str, now: i64) -> Result<(), Problem> {
    let before: Option<(i64, i64)> = tx
        .query_row("SELECT requests, asked_at FROM code WHERE phone = ?1", [phone], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let requests = before.map_or(1, |(requests, _)| requests + 1);
    if let Some((_, asked_at)) = before {
        // A clock that was set back must not lock a phone out for years.
        let wait = (asked_at + RESEND_SECONDS - now).min(RESEND_SECONDS);
        if wait > 0 {
            return Err(Problem::retry_after(Kind::TooManyRequests, wait));
        }
    }
    let code = format!("{:04}", seed.draw("code", &[phone, &requests.to_string()]) % 10_000);
    tx.execute(
        "INSERT INTO code (phone, code, requests, asked_at, attempts_left, used) VALUES (?1, ?2, ?3, ?4, ?5, 0)
         ON CONFLICT (phone) DO UPDATE SET code = excluded.code, requests = excluded.requests,
             asked_at = excluded.asked_at, attempts_left = excluded.attempts_left, used = 0",
        params![phone, code, requests, now, ATTEMPTS],
    )?;
    Ok(())
}

fn spend_code(tx: &Transaction<'_>, phone: &str, code: &str, now: i64) -> Result<Result<(), Problem>, Problem> {
    let sent: Option<(String, i64, i64, bool)> = tx
        .query_row("SELECT code, asked_at, attempts_left, used FROM code WHERE phone = ?1", [phone], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((sent, asked_at, attempts_left, used)) = sent else {
        return Ok(Err(Problem::new(Kind::CodeExpired)));
    };
    let expires_at = asked_at + CODE_SECONDS;
    if used || now >= expires_at {
        return Ok(Err(Problem::new(Kind::CodeExpired)));
    }
    if attempts_left == 0 {
        return Ok(Err(Problem::retry_after(Kind::TooManyAttempts, expires_at - now)));
    }
    if sent != code {
        let attempts_left = attempts_left - 1;
        tx.execute("UPDATE code SET attempts_left = ?2 WHERE phone = ?1", params![phone, attempts_left])?;
        return Ok(Err(Problem::new(Kind::WrongCode).with("attempts_left", attempts_left)));
    }
    tx.execute("UPDATE code SET used = 1 WHERE phone = ?1", [phone])?;
    Ok(Ok(()))
}
