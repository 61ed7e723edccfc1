//! Talking to the gallery's API: one transport port, one client, one classification of answers.
//!
//! Whatever a server, a captive portal or a broken proxy sends, it ends as one [`Answer`].

mod answer;
mod client;
mod network;
mod problem;
mod retry_after;
mod session;
mod transport;

pub(crate) use answer::asks_to_wait;
pub use answer::{Answer, Fault, Success};
pub use client::{ApiClient, ApiRequest};
pub use network::{NetworkTransport, Timeouts, TlsError};
pub use problem::Problem;
pub use session::{Ended, Session, SessionState, TokenAnswer};
pub use transport::{MAX_BODY_BYTES, Transport, TransportError, TransportFuture};

/// The contract's number, sent with every request: a server that no longer serves it answers 426.
pub const CONTRACT: &str = "1";
