//! The worker: one entry at a time, forward only.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{sync::MutexGuard, time::Instant};

use super::{
    DrainBudget, DrainReport, Entry, Outbox, Stop,
    policy::{self, Until},
    sending::Step,
    store, turn,
};
use crate::{
    account,
    error::CoreError,
    ids::MemberId,
    log::LogRecord,
    observe::Hope,
    ports::{LogLevel, random_fraction},
    storage::StorageError,
};

pub(super) const TARGET: &str = "outbox";
/// Nothing waits for ever on a wake-up that the system forgot to give.
const LONGEST_SLEEP: Duration = Duration::from_secs(15 * 60);
/// Unreachable twice in a row is the network, not the entry.
const MOST_FAILURES_IN_A_ROW: u32 = 2;

/// What a look into the queue brings.
enum Claim {
    /// The next entry, with how often in a row the gallery asked to come again; nobody else sends now.
    Entry(Entry, u32),
    /// Nothing is due.
    Nothing,
    Stop(Stop),
}

/// How the queue stands.
struct Standing {
    remaining: u32,
    next_due: Option<DateTime<Utc>>,
}

impl Outbox {
    /// Sends until nothing is due, the budget is spent, or it makes no sense to go on. Safe at the same time as another
    /// drain, in this process or in another one on the same files.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]; nothing is lost: what was not settled is sent again.
    pub async fn drain(&self, budget: DrainBudget) -> Result<DrainReport, CoreError> {
        let deadline = budget.time.and_then(|time| Instant::now().checked_add(time));
        let one_at_a_time = self.draining.lock();
        let _one_at_a_time = match deadline {
            None => one_at_a_time.await,
            Some(deadline) => match tokio::time::timeout_at(deadline, one_at_a_time).await {
                Ok(guard) => guard,
                // The lease and what is told are those of the drain that goes on.
                Err(_) => return self.counted(0, Some(Stop::BudgetSpent), None).await,
            },
        };
        let Some(member) = self.member_db.read(account::store::active_member_id).await? else {
            return self.report(0, Some(Stop::NobodySignedIn)).await;
        };
        self.begin(&member).await?;
        let (mut sent, mut tried) = (0, 0);
        let (mut failed, mut failures_in_a_row, mut touched) = (None, 0, Vec::new());
        let stopped = loop {
            let is_spent = budget.entries.is_some_and(|most| tried >= most)
                || deadline.is_some_and(|deadline| Instant::now() >= deadline);
            let (entry, busy) = match self.claim(&member, is_spent).await? {
                Claim::Entry(entry, busy) => (entry, busy),
                Claim::Nothing => break None,
                Claim::Stop(stop) => break Some(stop),
            };
            tried += 1;
            let entry_id = entry.entry_id;
            // It came to the front again: all others have been tried.
            if failed == Some(entry_id) {
                break Some(Stop::Unreachable);
            }
            match self.send(entry, busy, deadline).await? {
                Step::Settled(topics) => {
                    let news: Vec<_> = topics.iter().filter(|topic| !touched.contains(*topic)).copied().collect();
                    touched.extend(news);
                    sent += 1;
                    failures_in_a_row = 0;
                    self.failures.store(0, Ordering::Relaxed);
                }
                Step::Kept => {}
                Step::Waits(until) => {
                    failures_in_a_row += 1;
                    if failures_in_a_row >= MOST_FAILURES_IN_A_ROW {
                        self.hold(until).await?;
                        break Some(Stop::Busy);
                    }
                }
                Step::Unreachable => {
                    let now = self.ports.clock.now();
                    self.member_db.write(move |tx| store::to_the_back(tx, entry_id, now)).await?;
                    failed = failed.or(Some(entry_id));
                    failures_in_a_row += 1;
                    if failures_in_a_row >= MOST_FAILURES_IN_A_ROW {
                        break Some(Stop::Unreachable);
                    }
                }
                Step::Stop(stop) => break Some(stop),
            }
        };
        if !touched.is_empty() {
            self.wake.pull(&touched);
        }
        self.report(sent, stopped).await
    }

