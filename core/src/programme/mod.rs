//! The programme: its rules as data of the server, the member's ledger, and the progress that follows from both.
//!
//! [`rules`], [`ledger`], [`engine`] and [`rulebook`] are pure. The server's tier is the member's tier; what is computed
//! here explains it and works offline.

mod computed;
mod document;
mod effect;
pub mod engine;
pub mod fault;
pub mod instant;
pub mod ledger;
mod place;
pub mod rulebook;
pub mod rules;
mod service;
mod snapshot;
pub(crate) mod store;

pub(crate) use document::{RulesDocument, keep_version};
pub use effect::EffectSide;
pub use rulebook::{LegalText, RuleSentence, Rulebook, RulebookSection, SentenceChange};
pub use rules::Metric;
pub use service::{Programme, RulesPhase, RulesVersion};
pub use snapshot::{
    NeedLine, NeedPart, Outlook, ProgrammeSnapshot, Projection, Rung, Standing, TierCause, TierChange, TierName,
    ToKeep, ToNext,
};
