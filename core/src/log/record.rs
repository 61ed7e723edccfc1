//! One entry of a log: an event with its fields.

use std::{fmt, time::Duration};

use super::Code;
use crate::ports::LogLevel;

/// Something that happened. `Display` makes one line of it: `event name=value …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// How much it matters.
    pub level: LogLevel,
    /// The part of the core that speaks.
    pub target: &'static str,
    /// What happened: a name in lower case with hyphens, the same in all versions.
    pub event: &'static str,
    /// What is known of it.
    pub fields: Vec<LogField>,
}

/// One thing that is known of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogField {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: LogValue,
}

/// All that a field can hold. There is no text among it, so that nothing of a member comes in by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogValue {
    /// A count, a size, a status, or the number of an entry in the queue. Nothing that stands on a receipt.
    Number(i64),
    /// A name that this program knows, or that has the form of one.
    Code(Code),
    /// How long something takes or waits.
    Duration(Duration),
    /// Whether something is so.
    Bool(bool),
    /// The random name of one request, which the gallery logs too.
    RequestId([u8; 8]),
    /// The trace of an intent, which the gallery logs too.
    TraceId([u8; 16]),
}

impl LogRecord {
    /// An event without fields.
    #[must_use]
    pub const fn new(level: LogLevel, target: &'static str, event: &'static str) -> Self {
        Self { level, target, event, fields: Vec::new() }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<LogValue>) -> Self {
        self.fields.push(LogField { name, value: value.into() });
        self
    }
}

impl From<&'static str> for LogValue {
    fn from(code: &'static str) -> Self {
        Self::Code(Code::fixed(code))
    }
}

impl From<Code> for LogValue {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl From<Duration> for LogValue {
    fn from(duration: Duration) -> Self {
        Self::Duration(duration)
    }
}

impl From<bool> for LogValue {
    fn from(holds: bool) -> Self {
        Self::Bool(holds)
    }
}

impl fmt::Display for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.event)?;
        self.fields.iter().try_for_each(|field| write!(f, " {}={}", field.name, field.value))
    }
}

impl fmt::Display for LogValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Code(code) => write!(f, "{code}"),
            Self::Duration(duration) => write!(f, "{}ms", duration.as_millis()),
            Self::Bool(holds) => write!(f, "{holds}"),
            Self::RequestId(id) => id.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            Self::TraceId(id) => id.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line() {
        let record = LogRecord::new(LogLevel::Debug, "http", "request")
            .with("method", "get")
            .with("status", LogValue::Number(404))
            .with("problem", Code::of("+79000000000"))
            .with("took", Duration::from_micros(1_900))
            .with("online", true)
            .with("id", LogValue::RequestId([0, 1, 2, 3, 4, 5, 6, 0xff]));
        let line = "request method=get status=404 problem=other took=1ms online=true id=00010203040506ff";
        assert_eq!(record.to_string(), line);
        assert_eq!(LogRecord::new(LogLevel::Error, "x", "call-panicked").to_string(), "call-panicked");
    }
}
