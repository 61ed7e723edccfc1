//! The core for Swift and Kotlin. No rule and no state is here: this crate says how the core's own types cross the
//! boundary, runs its futures on a runtime of its own, and lets no panic through.
//!
//! | what | where |
//! |---|---|
//! | the app, and what it is opened with | [`core`], [`config`], [`ports`] |
//! | one object for each capability | [`account`] with [`consents`] and [`membership`], [`appeals`], [`events`], [`feed`], [`home`], [`notices`], [`outbox`], [`programme`], [`receipts`], [`scanner`], [`sync`], [`texts`], [`wallet`] |
//! | what they share | [`error`], [`explanation`], [`fiscal`], [`manual`], [`new_appeal`], [`observe`], [`values`] |
//! | how calls are run | `host`, `runtime` |
//!
//! Every export returns a `Result`. Types of the core cross as they are (`#[uniffi::remote]`) where the boundary can
//! carry them; the others have a twin here with a `From`.
#![allow(unsafe_code, reason = "UniFFI makes it")]

pub mod account;
pub mod appeals;
pub mod config;
pub mod consents;
pub mod core;
pub mod error;
pub mod events;
pub mod explanation;
pub mod feed;
pub mod fiscal;
pub mod history;
pub mod home;
mod host;
pub mod manual;
pub mod membership;
pub mod new_appeal;
pub mod notices;
pub mod observe;
pub mod outbox;
pub mod ports;
#[cfg(feature = "probe")]
pub mod probe;
pub mod programme;
pub mod receipts;
pub mod reminders;
pub mod rules;
mod runtime;
pub mod scanner;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod texts;
pub mod values;
pub mod wallet;

uniffi::setup_scaffolding!("vremena");
