use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;
use rusqlite::types::FromSqlError;
use rusqlite::{Row, Transaction, params};

use super::counting;
use super::document::Programme;
use super::needs::Metric;
use crate::time::next_day;

/// What is asked: a member's ledger, at an instant, under rules.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) programme: &'a Programme,
    pub(super) member_id: &'a str,
    pub(super) joined: NaiveDate,
    pub(super) now: i64,
    /// Pending entries exist too.
    pub(super) projected: bool,
}

impl Asked<'_> {
    pub(super) fn today(&self) -> NaiveDate {
        self.programme.calendar.day_of(self.now)
    }
}

/// All that exists for a member at the instant asked about, counted. There is one at a time.
pub(super) struct History<'a> {
    tx: &'a Transaction<'a>,
    pub(super) asked: Asked<'a>,
    /// In order.
    pub(super) entries: Vec<Entry>,
}

pub(super) struct Entry {
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) day: NaiveDate,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Purchase,
    Return,
    /// `None`: of an unknown tier.
    Grant {
        tier: Option<usize>,
        until: NaiveDate,
    },
    Points {
        points: i64,
        expires: Option<NaiveDate>,
    },
}

/// A point of the history: a day, of whose window the first entries are seen.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) day: NaiveDate,
    pub(super) seen: usize,
}

impl<'a> History<'a> {
    pub(super) fn load(tx: &'a Transaction<'a>, asked: Asked<'a>) -> rusqlite::Result<Self> {
        let entries = tx
            .prepare_cached(
                "SELECT entry_id, kind, at, tier, until, points, expires FROM ledger
                 WHERE member_id = ?1 AND at <= ?2
                   AND coalesce(state, 'credited') IN ('credited', iif(?3, 'pending', 'credited'))
                 ORDER BY at, entry_id",
            )?
            .query_map(params![asked.member_id, asked.now, asked.projected], |row| Entry::read(row, asked.programme))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        if !entries.is_empty() {
            counting::count(tx, &asked, entries.iter().any(|entry| matches!(entry.kind, Kind::Return)))?;
        }
        Ok(Self { tx, asked, entries })
    }

    /// How many entries were before a day.
    pub(super) fn before(&self, day: NaiveDate) -> usize {
        self.entries.partition_point(|entry| entry.day < day)
    }

    pub(super) fn first_day(&self) -> NaiveDate {
        let first_entry = self.entries.iter().map(|entry| entry.day).min();
        self.asked.joined.min(self.asked.today()).min(first_entry.unwrap_or(NaiveDate::MAX))
    }

    /// The instant asked about.
    pub(super) fn now(&self) -> Moment {
        self.no_more_on(self.asked.today())
    }

    /// A day from today on, when no more happens.
    pub(super) fn no_more_on(&self, day: NaiveDate) -> Moment {
        Moment { day, seen: self.entries.len() }
    }

    /// The days at whose 00:00 other entries count than right before: something left the window or expired.
    pub(super) fn turns(&self) -> BTreeSet<NaiveDate> {
        let period = self.asked.programme.period;
        self.entries
            .iter()
            .filter_map(|entry| match entry.kind {
                Kind::Purchase | Kind::Return => period.leaves(self.asked.joined, entry.day),
                Kind::Points { expires, .. } => expires.map(next_day),
                Kind::Grant { .. } => None,
            })
            .collect()
    }

    /// The value of `sum` that the day's window no longer holds and the window of the day before did.
    pub(super) fn leaving_on(&self, day: NaiveDate) -> rusqlite::Result<i64> {
        let before = day.pred_opt().unwrap_or(day);
        self.value(self.window(self.no_more_on(before)).start..self.window(self.no_more_on(day)).start)
    }

    fn window(&self, moment: Moment) -> Range<usize> {
        let Asked { programme, joined, .. } = self.asked;
        let first = programme.period.first_day(joined, moment.day);
        let start = first.map_or(0, |day| self.before(day));
        start.min(moment.seen)..moment.seen
    }

