//! The API's shapes of this capability.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::{Event, Registration, RegistrationReason, RegistrationState, store};
use crate::{
    feed::Translated,
    http::Success,
    ids::{EventId, MemberId, TierId},
    locale::Language,
    sync::{Document, KeepFault},
};

/// The body of registering and of cancelling; also version 1 of both payloads in the queue.
#[derive(Serialize, Deserialize)]
pub struct RegistrationRequest {
    pub event_id: EventId,
    pub requested_at: DateTime<Utc>,
}

#[derive(Clone, Deserialize)]
pub struct RegistrationAnswer {
    pub event_id: EventId,
    pub state: RegistrationState,
    pub ticket_code: Option<String>,
    pub changed_at: DateTime<Utc>,
}

#[derive(Deserialize)]
pub struct EventAnswer {
    pub event_id: EventId,
    title: Translated,
    description: Translated,
    /// Without it nobody knows for whom it is, so it is for nobody.
    audience: Vec<TierId>,
    place: Translated,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    registration_opens_at: DateTime<Utc>,
    registration_closes_at: DateTime<Utc>,
    capacity: u32,
    places_left: u32,
    pub registration: Option<RegistrationAnswer>,
}

impl EventAnswer {
    pub fn in_language(&self, language: Language, registration: Option<Registration>) -> Event {
        Event {
            event_id: self.event_id.clone(),
            title: self.title.get(language).to_owned(),
            description: self.description.get(language).to_owned(),
            place: self.place.get(language).to_owned(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            registration_opens_at: self.registration_opens_at,
            registration_closes_at: self.registration_closes_at,
            capacity: self.capacity,
            places_left: self.places_left,
            registration,
        }
    }

    /// Why a member of `tier` cannot register at `now`, as far as the phone knows.
    pub fn closed_to(&self, tier: &TierId, now: DateTime<Utc>) -> Option<RegistrationReason> {
        if !self.is_for(tier) {
            Some(RegistrationReason::NotForThisTier)
        } else if now < self.registration_opens_at {
            Some(RegistrationReason::RegistrationNotOpen)
        } else if now >= self.registration_closes_at {
            Some(RegistrationReason::RegistrationClosed)
        } else {
            None
        }
    }

    /// Whether a member of `tier` may see it.
    pub fn is_for(&self, tier: &TierId) -> bool {
        self.audience.is_empty() || self.audience.contains(tier)
    }
}

/// The list of events. It is kept in the member's database: a ticket must be there when everything else is not.
pub struct EventsDocument;

impl Document for EventsDocument {
    fn name(&self) -> &'static str {
        "events"
    }

    fn path(&self) -> &'static str {
        "/v1/events"
    }

    fn keep(&self, tx: &Transaction<'_>, member: &MemberId, success: &Success) -> Result<bool, KeepFault> {
        let raw: store::RawEvents = success.decode().map_err(|_| KeepFault::Form)?;
        Ok(store::replace(tx, member, &raw)?)
    }
}
