//! The card in a phone's wallet: a signed pass for Apple's, a link for Google's.

mod apple;
mod archive;
pub(crate) mod authority;
mod google;
mod pass;

use std::sync::{Mutex, OnceLock, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rusqlite::Transaction;
use serde::Serialize;
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::media::Bytes;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::sessions::Caller;
use crate::words::Forgery;
use crate::{card, programme, rules};
use archive::Entry;
use authority::{Authority, AuthorityError};
use google::Signer;
use pass::Holder;

/// What the gallery's passes are called.
pub(crate) const PASS_TYPE: &str = "pass.example.vremenagoda";
/// Who issues them.
pub(crate) const TEAM: &str = "VREMENA001";

/// Who signs, and what is forged.
#[derive(Debug)]
pub(crate) struct Wallet {
    pub(crate) authority: Authority,
    /// Another authority with the same names: only its keys tell it apart.
    stranger: Authority,
    google: Signer,
    forgery: Mutex<Option<Forgery>>,
    bomb: OnceLock<Entry>,
}

impl Wallet {
    pub(crate) fn new() -> Result<Self, AuthorityError> {
        Ok(Self {
            authority: Authority::new()?,
            stranger: Authority::new()?,
            google: Signer::new().map_err(|_| rcgen::Error::RingUnspecified)?,
            forgery: Mutex::new(None),
            bomb: OnceLock::new(),
        })
    }

    /// What every pass and link is forged with from now on.
    pub(crate) fn forge(&self, forgery: Option<Forgery>) {
        *self.forgery.lock().unwrap_or_else(PoisonError::into_inner) = forgery;
    }

    fn forgery(&self) -> Option<Forgery> {
        *self.forgery.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Made when it is first asked for: that takes a while.
    fn bomb(&self) -> &Entry {
        self.bomb.get_or_init(|| Entry::bomb("background.png"))
    }
}

/// Where Google's wallet saves the card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaveLink {
    #[schema(max_length = 1800, example = "https://pay.google.com/gp/v/save/eyJ0eXAiOiJKV1QifQ.e30.c2ln")]
    save_url: String,
}

problems!(WalletProblems: [Unauthorized, SessionEnded, AccountDeleted]);

/// The card as a pass for Apple's wallet
///
/// A zip of `pass.json`, pictures, texts, `manifest.json` and its detached `signature`.
#[utoipa::path(get, path = "/v1/wallet/apple", tag = "wallet", operation_id = "apple_pass",
    security(("access_token" = [])),
    responses(
        (status = 200, description = "The pass", body = Bytes, content_type = "application/vnd.apple.pkpass"),
        WalletProblems))]
pub(crate) async fn apple_pass(State(backend): State<Backend>, caller: Caller) -> Result<Response, Problem> {
    let now = backend.now();
    let wallet = backend.wallet();
    let forgery = wallet.forgery();
    let holder = backend.store().write(|tx| holder(tx, &backend, &caller.member_id, forgery, now))?;
    let pass = apple::pkpass(wallet, &holder, forgery, now).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(([(header::CONTENT_TYPE, "application/vnd.apple.pkpass")], pass).into_response())
}

/// The card as a link for Google's wallet
#[utoipa::path(get, path = "/v1/wallet/google", tag = "wallet", operation_id = "google_pass",
    security(("access_token" = [])),
    responses((status = 200, description = "The link", body = SaveLink), WalletProblems))]
pub(crate) async fn google_pass(State(backend): State<Backend>, caller: Caller) -> Result<Json<SaveLink>, Problem> {
    let now = backend.now();
    let wallet = backend.wallet();
    let forgery = wallet.forgery();
    let holder = backend.store().write(|tx| holder(tx, &backend, &caller.member_id, forgery, now))?;
    let save_url = wallet.google.save_url(&holder, forgery, now).map_err(|_| Problem::new(Kind::Internal))?;
    Ok(Json(SaveLink { save_url }))
}

fn holder(
    tx: &Transaction<'_>,
    backend: &Backend,
    member_id: &str,
    forgery: Option<Forgery>,
    now: i64,
) -> Result<Holder, Problem> {
    let seed = backend.seed();
    let mut card = card::load(tx, seed, member_id, now)?;
    match forgery {
        Some(Forgery::OtherMember) => card.number = card::number(seed, &format!("not {member_id}")),
        Some(Forgery::WrongTier) => card.tier = another_tier(tx, &card.tier)?,
        _ => {}
    }
    Ok(Holder {
        message: card.code.filled(&card.number, &card.tier),
        tier_name: rules::tier_name(tx, &card.tier)?,
        sum_kopecks: programme::sum(tx, &rules::in_force(tx)?.programme, member_id, now)?,
        token: seed.token("pass-token", &[&card.pass_serial]),
        card_id: card.card_id,
        number: card.number,
        tier: card.tier,
        serial: card.pass_serial,
    })
}

/// The highest tier that is not this one.
fn another_tier(tx: &Transaction<'_>, tier: &str) -> Result<String, Problem> {
    let rules = rules::in_force(tx)?;
    let other = rules.programme.tier_ids().rfind(|id| *id != tier);
    Ok(other.map_or_else(|| format!("not-{tier}"), str::to_owned))
}
