//! W3C Trace Context: the name under which the client's log and this gallery's records of one intent are found.

use axum::http::{HeaderMap, HeaderName};

use crate::extract::visible;
use crate::seed::Seed;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The trace-id of the request's `traceparent`. As the standard asks, one that is missing or malformed begins a new
/// trace, which is `about` something.
pub(crate) fn trace_id(headers: &HeaderMap, seed: Seed, about: &[&str]) -> String {
    let sent = visible(headers, &TRACEPARENT, 128).and_then(parse);
    sent.map_or_else(|| drawn(seed, about), str::to_owned)
}

/// A trace of this gallery's own.
pub(crate) fn drawn(seed: Seed, about: &[&str]) -> String {
    seed.token("trace", about)
}

/// `00-{trace-id}-{parent-id}-{flags}` in lower-case hexadecimal digits; a later version may say more.
fn parse(header: &str) -> Option<&str> {
    let hex =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut parts = header.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_whole = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    let is_said = |part: &str| part.bytes().any(|byte| byte != b'0');
    let is_known = version != "ff" && (version != "00" || parts.next().is_none());
    (is_whole && is_known && is_said(trace) && is_said(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_names_its_trace() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (header, expected) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Some(trace)),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", Some(trace)),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", None),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", None),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", None),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", None),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", None),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", None),
            ("", None),
        ] {
            assert_eq!(parse(header), expected, "{header}");
        }
    }
}
