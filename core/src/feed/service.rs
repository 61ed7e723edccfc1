//! Reading the feed.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::watch;

use super::{
    FeedItem, FeedReadIntent, store,
    wire::{FeedItemAnswer, FeedPage},
};
use crate::{
    account,
    error::CoreError,
    http::{Answer, ApiRequest, Fault, Session, TransportError},
    ids::{FeedItemId, MemberId},
    locale::Texts,
    log::LogRecord,
    observe::{Changes, Observable, Wake},
    outbox,
    ports::{LogLevel, Ports, random_token},
    scan::Picture,
    storage::{Blocking, Storage, StorageError},
    sync::conditional,
    time::to_millis,
};

const TARGET: &str = "feed";
/// How many items a page has, and what is tried where such a page is larger than any answer may be.
const PAGES: [usize; 3] = [100, 10, 1];
/// Nobody reads further, and a server that always says "more" must not keep the phone busy.
const MOST_ITEMS: usize = 500;
/// With the version: what it has refused, a later one may understand, and must then be sent again.
const RESOURCE: &str = concat!("feed ", env!("CARGO_PKG_VERSION"));

type Item = (FeedItemId, Box<RawValue>);

/// The feed for observers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedSnapshot {
    /// What is for the member now, the newest first.
    pub items: Vec<FeedItem>,
}

/// The member's feed.
pub struct Feed {
    storage: Storage,
    session: Arc<Session>,
    ports: Ports,
    texts: Arc<Texts>,
    blocking: Blocking,
    changes: Changes,
    wake: Arc<Wake>,
    pub(crate) snapshots: Observable<FeedSnapshot>,
}

impl Feed {
    pub(crate) fn new(
        storage: Storage,
        session: Arc<Session>,
        ports: Ports,
        texts: Arc<Texts>,
        blocking: Blocking,
        (changes, wake): (Changes, Arc<Wake>),
    ) -> Self {
        let snapshots = Observable::new(FeedSnapshot::default(), changes.clone());
        Self { storage, session, ports, texts, blocking, changes, wake, snapshots }
    }

