//! Registrations and cancellations on their way to the gallery.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{
    RegistrationReason, RegistrationState, store,
    wire::{RegistrationAnswer, RegistrationRequest},
};
use crate::{
    http::{ApiRequest, Problem},
    ids::MemberId,
    locale::{Argument, Texts},
    outbox::{Entry, Intent, Meaning, NewEntry, Settlement, Unreadable},
    storage::StorageError,
    sync::{Topic, conditional::encoded},
};

const PAYLOAD_VERSION: u32 = 1;

/// Registers for an event.
pub struct RegistrationIntent;

/// Cancels a registration.
pub struct CancellationIntent;

impl RegistrationIntent {
    const KIND: &'static str = "registration";

    pub fn entry(request: &RegistrationRequest) -> Result<NewEntry, StorageError> {
        NewEntry::new(Self::KIND, store::subject(&request.event_id), PAYLOAD_VERSION, request)
    }
}

impl CancellationIntent {
    const KIND: &'static str = "cancellation";

    pub fn entry(request: &RegistrationRequest) -> Result<NewEntry, StorageError> {
        NewEntry::new(Self::KIND, store::subject(&request.event_id), PAYLOAD_VERSION, request)
    }
}

impl Intent for RegistrationIntent {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn request(&self, _: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        request(entry, "registration")
    }

    fn meaning(&self, entry: &Entry, problem: &Problem) -> Meaning {
        match problem.slug.as_str() {
            "already-registered-for-event" if registered(entry, problem).is_some() => Meaning::AlreadyDone,
            slug => refusal(slug),
        }
    }

    fn settle(
        &self,
        tx: &Transaction<'_>,
        entry: &Entry,
        settlement: &Settlement<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Unreadable> {
        match settlement {
            Settlement::Done(body) => confirm(tx, entry, &decode(entry, body)?),
            Settlement::AlreadyDone(problem) => {
                confirm(tx, entry, &registered(entry, problem).ok_or(Unreadable::Form)?)
            }
            Settlement::Refused(problem) => refuse(tx, entry, RegistrationState::Refused, problem, now),
        }
    }

    fn orphans(&self, tx: &Transaction<'_>) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
        orphans(tx, RegistrationState::Registering, Self::entry)
    }

    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        restore(tx, entry, RegistrationState::Registering)
    }

    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, now: DateTime<Utc>) -> Result<(), Unreadable> {
        undo(tx, entry, now)
    }

    fn title(&self, tx: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        title(tx, entry, texts, "queue-title-registration")
    }

    fn touches(&self) -> &'static [Topic] {
        &[Topic::Events]
    }
}

impl Intent for CancellationIntent {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn request(&self, _: &Transaction<'_>, entry: &Entry) -> Result<ApiRequest, Unreadable> {
        request(entry, "cancellation")
    }

    fn meaning(&self, _: &Entry, problem: &Problem) -> Meaning {
        match problem.slug.as_str() {
            "not-registered" => Meaning::AlreadyDone,
            slug => refusal(slug),
        }
    }

    fn settle(
        &self,
        tx: &Transaction<'_>,
        entry: &Entry,
        settlement: &Settlement<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Unreadable> {
        match settlement {
            Settlement::Done(body) => confirm(tx, entry, &decode(entry, body)?),
            Settlement::AlreadyDone(_) => {
                // Without a ticket it is cancelled. Since when, the gallery does not say: by the phone's clock its next
                // word could seem older than this one.
                store::drop_ticket(tx, &entry.member_id, &payload(entry)?.event_id)?;
                undo(tx, entry, now)
            }
            Settlement::Refused(problem) => {
                // Too late to cancel: the place is still the member's. Any other refusal leaves no place.
                let state = match RegistrationReason::of_code(&problem.slug) {
                    RegistrationReason::EventStarted => RegistrationState::Confirmed,
                    _ => RegistrationState::Refused,
                };
                refuse(tx, entry, state, problem, now)
            }
        }
    }

    fn orphans(&self, tx: &Transaction<'_>) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
        orphans(tx, RegistrationState::Cancelling, Self::entry)
    }

    fn restore(&self, tx: &Transaction<'_>, entry: &Entry) -> Result<(), Unreadable> {
        restore(tx, entry, RegistrationState::Cancelling)
    }

    fn undo(&self, tx: &Transaction<'_>, entry: &Entry, now: DateTime<Utc>) -> Result<(), Unreadable> {
        undo(tx, entry, now)
    }

    fn title(&self, tx: &Transaction<'_>, entry: &Entry, texts: &Texts) -> Result<String, Unreadable> {
        title(tx, entry, texts, "queue-title-cancellation")
    }

    fn touches(&self) -> &'static [Topic] {
        &[Topic::Events]
    }
}

