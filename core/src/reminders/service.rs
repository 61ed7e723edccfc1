//! The plan of what is stored, for whoever is signed in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use tokio::sync::{Mutex, watch};

use super::{Circumstances, Planned, Reminder, ReminderChanges, RemindersSnapshot, plan::plan, store};
use crate::{
    account::{self, ConsentPurpose, Member, consents},
    error::CoreError,
    http::ServerTime,
    ids::{MemberId, ReminderId},
    locale::Texts,
    observe::{Changes, Observable},
    ports::Clock,
    programme::{self, Programme},
    storage::{Database, StorageError},
    sync::pulled,
    time::moscow_date,
};

/// Reminders for the system's local notifications.
pub struct Reminders {
    member_db: Database,
    programme: Arc<Programme>,
    /// The gallery's.
    clock: Arc<dyn Clock>,
    server_time: Arc<ServerTime>,
    texts: Arc<Texts>,
    turn: Mutex<()>,
    pub(crate) snapshots: Observable<RemindersSnapshot>,
}

impl Reminders {
    pub(crate) fn new(
        member_db: Database,
        programme: Arc<Programme>,
        (clock, server_time): (Arc<dyn Clock>, Arc<ServerTime>),
        texts: Arc<Texts>,
        changes: Changes,
    ) -> Self {
        let snapshots = Observable::new(RemindersSnapshot::default(), changes);
        Self { member_db, programme, clock, server_time, texts, turn: Mutex::new(()), snapshots }
    }

    /// The whole plan: these, and no others, are to be scheduled. To look at: nothing is handed out by it.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn plan(&self) -> Result<Vec<Reminder>, CoreError> {
        Ok(self.snapshot().await?.plan)
    }

    /// What is to be done with the system's scheduler, which holds `scheduled` of this app: all of them, as it tells them
    /// itself. So a difference that was lost with a process is made good with the next one. Whoever asks is taken at their
    /// word: what was handed out fires when its time comes, and is not planned again. One caller at a time, who does all of
    /// it before asking again.
    ///
    /// # Errors
    /// As [`Reminders::plan`].
    pub async fn changes(&self, scheduled: &[ReminderId]) -> Result<ReminderChanges, CoreError> {
        // What one asks for must not be handed out after what another was given later.
        let _turn = self.turn.lock().await;
        loop {
            let Made { member, plan, now } = self.make().await?;
            let reminders = self.reminders(&plan);
            let hand_out = self.member_db.write(move |tx| store::hand_out(tx, member.as_ref(), &plan, now));
            // Whoever signed in meanwhile has another plan.
            if hand_out.await? {
                return Ok(ReminderChanges::between(scheduled, &reminders));
            }
        }
    }

    /// Plans from now on, after each change of ledger, rules, consents, clock and member; the first one soon. Each is the
    /// occasion to ask for [`Reminders::changes`].
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<RemindersSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        if self.snapshots.is_observed() {
            self.snapshots.publish(self.snapshot().await?);
        }
        Ok(())
    }

    async fn snapshot(&self) -> Result<RemindersSnapshot, CoreError> {
        let made = self.make().await?;
        Ok(RemindersSnapshot { plan: self.reminders(&made.plan), is_known: true })
    }

    async fn make(&self) -> Result<Made, CoreError> {
        let now = self.clock.now();
        let read = move |tx: &Transaction<'_>, member: &Member| circumstances(tx, member, now);
        let made = self.programme.with_engine(read, |member, rules, engine, circumstances| {
            let plan = circumstances.map(|circumstances| plan(rules, engine, &circumstances, &self.texts));
            Made { member: Some(member.member_id.clone()), plan: plan.unwrap_or_default(), now }
        });
        match made.await? {
            Some(made) => Ok(made),
            None => {
                let member = self.member_db.read(account::store::active_member_id).await?;
                Ok(Made { member, plan: Vec::new(), now })
            }
        }
    }

    fn reminders(&self, plan: &[Planned]) -> Vec<Reminder> {
        let offset = self.server_time.offset().unwrap_or_default();
        plan.iter().map(|planned| planned.reminder(offset)).collect()
    }
}

/// A plan, and of whom and when.
struct Made {
    member: Option<MemberId>,
    plan: Vec<Planned>,
    now: DateTime<Utc>,
}

/// `None` where the phone has not heard of all that a plan goes by.
fn circumstances(
    tx: &Transaction<'_>,
    member: &Member,
    now: DateTime<Utc>,
) -> Result<Option<Circumstances>, StorageError> {
    let Some(pulled) = pulled::pulled(tx, &member.member_id)? else { return Ok(None) };
    let purpose = ConsentPurpose::Advertising;
    let decision = consents::store::decision(tx, &member.member_id, purpose)?;
    // What the gallery does not have yet proves nothing; a withdrawal holds at once.
    let is_provable = !consents::store::is_queued(tx, &member.member_id, purpose, 0)?;
    Ok(Some(Circumstances {
        now,
        last_sync: pulled.progress,
        tier: Some((member.tier.clone(), pulled.member)),
        allows_advertising: is_provable && decision.is_some_and(|decision| decision.granted),
        rules_until: programme::store::next_rules(tx, &moscow_date(now).to_string())?,
        fired: store::fired(tx, &member.member_id, now)?,
    }))
}
