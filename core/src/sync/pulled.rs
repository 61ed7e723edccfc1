//! When what a member's progress goes by was last pulled.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Transaction;

use super::Topic;
use crate::{
    ids::MemberId,
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// What progress goes by.
const OF_PROGRESS: [Topic; 3] = [Topic::Rules, Topic::Ledger, Topic::Member];
/// To say that it was a little longer ago is cautious, and not every poll has to be written down.
const PRECISION: TimeDelta = TimeDelta::minutes(10);

/// When progress was last pulled, by the gallery's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PulledAt {
    /// All that it goes by.
    pub progress: DateTime<Utc>,
    /// The member with the tier.
    pub member: DateTime<Utc>,
}

/// Keeps that `topics` were pulled; where nothing `has_changed`, only if that was not known for long. Says whether it was
/// kept.
pub fn keep(
    tx: &Transaction<'_>,
    member: &MemberId,
    topics: &[Topic],
    at: DateTime<Utc>,
    has_changed: bool,
) -> Result<bool, StorageError> {
    let mut kept = false;
    for topic in topics.iter().filter(|topic| OF_PROGRESS.contains(topic)) {
        let changed = tx
            .prepare_cached(
                "INSERT INTO pulls (member_id, topic, pulled_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (member_id, topic) DO UPDATE SET pulled_at = excluded.pulled_at
                 WHERE ?4 OR excluded.pulled_at NOT BETWEEN pulled_at AND pulled_at + ?5",
            )?
            .execute((member.as_str(), topic.code(), to_millis(at), has_changed, PRECISION.num_milliseconds()))?;
        kept |= changed > 0;
    }
    Ok(kept)
}

/// When it was pulled; `None` where not all of it ever was.
pub fn pulled(tx: &Transaction<'_>, member: &MemberId) -> Result<Option<PulledAt>, StorageError> {
    let mut statement = tx.prepare_cached("SELECT topic, pulled_at FROM pulls WHERE member_id = ?1")?;
    let rows = statement.query_map([member.as_str()], |row| {
        Ok((Topic::of_code(&row.get::<_, String>(0)?), from_millis(row.get(1)?)))
    })?;
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    let at = |topic| rows.iter().find(|(of, _)| *of == topic).map(|(_, at)| *at);
    let [rules, ledger, member] = OF_PROGRESS.map(at);
    Ok(rules
        .zip(ledger)
        .zip(member)
        .map(|((rules, ledger), member)| PulledAt { progress: rules.min(ledger).min(member), member }))
}
