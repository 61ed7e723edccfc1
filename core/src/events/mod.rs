//! Events of the gallery, registration and tickets. Registering and cancelling work offline.

pub(crate) mod generation;
mod intent;
mod model;
mod service;
pub(crate) mod store;
pub(crate) mod wire;

pub(crate) use intent::{CancellationIntent, RegistrationIntent};
pub use model::{Event, Registration, RegistrationChange, RegistrationReason, RegistrationState};
pub use service::{Events, EventsSnapshot};
pub(crate) use wire::EventsDocument;
