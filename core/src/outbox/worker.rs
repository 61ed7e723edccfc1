//! The worker: one entry at a time, forward only.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    Entry, Intent, QueueItem, Settlement, Unreadable,
    policy::{self, Decision, LONGEST_WAIT},
    store,
};
use crate::{
    account,
    error::CoreError,
    http::{Answer, Session},
    ids::MemberId,
    observe::{Changes, Wake},
    ports::{LogLevel, Ports, random_fraction},
    storage::{Database, StorageError},
};

const TARGET: &str = "outbox";
/// Nothing waits for ever on a wake-up that the system forgot to give.
const LONGEST_SLEEP: Duration = Duration::from_secs(15 * 60);
const LONGEST_PAGE: u32 = 200;
/// Unreachable twice in a row is the network, not the entry.
const MOST_FAILURES_IN_A_ROW: u32 = 2;

/// Sends what members intended.
pub struct Outbox {
    member_db: Database,
    session: Arc<Session>,
    intents: Vec<Arc<dyn Intent>>,
    ports: Ports,
    changes: Changes,
    wake: Arc<Wake>,
    /// Two drains at once would send one entry twice; the second waits.
    draining: Mutex<()>,
    failures: AtomicU32,
    /// How often in a row the gallery asked to come again, whichever entry it was.
    busy: AtomicU32,
    /// Until when the gallery has asked to be left alone.
    held_until: std::sync::Mutex<Option<DateTime<Utc>>>,
}

/// What one drain did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrainReport {
    /// Entries that left the queue, each with its answer stored.
    pub sent: u32,
    /// Entries of the active member that are left.
    pub remaining: u32,
    /// When the next of them is due; `None` where none waits.
    pub next_due: Option<DateTime<Utc>>,
    /// Why the drain ended before the queue did.
    pub stopped: Option<Stop>,
}

/// Why no further entry was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nobody is signed in.
    NobodySignedIn,
    /// The system says that there is no network.
    Offline,
    /// The gallery is busy; [`DrainReport::next_due`] says until when it asked to be left alone.
    Busy,
    /// Nobody of the gallery answered.
    Unreachable,
    /// The member must sign in again.
    SignInNeeded,
    /// The secure store is locked.
    Locked,
    /// This version of the app is no longer served.
    UpdateNeeded,
}

impl Outbox {
    pub(crate) fn new(
        member_db: Database,
        session: Arc<Session>,
        intents: Vec<Arc<dyn Intent>>,
        ports: Ports,
        changes: Changes,
        wake: Arc<Wake>,
    ) -> Self {
        Self {
            member_db,
            session,
            intents,
            ports,
            changes,
            wake,
            draining: Mutex::new(()),
            failures: AtomicU32::new(0),
            busy: AtomicU32::new(0),
            held_until: std::sync::Mutex::default(),
        }
    }

