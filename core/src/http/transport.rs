//! The transport port: one request, one whole answer. The real one is [`super::NetworkTransport`]; a simulation
//! puts the sandbox's router here, in process.

use std::{future::Future, pin::Pin};

use ::http::{Request, Response};

/// An answer larger than this is not read to its end.
pub const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// What a transport's `send` returns.
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, TransportError>> + Send + 'a>>;

/// Carries one request to the server and its whole answer back.
pub trait Transport: Send + Sync {
    /// Sends `request`. Redirects are not followed: the API has none, a captive portal does.
    fn send(&self, request: Request<Vec<u8>>) -> TransportFuture<'_>;
}

/// Why there is no whole answer. In each case the server may have carried the request out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: no network, nobody listens, no such name.
    #[error("no connection")]
    Unreachable,
    /// The certificate was not accepted, or TLS failed otherwise.
    #[error("the connection is not secure")]
    Insecure,
    /// Nothing came in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke in the middle of the answer.
    #[error("the answer was cut")]
    Cut,
    /// The answer is larger than [`MAX_BODY_BYTES`].
    #[error("the answer is too large")]
    TooLarge,
}

impl TransportError {
    /// Its name in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Insecure => "insecure",
            Self::TimedOut => "timed-out",
            Self::Cut => "cut",
            Self::TooLarge => "too-large",
        }
    }
}
