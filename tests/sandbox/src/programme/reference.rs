use anyhow::{Context, bail};
use chrono::NaiveDate;
use rusqlite::{Connection, Transaction, params};
use serde_json::Value;

use super::answer::answer;
use super::history::{Asked, History};
use super::{Programme, counting};
use crate::time::parse_instant;

const MEMBER: &str = "m";

/// The sandbox's answers for any ledger, to compare another implementation of the rules with.
#[derive(Debug)]
pub struct Reference(Connection);

impl Reference {
    /// With a database in memory.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn open() -> anyhow::Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch(include_str!("../schema.sql"))?;
        counting::prepare(&connection)?;
        Ok(Self(connection))
    }

    /// The whole answer for one member's ledger at an instant, as the programme's rules specify it. Whole
    /// seconds only: a fraction is cut off. Rules and ledger must be valid, which is not checked.
    ///
    /// # Errors
    /// When one of them cannot be read, or a sum is no `i64`.
    pub fn answer(&self, rules: &Value, ledger: &Value, at: &str) -> anyhow::Result<Value> {
        self.ask(rules, ledger, at, |tx, asked| {
            let mut whole = answer(&History::load(tx, asked)?)?;
            whole["projected"] = answer(&History::load(tx, Asked { projected: true, ..asked })?)?;
            Ok(whole)
        })
    }

    pub(super) fn ask<T>(
        &self,
        rules: &Value,
        ledger: &Value,
        at: &str,
        work: impl FnOnce(&Transaction<'_>, Asked<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let programme = Programme::read(rules).context("the rules have no tiers with ids")?;
        let now = parse_instant(at).with_context(|| format!("no instant: {at}"))?;
        let joined = day(&ledger["joined"])?;
        // Never committed: the next ledger finds an empty table.
        let tx = self.0.unchecked_transaction()?;
        tx.prepare_cached("INSERT INTO member (member_id, joined) VALUES (?1, ?2)")?
            .execute(params![MEMBER, joined.to_string()])?;
        let entries = ledger["entries"].as_array().context("no entries")?;
        for (number, entry) in entries.iter().enumerate() {
            store(&tx, number as i64, entry).with_context(|| format!("entry {number}"))?;
        }
        work(&tx, Asked { programme: &programme, member_id: MEMBER, joined, now, projected: false })
    }
}

fn store(tx: &Transaction<'_>, number: i64, entry: &Value) -> anyhow::Result<()> {
    let id = entry["id"].as_str().context("no id")?;
    let kind = entry["kind"].as_str().context("no kind")?;
    let at = entry["at"].as_str().and_then(parse_instant).context("no instant")?;
    let optional = |name: &str| entry[name].as_str();
    let (mut amount, mut tier, mut until, mut points, mut expires) = (None, None, None, None, None);
    match kind {
        "purchase" | "return" => amount = Some(entry["amount"].as_i64().context("no amount")?),
        "grant" => {
            tier = Some(entry["tier"].as_str().context("no tier")?);
            until = Some(day(&entry["until"])?.to_string());
        }
        "points" => {
            points = Some(entry["points"].as_i64().context("no points")?);
            expires =
                Some(&entry["expires"]).filter(|day| !day.is_null()).map(day).transpose()?.map(|day| day.to_string());
        }
        _ => bail!("unknown kind: {kind}"),
    }
    tx.prepare_cached(
        "INSERT INTO ledger (entry_id, member_id, seq, kind, at, amount, category, \"of\", state, tier, until, points, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        id,
        MEMBER,
        number,
        kind,
        at,
        amount,
        optional("category"),
        optional("of"),
        optional("state"),
        tier,
        until,
        points,
        expires,
    ])?;
    Ok(())
}

fn day(value: &Value) -> anyhow::Result<NaiveDate> {
    value.as_str().and_then(|day| day.parse().ok()).with_context(|| format!("no day: {value}"))
}
