//! Reminders for the system's local notifications.

use std::{fmt, sync::Arc};

pub use vremena_core::reminders::{ReminderKind, ReminderSubject};
use vremena_core::{ids::ReminderId, reminders};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

/// What the system's local notifications are to remind of. The shell schedules what it is given, and chooses nothing.
#[derive(uniffi::Object)]
pub struct Reminders {
    host: Arc<Host>,
}

impl Reminders {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Reminders {
    /// The whole plan, to look at. To schedule it ask for `changes`: what comes from here does not count as handed out.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn plan(&self) -> Result<Vec<Reminder>, CoreError> {
        self.host.call(|host| async move { Ok(told(host.app.reminders().plan().await?)) }).await
    }

    /// What is to be done with the system's scheduler, which holds `scheduled` of these reminders: all of them, as it
    /// tells them itself. One caller at a time, who does all of it before asking again. What was handed out counts as
    /// shown when its time has come, and is not planned again.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn changes(&self, scheduled: Vec<ReminderId>) -> Result<ReminderChanges, CoreError> {
        self.host
            .call(move |host| async move {
                let reminders::ReminderChanges { cancel, schedule } = host.app.reminders().changes(&scheduled).await?;
                Ok(ReminderChanges { cancel, schedule: told(schedule) })
            })
            .await
    }

    /// The plan, now and whenever it changes: each time ask for `changes`. Ask too when the app comes to the foreground,
    /// when the phone's clock or zone was set, and after the phone was started anew.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn RemindersListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.reminders().observe(), move |snapshot| {
            let reminders::RemindersSnapshot { plan, is_known } = snapshot;
            listener.on_reminders(RemindersSnapshot { plan: told(plan), is_known })
        })
    }
}

fn told(plan: Vec<reminders::Reminder>) -> Vec<Reminder> {
    plan.into_iter().map(Reminder::from).collect()
}

/// Hears of the plan.
#[uniffi::export(foreign)]
pub trait RemindersListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_reminders(&self, snapshot: RemindersSnapshot) -> Result<(), PortError>;
}

/// The whole plan: these, and no others.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RemindersSnapshot {
    /// In the order in which they fire.
    pub plan: Vec<Reminder>,
    /// Whether it was made. Until then nothing is to be done.
    pub is_known: bool,
}

/// What is to be done with what the system's scheduler holds.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ReminderChanges {
    /// First these are taken out.
    pub cancel: Vec<ReminderId>,
    /// Then these are put in. One whose time has passed meanwhile is left out.
    pub schedule: Vec<Reminder>,
}

/// One local notification.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Reminder {
    /// Names it and all that it says: whatever has changed has another.
    pub id: ReminderId,
    /// When it is to be shown, by the phone's own clock.
    pub fire_at: Instant,
    /// From then on it must not be seen any longer, by the phone's own clock.
    pub valid_until: Instant,
    /// For the member, in the app's language.
    pub text: String,
    /// Whether it needs a consent: a channel of its own, where the system has channels.
    pub kind: ReminderKind,
    /// What it is about.
    pub subject: ReminderSubject,
}

impl fmt::Debug for Reminder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reminder({:?} {:?} {})", self.subject, self.kind, self.fire_at)
    }
}

impl From<reminders::Reminder> for Reminder {
    fn from(reminder: reminders::Reminder) -> Self {
        let reminders::Reminder { id, fire_at, valid_until, text, kind, subject } = reminder;
        Self { id, fire_at, valid_until, text, kind, subject }
    }
}

/// Whether a reminder needs a consent (38-FZ).
#[uniffi::remote(Enum)]
pub enum ReminderKind {
    /// It tells members of their own account.
    Service,
    /// It invites them to buy. Without the consent to advertising there is none.
    Advertising,
}

/// What a reminder is about.
#[uniffi::remote(Enum)]
pub enum ReminderSubject {
    /// The next tier is close.
    Approach,
    /// A tier will be lost.
    Keep,
    /// A tier was lost.
    Fall,
    /// Points will expire.
    Points,
    /// A tier that was given will end.
    Grant,
}
