//! When to pull, and what.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Mutex, MutexGuard},
    time::Instant,
};

use super::{
    Document, KeepFault, conditional,
    feeds::{self, Feed},
};
use crate::{
    account::{self, ConsentsDocument, MemberDocument},
    backoff::{half_jitter, window},
    error::CoreError,
    events::EventsDocument,
    http::{Answer, ApiRequest, Fault, Session, Success, TransportError, asks_to_wait},
    ids::MemberId,
    observe::{Changes, Wake},
    ports::{LogLevel, Ports, random_fraction},
    programme::RulesDocument,
    receipts,
    storage::{Storage, StorageError},
    wallet::CardDocument,
};

const TARGET: &str = "sync";
const PAGE: u32 = 200;
/// A server that always says "more" must not keep the phone busy for ever.
const MOST_PAGES: u32 = 1_000;
const FIRST_POLL: Duration = Duration::from_secs(15);
const LONGEST_POLL: Duration = Duration::from_secs(60 * 60);
/// A flapping network must not become a storm of pulls.
const SHORTEST_PAUSE: Duration = Duration::from_millis(300);

/// Pulls what the gallery knows.
pub struct Sync {
    storage: Storage,
    session: Arc<Session>,
    news: Arc<crate::feed::Feed>,
    ports: Ports,
    changes: Changes,
    wake: Arc<Wake>,
    /// One pull at a time.
    pulling: Mutex<()>,
}

/// What one pull found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Something is stored that was not there before.
    pub changed: bool,
    /// Something waits for a verdict.
    pub pending: bool,
}

/// A resource that could not be pulled.
enum Failure {
    /// The others would fail as well.
    All(CoreError),
    /// The others may still be pulled.
    This(CoreError),
}

impl Failure {
    fn of(answer: Answer) -> Self {
        let all = match &answer {
            // Too large, or cut, may be this resource alone.
            Answer::Failed(Fault::Transport(error)) => !matches!(error, TransportError::TooLarge | TransportError::Cut),
            Answer::SignInNeeded | Answer::Locked => true,
            Answer::Problem(problem, retry_after) => {
                problem.status.as_u16() == 426 || (asks_to_wait(problem.status) && retry_after.is_some())
            }
            _ => false,
        };
        let error = CoreError::of_answer(answer);
        if all { Self::All(error) } else { Self::This(error) }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::All(error.into())
    }
}

impl Sync {
    pub(crate) fn new(
        storage: Storage,
        session: Arc<Session>,
        news: Arc<crate::feed::Feed>,
        ports: Ports,
        changes: Changes,
        wake: Arc<Wake>,
    ) -> Self {
        Self { storage, session, news, ports, changes, wake, pulling: Mutex::new(()) }
    }

    /// Pulls everything now; nothing while nobody is signed in. A resource that fails keeps none of the others back.
    ///
    /// # Errors
    /// The first failure: [`CoreError::Unreachable`], [`CoreError::Unavailable`], [`CoreError::SignInNeeded`],
    /// [`CoreError::Locked`], [`CoreError::Storage`], [`CoreError::Paused`]. What was pulled before it is stored, and
    /// shown.
    pub async fn pull(&self) -> Result<SyncReport, CoreError> {
        let _one_at_a_time = self.pulling.lock().await;
        let mut report = SyncReport::default();
        let Some(member) = self.storage.member.read(account::store::active_member_id).await? else {
            return Ok(report);
        };
        let mut first_failure = None;
        for resource in RESOURCES {
            match self.pull_one(resource, &member).await {
                Ok(changed) => report.changed |= changed,
                Err(Failure::All(error)) => return Err(first_failure.unwrap_or(error)),
                Err(Failure::This(error)) => {
                    first_failure.get_or_insert(error);
                }
            }
        }
        if let Some(error) = first_failure {
            return Err(error);
        }
        report.pending = self.storage.member.read(move |tx| receipts::store::is_pending(tx, &member)).await?;
        // The gallery answers: whatever waited for the network may go.
        self.wake.queue();
        Ok(report)
    }

