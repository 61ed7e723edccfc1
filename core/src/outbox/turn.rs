//! Whose turn it is to send, among all who have the file open. Pure.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::policy::{LONGEST_WAIT, Until};

/// A lease is renewed three times before it ends, so that only one who was killed or put to sleep loses it. Short:
/// after a kill everybody who had the file open then waits for it.
pub const LEASE: Duration = Duration::from_secs(30);
/// How often whoever sends renews the lease.
pub const RENEWAL: Duration = Duration::from_secs(10);

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Who sends.
    pub holder: Option<String>,
    /// Until when nobody else does.
    pub leased_until: Option<DateTime<Utc>>,
    /// Until when the gallery is left alone.
    pub held: Option<Until>,
    /// How often in a row the gallery asked to come again.
    pub busy: u32,
}

impl Turn {
    /// Until when `holder` must leave the sending to another. A lease that lies further ahead than any is long is a
    /// clock set back; one from before `alone_at`, when nobody else had the file open, is a dead process's.
    #[must_use]
    pub fn others_until(
        &self,
        holder: &str,
        alone_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if self.holder.as_deref().is_none_or(|present| present == holder) {
            return None;
        }
        let is_dead = |until| alone_at.is_some_and(|alone_at| until < alone_at + LEASE);
        self.leased_until.filter(|until| now < *until && *until <= now + LEASE && !is_dead(*until))
    }

    /// Until when the gallery is left alone; again no longer than any hold is.
    #[must_use]
    pub fn held_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.held.map(|held| held.instant);
        until.filter(|until| now < *until && *until <= now + LONGEST_WAIT + LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-14T12:00:00Z".parse().unwrap()
    }

    fn leased(seconds: i64) -> Turn {
        Turn {
            holder: Some("another".to_owned()),
            leased_until: Some(now() + chrono::Duration::seconds(seconds)),
            ..Turn::default()
        }
    }

    #[test]
    fn anothers_lease_is_respected_until_it_ends() {
        assert!(leased(1).others_until("me", None, now()).is_some());
        assert_eq!(leased(0).others_until("me", None, now()), None);
        assert_eq!(leased(1).others_until("another", None, now()), None);
        assert_eq!(Turn::default().others_until("me", None, now()), None);
    }

    #[test]
    fn the_lease_of_a_dead_process_is_not_respected() {
        let alone_at = Some(now());
        assert_eq!(leased(29).others_until("me", alone_at, now()), None, "it was taken before");
        assert!(leased(30).others_until("me", alone_at, now()).is_some(), "whoever took it came later");
    }

    proptest! {
        #[test]
        fn whatever_the_clock_did_nobody_waits_longer_than_a_lease_or_a_hold_lasts(seconds in i64::MIN / 4_000..i64::MAX / 4_000) {
            let instant = now().checked_add_signed(chrono::Duration::seconds(seconds)).unwrap_or(now());
            let held = Some(Until { instant, is_asked: true });
            let turn = Turn { leased_until: Some(instant), held, ..leased(0) };
            prop_assert!(turn.others_until("me", None, now()).is_none_or(|until| until <= now() + LEASE));
            prop_assert!(turn.held_until(now()).is_none_or(|until| until <= now() + 2 * LONGEST_WAIT));
        }
    }
}
