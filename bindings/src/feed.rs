//! News and promotions.

use std::sync::Arc;

pub use vremena_core::feed::{FeedItem, FeedItemKind, FeedLink, FeedSnapshot};
use vremena_core::ids::{EventId, FeedItemId};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

/// The member's feed.
#[derive(uniffi::Object)]
pub struct Feed {
    host: Arc<Host>,
}

impl Feed {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Feed {
    /// What is for the member now, the newest first, from the phone alone.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn items(&self) -> Result<Vec<FeedItem>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.feed().items().await?) }).await
    }

    /// The picture of an item that is for the member now: bytes of a JPEG, PNG or WebP that can be decoded. From the
    /// phone, or from the gallery the first time.
    ///
    /// # Errors
    /// `NotFound` where there is none; `ContentRefused` where the gallery sent no picture; `SignInNeeded`,
    /// `Unreachable`, `Unavailable`, `Storage`, `Paused`
    pub async fn picture(&self, item_id: FeedItemId) -> Result<Vec<u8>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.feed().picture(&item_id).await?) }).await
    }

    /// Marks an item that is for the member now as read, here and on their other phones. Twice is no error.
    ///
    /// # Errors
    /// `NotFound` where there is none; `SignInNeeded`, `Storage`, `Paused`
    pub async fn mark_read(&self, item_id: FeedItemId) -> Result<(), CoreError> {
        self.host.call(|host| async move { Ok(host.app.feed().mark_read(&item_id).await?) }).await
    }

    /// The feed, now and whenever it changes.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn FeedListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.feed().observe(), move |snapshot| listener.on_feed(snapshot))
    }
}

/// Hears of the feed.
#[uniffi::export(foreign)]
pub trait FeedListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_feed(&self, snapshot: FeedSnapshot) -> Result<(), PortError>;
}

/// The feed.
#[uniffi::remote(Record)]
pub struct FeedSnapshot {
    /// What is for the member now, the newest first.
    pub items: Vec<FeedItem>,
}

/// An item, in the app's language.
#[uniffi::remote(Record)]
pub struct FeedItem {
    /// Names the item.
    pub item_id: FeedItemId,
    /// What it is.
    pub kind: FeedItemKind,
    /// One line.
    pub title: String,
    /// Plain text; a blank line ends a paragraph.
    pub body: String,
    /// `https` only.
    pub links: Vec<FeedLink>,
    /// Whether `Feed.picture` has one.
    pub has_picture: bool,
    /// When it appeared.
    pub published_at: Instant,
    /// When it goes; nothing where it stays.
    pub until: Option<Instant>,
    /// The event it invites to.
    pub event_id: Option<EventId>,
    /// Of a personal discount, 1 to 100.
    pub discount_percent: Option<u8>,
    /// Whether the member has read it, on this phone or another.
    pub is_read: bool,
}

/// What an item is. An unknown one is shown as far as it is understood: title, text, picture, links.
#[uniffi::remote(Enum)]
pub enum FeedItemKind {
    /// An invitation; `event_id` leads to it.
    Event,
    /// A discount for this member's tier.
    PersonalDiscount,
    /// Any other privilege.
    Privilege,
    /// Plain news.
    News,
    /// Of a newer version than this one.
    Unknown,
}

/// A link of an item.
#[uniffi::remote(Record)]
pub struct FeedLink {
    /// What to show.
    pub title: String,
    /// An `https` address.
    pub url: String,
}
