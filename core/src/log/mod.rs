//! What may stand in a log: names, numbers and codes. Whatever a member typed, scanned or owns has no form here.

mod code;

pub use code::Code;
