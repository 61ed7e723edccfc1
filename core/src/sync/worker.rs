//! When to pull: a reason, and what it asks for.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::Instant,
};

use super::{
    clock, pulled,
    resources::Failure,
    topic::{Reason, Topic},
};
use crate::{
    account,
    backoff::{self, LONGEST_POLL},
    error::CoreError,
    http::{GalleryClock, ServerTime, Session},
    ids::MemberId,
    log::{Code, LogRecord},
    observe::{Changes, Wake},
    ports::{Clock as _, LogLevel, Ports, random_fraction},
    receipts,
    storage::Storage,
};

pub(super) const TARGET: &str = "sync";
/// A flapping network must not become a storm of pulls.
const SHORTEST_PAUSE: Duration = Duration::from_millis(300);
/// In this order: a new tier is never shown before the receipts that earned it.
const ORDER: [Topic; Topic::KNOWN.len()] = [
    Topic::Rules,
    Topic::Receipts,
    Topic::Ledger,
    Topic::Member,
    Topic::Card,
    Topic::Events,
    Topic::Feed,
    Topic::Consents,
    Topic::Appeals,
];

/// Pulls what the gallery knows.
pub struct Sync {
    pub(super) storage: Storage,
    pub(super) session: Arc<Session>,
    pub(super) news: Arc<crate::feed::Feed>,
    pub(super) ports: Ports,
    pub(super) server_time: Arc<ServerTime>,
    pub(super) changes: Changes,
    pub(super) wake: Arc<Wake>,
    /// One request at a time for each resource.
    pulling: [Mutex<()>; ORDER.len()],
    pulled: std::sync::Mutex<Pulled>,
}

/// What is current, for whom.
#[derive(Default)]
struct Pulled {
    member: Option<MemberId>,
    at: BTreeMap<usize, (Instant, DateTime<Utc>)>,
}

/// What one pull found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Something is stored that was not there before.
    pub changed: bool,
    /// Something waits for a verdict.
    pub pending: bool,
}

impl Sync {
    pub(crate) fn new(
        storage: Storage,
        session: Arc<Session>,
        news: Arc<crate::feed::Feed>,
        (ports, server_time): (Ports, Arc<ServerTime>),
        changes: Changes,
        wake: Arc<Wake>,
    ) -> Self {
        Self {
            storage,
            session,
            news,
            ports,
            server_time,
            changes,
            wake,
            pulling: Default::default(),
            pulled: std::sync::Mutex::default(),
        }
    }

    /// Pulls everything now; nothing while nobody is signed in. A resource that fails keeps none of the others back.
    ///
    /// # Errors
    /// What ended the pull, or the first failure: [`CoreError::Unreachable`], [`CoreError::Unavailable`],
    /// [`CoreError::SignInNeeded`], [`CoreError::Locked`], [`CoreError::Storage`], [`CoreError::Paused`]. What was pulled
    /// all the same is stored, and shown.
    pub async fn pull(&self) -> Result<SyncReport, CoreError> {
        let mut report = SyncReport::default();
        self.pull_for(&Reason::Everything, &mut report).await?;
        Ok(report)
    }

    /// Pulls what a push hints at: the codes of [`Topic`]s, separated by commas. What this version does not know is
    /// everything.
    ///
    /// # Errors
    /// As [`Sync::pull`].
    pub async fn pull_hinted(&self, hint: &str) -> Result<SyncReport, CoreError> {
        let topics: Vec<Topic> = hint.split(',').map(|code| Topic::of_code(code.trim())).collect();
        let reason = if topics.contains(&Topic::Unknown) { Reason::Everything } else { Reason::Told(topics) };
        let mut report = SyncReport::default();
        self.pull_for(&reason, &mut report).await?;
        Ok(report)
    }

    /// What was pulled is reported also where something else has failed.
    async fn pull_for(&self, reason: &Reason, report: &mut SyncReport) -> Result<(), CoreError> {
        let Some(member) = self.storage.member.read(account::store::active_member_id).await? else {
            return Ok(());
        };
        let (mut failure, mut pulled_topics) = (None, Vec::new());
        for (place, topic) in ORDER.into_iter().enumerate() {
            if !reason.wants(topic, self.age(&member, place)) {
                continue;
            }
            let _one_at_a_time = self.pulling[place].lock().await;
            let pulled = self.pull_one(topic, &member).await;
            self.keep_server_time().await?;
            match pulled {
                Ok(changed) => {
                    self.is_current(&member, place);
                    if self.forget_deleted(&member).await? {
                        return Ok(());
                    }
                    report.changed |= changed;
                    pulled_topics.push(topic);
                }
                Err(Failure::All(error)) => {
                    failure = Some(error);
                    break;
                }
                Err(Failure::This(error)) => {
                    failure.get_or_insert(error);
                }
            }
        }
        if !pulled_topics.is_empty() {
            self.remember_pull(&member, pulled_topics, report.changed).await?;
            // Whatever waited for the network may go.
            self.wake.heard();
        }
        if let Some(error) = failure {
            return Err(error);
        }
        report.pending = self.storage.member.read(move |tx| receipts::store::is_pending(tx, &member)).await?;
        Ok(())
    }

