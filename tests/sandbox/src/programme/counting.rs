use std::ops::Range;

use rusqlite::{Connection, Transaction, params};
use serde_json::json;

use super::document::{Campaign, Programme, Returns};
use super::history::Asked;
use crate::time::next_day;

/// Makes the table that one member's entries are counted in.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("counting.sql"))
}

/// Fills the table with what exists for a member, and says what each entry is worth.
pub(super) fn count(tx: &Transaction<'_>, asked: &Asked<'_>, has_returns: bool) -> rusqlite::Result<()> {
    let programme = asked.programme;
    tx.prepare_cached("DELETE FROM existing")?.execute([])?;
    tx.prepare_cached(
        "INSERT INTO existing (entry_id, kind, at, amount, \"of\", category)
         SELECT entry_id, kind, at, coalesce(amount, 0), \"of\", iif(kind = 'purchase', category, NULL)
         FROM ledger
         WHERE member_id = ?1 AND at <= ?2 AND coalesce(state, 'credited') IN ('credited', iif(?3, 'pending', 'credited'))
         ORDER BY at, entry_id",
    )?
    .execute(params![asked.member_id, asked.now, asked.projected])?;
    if has_returns && programme.returns == Returns::OriginalDate {
        take_off_returns(tx)?;
    }
    if !programme.campaigns.is_empty() {
        apply_campaigns(tx, programme)?;
    }
    tx.prepare_cached(
        "UPDATE existing SET counts = TRUE, value = amount * percent / 100 WHERE kind = 'purchase' AND amount >= ?1",
    )?
    .execute([programme.min_receipt])?;
    if !programme.excluded_categories.is_empty() {
        exclude(tx, programme)?;
    }
    if has_returns && programme.returns == Returns::ReturnDate {
        take_back(tx)?;
    }
    Ok(())
}

/// `original_date`: as if the purchase had been smaller from the beginning.
fn take_off_returns(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE existing AS bought SET amount = max(0, bought.amount - back.amount)
         FROM (SELECT \"of\", sum(amount) AS amount FROM existing WHERE kind = 'return' GROUP BY \"of\") AS back
         WHERE bought.kind = 'purchase' AND bought.entry_id = back.\"of\"",
    )?
    .execute([])?;
    Ok(())
}

/// The highest percent of the campaigns that cover a purchase's day and category.
fn apply_campaigns(tx: &Transaction<'_>, programme: &Programme) -> rusqlite::Result<()> {
    let campaign = |campaign: &Campaign| {
        json!({
            "from": programme.calendar.start_of(campaign.from),
            "before": programme.calendar.start_of(next_day(campaign.until)),
            "percent": campaign.percent,
            "categories": campaign.categories,
        })
    };
    let campaigns: serde_json::Value = programme.campaigns.iter().map(campaign).collect();
    tx.prepare_cached(
        "UPDATE existing
         SET percent = coalesce((SELECT max(campaign.value ->> 'percent') FROM json_each(?1) AS campaign
             WHERE at >= campaign.value ->> 'from' AND at < campaign.value ->> 'before'
               AND (campaign.value ->> 'categories' IS NULL
                    OR category IN (SELECT value FROM json_each(campaign.value -> 'categories')))), 100)
         WHERE kind = 'purchase'",
    )?
    .execute([campaigns.to_string()])?;
    Ok(())
}

fn exclude(tx: &Transaction<'_>, programme: &Programme) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE existing SET counts = FALSE, value = 0
         WHERE kind = 'purchase' AND category IN (SELECT value FROM json_each(?1))",
    )?
    .execute([json!(programme.excluded_categories).to_string()])?;
    Ok(())
}

/// `return_date`: all returns of a purchase so far take back the counted value of what came back so far,
/// and each of them the difference to those before it.
fn take_back(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "WITH back AS (
             SELECT position, amount, \"of\", sum(amount) OVER (PARTITION BY \"of\" ORDER BY position) AS returned
             FROM existing WHERE kind = 'return'),
         worth AS (
             SELECT back.position, bought.category,
                    CASE WHEN bought.position IS NULL THEN -back.amount
                         WHEN bought.counts
                         THEN min(returned - back.amount, bought.amount) * bought.percent / 100
                              - min(returned, bought.amount) * bought.percent / 100
                         ELSE 0 END AS value
             FROM back LEFT JOIN existing AS bought ON bought.entry_id = back.\"of\" AND bought.kind = 'purchase')
         UPDATE existing SET category = worth.category, value = worth.value
         FROM worth WHERE existing.position = worth.position",
    )?
    .execute([])?;
    Ok(())
}

/// The value of the entries at these positions, and nothing below 0 cut off.
pub(super) fn value(tx: &Transaction<'_>, positions: Range<usize>) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT coalesce(sum(value), 0) FROM existing WHERE position > ?1 AND position <= ?2")?
        .query_row(params![positions.start as i64, positions.end as i64], |row| row.get(0))
}

pub(super) fn category_value(tx: &Transaction<'_>, positions: Range<usize>, category: &str) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "SELECT coalesce(sum(value), 0) FROM existing WHERE position > ?1 AND position <= ?2 AND category = ?3",
    )?
    .query_row(params![positions.start as i64, positions.end as i64, category], |row| row.get(0))
}

/// When the counting purchases were made of which the returns so far left something.
pub(super) fn receipts(tx: &Transaction<'_>, positions: Range<usize>, returns: Returns) -> rusqlite::Result<Vec<i64>> {
    // Under `original_date` they have been taken off already, also those to come.
    let known = if returns == Returns::ReturnDate { positions.end as i64 } else { 0 };
    tx.prepare_cached(
        "SELECT bought.at FROM existing AS bought
         LEFT JOIN (SELECT \"of\", sum(amount) AS amount FROM existing
                    WHERE kind = 'return' AND position <= ?3 GROUP BY \"of\") AS back ON back.\"of\" = bought.entry_id
         WHERE bought.position > ?1 AND bought.position <= ?2 AND bought.counts
           AND bought.amount > coalesce(back.amount, 0)",
    )?
    .query_map(params![positions.start as i64, positions.end as i64, known], |row| row.get(0))?
    .collect()
}
