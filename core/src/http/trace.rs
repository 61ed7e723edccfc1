//! W3C Trace Context: the name under which the phone's log and the gallery's speak of one intent.

use std::fmt;

use ring::digest::{SHA256, digest};

/// The trace of an intent: the same for each attempt, and after a restart. It follows from the idempotency key, which no
/// log may hold, and does not lead back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId([u8; 16]);

impl TraceId {
    /// The trace of the intent that has this idempotency key.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        let digest = digest(&SHA256, key.as_bytes());
        let mut id = [0; 16];
        id.iter_mut().zip(digest.as_ref()).for_each(|(byte, drawn)| *byte = *drawn);
        Self(id)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// The header `traceparent` of one request of the intent.
    #[must_use]
    pub fn parent(self, request: [u8; 8]) -> String {
        let request: String = request.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("00-{self}-{request}-01")
    }

    /// Whether a server's text has the form of a trace.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_follows_from_the_key_and_does_not_show_it() {
        let key = "00112233445566778899aabbccddeeff";
        let trace = TraceId::of_key(key);
        assert_eq!(trace, TraceId::of_key(key));
        assert_ne!(trace, TraceId::of_key("another"));
        assert!(TraceId::is_one(&trace.to_string()) && trace.to_string() != key);
        assert_eq!(trace.parent([0, 1, 2, 3, 4, 5, 6, 0xff]), format!("00-{trace}-00010203040506ff-01"));
        assert!(!TraceId::is_one("4BF92F3577B34DA6A3CE929D0E0E4736") && !TraceId::is_one("4bf9"));
    }
}
