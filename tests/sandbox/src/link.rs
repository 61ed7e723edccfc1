//! Cards that the reception gave out, and linking them to a member who joined in the app. Such a card
//! has a holder, a member without a phone, whose history the linking moves.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::card;
use crate::extract::Body;
use crate::idempotency::{self, Key};
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::Seed;
use crate::sessions::Caller;
use crate::store::{CHANGES, next_number};
use crate::time::{Instant, day_of};

/// Which card: exactly one of the two.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct CardLink {
    /// The card's number.
    #[schema(pattern = "^[0-9]{16}$", example = "4081507726610394")]
    number: Option<String>,
    /// E.164: the one the member signed in with, which the reception may know the card by. Any other
    /// leads to no card, or whoever knows a phone would have its card.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$", example = "+79161234567")]
    phone: Option<String>,
}

/// A card is the member's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardLinked {
    card_id: String,
    #[schema(pattern = "^[0-9]{16}$", example = "4081507726610394")]
    number: String,
    linked_at: Instant,
    /// How many receipts came with it.
    #[schema(minimum = 0)]
    receipts: i64,
}

/// A card as the reception has it.
#[derive(Debug, Serialize)]
pub(crate) struct DeskCard {
    pub(crate) card_id: String,
    pub(crate) number: String,
    pub(crate) phone: Option<String>,
    pub(crate) status: String,
    /// Whose purchases are registered under it while it is not linked.
    pub(crate) holder_id: String,
    pub(crate) linked_to: Option<String>,
    pub(crate) linked_at: Option<Instant>,
    pub(crate) receipts: i64,
}

problems!(LinkProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, CardUnknown, CardBlocked,
    CardLinkedToAnother, PhoneNotUnique, IdempotencyKeyReused]);

/// Link a card that the reception gave out
///
/// Its history becomes the member's, and so do its number and its id: a member has one card. Linking
/// it again changes nothing.
#[utoipa::path(post, path = "/v1/member/card-link", tag = "card", operation_id = "link_card",
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    request_body = CardLink,
    responses((status = 200, description = "The card is the member's", body = CardLinked), LinkProblems))]
pub(crate) async fn link(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
    Body(asked): Body<CardLink>,
) -> Result<Json<CardLinked>, Problem> {
    let key = Key::of(&caller.member_id, &headers, "card link", &asked)?;
    let now = backend.now();
    backend.store().write(|tx| {
        if let Some(number) = idempotency::recall(tx, &key)? {
            return answer(by_number(tx, &number)?.ok_or_else(|| Problem::new(Kind::CardUnknown))?).map(Json);
        }
        let card = wanted(tx, &asked, &caller.member_id)?;
        match &card.linked_to {
            Some(member_id) if *member_id == caller.member_id => {}
            Some(_) => return Err(Problem::new(Kind::CardLinkedToAnother)),
            None if card.status != "active" => return Err(Problem::new(Kind::CardBlocked)),
            None => move_to(tx, backend.seed(), &card, &caller.member_id, now)?,
        }
        idempotency::remember(tx, &key, &card.number)?;
        answer(by_number(tx, &card.number)?.ok_or_else(|| Problem::new(Kind::Internal))?).map(Json)
    })
}

/// A card that the reception gives out, with a holder of its own.
///
/// # Errors
/// `conflict` when a card has this number.
pub(crate) fn give_out(
    tx: &Transaction<'_>,
    seed: Seed,
    number: Option<String>,
    phone: Option<String>,
    status: String,
    now: i64,
) -> Result<DeskCard, Problem> {
    let place = next_number(tx, "desk-card")?.to_string();
    let holder_id = format!("m{}", seed.token("holder", &[&place]));
    let number = number.unwrap_or_else(|| card::number(seed, &holder_id));
    let known: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM card WHERE number = ?1) OR EXISTS (SELECT 1 FROM desk_card WHERE number = ?1)",
        [&number],
        |row| row.get(0),
    )?;
    if known {
        return Err(Problem::new(Kind::Conflict));
    }
    tx.execute(
        "INSERT INTO member (member_id, phone, joined) VALUES (?1, NULL, ?2)",
        params![holder_id, day_of(now).to_string()],
    )?;
    tx.execute(
        "INSERT INTO desk_card (number, card_id, phone, status, holder_id, receipts) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        params![number, format!("c{}", seed.token("desk-card", &[&place])), phone, status, holder_id],
    )?;
    by_number(tx, &number)?.ok_or_else(|| Problem::new(Kind::Internal))
}

