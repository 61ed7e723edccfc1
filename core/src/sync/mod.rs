//! Pulls: what the gallery knows and the phone does not.
//!
//! Whole documents with an ETag ([`Document`]) are asked for conditionally; feeds of changes (receipts, ledger) are
//! read page by page, the cursor stored in the transaction that stores the page. A pull happens on start, in the
//! foreground, when the network is back, after the queue has sent something, on a push's hint, and, backing off, while
//! something is pending; [`topic`] says what each of these asks for.

mod clock;
pub(crate) mod conditional;
mod document;
mod feeds;
pub(crate) mod pulled;
mod resources;
mod rules;
pub mod topic;
mod worker;

#[cfg(test)]
pub(crate) use clock::keep_server_time;
pub(crate) use clock::server_time;
pub(crate) use document::{Document, KeepFault};
pub use topic::Topic;
pub use worker::{Sync, SyncReport};
