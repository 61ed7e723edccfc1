//! Looking at events, registering and cancelling.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use tokio::sync::watch;

use super::{
    CancellationIntent, Event, Registration, RegistrationChange, RegistrationIntent, RegistrationReason,
    RegistrationState, store,
    wire::{EventAnswer, RegistrationRequest},
};
use crate::{
    account::{self, Member},
    error::CoreError,
    explanation::{Explanation, NextStep, message_id},
    ids::{EventId, MemberId},
    locale::Texts,
    observe::{Changes, Observable, Wake},
    outbox,
    ports::{Ports, random_token},
    storage::{Database, StorageError},
};

/// The events for observers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventsSnapshot {
    /// What is open to the member's tier or has a registration of theirs, the next one first.
    pub events: Vec<Event>,
}

/// The gallery's events.
pub struct Events {
    member_db: Database,
    ports: Ports,
    texts: Arc<Texts>,
    changes: Changes,
    wake: Arc<Wake>,
    pub(crate) snapshots: Observable<EventsSnapshot>,
}

#[derive(Clone, Copy)]
enum Wish {
    Register,
    Cancel,
}

impl Events {
    pub(crate) fn new(member_db: Database, ports: Ports, texts: Arc<Texts>, changes: Changes, wake: Arc<Wake>) -> Self {
        let snapshots = Observable::new(EventsSnapshot::default(), changes.clone());
        Self { member_db, ports, texts, changes, wake, snapshots }
    }

    /// What is open to the member's tier or has a registration of theirs, the next one first; from the phone alone.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn list(&self) -> Result<Vec<Event>, CoreError> {
        let now = self.ports.clock.now();
        let listed = self
            .member_db
            .read(move |tx| {
                let Some(member) = account::store::active_member(tx)? else { return Ok(Vec::new()) };
                let mut listed = Vec::new();
                for event in store::events(tx, &member.member_id)? {
                    let registration = store::registration(tx, &member.member_id, &event.event_id)?;
                    if event.is_for(&member.tier) || registration.is_some() {
                        listed.push((event, registration));
                    }
                }
                Ok::<_, StorageError>(listed)
            })
            .await?;
        let mut events: Vec<Event> = listed
            .into_iter()
            .map(|(event, registration)| {
                event.in_language(self.texts.language(), registration.map(|found| self.explained(found)))
            })
            .filter(|event| event.ends_at > now)
            .collect();
        events.sort_by(|a, b| (a.starts_at, &a.event_id).cmp(&(b.starts_at, &b.event_id)));
        Ok(events)
    }

    /// Registers the member. When this returns [`RegistrationChange::Queued`], the wish is on the disk.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`]; [`CoreError::NotFound`] for an event that the phone does not know;
    /// [`CoreError::Storage`], [`CoreError::Paused`]: nothing was kept then.
    pub async fn register(&self, event_id: &EventId) -> Result<RegistrationChange, CoreError> {
        self.change(event_id, Wish::Register).await
    }

    /// Cancels the member's registration, also one that has not been sent yet: both are sent in order.
    ///
    /// # Errors
    /// As [`Events::register`]; [`CoreError::NotFound`] also where there is no registration.
    pub async fn cancel(&self, event_id: &EventId) -> Result<RegistrationChange, CoreError> {
        self.change(event_id, Wish::Cancel).await
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<EventsSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        self.snapshots.publish(EventsSnapshot { events: self.list().await? });
        Ok(())
    }

    async fn change(&self, event_id: &EventId, wish: Wish) -> Result<RegistrationChange, CoreError> {
        let now = self.ports.clock.now();
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let event_id = event_id.clone();
        let _no_deletion = self.wake.intents.read().await;
        let change = self.member_db.write(move |tx| store_change(tx, &event_id, wish, &key, now)).await?;
        Ok(match change {
            Change::Queued(registration) => {
                self.stored();
                RegistrationChange::Queued(self.explained(registration))
            }
            Change::Unchanged(registration) => {
                // It may have ended a wish that stood in the way of others.
                self.stored();
                RegistrationChange::Unchanged(self.explained(registration))
            }
            Change::NotAccepted(reason) => {
                RegistrationChange::NotAccepted { reason, explanation: self.refusal(String::new(), reason) }
            }
            Change::NotFound => return Err(CoreError::NotFound),
            Change::SignInNeeded => return Err(CoreError::SignInNeeded),
        })
    }

    fn stored(&self) {
        self.changes.ring();
        self.wake.queue();
    }

    fn explained(&self, mut registration: Registration) -> Registration {
        let state = self.texts.text(&message_id("registration", registration.state.code()), &[]);
        registration.explanation = match (&registration.wedged_reason, registration.reason) {
            (Some(code), _) => Explanation::of_wedged(&self.texts, state, code),
            (None, Some(reason)) => self.refusal(state, reason),
            (None, None) => {
                let sentence = message_id("registration-sentence", registration.state.code());
                let next_step = match registration.state {
                    RegistrationState::Registering | RegistrationState::Cancelling => NextStep::Wait,
                    RegistrationState::Unknown => NextStep::UpdateApp,
                    _ => NextStep::Nothing,
                };
                Explanation::new(&self.texts, state, self.texts.text(&sentence, &[]), next_step)
            }
        };
        registration
    }

    fn refusal(&self, state: String, reason: RegistrationReason) -> Explanation {
        let next_step = match reason {
            RegistrationReason::RegistrationNotOpen => NextStep::TryLater,
            RegistrationReason::EventStarted => NextStep::ShowAtDesk,
            RegistrationReason::Unknown => NextStep::UpdateApp,
            _ => NextStep::ChooseAnotherEvent,
        };
        let sentence = self.texts.text(&message_id("registration-reason", reason.code()), &[]);
        Explanation::new(&self.texts, state, sentence, next_step)
    }
}

