//! The core of the VREMENA GODA loyalty app: every rule, every byte of state and every network call.
//!
//! The shells draw what this crate tells them and lend it the phone's abilities through [`ports`].
//! [`app::Vremena`] opens everything and hands out the services. Dependencies point downwards:
//!
//! | layer | modules |
//! |---|---|
//! | entry | [`app`], and what support asks for: [`diagnostics`] |
//! | capabilities | [`home`], [`account`], [`receipts`], [`programme`], [`feed`], [`events`], [`wallet`], [`notices`], [`reminders`] |
//! | the one path of intents, and pulls | [`outbox`], [`sync`] |
//! | input and output | [`http`], [`storage`], [`observe`] |
//! | pure rules | [`fiscal`], [`scan`], [`money`], [`time`], [`locale`], [`explanation`], [`ids`] |
//! | what the phone lends, what a shell acts upon | [`ports`], [`error`], [`log`] |

pub mod account;
pub mod app;
pub mod appeals;
pub mod backoff;
mod codes;
pub mod diagnostics;
pub mod error;
pub mod events;
pub mod explanation;
pub mod feed;
pub mod fiscal;
pub mod home;
pub mod http;
pub mod ids;
pub mod locale;
pub mod log;
pub mod money;
pub mod notices;
pub mod observe;
pub mod outbox;
pub mod ports;
pub mod programme;
pub mod receipts;
pub mod reminders;
pub mod scan;
pub mod storage;
pub mod sync;
pub mod time;
pub mod wallet;
