//! The first screen.

use std::sync::Arc;

use vremena_core::{account::SessionState, feed::FeedItem, home, outbox::QueueSummary, programme::ProgrammeSnapshot};

use crate::{
    account::Member,
    error::CoreError,
    events::Event,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    wallet::Card,
};

/// Puts the first screen together.
#[derive(uniffi::Object)]
pub struct Home {
    host: Arc<Host>,
}

impl Home {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Home {
    /// The first screen now, from the phone alone.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn snapshot(&self) -> Result<HomeSnapshot, CoreError> {
        self.host.call(|host| async move { Ok(host.app.home().snapshot().await?.into()) }).await
    }

    /// The first screen, now and whenever it changes.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn HomeListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.home().observe(), move |snapshot| listener.on_home(snapshot))
    }
}

/// Hears of the first screen.
#[uniffi::export(foreign)]
pub trait HomeListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_home(&self, snapshot: HomeSnapshot) -> Result<(), PortError>;
}

/// The first screen.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HomeSnapshot {
    /// Nothing while nobody is signed in; everything else is empty then.
    pub member: Option<Member>,
    /// Whether calls of the member go out.
    pub session: SessionState,
    /// The card with its code; nothing until it was pulled once.
    pub card: Option<Card>,
    /// Tier and progress.
    pub programme: ProgrammeSnapshot,
    /// What waits to be sent.
    pub queue: QueueSummary,
    /// The newest items for this member, at most 10.
    pub feed: Vec<FeedItem>,
    /// The next event at which the member has a place, else the next one open to them.
    pub next_event: Option<Event>,
}

impl From<home::HomeSnapshot> for HomeSnapshot {
    fn from(snapshot: home::HomeSnapshot) -> Self {
        Self {
            member: snapshot.member.map(Member::from),
            session: snapshot.session,
            card: snapshot.card.map(Card::from),
            programme: snapshot.programme,
            queue: snapshot.queue,
            feed: snapshot.feed,
            next_event: snapshot.next_event.map(Event::from),
        }
    }
}