    fn value(&self, positions: Range<usize>) -> rusqlite::Result<i64> {
        if positions.is_empty() { Ok(0) } else { counting::value(self.tx, positions) }
    }

    fn receipts(&self, positions: Range<usize>) -> rusqlite::Result<Vec<i64>> {
        if positions.is_empty() {
            return Ok(Vec::new());
        }
        counting::receipts(self.tx, positions, self.asked.programme.returns)
    }

    pub(super) fn measured(&self, moment: Moment, metric: &Metric) -> rusqlite::Result<i64> {
        let window = || self.window(moment);
        Ok(match metric {
            Metric::Sum => self.value(window())?.max(0),
            Metric::CategorySum(category) => counting::category_value(self.tx, window(), category)?.max(0),
            Metric::Receipts => self.receipts(window())?.len() as i64,
            Metric::Visits => {
                let calendar = self.asked.programme.calendar;
                let days = self.receipts(window())?.into_iter().map(|at| calendar.day_of(at));
                days.collect::<BTreeSet<_>>().len() as i64
            }
            Metric::Points => self.points(moment),
        })
    }

    /// A negative entry uses up the positive ones of before that expire first; what it finds nothing for is lost.
    fn points(&self, moment: Moment) -> i64 {
        let mut left: Vec<(NaiveDate, i64)> = Vec::new();
        for entry in self.entries.iter().take(moment.seen) {
            let Kind::Points { points, expires } = entry.kind else { continue };
            if points > 0 {
                left.push((expires.unwrap_or(NaiveDate::MAX), points));
                continue;
            }
            // Stable: those that expire together stay in order.
            left.sort_by_key(|(expires, _)| *expires);
            let mut taken = points.saturating_neg();
            for (_, points) in left.iter_mut().filter(|(expires, _)| *expires >= entry.day) {
                let used = taken.min(*points);
                *points -= used;
                taken -= used;
            }
        }
        let valid = left.into_iter().filter(|(expires, _)| *expires >= moment.day);
        valid.fold(0, |sum, (_, points)| sum.saturating_add(points))
    }
}

/// The metrics at one moment, each measured once.
pub(super) struct Measures<'a> {
    history: &'a History<'a>,
    moment: Moment,
    known: RefCell<Vec<(&'a Metric, i64)>>,
}

impl<'a> Measures<'a> {
    pub(super) fn at(history: &'a History<'a>, moment: Moment) -> Self {
        Self { history, moment, known: RefCell::default() }
    }

    pub(super) fn reached(&self, metric: &'a Metric) -> rusqlite::Result<i64> {
        if let Some((_, reached)) = self.known.borrow().iter().find(|(known, _)| *known == metric) {
            return Ok(*reached);
        }
        let reached = self.history.measured(self.moment, metric)?;
        self.known.borrow_mut().push((metric, reached));
        Ok(reached)
    }
}

impl Entry {
    fn read(row: &Row<'_>, programme: &Programme) -> rusqlite::Result<Self> {
        let at: i64 = row.get(2)?;
        let kind: String = row.get(1)?;
        let kind = match kind.as_str() {
            "purchase" => Kind::Purchase,
            "return" => Kind::Return,
            "grant" => {
                let tier: String = row.get(3)?;
                Kind::Grant {
                    tier: programme.tier_ids().position(|id| id == tier),
                    until: day(&row.get::<_, String>(4)?)?,
                }
            }
            "points" => {
                let expires: Option<String> = row.get(6)?;
                Kind::Points { points: row.get(5)?, expires: expires.as_deref().map(day).transpose()? }
            }
            _ => return Err(FromSqlError::InvalidType.into()),
        };
        Ok(Self { id: row.get(0)?, at, day: programme.calendar.day_of(at), kind })
    }
}

fn day(text: &str) -> rusqlite::Result<NaiveDate> {
    Ok(text.parse().map_err(FromSqlError::other)?)
}