    /// What nobody has touched for long is true for as long again only because the gallery was heard.
    async fn remember_pull(&self, member: &MemberId, topics: Vec<Topic>, has_changed: bool) -> Result<(), CoreError> {
        let now = GalleryClock::new(Arc::clone(&self.ports.clock), Arc::clone(&self.server_time)).now();
        let kept = self.keep(member, move |tx, owner| pulled::keep(tx, owner, &topics, now, has_changed));
        if kept.await? {
            self.changes.ring();
        }
        Ok(())
    }

    /// Another process may have deleted `member` between an answer and what the cache has kept of it: that process wipes
    /// what is there after its mark, this one what came after. Says whether it is so.
    async fn forget_deleted(&self, member: &MemberId) -> Result<bool, CoreError> {
        let (owner, deleted) = (member.clone(), member.clone());
        let is_here = self.storage.member.read(move |tx| account::store::is_here(tx, &owner)).await?;
        if !is_here {
            self.storage.cache.write(move |tx| account::wipe_cache(tx, &deleted)).await?;
        }
        Ok(!is_here)
    }

    /// Nothing is pulled, and nothing stored, while these are held.
    pub(crate) async fn rest(&self) -> Vec<MutexGuard<'_, ()>> {
        let mut held = Vec::new();
        for pulling in &self.pulling {
            held.push(pulling.lock().await);
        }
        held
    }

    /// No answer about `topic` is on its way while this is held.
    pub(super) async fn rest_of(&self, topic: Topic) -> Option<MutexGuard<'_, ()>> {
        let place = ORDER.iter().position(|ordered| *ordered == topic)?;
        Some(self.pulling.get(place)?.lock().await)
    }

    /// Pulls now and whenever there is a reason to, for as long as the app is open. What the gallery asked for with
    /// `Retry-After` is kept whatever the reason: it was said to everybody.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut quiet_pulls = 0;
        let mut reason = Reason::Everything;
        let mut held_until = Instant::now();
        loop {
            let pulled_at = Instant::now();
            let (mut report, mut has_failed) = (SyncReport::default(), false);
            if self.ports.connectivity.is_online()
                && let Err(error) = self.pull_for(&reason, &mut report).await
            {
                has_failed = true;
                self.tell(LogLevel::Info, "pull-failed", error.code());
                if let CoreError::Unavailable { retry_after: Some(asked) } = error {
                    held_until = Instant::now() + backoff::asked(asked, self.jitter());
                }
            }
            quiet_pulls = match (report.changed, has_failed) {
                (true, _) => 0,
                (false, true) => backoff::after_failure(quiet_pulls),
                (false, false) => {
                    if report.pending {
                        quiet_pulls + 1
                    } else {
                        0
                    }
                }
            };
            let (poll, next) = match (has_failed, report.pending) {
                (true, _) => (self.poll_delay(quiet_pulls), reason),
                (false, true) => (self.poll_delay(quiet_pulls), Reason::Pending),
                (false, false) => (LONGEST_POLL, Reason::Everything),
            };
            let poll_at = held_until.max(Instant::now() + poll);
            reason = loop {
                tokio::select! {
                    biased;
                    () = self.wake.pull_called() => {
                        tokio::time::sleep_until(held_until.max(pulled_at + SHORTEST_PAUSE)).await;
                        // None: it was answered together with an earlier one.
                        if let Some(called) = self.wake.take_reason() {
                            quiet_pulls = 0;
                            break match called {
                                // What failed is still to be asked for.
                                Reason::Told(topics) if has_failed => next.and(topics),
                                called => called,
                            };
                        }
                    }
                    () = tokio::time::sleep_until(poll_at) => break next,
                }
            };
        }
    }

    /// Any answer may have taught what time it is.
    async fn keep_server_time(&self) -> Result<(), CoreError> {
        if let Some(offset_millis) = self.server_time.take_unsaved() {
            self.storage.member.write(move |tx| clock::keep_server_time(tx, offset_millis)).await?;
            self.changes.ring();
        }
        Ok(())
    }

    fn poll_delay(&self, quiet_pulls: u32) -> Duration {
        backoff::poll_delay(quiet_pulls, self.jitter())
    }

    fn jitter(&self) -> f64 {
        random_fraction(self.ports.entropy.as_ref())
    }

    pub(super) fn tell(&self, level: LogLevel, event: &'static str, error: Code) {
        self.ports.log.log(&LogRecord::new(level, TARGET, event).with("error", error));
    }

    /// By the clock that has seen more of it: one may stand still while the phone sleeps, the other be set back.
    fn age(&self, member: &MemberId, place: usize) -> Option<Duration> {
        let pulled = self.pulled.lock().unwrap_or_else(PoisonError::into_inner);
        let (instant, at) = pulled.at.get(&place).filter(|_| pulled.member.as_ref() == Some(member))?;
        let by_the_phones_clock = (self.ports.clock.now() - *at).to_std().unwrap_or_default();
        Some(by_the_phones_clock.max(instant.elapsed()))
    }

    fn is_current(&self, member: &MemberId, place: usize) {
        let mut pulled = self.pulled.lock().unwrap_or_else(PoisonError::into_inner);
        if pulled.member.as_ref() != Some(member) {
            *pulled = Pulled { member: Some(member.clone()), ..Pulled::default() };
        }
        pulled.at.insert(place, (Instant::now(), self.ports.clock.now()));
    }
}
