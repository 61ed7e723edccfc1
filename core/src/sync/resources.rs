//! How each resource is pulled.

use std::sync::Arc;

use rusqlite::Transaction;

use super::{
    Document, KeepFault, Sync, Topic, conditional,
    feeds::{self, Feed, NoPage, Reading},
    worker::TARGET,
};
use crate::{
    account::{self, ConsentPurpose, ConsentsDocument, MemberDocument},
    appeals::AppealsDocument,
    error::CoreError,
    events::{EventsDocument, generation},
    http::{Answer, ApiRequest, Fault, GalleryClock, Success, TransportError, asks_everybody_to_wait},
    ids::MemberId,
    log::{Code, LogRecord},
    ports::{Clock as _, LogLevel, random_token},
    programme::RulesDocument,
    storage::StorageError,
    wallet::CardDocument,
};

const PAGE: u32 = 200;
/// A server that always says "more" must not keep the phone busy for ever.
const MOST_PAGES: u32 = 1_000;
/// A document in which everything is wrong must not fill the log.
const MOST_FAULTS: usize = 20;
/// How many receipts are brought again in one transaction.
const BROUGHT_AT_ONCE: usize = 100;

/// A resource that could not be pulled.
pub(super) enum Failure {
    /// The others would fail as well.
    All(CoreError),
    /// The others may still be pulled.
    This(CoreError),
}

impl Failure {
    fn of_error(error: CoreError) -> Self {
        let all = matches!(error, CoreError::Unavailable { retry_after: Some(_) });
        if all { Self::All(error) } else { Self::This(error) }
    }

