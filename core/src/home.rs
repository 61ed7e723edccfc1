//! What the first screen needs, in one snapshot.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::{
    account::{self, Member},
    error::CoreError,
    events::{Event, Events, RegistrationState},
    feed::{Feed, FeedItem},
    http::{Session, SessionState},
    observe::{Changes, Observable},
    outbox::{self, QueueSummary},
    ports::Clock,
    programme::{Programme, ProgrammeSnapshot},
    storage::{Database, StorageError},
    wallet::{Card, Wallet},
};

/// How many items of the feed the first screen shows.
const FEED_PAGE: usize = 10;

/// The first screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HomeSnapshot {
    /// `None` while nobody is signed in; everything else is empty then.
    pub member: Option<Member>,
    /// Whether what waits can be sent, or the member must sign in again first.
    pub session: SessionState,
    /// The card with its code; `None` until it was pulled once.
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

/// Puts the first screen together.
pub struct Home {
    member_db: Database,
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    programme: Arc<Programme>,
    feed: Arc<Feed>,
    events: Arc<Events>,
    wallet: Arc<Wallet>,
    pub(crate) snapshots: Observable<HomeSnapshot>,
}

impl Home {
    pub(crate) fn new(
        member_db: Database,
        session: Arc<Session>,
        (clock, changes): (Arc<dyn Clock>, Changes),
        programme: Arc<Programme>,
        feed: Arc<Feed>,
        events: Arc<Events>,
        wallet: Arc<Wallet>,
    ) -> Self {
        Self {
            member_db,
            session,
            clock,
            programme,
            feed,
            events,
            wallet,
            snapshots: Observable::new(HomeSnapshot::default(), changes),
        }
    }

    /// The first screen now, from the phone alone.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn snapshot(&self) -> Result<HomeSnapshot, CoreError> {
        // Its parts are read one after another: whoever signed in meanwhile must not see a mixture.
        loop {
            let snapshot = self.assemble().await?;
            if self.member_db.read(account::store::active_member).await? == snapshot.member {
                return Ok(snapshot);
            }
        }
    }

    async fn assemble(&self) -> Result<HomeSnapshot, CoreError> {
        let Some((member, queue)) = self.member_and_queue().await? else {
            return Ok(HomeSnapshot::default());
        };
        let feed = self.feed.items().await?;
        let (card, programme) = (self.wallet.card().await?, self.programme.snapshot().await?);
        Ok(self.of_parts((member, queue), feed, card, programme, self.events.list().await?))
    }

    async fn member_and_queue(&self) -> Result<Option<(Member, QueueSummary)>, StorageError> {
        let read = self.member_db.read(|tx| {
            let Some(member) = account::store::active_member(tx)? else { return Ok(None) };
            let queue = outbox::store::summary(tx, &member.member_id)?;
            Ok::<_, StorageError>(Some((member, queue)))
        });
        read.await
    }

    fn of_parts(
        &self,
        (member, queue): (Member, QueueSummary),
        mut feed: Vec<FeedItem>,
        card: Option<Card>,
        programme: ProgrammeSnapshot,
        events: Vec<Event>,
    ) -> HomeSnapshot {
        feed.truncate(FEED_PAGE);
        HomeSnapshot {
            session: self.session.state(&member.member_id),
            member: Some(member),
            card,
            programme,
            queue,
            feed,
            next_event: next_event(events, self.clock.now()),
        }
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<HomeSnapshot>> {
        self.snapshots.subscribe()
    }

    /// Whose the snapshots are that are made now.
    pub(crate) async fn member(&self) -> Result<Option<Member>, StorageError> {
        self.member_db.read(account::store::active_member).await
    }

    /// With what the others have just published for `published_for`, or read anew where that is not whom it is for now.
    pub(crate) async fn publish(&self, published_for: Option<Member>) -> Result<(), CoreError> {
        let snapshot = match self.member_and_queue().await? {
            Some((member, queue)) if Some(&member) == published_for.as_ref() => {
                let feed = self.feed.snapshots.get().items.clone();
                let card = Option::clone(&self.wallet.snapshots.get());
                let programme = ProgrammeSnapshot::clone(&self.programme.snapshots.get());
                let events = self.events.snapshots.get().events.clone();
                self.of_parts((member, queue), feed, card, programme, events)
            }
            _ => self.snapshot().await?,
        };
        self.snapshots.publish(snapshot);
        Ok(())
    }
}

/// `events` come the next one first, and those not for the member only where they have a registration.
fn next_event(mut events: Vec<Event>, now: DateTime<Utc>) -> Option<Event> {
    use RegistrationState::{Cancelling, Confirmed, Registering};
    let has_a_place = |event: &Event| {
        let state = event.registration.as_ref().map(|registration| registration.state);
        matches!(state, Some(Registering | Confirmed | Cancelling))
    };
    let is_open = |event: &Event| {
        event.registration.is_none() && (event.registration_opens_at..event.registration_closes_at).contains(&now)
    };
    let place = events.iter().position(has_a_place).or_else(|| events.iter().position(is_open))?;
    Some(events.swap_remove(place))
}
