//! Reading the feed.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    FeedItem, store,
    wire::{FeedItemAnswer, FeedPage},
};
use crate::{
    account,
    error::CoreError,
    http::{Answer, ApiRequest, Session, Success},
    ids::{FeedItemId, MemberId},
    locale::Texts,
    observe::Observable,
    ports::{LogLevel, Ports},
    scan::Picture,
    storage::{Storage, StorageError},
    sync::conditional,
    time::to_millis,
};

const PAGE: u32 = 100;
/// Nobody reads further, and a server that always says "more" must not keep the phone busy.
const MOST_PAGES: usize = 5;
const RESOURCE: &str = "feed";

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
    snapshots: Observable<FeedSnapshot>,
}

impl Feed {
    pub(crate) fn new(storage: Storage, session: Arc<Session>, ports: Ports, texts: Arc<Texts>) -> Self {
        Self { storage, session, ports, texts, snapshots: Observable::new(FeedSnapshot::default()) }
    }

    /// What is for the member now, the newest first, from the phone alone. An item whose audience or time no longer
    /// fits is never among them, even where nothing newer could be pulled.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn items(&self) -> Result<Vec<FeedItem>, CoreError> {
        let Some(member) = self.storage.member.read(account::store::active_member).await? else {
            return Ok(Vec::new());
        };
        let (now, language) = (self.ports.clock.now(), self.texts.language());
        let owner = member.member_id;
        let items = self.storage.cache.read(move |tx| store::items(tx, &owner)).await?;
        Ok(items.iter().filter_map(|item| item.shown_to(&member.tier, now, language)).collect())
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
        let kept = self
            .storage
            .cache
            .write(move |tx| {
                // Checked here, off the async threads: decoding takes its time.
                let checked = Picture::decode(&bytes).map(|_| ()).map_err(|fault| fault.code());
                if checked.is_ok() {
                    store::keep_picture(tx, &path, &bytes, millis)?;
                }
                Ok::<_, StorageError>(checked.map(|()| bytes))
            })
            .await?;
        kept.map_err(|code| CoreError::ContentRefused { code: code.to_owned() })
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
        let first = ApiRequest::get(format!("/v1/feed?limit={PAGE}"));
        // A cache that fails costs an answer that could have been shorter, nothing else.
        let first = first.unless(conditional::etag(&self.storage.cache, &resource).await.unwrap_or_default());
        let success = match self.session.call(member, &first).await {
            Answer::NotModified => return Ok(false),
            Answer::Success(success) => success,
            answer => return Err(CoreError::of_answer(answer)),
        };
        let items = self.read_pages(member, &success).await?;
        let owner = member.clone();
        let etag = success.etag;
        Ok(self
            .storage
            .cache
            .write(move |tx| {
                let changed = store::replace(tx, &owner, &items)?;
                // With the items and after the last page: a tag must never vouch for what is not there.
                if let Some(etag) = etag {
                    conditional::keep(tx, &resource, &etag, &[])?;
                }
                Ok::<_, StorageError>(changed)
            })
            .await?)
    }

    async fn read_pages(
        &self,
        member: &MemberId,
        first: &Success,
    ) -> Result<Vec<(FeedItemId, Box<serde_json::value::RawValue>)>, CoreError> {
        let mut page: FeedPage = first.decode()?;
        let mut items = Vec::new();
        for _ in 0..MOST_PAGES {
            for json in page.items {
                match FeedItemAnswer::read(json.get()) {
                    Ok(item) => items.push((item.item_id, json)),
                    // One bad item must not cost the member the others.
                    Err(fault) => self.ports.log.log(LogLevel::Warn, RESOURCE, &format!("item refused: {fault}")),
                }
            }
            let Some(cursor) = page.next_cursor.filter(|_| page.more) else { break };
            let cursor = conditional::encoded(&cursor);
            page = match self
                .session
                .call(member, &ApiRequest::get(format!("/v1/feed?limit={PAGE}&cursor={cursor}")))
                .await
            {
                Answer::Success(success) => success.decode()?,
                answer => return Err(CoreError::of_answer(answer)),
            };
        }
        Ok(items)
    }
}