fn wanted(tx: &Transaction<'_>, asked: &CardLink, member_id: &str) -> Result<DeskCard, Problem> {
    let unknown = || Problem::new(Kind::CardUnknown);
    match (&asked.number, &asked.phone) {
        (Some(number), None) => match by_number(tx, number)? {
            Some(card) => Ok(card),
            None => Err(app_card(tx, number, member_id)?),
        },
        (None, Some(phone)) => {
            let own: Option<String> =
                tx.query_row("SELECT phone FROM member WHERE member_id = ?1", [member_id], |row| row.get(0))?;
            let mut cards = if own.as_ref() == Some(phone) { by_phone(tx, phone)? } else { Vec::new() };
            let card = cards.pop().ok_or_else(unknown)?;
            if cards.is_empty() { Ok(card) } else { Err(Problem::new(Kind::PhoneNotUnique)) }
        }
        _ => Err(Problem::new(Kind::Malformed)),
    }
}

/// Why a number that the reception has not given out cannot be linked.
fn app_card(tx: &Transaction<'_>, number: &str, member_id: &str) -> Result<Problem, Problem> {
    let of_another: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM card WHERE number = ?1 AND member_id <> ?2)",
        [number, member_id],
        |row| row.get(0),
    )?;
    Ok(Problem::new(if of_another { Kind::CardLinkedToAnother } else { Kind::CardUnknown }))
}

/// All that is the holder's becomes the member's, and comes in the member's feeds as changed now.
fn move_to(tx: &Transaction<'_>, seed: Seed, desk_card: &DeskCard, member_id: &str, now: i64) -> Result<(), Problem> {
    let holder_id = desk_card.holder_id.as_str();
    let receipts = renumber(tx, "receipt", "receipt_id", holder_id, member_id)?;
    renumber(tx, "ledger", "entry_id", holder_id, member_id)?;
    // A member since the first of the two days.
    tx.execute(
        "UPDATE member SET joined = min(joined, (SELECT joined FROM member WHERE member_id = ?2)) WHERE member_id = ?1",
        [member_id, holder_id],
    )?;
    tx.execute(
        "UPDATE desk_card SET linked_to = ?2, linked_at = ?3, receipts = ?4 WHERE number = ?1",
        params![desk_card.number, member_id, now, receipts],
    )?;
    tx.execute("DELETE FROM card WHERE member_id = ?1", [holder_id])?;
    tx.execute("DELETE FROM member WHERE member_id = ?1", [holder_id])?;
    card::replace(tx, seed, member_id, &desk_card.card_id, &desk_card.number)
}

/// Gives the rows of a table to another member, each with the next change; gives their number.
fn renumber(tx: &Transaction<'_>, table: &str, id: &str, from: &str, to: &str) -> rusqlite::Result<i64> {
    let ids = tx
        .prepare(&format!("SELECT {id} FROM {table} WHERE member_id = ?1 ORDER BY seq"))?
        .query_map([from], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut moved = tx.prepare(&format!("UPDATE {table} SET member_id = ?2, seq = ?3 WHERE {id} = ?1"))?;
    for id in &ids {
        moved.execute(params![id, to, next_number(tx, CHANGES)?])?;
    }
    Ok(ids.len() as i64)
}

fn answer(card: DeskCard) -> Result<CardLinked, Problem> {
    let linked_at = card.linked_at.ok_or_else(|| Problem::new(Kind::Internal))?;
    Ok(CardLinked { card_id: card.card_id, number: card.number, linked_at, receipts: card.receipts })
}

const COLUMNS: &str = "card_id, number, phone, status, holder_id, linked_to, linked_at, receipts";

fn by_number(tx: &Transaction<'_>, number: &str) -> rusqlite::Result<Option<DeskCard>> {
    tx.prepare_cached(&format!("SELECT {COLUMNS} FROM desk_card WHERE number = ?1"))?
        .query_row([number], desk_card)
        .optional()
}

fn by_phone(tx: &Transaction<'_>, phone: &str) -> rusqlite::Result<Vec<DeskCard>> {
    tx.prepare_cached(&format!("SELECT {COLUMNS} FROM desk_card WHERE phone = ?1"))?
        .query_map([phone], desk_card)?
        .collect()
}

fn desk_card(row: &Row<'_>) -> rusqlite::Result<DeskCard> {
    Ok(DeskCard {
        card_id: row.get(0)?,
        number: row.get(1)?,
        phone: row.get(2)?,
        status: row.get(3)?,
        holder_id: row.get(4)?,
        linked_to: row.get(5)?,
        linked_at: row.get(6)?,
        receipts: row.get(7)?,
    })
}
