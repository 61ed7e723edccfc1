//! The API's shapes of this capability.

use rusqlite::Transaction;
use serde::Deserialize;

use super::{Card, CardStatus, QrMatrix, card::fill_template, store};
use crate::{
    http::Success,
    ids::{MemberId, TierId},
    sync::{Document, KeepFault},
};

#[derive(Deserialize)]
pub struct CardAnswer {
    pub number: String,
    status: CardStatus,
    pub pass_serial: String,
    code: CodeAnswer,
}

#[derive(Deserialize)]
struct CodeAnswer {
    symbology: String,
    error_correction: String,
    template: String,
}

#[derive(Deserialize)]
pub struct SaveLinkAnswer {
    pub save_url: String,
}

impl CardAnswer {
    /// What the code says at the till, for a member of `tier`.
    pub fn code_text(&self, tier: &TierId) -> Option<String> {
        fill_template(&self.code.template, &self.number, tier)
    }

    /// What is to be drawn for a member of `tier`: text and error correction.
    pub fn code(&self, tier: &TierId) -> Option<(String, String)> {
        let text = (self.code.symbology == "qr").then(|| self.code_text(tier)).flatten()?;
        Some((text, self.code.error_correction.clone()))
    }

    /// The card for a member of `tier`: the server's present word, which may be newer than the card's.
    pub fn with_code(self, tier: TierId, code: Option<QrMatrix>) -> Card {
        Card { number: self.number, status: self.status, tier, code }
    }
}

/// The card. It is kept in the member's database: it must open the till when everything else is gone.
pub struct CardDocument;

impl Document for CardDocument {
    fn name(&self) -> &'static str {
        "card"
    }

    fn path(&self) -> &'static str {
        "/v1/card"
    }

    fn keep(&self, tx: &Transaction<'_>, member: &MemberId, success: &Success) -> Result<bool, KeepFault> {
        success.decode::<CardAnswer>().map_err(|_| KeepFault::Form)?;
        let body = std::str::from_utf8(success.body()).map_err(|_| KeepFault::Form)?;
        Ok(store::keep(tx, member, body)?)
    }
}
