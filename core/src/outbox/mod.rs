//! The one durable queue that every intent of a member goes through.
//!
//! An intent is written together with what it changes locally, in one transaction, under a random idempotency
//! key; only then does the call return. The worker sends it, and the entry leaves the table only when the
//! server's answer is stored, in one transaction again. So at every instant, whatever is killed, an intent is in
//! the table, or its answer is.
//!
//! * [`policy`] decides what an answer means; it is pure.
//! * An unknown outcome (the request may have arrived, its answer did not) is resolved by sending again under the
//!   same key: the server carries a key out once.
//! * Order holds within one subject (register, then cancel, of one event), never across subjects.
//! * Entries belong to a member and are sent under that member's session alone.
//!
//! A new kind of intent is an [`Intent`] in its capability's folder, named in `app.rs`.

mod model;
pub mod policy;
pub(crate) mod store;
mod told;
mod worker;

pub use model::{Entry, Intent, Meaning, NewEntry, QueueItem, QueueSummary, Settlement, Unreadable};
pub use worker::{DrainReport, Outbox, Stop};
