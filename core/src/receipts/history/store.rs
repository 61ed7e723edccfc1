//! The SQL of the history. A page reads as many rows as it has, however many there are.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Transaction, params_from_iter, types::Value};

use super::{HistoryCursor, HistoryFilter};
use crate::{
    ids::MemberId,
    money::Kopecks,
    receipts::{
        Receipt,
        store::{SELECT, read},
    },
    storage::StorageError,
    time::{moscow, to_millis},
};

/// Where a row of [`SELECT`] has its month.
const MONTH: usize = 23;

/// A filter in SQL.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What both the receipts' table and that of their months know.
    kinds: (String, Vec<Value>),
    /// What only a look at each receipt shows.
    words: (String, Vec<Value>),
}

/// A receipt and its month, as 202603.
pub struct Row {
    pub receipt: Receipt,
    pub month: i64,
}

/// What there is of a month.
pub struct MonthSum {
    pub month: i64,
    pub receipt_count: u32,
    pub counted: Kopecks,
}

impl Wanted {
    /// `words`: what a receipt must have a part of each of.
    pub fn of(filter: &HistoryFilter, words: Vec<String>) -> Self {
        let mut wanted = Self::default();
        wanted.one_of("state", filter.states.iter().map(|state| state.code().to_owned()));
        wanted.one_of("source", filter.sources.iter().map(|source| source.code().to_owned()));
        wanted.one_of("shop", filter.shops.iter().cloned());
        for word in words {
            wanted.words.0.push_str(" AND instr(search, ?) > 0");
            wanted.words.1.push(Value::Text(word));
        }
        wanted
    }

    fn one_of(&mut self, column: &str, values: impl ExactSizeIterator<Item = String>) {
        if values.len() > 0 {
            let marks = vec!["?"; values.len()].join(", ");
            self.kinds.0.push_str(&format!(" AND {column} IN ({marks})"));
            self.kinds.1.extend(values.map(Value::Text));
        }
    }

    fn looks_at_each(&self) -> bool {
        !self.words.1.is_empty()
    }
}

pub fn page(
    tx: &Transaction<'_>,
    member: &MemberId,
    wanted: &Wanted,
    after: Option<HistoryCursor>,
    limit: u32,
) -> Result<Vec<Row>, StorageError> {
    let (sql, values) = page_sql(member, wanted, after, limit);
    let mut statement = tx.prepare_cached(&sql)?;
    let rows =
        statement.query_map(params_from_iter(values), |row| Ok(Row { receipt: read(row)?, month: row.get(MONTH)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn page_sql(member: &MemberId, wanted: &Wanted, after: Option<HistoryCursor>, limit: u32) -> (String, Vec<Value>) {
    let place = after.map_or((i64::MAX, i64::MAX), |after| (to_millis(after.issued_at), after.local_id));
    let sql = format!(
        "{SELECT} INDEXED BY receipts_history WHERE member_id = ? AND (issued_at, local_id) < (?, ?){}{}
         ORDER BY issued_at DESC, local_id DESC LIMIT ?",
        wanted.kinds.0, wanted.words.0
    );
    let mut values = vec![Value::Text(member.as_str().to_owned()), Value::Integer(place.0), Value::Integer(place.1)];
    values.extend(wanted.kinds.1.iter().chain(&wanted.words.1).cloned());
    values.push(Value::Integer(limit.into()));
    (sql, values)
}

/// What there is of a month. Without words it is read where it is kept; with them each receipt of the month is looked at.
pub fn month_sum(
    tx: &Transaction<'_>,
    member: &MemberId,
    wanted: &Wanted,
    month: i64,
) -> Result<MonthSum, StorageError> {
    let (sql, values) = month_sql(member, wanted, month);
    let sum = tx.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| {
        Ok(MonthSum { month, receipt_count: row.get(0)?, counted: Kopecks::new(row.get(1)?) })
    })?;
    Ok(sum)
}

fn month_sql(member: &MemberId, wanted: &Wanted, month: i64) -> (String, Vec<Value>) {
    let mut values = vec![Value::Text(member.as_str().to_owned()), Value::Integer(month)];
    let sql = if wanted.looks_at_each() {
        let (first, end) = bounds(month);
        values.extend([Value::Integer(first), Value::Integer(end)]);
        format!(
            "SELECT count(*), coalesce(sum(counted_kopecks), 0) FROM receipts INDEXED BY receipts_history
             WHERE member_id = ? AND month = ? AND issued_at >= ? AND issued_at < ?{}{}",
            wanted.kinds.0, wanted.words.0
        )
    } else {
        format!(
            "SELECT coalesce(sum(receipt_count), 0), coalesce(sum(counted_kopecks), 0) FROM receipt_months
             WHERE member_id = ? AND month = ?{}",
            wanted.kinds.0
        )
    };
    values.extend(wanted.kinds.1.iter().cloned());
    if wanted.looks_at_each() {
        values.extend(wanted.words.1.iter().cloned());
    }
    (sql, values)
}

/// The first millisecond of a month in Moscow and that of the next one; everything for a month that no calendar has.
fn bounds(month: i64) -> (i64, i64) {
    let first = |year: i64, month: i64| -> Option<DateTime<Utc>> {
        let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, 1)?;
        Some(moscow(day.and_hms_opt(0, 0, 0)?)?.to_utc())
    };
    let (year, month) = (month / 100, month % 100);
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    match (first(year, month), first(next.0, next.1)) {
        // A day around it: before October 2014 Moscow's clocks were not always three hours ahead.
        (Some(first), Some(end)) => (to_millis(first) - 86_400_000, to_millis(end) + 86_400_000),
        _ => (i64::MIN, i64::MAX),
    }
}

/// The shops there are.
pub fn shops(tx: &Transaction<'_>, member: &MemberId) -> Result<Vec<String>, StorageError> {
    let mut statement =
        tx.prepare_cached("SELECT DISTINCT shop FROM receipt_months WHERE member_id = ?1 AND shop <> ''")?;
    let shops = statement.query_map([member.as_str()], |row| row.get(0))?;
    Ok(shops.collect::<Result<_, _>>()?)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
