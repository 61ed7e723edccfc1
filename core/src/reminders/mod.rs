//! Reminders for the system's local notifications: a plan that a shell schedules as it is.
//!
//! What each one says, when and why stands in this folder's README. The plan is pure; the service keeps what was
//! handed out, so that nothing is shown twice.

mod model;
mod occasion;
mod plan;
mod quiet;
mod service;
mod store;
mod week;
mod words;

pub use model::{Reminder, ReminderChanges, ReminderKind, ReminderSubject, RemindersSnapshot};
pub use plan::{Circumstances, Fired, Planned, plan};
pub use service::Reminders;
