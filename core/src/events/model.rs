//! Events, and a member's place at them.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{codes::coded_enum, explanation::Explanation, ids::EventId};

coded_enum! {
    /// How far a registration has come.
    pub enum RegistrationState {
        /// In the queue: not confirmed yet.
        Registering = "registering",
        /// Confirmed, with a ticket.
        Confirmed = "confirmed",
        /// Answered with "no", for a reason.
        Refused = "refused",
        /// The cancellation is in the queue.
        Cancelling = "cancelling",
        /// Cancelled; the place is free again.
        Cancelled = "cancelled",
    }
}

coded_enum! {
    /// Why a registration, or a cancellation, was refused.
    pub enum RegistrationReason {
        /// No place is left.
        EventFull = "event-full",
        /// Its time has not come.
        RegistrationNotOpen = "registration-not-open",
        /// Its time is over.
        RegistrationClosed = "registration-closed",
        /// The member's tier is not invited.
        NotForThisTier = "not-for-this-tier",
        /// There is no such event any more.
        EventUnknown = "event-unknown",
        /// Too late to cancel.
        EventStarted = "event-started",
    }
}

/// A member's registration. `Debug` leaves the ticket out: whoever shows it is let in.
#[derive(Clone, PartialEq, Eq)]
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
    pub changed_at: DateTime<Utc>,
    /// All this for the member.
    pub explanation: Explanation,
}

impl Registration {
    /// What is left when a wish is taken back: with a ticket the place is still there, and what never reached the
    /// gallery is cancelled.
    pub(super) fn taken_back(&self) -> RegistrationState {
        if self.ticket_code.is_some() { RegistrationState::Confirmed } else { RegistrationState::Cancelled }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration({} {:?})", self.state.code(), self.reason)
    }
}

/// An event, in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The first instant of registration.
    pub registration_opens_at: DateTime<Utc>,
    /// The first instant at which it is over.
    pub registration_closes_at: DateTime<Utc>,
    /// How many may come.
    pub capacity: u32,
    /// How many places were left at the last pull.
    pub places_left: u32,
    /// The member's own.
    pub registration: Option<Registration>,
}

/// What became of a wish to register or to cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationChange {
    /// It is on the disk, and will be sent.
    Queued(Registration),
    /// It was so already.
    Unchanged(Registration),
    /// The phone itself knows that it cannot be; nothing was kept.
    NotAccepted {
        /// Why.
        reason: RegistrationReason,
        /// The same for the member.
        explanation: Explanation,
    },
}
