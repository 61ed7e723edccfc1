//! Receipts: capture, history, verdicts.

mod explain;
pub(crate) mod generation;
mod intent;
mod model;
mod service;
pub(crate) mod store;
pub(crate) mod wire;

pub(crate) use intent::ReceiptIntent;
pub use model::{Capture, ManualCapture, Receipt, ReceiptReason, ReceiptSource, ReceiptState, RefusedField};
pub use service::{Receipts, ReceiptsSnapshot};
