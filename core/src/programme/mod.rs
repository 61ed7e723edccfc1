//! The programme: its rules as data of the server, the member's ledger, and the progress that follows from both.
//!
//! [`rules`], [`ledger`] and [`progress`] are pure. The server's tier is the member's tier; what is computed here
//! explains it and works offline.

mod document;
pub mod ledger;
pub mod progress;
pub mod rules;
mod service;
pub(crate) mod store;

pub(crate) use document::RulesDocument;
pub use service::{Programme, ProgrammeSnapshot, Projection, Rung, TierName, ToNext};