    /// What is for the member now, the newest first, from the phone alone. An item whose audience or time no longer
    /// fits is never among them, even where nothing newer could be pulled.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn items(&self) -> Result<Vec<FeedItem>, CoreError> {
        let found = self.storage.member.read(|tx| {
            let Some(member) = account::store::active_member(tx)? else { return Ok(None) };
            let reads = store::reads(tx, &member.member_id)?;
            Ok::<_, StorageError>(Some((member, reads)))
        });
        let Some((member, reads)) = found.await? else {
            return Ok(Vec::new());
        };
        let (now, language) = (self.ports.clock.now(), self.texts.language());
        let owner = member.member_id;
        let items = self.storage.cache.read(move |tx| store::items(tx, &owner)).await?;
        let shown = items.iter().filter_map(|item| item.shown_to(&member.tier, now, language));
        Ok(shown.map(|item| FeedItem { is_read: item.is_read || reads.contains(&item.item_id), ..item }).collect())
    }

    /// Marks an item that is for the member now as read, here and, through the queue, at the gallery. Twice is no
    /// error.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where there is no such item; [`CoreError::SignInNeeded`], [`CoreError::Storage`],
    /// [`CoreError::Paused`]
    pub async fn mark_read(&self, item_id: &FeedItemId) -> Result<(), CoreError> {
        let items = self.items().await?;
        let now = self.ports.clock.now();
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let item_id = item_id.clone();
        let found = items.into_iter().find(|item| item.item_id == item_id);
        let _no_deletion = self.wake.intents.read().await;
        let marked = self.storage.member.write(move |tx| {
            let Some(member) = account::store::active_member_id(tx)? else { return Err(CoreError::SignInNeeded) };
            let item = found.ok_or(CoreError::NotFound)?;
            let is_news = !item.is_read && store::mark_read(tx, &member, &item_id)?;
            if is_news {
                outbox::store::add(tx, &member, &FeedReadIntent::entry(&item_id)?, &key, now)?;
            }
            Ok(is_news)
        });
        if marked.await? {
            self.changes.ring();
            self.wake.queue();
        }
        Ok(())
    }

    /// The picture of an item that is for the member now: bytes of a JPEG, PNG or WebP that can be decoded. From the
    /// phone, or from the gallery the first time.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where there is none; [`CoreError::ContentRefused`] where the gallery sent no picture;
    /// [`CoreError::Unreachable`], [`CoreError::Unavailable`], [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn picture(&self, item_id: &FeedItemId) -> Result<Vec<u8>, CoreError> {
        let member = self.storage.member.read(account::store::active_member).await?.ok_or(CoreError::SignInNeeded)?;
        let (owner, now) = (member.member_id, self.ports.clock.now());
        let items = self.storage.cache.read(move |tx| store::items(tx, &owner)).await?;
        let language = self.texts.language();
        let item =
            items.iter().find(|item| item.item_id == *item_id && item.shown_to(&member.tier, now, language).is_some());
        let path = item.and_then(FeedItemAnswer::picture_path).ok_or(CoreError::NotFound)?.to_owned();
        let (millis, known) = (to_millis(now), path.clone());
        if let Some(bytes) = self.storage.cache.write(move |tx| store::picture(tx, &known, millis)).await? {
            return Ok(bytes);
        }
        let bytes = match self.session.call_open(&ApiRequest::get(path.clone()).accepting("image/*")).await {
            Answer::Success(success) => success.into_body(),
            answer => return Err(CoreError::of_answer(answer)),
        };
        let checked =
            self.blocking.run(move || Picture::decode(&bytes).map(|_| bytes).map_err(|fault| fault.code())).await?;
        let bytes = checked.map_err(|code| CoreError::ContentRefused { code: code.to_owned() })?;
        let kept = bytes.clone();
        self.storage.cache.write(move |tx| store::keep_picture(tx, &path, &kept, millis)).await?;
        Ok(bytes)
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<FeedSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        self.snapshots.publish(FeedSnapshot { items: self.items().await? });
        Ok(())
    }

    /// Reads the member's whole feed, if it has changed; says whether it has.
    pub(crate) async fn pull(&self, member: &MemberId) -> Result<bool, CoreError> {
        let resource = conditional::resource(Some(member), RESOURCE);
        // A cache that fails costs an answer that could have been shorter, nothing else.
        let known = conditional::etag(&self.storage.cache, &resource).await.unwrap_or_default();
        let mut read = self.read(member, PAGES[0], known).await;
        for limit in &PAGES[1..] {
            if !matches!(read, Err(Answer::Failed(Fault::Transport(TransportError::TooLarge)))) {
                break;
            }
            // Something in a page is out of all measure: smaller pages bring what stands before it.
            read = self.read(member, *limit, None).await;
        }
        let (items, etag) = match read {
            Ok(read) => read,
            Err(Answer::NotModified) => return Ok(false),
            Err(answer) => return Err(CoreError::of_answer(answer)),
        };
        let owner = member.clone();
        Ok(self
            .storage
            .cache
            .write(move |tx| {
                let changed = store::replace(tx, &owner, &items)?;
                // With the items and after the last page: a tag must never vouch for what is not there.
                match etag {
                    Some(etag) => conditional::keep(tx, &resource, &etag, &[])?,
                    None => conditional::forget(tx, &resource)?,
                }
                Ok::<_, StorageError>(changed)
            })
            .await?)
    }

    /// Reads page by page, at most [`MOST_ITEMS`]; with the tag of the whole, where the whole was read.
    async fn read(
        &self,
        member: &MemberId,
        limit: usize,
        known: Option<String>,
    ) -> Result<(Vec<Item>, Option<String>), Answer> {
        let (mut items, mut etag, mut cursor): (Vec<Item>, _, Option<String>) = (Vec::new(), None, None);
        for number in 0..MOST_ITEMS / limit {
            let mut path = format!("/v1/feed?limit={limit}");
            if let Some(cursor) = &cursor {
                path.push_str("&cursor=");
                path.push_str(&conditional::encoded(cursor));
            }
            let request = ApiRequest::get(path).unless(if number == 0 { known.clone() } else { None });
            let success = match self.session.call(member, &request).await {
                Answer::Success(success) => success,
                Answer::Failed(Fault::Transport(TransportError::TooLarge)) if limit == 1 && number > 0 => {
                    return Ok((items, None));
                }
                answer => return Err(answer),
            };
            let page: FeedPage = success.decode().map_err(Answer::Failed)?;
            if number == 0 {
                etag = success.etag;
            }
            for json in page.items {
                match FeedItemAnswer::read(json.get()) {
                    Ok(item) => items.push((item.item_id, json)),
                    // One bad item must not cost the member the others.
                    Err(fault) => {
                        let record = LogRecord::new(LogLevel::Warn, TARGET, "item-refused");
                        self.ports.log.log(&record.with("fault", fault.code()));
                    }
                }
            }
            cursor = page.next_cursor.filter(|_| page.more);
            if cursor.is_none() {
                break;
            }
        }
        Ok((items, etag))
    }
}
