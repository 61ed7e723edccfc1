//! Events, registration, tickets.

use std::{fmt, sync::Arc};

pub use vremena_core::events::{RegistrationReason, RegistrationState};
use vremena_core::{events, explanation::Explanation, ids::EventId};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

/// The gallery's events. Registering and cancelling work offline.
#[derive(uniffi::Object)]
pub struct Events {
    host: Arc<Host>,
}

impl Events {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Events {
    /// What is open to the member's tier or has a registration of theirs, the next one first; from the phone alone.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn list(&self) -> Result<Vec<Event>, CoreError> {
        self.host
            .call(|host| async move { Ok(host.app.events().list().await?.into_iter().map(Event::from).collect()) })
            .await
    }

    /// Registers the member. When this returns `Queued`, the wish is on the disk and will be sent.
    ///
    /// # Errors
    /// `SignInNeeded`; `NotFound` for an event that the phone does not know; `Storage`, `Paused`: nothing was kept
    /// then.
    pub async fn register(&self, event_id: EventId) -> Result<RegistrationChange, CoreError> {
        self.host.call(|host| async move { Ok(host.app.events().register(&event_id).await?.into()) }).await
    }

    /// Cancels the member's registration, also one that has not been sent yet: both are sent in order.
    ///
    /// # Errors
    /// As `register`; `NotFound` also where there is no registration.
    pub async fn cancel(&self, event_id: EventId) -> Result<RegistrationChange, CoreError> {
        self.host.call(|host| async move { Ok(host.app.events().cancel(&event_id).await?.into()) }).await
    }

    /// The events, now and whenever they change.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn EventsListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.events().observe(), move |snapshot| listener.on_events(snapshot))
    }
}

/// Hears of the events.
#[uniffi::export(foreign)]
pub trait EventsListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_events(&self, snapshot: EventsSnapshot) -> Result<(), PortError>;
}

/// The events.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct EventsSnapshot {
    /// What is open to the member's tier or has a registration of theirs, the next one first.
    pub events: Vec<Event>,
}

impl From<events::EventsSnapshot> for EventsSnapshot {
    fn from(snapshot: events::EventsSnapshot) -> Self {
        Self { events: snapshot.events.into_iter().map(Event::from).collect() }
    }
}

/// An event, in the app's language.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Event {
    /// Names the event.
    pub event_id: EventId,
    /// One line.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Where.
    pub place: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// The first instant of registration.
    pub registration_opens_at: Instant,
    /// The first instant at which it is over.
    pub registration_closes_at: Instant,
    /// How many may come.
    pub capacity: u32,
    /// How many places were left at the last pull.
    pub places_left: u32,
    /// The member's own.
    pub registration: Option<Registration>,
}

impl From<events::Event> for Event {
    fn from(event: events::Event) -> Self {
        Self {
            event_id: event.event_id,
            title: event.title,
            description: event.description,
            place: event.place,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            registration_opens_at: event.registration_opens_at,
            registration_closes_at: event.registration_closes_at,
            capacity: event.capacity,
            places_left: event.places_left,
            registration: event.registration.map(Registration::from),
        }
    }
}

/// A member's registration.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Registration {
    /// How far it has come.
    pub state: RegistrationState,
    /// To be shown at the door; of a confirmed registration, also while its cancellation waits in the queue.
    pub ticket_code: Option<String>,
    /// Why it was refused; of a confirmed one: why its cancellation was.
    pub reason: Option<RegistrationReason>,
    /// Why its entry in the queue cannot be sent as it is; registering or cancelling again replaces it.
    pub wedged_reason: Option<String>,
    /// When this last changed.
    pub changed_at: Instant,
    /// All this for the member.
    pub explanation: Explanation,
}

impl From<events::Registration> for Registration {
    fn from(registration: events::Registration) -> Self {
        Self {
            state: registration.state,
            ticket_code: registration.ticket_code,
            reason: registration.reason,
            wedged_reason: registration.wedged_reason,
            changed_at: registration.changed_at,
            explanation: registration.explanation,
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration({:?} {:?})", self.state, self.reason)
    }
}

/// How far a registration has come.
#[uniffi::remote(Enum)]
pub enum RegistrationState {
    /// In the queue: not confirmed yet.
    Registering,
    /// Confirmed, with a ticket.
    Confirmed,
    /// Answered with "no", for a reason.
    Refused,
    /// The cancellation is in the queue.
    Cancelling,
    /// Cancelled; the place is free again.
    Cancelled,
    /// Of a newer version than this one.
    Unknown,
}

/// Why a registration, or a cancellation, was refused.
#[uniffi::remote(Enum)]
pub enum RegistrationReason {
    /// No place is left.
    EventFull,
    /// Its time has not come.
    RegistrationNotOpen,
    /// Its time is over.
    RegistrationClosed,
    /// The member's tier is not invited.
    NotForThisTier,
    /// There is no such event any more.
    EventUnknown,
    /// Too late to cancel.
    EventStarted,
    /// Of a newer version than this one.
    Unknown,
}

/// What became of a wish to register or to cancel.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum RegistrationChange {
    /// It is on the disk, and will be sent.
    Queued {
        /// As it is now.
        registration: Registration,
    },
    /// It was so already.
    Unchanged {
        /// As it is now.
        registration: Registration,
    },
    /// The phone itself knows that it cannot be; nothing was kept.
    NotAccepted {
        /// Why.
        reason: RegistrationReason,
        /// The same for the member.
        explanation: Explanation,
    },
}

impl From<events::RegistrationChange> for RegistrationChange {
    fn from(change: events::RegistrationChange) -> Self {
        match change {
            events::RegistrationChange::Queued(registration) => Self::Queued { registration: registration.into() },
            events::RegistrationChange::Unchanged(registration) => {
                Self::Unchanged { registration: registration.into() }
            }
            events::RegistrationChange::NotAccepted { reason, explanation } => {
                Self::NotAccepted { reason, explanation }
            }
        }
    }
}
