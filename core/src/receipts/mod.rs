//! Receipts: capture, history, verdicts.

mod changes;
mod explain;
pub(crate) mod generation;
mod history;
mod intent;
mod model;
mod positions;
mod search;
mod service;
pub(crate) mod store;
mod story;
mod telling;
pub(crate) mod wire;

pub use history::{HistoryCursor, HistoryFilter, HistoryMonth, HistoryPage};
pub(crate) use intent::ReceiptIntent;
pub use model::{Capture, ManualCapture, Receipt, ReceiptReason, ReceiptSource, ReceiptState, RefusedField};
pub use service::{Receipts, ReceiptsSnapshot};
pub use story::{ReceiptChange, ReceiptPosition, ReceiptStep, ReceiptStory, ReturnEffect};
