//! Errors of the API: RFC 9457 problem documents.

use std::fmt;

use ::http::StatusCode;
use serde_json::{Map, Value};

const PREFIX: &str = "urn:vremena:problem:";

/// A problem document. `Debug` leaves out all that may hold personal data.
#[derive(Clone, PartialEq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The last part of the problem's `type`, for instance `wrong-code`; empty where the server named none.
    pub slug: String,
    /// Further members of the document.
    pub extensions: Map<String, Value>,
}

impl Problem {
    /// Reads a problem document; `None` where the body is none, or only half of one.
    #[must_use]
    pub fn read(status: StatusCode, body: &[u8]) -> Option<Self> {
        let extensions: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let slug = extensions.get("type").and_then(Value::as_str).and_then(|kind| kind.strip_prefix(PREFIX));
        // It ends in logs and on screens, so it is a name or nothing.
        let slug = slug.filter(|slug| {
            slug.len() <= 64 && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        });
        Some(Self { status, slug: slug.unwrap_or_default().to_owned(), extensions })
    }

    /// One that only has a status, as of a proxy.
    #[must_use]
    pub fn nameless(status: StatusCode) -> Self {
        Self { status, slug: String::new(), extensions: Map::new() }
    }

    /// An extension as a whole number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        self.extensions.get(name).and_then(Value::as_u64)
    }

    /// An extension as a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.extensions.get(name).and_then(Value::as_str)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({} {})", self.status.as_u16(), self.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slug_and_extensions_are_read() {
        let body = br#"{"type":"urn:vremena:problem:wrong-code","attempts_left":3,"reason":"x"}"#;
        let problem = Problem::read(StatusCode::UNPROCESSABLE_ENTITY, body).unwrap();
        assert_eq!((problem.slug.as_str(), problem.number("attempts_left")), ("wrong-code", Some(3)));
        assert_eq!(problem.text("reason"), Some("x"));
    }

    #[test]
    fn what_is_no_whole_problem_document_is_none() {
        for body in [&b"<html>"[..], b"", b"[]", br#"{"type":"urn:vremena:pro"#, b"\xff"] {
            assert_eq!(Problem::read(StatusCode::CONFLICT, body), None);
        }
    }

    #[test]
    fn a_foreign_type_is_no_name() {
        for body in
            [&br#"{"type":5}"#[..], br#"{"type":"about:blank"}"#, br#"{"type":"urn:vremena:problem:A b"}"#, b"{}"]
        {
            assert_eq!(Problem::read(StatusCode::CONFLICT, body).unwrap().slug, "");
        }
    }
}