    /// The active member's entries after `after` (0 = the oldest), at most `limit` (200); none while nobody is
    /// signed in.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn page(&self, after: i64, limit: u32) -> Result<Vec<QueueItem>, CoreError> {
        let page = self.member_db.read(move |tx| match account::store::active_member_id(tx)? {
            Some(member) => store::page(tx, &member, after, limit.min(LONGEST_PAGE)),
            None => Ok::<_, StorageError>(Vec::new()),
        });
        Ok(page.await?)
    }

    /// Sends until nothing is due, or until it makes no sense to go on.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]; nothing is lost: what was not settled is sent again.
    pub async fn drain(&self) -> Result<DrainReport, CoreError> {
        let _one_at_a_time = self.draining.lock().await;
        let mut sent = 0;
        let Some(member) = self.active_member().await? else {
            return Ok(DrainReport { sent, remaining: 0, next_due: None, stopped: Some(Stop::NobodySignedIn) });
        };
        let owner = member.clone();
        let now = self.ports.clock.now();
        self.member_db.write(move |tx| store::forgive_clock_jump(tx, &owner, now)).await?;
        let (mut failed, mut failures_in_a_row) = (None, 0);
        let stopped = loop {
            let (owner, now) = (member.clone(), self.ports.clock.now());
            let Some(entry) = self.member_db.read(move |tx| store::next(tx, &owner, now)).await? else {
                break None;
            };
            if !self.ports.connectivity.is_online() {
                break Some(Stop::Offline);
            }
            if self.held_until(now).is_some() {
                break Some(Stop::Busy);
            }
            let entry_id = entry.entry_id;
            // It came to the front again: all others have been tried.
            if failed == Some(entry_id) {
                break Some(Stop::Unreachable);
            }
            match self.send(entry).await? {
                Step::Settled => {
                    sent += 1;
                    failures_in_a_row = 0;
                    self.failures.store(0, Ordering::Relaxed);
                    self.busy.store(0, Ordering::Relaxed);
                }
                Step::Kept => {}
                Step::Waits(until) => {
                    failures_in_a_row += 1;
                    if failures_in_a_row >= MOST_FAILURES_IN_A_ROW {
                        self.hold(until);
                        break Some(Stop::Busy);
                    }
                }
                Step::Unreachable => {
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
        let (remaining, due) = self
            .member_db
            .read(move |tx| Ok::<_, StorageError>((store::count(tx, &member)?, store::next_due(tx, &member)?)))
            .await?;
        let held_until = self.held_until(self.ports.clock.now());
        let next_due = due.map(|due| held_until.map_or(due, |until| due.max(until)));
        Ok(DrainReport { sent, remaining, next_due, stopped })
    }

    /// Nothing is sent, and no answer is stored, while this is held.
    pub(crate) async fn rest(&self) -> MutexGuard<'_, ()> {
        self.draining.lock().await
    }

    /// Drains now and whenever there is a reason to, for as long as the app is open.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            let pause = match self.drain().await {
                Ok(report) => {
                    if report.sent > 0 {
                        self.wake.pull();
                    }
                    self.pause_after(&report)
                }
                Err(CoreError::Paused) => LONGEST_SLEEP,
                Err(error) => {
                    self.log(LogLevel::Error, &format!("drain: {error}"));
                    self.reconnect_delay()
                }
            };
            tokio::select! {
                biased;
                () = self.wake.queue_called() => {
                    if self.wake.is_anew() {
                        self.failures.store(0, Ordering::Relaxed);
                        self.busy.store(0, Ordering::Relaxed);
                    }
                }
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn pause_after(&self, report: &DrainReport) -> Duration {
        match report.stopped {
            Some(Stop::Unreachable) => self.reconnect_delay(),
            Some(Stop::Offline | Stop::NobodySignedIn | Stop::SignInNeeded | Stop::Locked | Stop::UpdateNeeded) => {
                LONGEST_SLEEP
            }
            Some(Stop::Busy) | None => report.next_due.map_or(LONGEST_SLEEP, |due| {
                (due - self.ports.clock.now()).to_std().unwrap_or(Duration::ZERO).min(LONGEST_SLEEP)
            }),
        }
    }

    fn reconnect_delay(&self) -> Duration {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        policy::reconnect_delay(failures, random_fraction(self.ports.entropy.as_ref()))
    }

    async fn active_member(&self) -> Result<Option<MemberId>, StorageError> {
        self.member_db.read(account::store::active_member_id).await
    }

    async fn send(&self, entry: Entry) -> Result<Step, StorageError> {
        let entry_id = entry.entry_id;
        let Some(intent) = self.intents.iter().find(|intent| intent.kind() == entry.kind).cloned() else {
            return self.wedge(entry_id, "unknown-kind".to_owned()).await;
        };
        let request = match intent.request(&entry) {
            Ok(request) => request.idempotent(&entry.idempotency_key),
            Err(Unreadable::Form) => {
                return self.wedge(entry_id, "unreadable-payload".to_owned()).await;
            }
            Err(Unreadable::Storage(error)) => return Err(error),
        };
        let answer = self.session.call(&entry.member_id, &request).await;
        let meaning = match &answer {
            Answer::Problem(problem, _) => Some(intent.meaning(&entry, problem)),
            _ => None,
        };
        let jitter = random_fraction(self.ports.entropy.as_ref());
        // A long queue of fresh entries must back off as one entry would.
        let attempts = entry.attempts.max(self.busy.load(Ordering::Relaxed));
        let decision = policy::decide(&answer, meaning, attempts, self.ports.clock.now(), jitter);
        self.log(LogLevel::Info, &format!("entry {entry_id}: {decision:?}"));
        match decision {
            Decision::Done | Decision::AlreadyDone | Decision::Refused => {
                self.settle(intent, entry, answer, decision).await
            }
            Decision::WaitUntil(until) => self.wait(entry_id, until).await,
            Decision::HoldUntil(until) => {
                self.hold(until);
                self.wait(entry_id, until).await.map(|_| Step::Stop(Stop::Busy))
            }
            Decision::Unreachable => Ok(Step::Unreachable),
            Decision::SignInNeeded => Ok(Step::Stop(Stop::SignInNeeded)),
            Decision::Locked => Ok(Step::Stop(Stop::Locked)),
            Decision::UpdateNeeded => Ok(Step::Stop(Stop::UpdateNeeded)),
            Decision::Wedged(reason) => self.wedge(entry_id, reason).await,
        }
    }

    async fn settle(
        &self,
        intent: Arc<dyn Intent>,
        entry: Entry,
        answer: Answer,
        decision: Decision,
    ) -> Result<Step, StorageError> {
        let now = self.ports.clock.now();
        let settled = self
            .member_db
            .write(move |tx| {
                let settlement = match (&decision, &answer) {
                    (Decision::AlreadyDone, Answer::Problem(problem, _)) => Settlement::AlreadyDone(problem),
                    (_, Answer::Problem(problem, _)) => Settlement::Refused(problem),
                    (_, Answer::Success(success)) => Settlement::Done(success.body()),
                    _ => return Err(Unreadable::Form),
                };
                intent.settle(tx, &entry, &settlement, now)?;
                Ok(store::remove(tx, entry.entry_id)?)
            })
            .await;
        match settled {
            Ok(()) => {
                self.changes.ring();
                Ok(Step::Settled)
            }
            // An answer that does not decode is not the gallery's: the outcome is unknown.
            Err(Unreadable::Form) => Ok(Step::Unreachable),
            Err(Unreadable::Storage(error)) => Err(error),
        }
    }

    async fn wait(&self, entry_id: i64, until: DateTime<Utc>) -> Result<Step, StorageError> {
        self.busy.fetch_add(1, Ordering::Relaxed);
        self.member_db.write(move |tx| store::wait(tx, entry_id, until)).await?;
        self.changes.ring();
        Ok(Step::Waits(until))
    }

    fn hold(&self, until: DateTime<Utc>) {
        *self.held_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    /// Until when nothing may be sent; a hold that lies further ahead than any is long is a clock set back.
    fn held_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let held = *self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        held.filter(|until| now < *until && *until <= now + LONGEST_WAIT + LONGEST_WAIT)
    }

    async fn wedge(&self, entry_id: i64, reason: String) -> Result<Step, StorageError> {
        self.member_db.write(move |tx| store::wedge(tx, entry_id, &reason)).await?;
        self.changes.ring();
        Ok(Step::Kept)
    }

    fn log(&self, level: LogLevel, message: &str) {
        self.ports.log.log(level, TARGET, message);
    }
}

enum Step {
    /// The entry left the queue.
    Settled,
    /// The entry stays; another may go.
    Kept,
    /// The entry stays, not to be tried before this instant.
    Waits(DateTime<Utc>),
    /// Nobody of the gallery answered; the entry stays.
    Unreachable,
    /// No other entry need be tried now.
    Stop(Stop),
}
