//! What a shell is to schedule.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::ids::ReminderId;

/// One local notification. Its text is true at `fire_at`, and until `valid_until`, as far as the phone has heard.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// Names it and all that it says: whatever has changed has another.
    pub id: ReminderId,
    /// When it is to be shown, by the phone's own clock.
    pub fire_at: DateTime<Utc>,
    /// From then on it must not be seen any longer, by the phone's own clock.
    pub valid_until: DateTime<Utc>,
    /// For the member, in the app's language.
    pub text: String,
    /// Whether it needs a consent.
    pub kind: ReminderKind,
    /// What it is about.
    pub subject: ReminderSubject,
}

// Its text says what a member has bought, and `Debug` ends in logs.
impl fmt::Debug for Reminder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reminder({:?} {:?} {})", self.subject, self.kind, self.fire_at)
    }
}

/// Whether a reminder needs a consent (38-FZ).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderKind {
    /// It tells members of their own account.
    Service,
    /// It invites them to buy. Without the consent to advertising there is none.
    Advertising,
}

/// What a reminder is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

/// What is to be done with what the system's scheduler holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReminderChanges {
    /// First these are taken out.
    pub cancel: Vec<ReminderId>,
    /// Then these are put in. One whose time has passed meanwhile is left out.
    pub schedule: Vec<Reminder>,
}

impl ReminderChanges {
    /// What makes `scheduled`, all that the system's scheduler holds, `plan`.
    #[must_use]
    pub fn between(scheduled: &[ReminderId], plan: &[Reminder]) -> Self {
        let is_planned = |id: &ReminderId| plan.iter().any(|reminder| reminder.id == *id);
        Self {
            cancel: scheduled.iter().filter(|id| !is_planned(id)).cloned().collect(),
            schedule: plan.iter().filter(|reminder| !scheduled.contains(&reminder.id)).cloned().collect(),
        }
    }
}

/// The whole plan: these, and no others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemindersSnapshot {
    /// In the order in which they fire.
    pub plan: Vec<Reminder>,
    /// Whether it was made. Until then nothing is to be done.
    pub is_known: bool,
}
