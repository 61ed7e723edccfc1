//! Consents: a versioned document for each purpose, decided before a phone number is sent, and given or withdrawn later.

mod intent;
mod model;
mod service;
pub mod store;
pub mod wire;

pub use intent::ConsentIntent;
pub(super) use model::{Asked, undecided};
pub use model::{ConsentChange, ConsentDecision, ConsentDocument, ConsentFault, ConsentPurpose};
pub(super) use service::adopt;
