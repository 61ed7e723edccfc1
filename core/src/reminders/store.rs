//! What was handed out, so that nothing is shown twice. A reminder that was handed out and whose time has come has fired:
//! the scheduler does not say so, and a shell that was killed before it could schedule costs one at most.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Transaction;

use super::{Fired, Planned};
use crate::{
    account,
    ids::MemberId,
    storage::StorageError,
    time::{from_millis, to_millis},
};

/// No occasion is longer ago.
const REMEMBERED: TimeDelta = TimeDelta::days(400);

/// What `member` was shown by `now`.
pub fn fired(tx: &Transaction<'_>, member: &MemberId, now: DateTime<Utc>) -> Result<Vec<Fired>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT occasion, fire_at FROM reminders WHERE member_id = ?1 AND (has_fired OR fire_at <= ?2)",
    )?;
    let rows = statement.query_map((member.as_str(), to_millis(now)), |row| {
        Ok(Fired { occasion: row.get(0)?, at: from_millis(row.get(1)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Makes `plan` what is to fire after `now`, and nothing else. Says whether it is of `member`, the one who is signed in.
pub fn hand_out(
    tx: &Transaction<'_>,
    member: Option<&MemberId>,
    plan: &[Planned],
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    if account::store::active_member_id(tx)?.as_ref() != member {
        return Ok(false);
    }
    let owner = member.map_or("", MemberId::as_str);
    let wanted: BTreeMap<_, _> = plan.iter().map(|planned| (planned.occasion(), to_millis(planned.fire_at))).collect();
    // Whatever the clock is set to later.
    tx.prepare_cached("UPDATE reminders SET has_fired = 1 WHERE fire_at <= ?1 AND NOT has_fired")?
        .execute([to_millis(now)])?;
    let mut statement = tx.prepare_cached("SELECT member_id, occasion, fire_at FROM reminders WHERE NOT has_fired")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let before: Vec<(String, String, i64)> = rows.collect::<Result<_, _>>()?;
    let mut delete = tx.prepare_cached("DELETE FROM reminders WHERE member_id = ?1 AND occasion = ?2")?;
    for (whose, occasion, fire_at) in &before {
        if whose != owner || wanted.get(occasion) != Some(fire_at) {
            delete.execute((whose, occasion))?;
        }
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO reminders (member_id, occasion, fire_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for (occasion, fire_at) in &wanted {
        insert.execute((owner, occasion, fire_at))?;
    }
    tx.prepare_cached("DELETE FROM reminders WHERE fire_at < ?1")?.execute([to_millis(now - REMEMBERED)])?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::reminders::occasion::Occasion;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_489_600, 0).unwrap() + TimeDelta::hours(hours)
    }

    fn planned(hours: i64) -> Planned {
        let what = Occasion::Points { by: "2026-03-31".parse().unwrap() };
        Planned { fire_at: at(hours), valid_until: at(hours + 1), text: String::new(), what }
    }

    #[test]
    fn what_has_fired_stays_so_whatever_the_clock_is_set_to() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::storage::testing::member_schema(&mut connection);
        let tx = connection.transaction().unwrap();
        tx.execute_batch(
            "INSERT INTO account (member_id, joined, tier, active) VALUES ('m1', '2025-01-14', 'vesna', 1)",
        )
        .unwrap();
        let member = MemberId::new("m1");
        assert!(hand_out(&tx, Some(&member), &[planned(10)], at(0)).unwrap());
        assert_eq!(fired(&tx, &member, at(9)).unwrap(), []);
        assert_eq!(fired(&tx, &member, at(10)).unwrap().len(), 1);
        assert!(hand_out(&tx, Some(&member), &[], at(11)).unwrap());
        let told = fired(&tx, &member, at(-100)).unwrap();
        assert_eq!(told, [Fired { occasion: planned(10).occasion(), at: at(10) }]);
    }

    #[test]
    fn what_is_planned_no_longer_and_another_members_will_not_fire() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::storage::testing::member_schema(&mut connection);
        let tx = connection.transaction().unwrap();
        tx.execute_batch(
            "INSERT INTO account (member_id, joined, tier, active) VALUES ('m1', '2025-01-14', 'vesna', 1)",
        )
        .unwrap();
        let (member, other) = (MemberId::new("m1"), MemberId::new("m2"));
        assert!(!hand_out(&tx, Some(&other), &[planned(10)], at(0)).unwrap());
        assert!(!hand_out(&tx, None, &[planned(10)], at(0)).unwrap());
        assert!(hand_out(&tx, Some(&member), &[planned(10)], at(0)).unwrap());
        assert!(hand_out(&tx, Some(&member), &[planned(12)], at(1)).unwrap());
        assert_eq!(fired(&tx, &member, at(11)).unwrap(), []);
        tx.execute_batch("UPDATE account SET active = 0").unwrap();
        assert!(hand_out(&tx, None, &[], at(2)).unwrap());
        assert_eq!(fired(&tx, &member, at(20)).unwrap(), []);
    }
}