    /// Nothing is sent, and no answer is stored, while this is held.
    pub(crate) async fn rest(&self) -> MutexGuard<'_, ()> {
        self.draining.lock().await
    }

    /// Drains now and whenever there is a reason to, for as long as the app is open.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            let pause = match self.drain(DrainBudget::default()).await {
                Ok(report) => self.pause_after(&report),
                Err(CoreError::Paused) => LONGEST_SLEEP,
                Err(error) => {
                    let record = LogRecord::new(LogLevel::Error, TARGET, "drain-failed");
                    self.ports.log.log(&record.with("error", error.code()));
                    self.reconnect_delay()
                }
            };
            tokio::select! {
                biased;
                () = self.wake.queue_called() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Lets another process send at once; the files are about to be closed.
    pub(crate) async fn release(&self) -> Result<(), StorageError> {
        let holder = self.holder.clone();
        self.member_db.write(move |tx| store::worker::release(tx, &holder)).await
    }

    /// Renews the lease while a request is under way.
    pub(super) async fn renew(&self) {
        let (holder, clock) = (self.holder.clone(), Arc::clone(&self.ports.clock));
        let alone_at = self.member_db.alone_at();
        let renewed = self.member_db.write(move |tx| {
            let now = clock.now();
            // Whoever slept too long has lost it.
            match store::worker::turn(tx)?.others_until(&holder, alone_at, now) {
                Some(_) => Ok(()),
                None => store::worker::lease(tx, &holder, now + turn::LEASE),
            }
        });
        if let Err(error) = renewed.await {
            let record = LogRecord::new(LogLevel::Warn, TARGET, "lease-not-renewed");
            self.ports.log.log(&record.with("error", error.code()));
        }
    }

    /// Nothing is sent before `until`.
    pub(super) async fn hold(&self, until: Until) -> Result<(), StorageError> {
        let now = self.ports.clock.now();
        self.member_db.write(move |tx| store::worker::hold(tx, until, now)).await
    }

    /// Brings forward what there is now a reason to try.
    async fn begin(&self, member: &MemberId) -> Result<(), StorageError> {
        let hope = self.wake.take_hope();
        if hope == Some(Hope::Anew) {
            self.failures.store(0, Ordering::Relaxed);
        }
        let (owner, now) = (member.clone(), self.ports.clock.now());
        let jitter = random_fraction(self.ports.entropy.as_ref());
        let begun = self.member_db.write(move |tx| {
            store::forgive_clock_jump(tx, &owner, now)?;
            let heard = match hope {
                None => return Ok(()),
                Some(Hope::Anew) => {
                    store::worker::forget_busy(tx)?;
                    store::worker::lift_hold(tx)?;
                    false
                }
                Some(Hope::Heard) => {
                    let turn = store::worker::turn(tx)?;
                    let due = policy::brought_forward(true, turn.busy, now, now, jitter);
                    if turn.held_until(now).is_some_and(|until| due < until) {
                        store::worker::hold(tx, Until { instant: due, is_asked: false }, now)?;
                    }
                    true
                }
            };
            store::bring_forward(tx, &owner, heard, now, jitter)
        });
        begun.await
    }

    /// Takes the next entry and the lease, in one transaction.
    async fn claim(&self, member: &MemberId, is_spent: bool) -> Result<Claim, StorageError> {
        let is_online = self.ports.connectivity.is_online();
        let (owner, holder, clock) = (member.clone(), self.holder.clone(), Arc::clone(&self.ports.clock));
        let alone_at = self.member_db.alone_at();
        let claim = self.member_db.write(move |tx| {
            // Only now is it this process's turn to write: by a time from before the wait, the lease that another has
            // taken meanwhile would end later than any lease does.
            let now = clock.now();
            let Some(entry) = store::next(tx, &owner, now)? else { return Ok(Claim::Nothing) };
            let turn = store::worker::turn(tx)?;
            let stop = if !is_online {
                Some(Stop::Offline)
            } else if is_spent {
                Some(Stop::BudgetSpent)
            } else if turn.others_until(&holder, alone_at, now).is_some() {
                Some(Stop::AnotherProcess)
            } else {
                turn.held_until(now).map(|_| Stop::Busy)
            };
            if let Some(stop) = stop {
                return Ok(Claim::Stop(stop));
            }
            store::worker::lease(tx, &holder, now + turn::LEASE)?;
            store::tried(tx, entry.entry_id, now)?;
            Ok::<_, StorageError>(Claim::Entry(entry, turn.busy))
        });
        claim.await
    }

    /// Ends a drain: the lease is given back, and observers are told why it stopped.
    async fn report(&self, sent: u32, stopped: Option<Stop>) -> Result<DrainReport, CoreError> {
        self.release().await?;
        let told = std::mem::replace(&mut *self.stopped.lock().unwrap_or_else(PoisonError::into_inner), stopped);
        if told != stopped {
            self.changes.ring();
        }
        let unreachable = stopped == Some(Stop::Unreachable);
        let not_before = unreachable.then(|| self.ports.clock.now() + self.reconnect_delay());
        self.counted(sent, stopped, not_before).await
    }

    /// What a drain reports of the queue, which makes no sense to try before `not_before`.
    async fn counted(
        &self,
        sent: u32,
        stopped: Option<Stop>,
        not_before: Option<DateTime<Utc>>,
    ) -> Result<DrainReport, CoreError> {
        let (holder, now) = (self.holder.clone(), self.ports.clock.now());
        let alone_at = self.member_db.alone_at();
        let standing = self.member_db.read(move |tx| {
            let Some(member) = account::store::active_member_id(tx)? else {
                return Ok(Standing { remaining: 0, next_due: None });
            };
            let turn = store::worker::turn(tx)?;
            let not_before = not_before.max(turn.held_until(now)).max(turn.others_until(&holder, alone_at, now));
            let due = store::next_due(tx, &member)?;
            let next_due = due.map(|due| not_before.map_or(due, |until| due.max(until)));
            Ok::<_, StorageError>(Standing { remaining: store::count(tx, &member)?, next_due })
        });
        let Standing { remaining, next_due } = standing.await?;
        Ok(DrainReport { sent, remaining, next_due, stopped })
    }

    fn pause_after(&self, report: &DrainReport) -> Duration {
        match report.stopped {
            Some(Stop::Offline | Stop::NobodySignedIn | Stop::SignInNeeded | Stop::Locked | Stop::UpdateNeeded) => {
                LONGEST_SLEEP
            }
            Some(Stop::Unreachable | Stop::Busy | Stop::AnotherProcess | Stop::BudgetSpent) | None => {
                report.next_due.map_or(LONGEST_SLEEP, |due| {
                    (due - self.ports.clock.now()).to_std().unwrap_or(Duration::ZERO).min(LONGEST_SLEEP)
                })
            }
        }
    }

    fn reconnect_delay(&self) -> Duration {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        policy::reconnect_delay(failures, random_fraction(self.ports.entropy.as_ref()))
    }
}