enum Change {
    Queued(Registration),
    Unchanged(Registration),
    NotAccepted(RegistrationReason),
    NotFound,
    SignInNeeded,
}

/// The intent, its key and what the member sees, together or not at all.
fn store_change(
    tx: &Transaction<'_>,
    event_id: &EventId,
    wish: Wish,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Change, StorageError> {
    let Some(member) = account::store::active_member(tx)? else { return Ok(Change::SignInNeeded) };
    let owner = &member.member_id;
    let Some(event) = store::event(tx, owner, event_id)? else { return Ok(Change::NotFound) };
    let present = store::registration(tx, owner, event_id)?;
    // A wish that cannot be sent makes way for this one, but not for one that is itself refused.
    let stale = match &present {
        Some(registration) if cannot_be_sent(tx, owner, event_id, registration)? => Some(registration),
        _ => None,
    };
    let state = stale.map(Registration::taken_back).or(present.as_ref().map(|registration| registration.state));
    let is_so = is_so(wish, state);
    if let Some(refused) = refused(&event, &member, state, wish, now).filter(|_| !is_so) {
        return Ok(refused);
    }
    if stale.is_some() {
        store::drop_wedged(tx, owner, event_id)?;
        store::take_back(tx, owner, event_id, now)?;
    }
    let stored = || store::registration(tx, owner, event_id)?.ok_or(StorageError::Unreadable("registration"));
    if is_so {
        return stored().map(Change::Unchanged);
    }
    let request = RegistrationRequest { event_id: event_id.clone(), requested_at: now };
    let (entry, state) = match wish {
        Wish::Register => (RegistrationIntent::entry(&request), RegistrationState::Registering),
        Wish::Cancel => (CancellationIntent::entry(&request), RegistrationState::Cancelling),
    };
    store::store_wish(tx, owner, event_id, state, now)?;
    outbox::store::add(tx, owner, &entry?, key, now)?;
    stored().map(Change::Queued)
}

/// Whether a wish is wedged, or the queue has lost it.
fn cannot_be_sent(
    tx: &Transaction<'_>,
    owner: &MemberId,
    event_id: &EventId,
    registration: &Registration,
) -> Result<bool, StorageError> {
    use RegistrationState::{Cancelling, Registering};
    let is_on_its_way = matches!(registration.state, Registering | Cancelling);
    Ok(registration.wedged_reason.is_some() || is_on_its_way && !store::is_queued(tx, owner, event_id, 0)?)
}

/// Whether it is already as the member wishes, or on its way there.
fn is_so(wish: Wish, state: Option<RegistrationState>) -> bool {
    use RegistrationState::{Cancelled, Cancelling, Confirmed, Registering};
    matches!(
        (wish, state),
        (Wish::Register, Some(Registering | Confirmed)) | (Wish::Cancel, Some(Cancelling | Cancelled))
    )
}

/// What the phone itself knows against it. Places are the gallery's to count: the phone's number may be old.
fn refused(
    event: &EventAnswer,
    member: &Member,
    state: Option<RegistrationState>,
    wish: Wish,
    now: DateTime<Utc>,
) -> Option<Change> {
    match (wish, state) {
        (Wish::Cancel, None | Some(RegistrationState::Refused)) => Some(Change::NotFound),
        (Wish::Cancel, _) => (now >= event.starts_at).then_some(Change::NotAccepted(RegistrationReason::EventStarted)),
        (Wish::Register, _) => event.closed_to(&member.tier, now).map(Change::NotAccepted),
    }
}
