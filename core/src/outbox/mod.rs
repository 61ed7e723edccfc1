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
//! * Whoever sends has a lease in the database ([`turn`]), for an app and its extension have the same files.
//! * What cannot be sent as it is stays, is shown with its reason, and is retried, mended or discarded by the member.
//!
//! A new kind of intent is an [`Intent`] in its capability's folder, named in `app/opening.rs`.

mod entry;
mod intent;
mod model;
pub mod policy;
mod sending;
mod service;
pub(crate) mod store;
mod told;
pub mod turn;
mod worker;

pub use entry::{Entry, NewEntry};
pub use intent::{Intent, Meaning, Settlement, Unreadable};
pub use model::{DrainBudget, DrainReport, QueueItem, QueueSnapshot, QueueSummary, Stop};
pub use service::Outbox;
pub(crate) use service::{queue_orphans, restore};