    /// Nothing is pulled, and nothing stored, while this is held.
    pub(crate) async fn rest(&self) -> MutexGuard<'_, ()> {
        self.pulling.lock().await
    }

    /// Pulls now and whenever there is a reason to, for as long as the app is open.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut quiet_pulls = 0;
        loop {
            let pulled_at = Instant::now();
            let poll = if self.ports.connectivity.is_online() {
                match self.pull().await {
                    Ok(SyncReport { pending: false, .. }) => LONGEST_POLL,
                    Ok(SyncReport { changed, .. }) => {
                        quiet_pulls = if changed { 0 } else { quiet_pulls + 1 };
                        self.poll_delay(quiet_pulls)
                    }
                    Err(error) => {
                        self.ports.log.log(LogLevel::Info, TARGET, &format!("pull: {error}"));
                        quiet_pulls += 1;
                        let asked = match error {
                            CoreError::Unavailable { retry_after } => retry_after.unwrap_or_default(),
                            _ => Duration::ZERO,
                        };
                        self.poll_delay(quiet_pulls).max(asked.min(LONGEST_POLL))
                    }
                }
            } else {
                LONGEST_POLL
            };
            tokio::select! {
                biased;
                () = self.wake.pull_called() => {
                    quiet_pulls = 0;
                    tokio::time::sleep_until(pulled_at + SHORTEST_PAUSE).await;
                }
                () = tokio::time::sleep(poll) => {}
            }
        }
    }

    fn poll_delay(&self, quiet_pulls: u32) -> Duration {
        half_jitter(window(FIRST_POLL, quiet_pulls, LONGEST_POLL), random_fraction(self.ports.entropy.as_ref()))
    }

    async fn pull_one(&self, resource: &Resource, member: &MemberId) -> Result<bool, Failure> {
        match resource {
            Resource::Document(document) => self.pull_document(*document, member).await,
            Resource::Feed(feed) => self.read_feed(member, *feed).await,
            Resource::News => {
                let changed = self.news.pull(member).await.map_err(Failure::This)?;
                if changed {
                    self.changes.ring();
                }
                Ok(changed)
            }
        }
    }

    async fn pull_document(&self, document: &'static dyn Document, member: &MemberId) -> Result<bool, Failure> {
        let personal = document.is_personal().then_some(member);
        let resource = conditional::resource(personal, document.name());
        // A cache that fails costs an answer that could have been shorter, nothing else.
        let etag = self.missed(conditional::etag(&self.storage.cache, &resource).await).flatten();
        let request = ApiRequest::get(document.path()).unless(etag);
        let answer = match personal {
            Some(member) => self.session.call(member, &request).await,
            None => self.session.call_open(&request).await,
        };
        let success = match answer {
            Answer::Success(success) => success,
            Answer::NotModified => {
                let (name, cache) = (resource.clone(), &self.storage.cache);
                let kept = self.missed(cache.read(move |tx| conditional::kept(tx, &name)).await).flatten();
                // The cache was dropped between question and answer: the next pull asks without a tag.
                kept.ok_or(Failure::This(CoreError::Unreachable))?
            }
            answer => return Err(Failure::of(answer)),
        };
        let (owner, answer) = (member.clone(), success.clone());
        let kept = self.storage.member.write(move |tx| document.keep(tx, &owner, &answer)).await;
        match kept {
            Ok(changed) => {
                self.keep_answer(resource, &success).await;
                if changed {
                    self.changes.ring();
                }
                Ok(changed)
            }
            Err(KeepFault::Storage(error)) => Err(error.into()),
            Err(KeepFault::Form) => {
                // Its tag must not vouch for it: the next pull asks without one.
                self.missed(self.storage.cache.write(move |tx| conditional::forget(tx, &resource)).await);
                Err(Failure::This(CoreError::Unreachable))
            }
            Err(fault @ KeepFault::Refused(_)) => {
                self.ports.log.log(LogLevel::Error, TARGET, &format!("{}: {fault}", document.name()));
                self.keep_answer(resource, &success).await;
                Ok(false)
            }
        }
    }

    async fn keep_answer(&self, resource: String, success: &Success) {
        if let Some(etag) = success.etag.clone() {
            let body = success.body().to_vec();
            self.missed(self.storage.cache.write(move |tx| conditional::keep(tx, &resource, &etag, &body)).await);
        }
    }

    fn missed<T>(&self, result: Result<T, StorageError>) -> Option<T> {
        result.inspect_err(|error| self.ports.log.log(LogLevel::Warn, TARGET, &format!("cache: {error}"))).ok()
    }

    async fn read_feed(&self, member: &MemberId, feed: Feed) -> Result<bool, Failure> {
        let mut changed = false;
        let mut started_anew = false;
        for _ in 0..MOST_PAGES {
            let owner = member.clone();
            let cursor = self.storage.member.read(move |tx| feeds::cursor(tx, &owner, feed)).await?;
            let mut path = format!("/v1/{}?limit={PAGE}", feed.name());
            if let Some(cursor) = &cursor {
                path.push_str("&cursor=");
                path.push_str(&conditional::encoded(cursor));
            }
            let page = match self.session.call(member, &ApiRequest::get(path)).await {
                Answer::Success(success) => feed.decode(&success).map_err(|fault| Failure::This(fault.into()))?,
                // The server was restored from a backup, or forgot: this feed is read from its beginning, once.
                Answer::Problem(problem, _) if problem.slug == "cursor-unknown" && !started_anew => {
                    started_anew = true;
                    let owner = member.clone();
                    self.storage.member.write(move |tx| feeds::forget_cursor(tx, &owner, feed)).await?;
                    continue;
                }
                answer => return Err(Failure::of(answer)),
            };
            let (owner, more, empty) = (member.clone(), page.more(cursor.as_deref()), page.is_empty());
            self.storage.member.write(move |tx| feeds::store_page(tx, &owner, feed, &page)).await?;
            if !empty {
                changed = true;
                self.changes.ring();
            }
            if !more {
                break;
            }
        }
        Ok(changed)
    }
}

/// Something to pull.
enum Resource {
    Document(&'static dyn Document),
    Feed(Feed),
    /// News and promotions: newest first, replaced as a whole.
    News,
}

/// In this order: a new tier is never shown before the receipts that earned it.
const RESOURCES: &[Resource] = &[
    Resource::Document(&RulesDocument),
    Resource::Feed(Feed::Receipts),
    Resource::Feed(Feed::Ledger),
    Resource::Document(&MemberDocument),
    Resource::Document(&CardDocument),
    Resource::Document(&EventsDocument),
    Resource::News,
    Resource::Document(&ConsentsDocument),
];
