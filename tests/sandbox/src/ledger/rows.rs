use rusqlite::types::FromSqlError;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::Entry;
use crate::problem::Problem;
use crate::store::{CHANGES, next_number};
use crate::time::TillTime;
use crate::words::EntryState;

const COLUMNS: &str = "entry_id, kind, at, amount, category, \"of\", state, tier, until, points, expires";

/// An entry as the table holds it: a kind's own columns are filled, the others NULL.
#[derive(Debug, PartialEq, Eq)]
struct Columns {
    id: String,
    kind: String,
    at: TillTime,
    amount: Option<i64>,
    category: Option<String>,
    of: Option<String>,
    state: Option<EntryState>,
    tier: Option<String>,
    until: Option<String>,
    points: Option<i64>,
    expires: Option<String>,
}

/// Stores an entry under its id. An unchanged one keeps its place in the feed.
pub(crate) fn put(tx: &Transaction<'_>, member_id: &str, entry: &Entry) -> Result<(), Problem> {
    let columns = Columns::from(entry.clone());
    let known: Option<Columns> = tx
        .prepare_cached(&format!("SELECT {COLUMNS} FROM ledger WHERE entry_id = ?1"))?
        .query_row([&columns.id], Columns::read)
        .optional()?;
    if known.as_ref() == Some(&columns) {
        return Ok(());
    }
    tx.prepare_cached(&format!(
        "INSERT OR REPLACE INTO ledger ({COLUMNS}, member_id, seq)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    ))?
    .execute(params![
        columns.id,
        columns.kind,
        columns.at,
        columns.amount,
        columns.category,
        columns.of,
        columns.state,
        columns.tier,
        columns.until,
        columns.points,
        columns.expires,
        member_id,
        next_number(tx, CHANGES)?,
    ])?;
    Ok(())
}

/// The member's entries that changed after a change, each with the number of its last change.
pub(crate) fn changes(
    tx: &Transaction<'_>,
    member_id: &str,
    after: i64,
    most: usize,
) -> rusqlite::Result<Vec<(i64, Entry)>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS}, seq FROM ledger WHERE member_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    ))?
    .query_map(params![member_id, after, most as i64], |row| {
        let entry = Columns::read(row)?.entry().ok_or(FromSqlError::InvalidType)?;
        Ok((row.get("seq")?, entry))
    })?
    .collect()
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            at: row.get(2)?,
            amount: row.get(3)?,
            category: row.get(4)?,
            of: row.get(5)?,
            state: row.get(6)?,
            tier: row.get(7)?,
            until: row.get(8)?,
            points: row.get(9)?,
            expires: row.get(10)?,
        })
    }

    /// `None` when a column its kind needs is NULL.
    fn entry(self) -> Option<Entry> {
        let Self { id, at, category, of, expires, .. } = self;
        Some(match self.kind.as_str() {
            "purchase" => Entry::Purchase { id, at, amount: self.amount?, category, state: self.state? },
            "return" => Entry::Return { id, at, of, amount: self.amount?, state: self.state? },
            "grant" => Entry::Grant { id, at, tier: self.tier?, until: self.until? },
            "points" => Entry::Points { id, at, points: self.points?, expires },
            _ => return None,
        })
    }
}

impl From<Entry> for Columns {
    fn from(entry: Entry) -> Self {
        let empty = |id, kind: &str, at| Self {
            id,
            kind: kind.to_owned(),
            at,
            amount: None,
            category: None,
            of: None,
            state: None,
            tier: None,
            until: None,
            points: None,
            expires: None,
        };
        match entry {
            Entry::Purchase { id, at, amount, category, state } => {
                Self { amount: Some(amount), category, state: Some(state), ..empty(id, "purchase", at) }
            }
            Entry::Return { id, at, of, amount, state } => {
                Self { amount: Some(amount), of, state: Some(state), ..empty(id, "return", at) }
            }
            Entry::Grant { id, at, tier, until } => {
                Self { tier: Some(tier), until: Some(until), ..empty(id, "grant", at) }
            }
            Entry::Points { id, at, points, expires } => {
                Self { points: Some(points), expires, ..empty(id, "points", at) }
            }
        }
    }
}
