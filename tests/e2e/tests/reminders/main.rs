//! Reminders over random histories: whatever happens, and whenever the phone hears of it, what fires is true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "these are tests")]

#[path = "../programme/documents.rs"]
#[allow(dead_code, reason = "what another test takes of it")]
mod documents;
mod gallery;
mod history;
mod phone;
mod planted;
mod said;
mod truth;
