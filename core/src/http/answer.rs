//! What came back, in the few kinds that anybody acts upon.

use std::{fmt, time::Duration};

use ::http::{HeaderMap, Response, StatusCode, header};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::{CONTRACT, CONTRACT_HEADER, Problem, TransportError, retry_after};
use crate::log::Code;

/// The end of one call.
#[derive(Debug)]
pub enum Answer {
    /// 2xx with a body of the type that was asked for, or without any.
    Success(Success),
    /// 304: what we have is current.
    NotModified,
    /// The server refused, with the time it asks to wait.
    Problem(Problem, Option<Duration>),
    /// No answer of the gallery: the outcome is unknown.
    Failed(Fault),
    /// No session, or one that the server has ended.
    SignInNeeded,
    /// The tokens cannot be read before the phone is unlocked.
    Locked,
    /// The gallery speaks a newer contract than this version of the app: what it says might be misunderstood.
    UpdateNeeded,
}

/// A good answer's parts. `Debug` leaves out what it carries.
#[derive(Clone)]
pub struct Success {
    /// The entity's tag, where one was given.
    pub etag: Option<String>,
    body: Vec<u8>,
}

/// Why an answer is none of the gallery's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The transport has no whole answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Something answered that is not the gallery's API: a captive portal, a proxy, half a document.
    #[error("the answer is not the gallery's")]
    Foreign,
}

impl fmt::Debug for Success {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Success({} bytes)", self.body.len())
    }
}

impl Success {
    /// A good answer that was kept: its tag and its body.
    #[must_use]
    pub const fn kept(etag: Option<String>, body: Vec<u8>) -> Self {
        Self { etag, body }
    }

    /// The body's bytes, given away.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The body's bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as `T`.
    ///
    /// # Errors
    /// [`Fault::Foreign`] where it does not decode: that is an unknown outcome, never a refusal.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|_| Fault::Foreign)
    }
}

impl Answer {
    /// What it is, as the log tells it.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::fixed(match self {
            Self::Success(_) => "success",
            Self::NotModified => "not-modified",
            Self::Problem(problem, _) if problem.slug.is_empty() => "nameless-problem",
            Self::Problem(problem, _) => return Code::of(&problem.slug),
            Self::Failed(Fault::Transport(error)) => error.code(),
            Self::Failed(Fault::Foreign) => "foreign",
            Self::SignInNeeded => "sign-in-needed",
            Self::Locked => "locked",
            Self::UpdateNeeded => "update-needed",
        })
    }

    /// Classifies an answer of the transport, of which a good one is of the media type `accept`.
    #[must_use]
    pub fn of(result: Result<Response<Vec<u8>>, TransportError>, accept: &str, now: DateTime<Utc>) -> Self {
        let response = match result {
            Ok(response) => response,
            Err(error) => return Self::Failed(Fault::Transport(error)),
        };
        let (parts, body) = response.into_parts();
        if is_newer(&parts.headers) {
            return Self::UpdateNeeded;
        }
        let media_type = media_type(&parts.headers);
        match parts.status {
            StatusCode::NOT_MODIFIED => Self::NotModified,
            // A body of another type under a 2xx is somebody else's page; one that says "problem" contradicts itself.
            status if status.is_success() => {
                if (body.is_empty() && status == StatusCode::NO_CONTENT) || fits(&media_type, accept) {
                    let etag = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
                    Self::Success(Success { etag, body })
                } else {
                    Self::Failed(Fault::Foreign)
                }
            }
            status if status.is_redirection() || status.is_informational() => Self::Failed(Fault::Foreign),
            status => {
                let document =
                    if media_type == "application/problem+json" { Problem::read(status, &body) } else { None };
                match document {
                    Some(problem) => Self::Problem(problem, retry_after::read(&parts.headers, now)),
                    // Whoever sends it, "not now" is understood.
                    None if asks_to_wait(status) => {
                        Self::Problem(Problem::nameless(status), retry_after::read(&parts.headers, now))
                    }
                    // A proxy's or a portal's refusal, or half of the gallery's, says nothing about our request.
                    None => Self::Failed(Fault::Foreign),
                }
            }
        }
    }
}

/// Statuses that say "not now" whoever sends them.
pub(crate) fn asks_to_wait(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429) || status.is_server_error()
}

/// Whether it is said of the whole gallery; any other failure may be this one request's.
pub(crate) fn asks_everybody_to_wait(status: StatusCode, retry_after: Option<Duration>) -> bool {
    matches!(status.as_u16(), 429 | 503) || (asks_to_wait(status) && retry_after.is_some())
}

/// Whether the answer names a contract that came after ours.
fn is_newer(headers: &HeaderMap) -> bool {
    let named: Option<u32> =
        headers.get(CONTRACT_HEADER).and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok());
    named.is_some_and(|named| named > CONTRACT)
}

fn fits(media_type: &str, accept: &str) -> bool {
    match accept.strip_suffix('*') {
        Some(group) => media_type.starts_with(group),
        None => media_type == accept,
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, media_type: &str, body: &str) -> Answer {
        let response =
            Response::builder().status(status).header("content-type", media_type).body(body.as_bytes().to_vec());
        Answer::of(Ok(response.unwrap()), "application/json", "2026-03-14T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn only_json_of_the_gallery_is_a_success() {
        assert!(matches!(answer(200, "application/json; charset=utf-8", "{}"), Answer::Success(_)));
        assert!(matches!(answer(204, "", ""), Answer::Success(_)));
        for (media_type, body) in [("text/html", "<html>"), ("application/problem+json", "{}"), ("", "")] {
            assert!(matches!(answer(200, media_type, body), Answer::Failed(Fault::Foreign)), "{media_type}");
        }
    }

    #[test]
    fn a_newer_contract_needs_an_update_whatever_it_answers() {
        for (contract, newer) in [("2", true), ("1", false), ("0", false), ("next", false)] {
            let response =
                Response::builder().header("content-type", "application/json").header(CONTRACT_HEADER, contract);
            let answer =
                Answer::of(Ok(response.body(b"{}".to_vec()).unwrap()), "application/json", DateTime::UNIX_EPOCH);
            assert_eq!(matches!(answer, Answer::UpdateNeeded), newer, "{contract}");
        }
    }

    #[test]
    fn half_a_document_is_an_unknown_outcome() {
        let Answer::Success(success) = answer(200, "application/json", r#"{"half":"#) else { panic!() };
        assert_eq!(success.decode::<serde_json::Value>(), Err(Fault::Foreign));
    }

    #[test]
    fn a_portals_refusal_is_not_the_gallerys() {
        assert!(matches!(answer(302, "text/html", ""), Answer::Failed(Fault::Foreign)));
        assert!(matches!(answer(403, "text/html", "<html>"), Answer::Failed(Fault::Foreign)));
        assert!(matches!(answer(422, "application/problem+json", "{}"), Answer::Problem(..)));
        assert!(matches!(answer(422, "application/problem+json", r#"{"type":"urn:"#), Answer::Failed(Fault::Foreign)));
        assert!(matches!(answer(503, "text/html", "<html>"), Answer::Problem(..)));
    }
}
