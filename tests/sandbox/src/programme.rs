//! The member's tier, from sums in SQL: rolling months, ends with the window, by balance, returns
//! counted on the purchase's date. Other families of rules, campaigns and requirements that are no
//! plain sum are the client's business to compute; here they count for nothing.

use rusqlite::{Transaction, params};

use crate::problem::{Kind, Problem};
use crate::rules::Rules;
use crate::time::{day_of, minus_months, next_day, plus_months, start_of};

/// A member's tier and since when, `None` when it never changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) tier: String,
    pub(crate) since: Option<i64>,
}

/// The tier at `now`, from the ledger as it is known now.
pub(crate) fn standing(tx: &Transaction<'_>, rules: &Rules, member_id: &str, now: i64) -> Result<Standing, Problem> {
    let asked = Asked { tx, rules, member_id, now };
    let tier = asked.tier_at(now)?;
    let mut since = None;
    for change in asked.possible_changes()? {
        if asked.tier_at(change - 1)? != tier {
            since = Some(change);
            break;
        }
    }
    let (id, _) = rules.tiers.get(tier).ok_or_else(|| Problem::new(Kind::Internal))?;
    Ok(Standing { tier: id.clone(), since })
}

/// What counts for the tier at `now`, in kopecks.
pub(crate) fn sum(tx: &Transaction<'_>, rules: &Rules, member_id: &str, now: i64) -> Result<i64, Problem> {
    Asked { tx, rules, member_id, now }.sum_at(now)
}

struct Asked<'a> {
    tx: &'a Transaction<'a>,
    rules: &'a Rules,
    member_id: &'a str,
    now: i64,
}

impl Asked<'_> {
    /// The index of the higher of the earned and the granted tier.
    fn tier_at(&self, at: i64) -> Result<usize, Problem> {
        let sum = self.sum_at(at)?;
        let earned = self.rules.tiers.iter().rposition(|(_, need)| need.is_some_and(|need| sum >= need));
        let granted = self.granted_at(at)?;
        Ok(earned.into_iter().chain(granted).max().unwrap_or(0))
    }

    fn sum_at(&self, at: i64) -> Result<i64, Problem> {
        let window = next_day(minus_months(day_of(at), self.rules.rolling_months));
        let excluded = serde_json::json!(self.rules.excluded_categories).to_string();
        let mut statement = self.tx.prepare_cached(
            "SELECT coalesce(sum(net), 0) FROM (
                 SELECT bought.category,
                        bought.amount - coalesce((SELECT sum(back.amount) FROM ledger AS back
                            WHERE back.\"of\" = bought.entry_id AND back.kind = 'return'
                              AND back.state = 'credited' AND back.at <= ?4), 0) AS net
                 FROM ledger AS bought
                 WHERE bought.member_id = ?1 AND bought.kind = 'purchase' AND bought.state = 'credited'
                   AND bought.at BETWEEN ?2 AND ?3)
             WHERE net >= ?5 AND (category IS NULL OR category NOT IN (SELECT value FROM json_each(?6)))",
        )?;
        Ok(statement.query_row(
            params![self.member_id, start_of(window), at, self.now, self.rules.min_receipt, excluded],
            |row| row.get(0),
        )?)
    }

    fn granted_at(&self, at: i64) -> Result<Option<usize>, Problem> {
        let mut statement = self.tx.prepare_cached(
            "SELECT tier FROM ledger WHERE member_id = ?1 AND kind = 'grant' AND at <= ?2 AND until >= ?3",
        )?;
        let rows = statement.query_map(params![self.member_id, at, day_of(at).to_string()], |row| row.get(0))?;
        let mut best = None;
        for tier in rows {
            let tier: String = tier?;
            best = best.max(self.rules.tiers.iter().position(|(id, _)| *id == tier));
        }
        Ok(best)
    }

    /// The instants at which the tier can have changed, the last first.
    fn possible_changes(&self) -> Result<Vec<i64>, Problem> {
        let mut statement = self.tx.prepare_cached(
            "SELECT kind, at, until FROM ledger
             WHERE member_id = ?1 AND at <= ?2 AND (kind = 'grant' OR kind = 'purchase' AND state = 'credited')",
        )?;
        let rows = statement.query_map(params![self.member_id, self.now], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<String>>(2)?))
        })?;
        let mut changes = Vec::new();
        for row in rows {
            let (kind, at, until) = row?;
            changes.push(at);
            if kind == "grant" {
                let end = until.and_then(|day| day.parse().ok()).map(|day| start_of(next_day(day)));
                changes.extend(end);
            } else {
                changes.push(self.leaves_window(at));
            }
        }
        changes.retain(|change| *change <= self.now);
        changes.sort_unstable_by(|earlier, later| later.cmp(earlier));
        changes.dedup();
        Ok(changes)
    }

    /// 00:00 of the first day whose window no longer holds a purchase of this instant.
    fn leaves_window(&self, at: i64) -> i64 {
        let months = self.rules.rolling_months;
        let bought = day_of(at);
        let mut day = plus_months(bought, months);
        // A month's end can be clamped: 29 February plus 12 months is 28 February, whose window still holds it.
        while minus_months(day, months) < bought && day < chrono::NaiveDate::MAX {
            day = next_day(day);
        }
        start_of(day)
    }
}
