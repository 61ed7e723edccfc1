//! The member's card, which the phone shows as a code at the till.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::Seed;
use crate::sessions::Caller;
use crate::store::Json;
use crate::{etag, members};

/// A member's card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Card {
    pub(crate) card_id: String,
    #[schema(pattern = "^[0-9]{16}$", example = "4081507726610394")]
    pub(crate) number: String,
    /// `active`, `blocked`, or a newer word.
    #[schema(example = "active")]
    pub(crate) status: String,
    /// The id of the member's tier.
    #[schema(example = "vesna")]
    pub(crate) tier: String,
    /// The serial number of the card's pass in a wallet.
    pub(crate) pass_serial: String,
    pub(crate) code: CardCode,
}

/// How the card is shown at the till.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CardCode {
    /// `qr`, or a newer word.
    #[schema(example = "qr")]
    pub(crate) symbology: String,
    #[schema(pattern = "^[LMQH]$", example = "M")]
    pub(crate) error_correction: String,
    /// The text of the code; the phone fills in `{number}` and `{tier}`.
    #[schema(example = "VG1*{number}*{tier}")]
    pub(crate) template: String,
}

problems!(CardProblems: [Unauthorized, SessionEnded, AccountDeleted]);

/// The member's card
#[utoipa::path(get, path = "/v1/card", tag = "card", operation_id = "show_card", security(("access_token" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The card", body = Card,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        CardProblems))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let card = backend.store().write(|tx| load(tx, backend.seed(), &caller.member_id, backend.now()))?;
    let json = serde_json::to_string(&card).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(etag::answer(&headers, json))
}

impl CardCode {
    /// The text that is shown of a card.
    pub(crate) fn filled(&self, number: &str, tier: &str) -> String {
        self.template.replace("{number}", number).replace("{tier}", tier)
    }
}

/// Whether this can be a card's number.
pub(crate) fn is_number(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A member's card number.
pub(crate) fn number(seed: Seed, member_id: &str) -> String {
    format!("{:016}", seed.draw("card-number", &[member_id]) % 10_000_000_000_000_000)
}

/// Makes the member's card where there is none yet.
pub(crate) fn make(tx: &Transaction<'_>, seed: Seed, member_id: &str) -> rusqlite::Result<()> {
    let code = CardCode {
        symbology: "qr".to_owned(),
        error_correction: "M".to_owned(),
        template: "VG1*{number}*{tier}".to_owned(),
    };
    tx.prepare_cached(
        "INSERT OR IGNORE INTO card (member_id, card_id, number, status, pass_serial, code)
         VALUES (?1, ?2, ?3, 'active', ?4, ?5)",
    )?
    .execute(params![
        member_id,
        format!("c{}", seed.token("card", &[member_id])),
        number(seed, member_id),
        seed.token("pass", &[member_id]),
        Json(code),
    ])?;
    Ok(())
}

/// Another card takes the place of the member's. Its pass in a wallet stays the same one, updated.
pub(crate) fn replace(
    tx: &Transaction<'_>,
    seed: Seed,
    member_id: &str,
    card_id: &str,
    number: &str,
) -> Result<(), Problem> {
    make(tx, seed, member_id)?;
    tx.execute("UPDATE card SET card_id = ?2, number = ?3 WHERE member_id = ?1", [member_id, card_id, number])?;
    Ok(())
}

/// # Errors
/// `not-found` when there is no such member.
pub(crate) fn load(tx: &Transaction<'_>, seed: Seed, member_id: &str, now: i64) -> Result<Card, Problem> {
    members::joined(tx, member_id)?;
    // Members from before there were cards get theirs when it is asked for.
    make(tx, seed, member_id)?;
    let tier = members::tier(tx, member_id, now)?;
    let mut statement =
        tx.prepare_cached("SELECT card_id, number, status, pass_serial, code FROM card WHERE member_id = ?1")?;
    Ok(statement.query_row([member_id], |row| {
        Ok(Card {
            card_id: row.get(0)?,
            number: row.get(1)?,
            status: row.get(2)?,
            tier,
            pass_serial: row.get(3)?,
            code: row.get::<_, Json<CardCode>>(4)?.0,
        })
    })?)
}

/// Changes what is given; the rest stays.
///
/// # Errors
/// `not-found`; `malformed` for an error correction that no code has.
pub(crate) fn change(
    tx: &Transaction<'_>,
    seed: Seed,
    member_id: &str,
    status: Option<String>,
    code: Option<CardCode>,
    now: i64,
) -> Result<Card, Problem> {
    let mut card = load(tx, seed, member_id, now)?;
    card.status = status.unwrap_or(card.status);
    card.code = code.unwrap_or(card.code);
    if !["L", "M", "Q", "H"].contains(&card.code.error_correction.as_str()) {
        return Err(Problem::new(Kind::Malformed));
    }
    tx.execute(
        "UPDATE card SET status = ?2, code = ?3 WHERE member_id = ?1",
        params![member_id, card.status, Json(&card.code)],
    )?;
    Ok(card)
}
