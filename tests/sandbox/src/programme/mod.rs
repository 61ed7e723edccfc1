//! The member's tier under any programme's rules, by the sandbox's own reading of them: what counts is
//! summed up in SQL over the ledger, and the history is gone through day by day. It shares nothing with
//! the client's engine, so that each can be checked against the other.
//!
//! | file | what |
//! |---|---|
//! | `document`, `needs` | what a rules document says of tiers |
//! | `calendar`, `periods` | days, windows, and how long a tier holds |
//! | `counting`, `history` | what exists, what it is worth, and the metrics at a moment |
//! | `timeline` | the tier from day to day |
//! | `answer` | what is asked: the way up, what keeps the tier, the outlook |
//! | `reference` | all of it for a ledger that is no member's |

mod answer;
mod calendar;
mod counting;
mod document;
mod history;
mod needs;
mod periods;
mod reference;
#[cfg(test)]
mod tests;
mod timeline;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Transaction};

pub(crate) use counting::prepare;
pub(crate) use document::Programme;
pub use reference::Reference;

use crate::problem::{Kind, Problem};
use history::{Asked, History};
use needs::Metric;
use timeline::Timeline;

/// A member's tier and since when, `None` when it never changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) tier: String,
    pub(crate) since: Option<i64>,
}

/// The tier at `now`, from the ledger as it is known now.
pub(crate) fn standing(
    tx: &Transaction<'_>,
    programme: &Programme,
    member_id: &str,
    now: i64,
) -> Result<Standing, Problem> {
    let history = History::load(tx, asked(tx, programme, member_id, now)?)?;
    let timeline = Timeline::of(&history)?;
    let tier = programme.tiers.get(timeline.tier()).ok_or_else(|| Problem::new(Kind::Internal))?;
    Ok(Standing { tier: tier.id.clone(), since: timeline.changes.last().map(|change| change.at) })
}

/// What counts for the tier at `now`, in kopecks.
pub(crate) fn sum(tx: &Transaction<'_>, programme: &Programme, member_id: &str, now: i64) -> Result<i64, Problem> {
    let history = History::load(tx, asked(tx, programme, member_id, now)?)?;
    Ok(history.measured(history.now(), &Metric::Sum)?)
}

fn asked<'a>(
    tx: &Transaction<'_>,
    programme: &'a Programme,
    member_id: &'a str,
    now: i64,
) -> rusqlite::Result<Asked<'a>> {
    let joined: Option<String> = tx
        .prepare_cached("SELECT joined FROM member WHERE member_id = ?1")?
        .query_row([member_id], |row| row.get(0))
        .optional()?;
    // Of nobody there are no entries either, and any day will do.
    let joined = joined.and_then(|day| day.parse().ok()).unwrap_or(NaiveDate::MAX);
    Ok(Asked { programme, member_id, joined, now, projected: false })
}
