//! The member's ledger, in the format of the programme's rules.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer};

use crate::money::Kopecks;

/// One entry. What this version does not compute with is left out; the stored body keeps it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LedgerEntry {
    /// Names the entry within its ledger.
    pub id: String,
    /// What it is.
    pub kind: EntryKind,
    /// When it happened.
    pub at: DateTime<FixedOffset>,
    /// Of a purchase or a return.
    #[serde(default, deserialize_with = "null_as_default")]
    pub amount: Kopecks,
    /// The shop's category.
    #[serde(default)]
    pub category: Option<String>,
    /// Of a return: the purchase's entry.
    #[serde(default)]
    pub of: Option<String>,
    /// Whether it exists.
    #[serde(default, deserialize_with = "null_as_default")]
    pub state: EntryState,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Somebody bought.
    Purchase,
    /// Something was brought back.
    Return,
    /// Grants, points and what newer servers add.
    #[serde(other)]
    Other,
}

/// Whether an entry exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// It exists.
    #[default]
    Credited,
    /// It exists in the projection only.
    Pending,
    /// It does not exist.
    #[serde(other)]
    Rejected,
}

fn null_as_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}
