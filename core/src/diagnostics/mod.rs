//! What support asks a member for: counts, codes, sizes and instants, and nothing that says who the member is.

mod collector;
mod model;
mod recent;
mod store;

pub use model::{Diagnostics, FileState, Moment, QueueGroup};
pub use recent::Recent;

pub(crate) use collector::Collector;