    pub(super) fn of(answer: Answer) -> Self {
        let all = match &answer {
            // Too large, or cut, may be this resource alone.
            Answer::Failed(Fault::Transport(error)) => !matches!(error, TransportError::TooLarge | TransportError::Cut),
            Answer::SignInNeeded | Answer::Locked | Answer::UpdateNeeded => true,
            Answer::Problem(problem, retry_after) => {
                problem.status.as_u16() == 426 || asks_everybody_to_wait(problem.status, *retry_after)
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
    pub(super) async fn pull_one(&self, topic: Topic, member: &MemberId) -> Result<bool, Failure> {
        match topic {
            // Every document is named here.
            Topic::Rules => {
                let changed = self.pull_document(Arc::new(RulesDocument), member).await?;
                Ok(changed | self.pull_rules_of_verdicts(member).await?)
            }
            Topic::Member => self.pull_document(Arc::new(MemberDocument), member).await,
            Topic::Card => self.pull_document(Arc::new(CardDocument), member).await,
            Topic::Events => {
                let changed = self.pull_document(Arc::new(EventsDocument), member).await?;
                Ok(changed | self.bring_places_again(member).await?)
            }
            Topic::Appeals => {
                let changed = self.pull_document(Arc::new(AppealsDocument), member).await?;
                if changed {
                    // What the gallery has lost is brought again, and photographs follow an appeal that it has.
                    self.wake.queue();
                }
                Ok(changed)
            }
            Topic::Consents => {
                let (keys, now) = (self.keys(ConsentPurpose::KNOWN.len())?, self.ports.clock.now());
                self.pull_document(Arc::new(ConsentsDocument { keys, now }), member).await
            }
            Topic::Receipts => {
                let changed = self.read_feed(member, Feed::Receipts).await?;
                if changed {
                    self.pull_rules_of_verdicts(member).await?;
                }
                Ok(changed)
            }
            Topic::Ledger => self.read_feed(member, Feed::Ledger).await,
            Topic::Unknown => Ok(false),
            Topic::Feed => {
                let changed = self.news.pull(member).await.map_err(Failure::of_error)?;
                if changed {
                    self.changes.ring();
                }
                Ok(changed)
            }
        }
    }

    async fn pull_document(&self, document: Arc<dyn Document>, member: &MemberId) -> Result<bool, Failure> {
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
        let (answer, keeper) = (success.clone(), Arc::clone(&document));
        let kept = self.keep(member, move |tx, owner| keeper.keep(tx, owner, &answer)).await;
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
            Err(KeepFault::Refused(faults)) => {
                self.tell_refused(document.name(), faults);
                self.keep_answer(resource, &success).await;
                Ok(false)
            }
        }
    }

    /// Writes what an answer said of `member`; nothing, where they were deleted meanwhile, perhaps by another process.
    pub(super) async fn keep<T, E>(
        &self,
        member: &MemberId,
        work: impl FnOnce(&Transaction<'_>, &MemberId) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Default + Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let owner = member.clone();
        let kept = self
            .storage
            .member
            .write(move |tx| if account::store::is_here(tx, &owner)? { work(tx, &owner) } else { Ok(T::default()) });
        kept.await
    }

    async fn keep_answer(&self, resource: String, success: &Success) {
        if let Some(etag) = success.etag.clone() {
            let body = success.body().to_vec();
            self.missed(self.storage.cache.write(move |tx| conditional::keep(tx, &resource, &etag, &body)).await);
        }
    }

    pub(super) fn tell_refused(&self, document: &'static str, faults: Vec<Code>) {
        for fault in faults.into_iter().take(MOST_FAULTS) {
            let record = LogRecord::new(LogLevel::Error, TARGET, "document-refused");
            self.ports.log.log(&record.with("document", document).with("fault", fault));
        }
    }

    pub(super) fn missed<T>(&self, result: Result<T, StorageError>) -> Option<T> {
        result.inspect_err(|error| self.tell(LogLevel::Warn, "cache-failed", error.code())).ok()
    }

    async fn read_feed(&self, member: &MemberId, feed: Feed) -> Result<bool, Failure> {
        let (mut changed, mut is_begun_anew) = (false, false);
        for _ in 0..MOST_PAGES {
            let owner = member.clone();
            let reading = self.storage.member.read(move |tx| feeds::reading(tx, &owner, feed)).await?;
            let mut path = format!("/v1/{}?limit={PAGE}", feed.name());
            if let Some(cursor) = &reading.cursor {
                path.push_str("&cursor=");
                path.push_str(&conditional::encoded(cursor));
            }
            let page = match self.session.call(member, &ApiRequest::get(path)).await {
                Answer::Success(success) => match feed.decode(&success) {
                    Ok(page) => page,
                    Err(NoPage::Form(fault)) => return Err(Failure::This(fault.into())),
                    Err(NoPage::Refused(refused)) => {
                        self.tell_refused(feed.name(), refused.codes());
                        break;
                    }
                },
                // The server was restored from a backup, or forgot: this feed is read from its beginning, once.
                Answer::Problem(problem, _) if problem.slug == "cursor-unknown" && !is_begun_anew => {
                    let owner = member.clone();
                    is_begun_anew =
                        self.storage.member.write(move |tx| feeds::begin_anew(tx, &owner, feed, &reading)).await?;
                    continue;
                }
                answer => return Err(Failure::of(answer)),
            };
            let (leads_on, is_last) = (page.leads_on(reading.cursor.as_deref()), page.is_last());
            let (empty, end) = (page.is_empty(), reading.after(&page));
            // A list that was asked for before a registration was answered must not say that it is lost.
            let _no_list_under_way = if reading.is_beginning() { self.rest_of(Topic::Events).await } else { None };
            let stored =
                self.keep(member, move |tx, owner| feeds::store_page(tx, owner, feed, &reading, &page).map(Some));
            match stored.await? {
                None => break,
                Some(false) => continue,
                Some(true) => {}
            }
            if !empty {
                changed = true;
                self.changes.ring();
            }
            if is_last && !end.is_whole {
                self.finish_anew(member, feed, end).await?;
            }
            if !leads_on {
                break;
            }
        }
        Ok(changed)
    }

    async fn bring_places_again(&self, member: &MemberId) -> Result<bool, Failure> {
        let entropy = Arc::clone(&self.ports.entropy);
        let now = GalleryClock::new(Arc::clone(&self.ports.clock), Arc::clone(&self.server_time)).now();
        let brought = self.keep(member, move |tx, owner| generation::bring_again(tx, owner, entropy.as_ref(), now));
        let brought = brought.await.map_err(Failure::This)?;
        if brought {
            self.changes.ring();
            self.wake.queue();
        }
        Ok(brought)
    }

    async fn finish_anew(&self, member: &MemberId, feed: Feed, end: Reading) -> Result<(), Failure> {
        loop {
            let keys = self.keys(BROUGHT_AT_ONCE)?;
            let (owner, end, now) = (member.clone(), end.clone(), self.ports.clock.now());
            let finished =
                self.storage.member.write(move |tx| feeds::finish_anew(tx, &owner, (feed, &end), &keys, now)).await?;
            self.changes.ring();
            self.wake.queue();
            if finished {
                return Ok(());
            }
        }
    }

    fn keys(&self, count: usize) -> Result<Vec<String>, Failure> {
        let keys = (0..count).map(|_| random_token::<16>(self.ports.entropy.as_ref()));
        keys.collect::<Result<_, _>>().map_err(|error| Failure::This(error.into()))
    }
}
