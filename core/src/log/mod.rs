//! What may stand in a log: names, numbers and codes. Whatever a member typed, scanned or owns has no form here.

mod code;
mod record;

pub use code::Code;
pub use record::{LogField, LogRecord, LogValue};