fn request(entry: &Entry, action: &str) -> Result<ApiRequest, Unreadable> {
    let request = payload(entry)?;
    Ok(ApiRequest::post(format!("/v1/events/{}/{action}", encoded(request.event_id.as_str())), &request))
}

fn payload(entry: &Entry) -> Result<RegistrationRequest, Unreadable> {
    entry.payload(PAYLOAD_VERSION)
}

fn decode(entry: &Entry, body: &[u8]) -> Result<RegistrationAnswer, Unreadable> {
    let answer: RegistrationAnswer = serde_json::from_slice(body).map_err(|_| Unreadable::Form)?;
    if answer.event_id == payload(entry)?.event_id { Ok(answer) } else { Err(Unreadable::Form) }
}

fn registered(entry: &Entry, problem: &Problem) -> Option<RegistrationAnswer> {
    let answer: RegistrationAnswer = serde_json::from_value(problem.extensions.get("registration")?.clone()).ok()?;
    (answer.event_id == payload(entry).ok()?.event_id).then_some(answer)
}

fn refusal(slug: &str) -> Meaning {
    match RegistrationReason::of_code(slug) {
        RegistrationReason::Unknown => Meaning::NotUnderstood,
        _ => Meaning::Refused,
    }
}

/// Stores an answer; where the member has wished for something else since, that wish stays what is shown.
fn confirm(tx: &Transaction<'_>, entry: &Entry, answer: &RegistrationAnswer) -> Result<(), Unreadable> {
    if store::is_queued(tx, &entry.member_id, &answer.event_id, entry.entry_id)? {
        store::store_ticket(tx, &entry.member_id, answer)?;
    } else {
        store::store_answer(tx, &entry.member_id, answer)?;
    }
    Ok(())
}

fn refuse(
    tx: &Transaction<'_>,
    entry: &Entry,
    state: RegistrationState,
    problem: &Problem,
    now: DateTime<Utc>,
) -> Result<(), Unreadable> {
    let event_id = payload(entry)?.event_id;
    if !store::is_queued(tx, &entry.member_id, &event_id, entry.entry_id)? {
        let reason = RegistrationReason::of_code(&problem.slug);
        store::store_refusal(tx, &entry.member_id, &event_id, state, reason, now)?;
    }
    Ok(())
}

/// The wishes in `state` that the queue has lost.
fn orphans(
    tx: &Transaction<'_>,
    state: RegistrationState,
    entry: fn(&RegistrationRequest) -> Result<NewEntry, StorageError>,
) -> Result<Vec<(MemberId, NewEntry)>, StorageError> {
    let orphans = store::orphans(tx, state)?.into_iter();
    orphans
        .map(|(member, event_id, requested_at)| Ok((member, entry(&RegistrationRequest { event_id, requested_at })?)))
        .collect()
}

/// The wish of `entry`, where nothing is known of the registration; entries come in their order, so the last one stays.
fn restore(tx: &Transaction<'_>, entry: &Entry, state: RegistrationState) -> Result<(), Unreadable> {
    let request = payload(entry)?;
    Ok(store::store_wish(tx, &entry.member_id, &request.event_id, state, request.requested_at)?)
}

fn undo(tx: &Transaction<'_>, entry: &Entry, now: DateTime<Utc>) -> Result<(), Unreadable> {
    let event_id = payload(entry)?.event_id;
    // A later wish stays what is shown.
    if !store::is_queued(tx, &entry.member_id, &event_id, entry.entry_id)? {
        store::take_back(tx, &entry.member_id, &event_id, now)?;
    }
    Ok(())
}

fn title(tx: &Transaction<'_>, entry: &Entry, texts: &Texts, id: &str) -> Result<String, Unreadable> {
    let event = store::event(tx, &entry.member_id, &payload(entry)?.event_id)?;
    let title = event.map_or_else(
        || texts.text("queue-title-event-unknown", &[]),
        |event| event.in_language(texts.language(), None).title,
    );
    Ok(texts.text(id, &[("title", Argument::Text(&title))]))
}
