//! Talking to the gallery's API: one transport port, one client, one classification of answers.
//!
//! Whatever a server, a captive portal or a broken proxy sends, it ends as one [`Answer`].

mod answer;
mod client;
mod contact;
mod network;
mod pins;
mod problem;
mod retry_after;
mod route;
mod session;
mod tls;
mod transport;

pub(crate) use answer::asks_to_wait;
pub use answer::{Answer, Fault, Success};
pub use client::{ApiClient, ApiRequest};
pub use contact::Contact;
pub use network::{NetworkTransport, Timeouts};
pub use pins::PinSet;
pub use problem::Problem;
pub use session::{Ended, Session, TokenAnswer};
pub use tls::{Pinning, TlsError};
pub use transport::{MAX_BODY_BYTES, Transport, TransportError, TransportFuture};

/// The contract's number, sent with every request: a server that no longer serves it answers 426.
pub const CONTRACT: &str = "1";
