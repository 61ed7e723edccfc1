//! Pulls: what the gallery knows and the phone does not.
//!
//! Resources with an ETag (the member's record, the programme's rules) are asked for conditionally; feeds of
//! changes (receipts, ledger) are read page by page, the cursor stored in the transaction that stores the page.
//! A pull happens on start, in the foreground, when the network is back, after the queue has sent something, and,
//! backing off, while something is pending.

mod conditional;
mod feeds;
mod worker;

pub use worker::{Sync, SyncReport};
