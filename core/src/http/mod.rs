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
mod server_time;
mod session;
mod tls;
mod trace;
mod transport;

pub use answer::{Answer, Fault, Success};
pub(crate) use answer::{asks_everybody_to_wait, asks_to_wait};
pub use client::{ApiClient, ApiRequest};
pub use contact::Contact;
pub use network::{NetworkTransport, Timeouts};
pub use pins::PinSet;
pub use problem::Problem;
pub use server_time::{GalleryClock, ServerTime};
pub use session::{Ended, Session, SessionState, TokenAnswer};
pub use tls::{Pinning, TlsError};
pub use trace::TraceId;
pub use transport::{MAX_BODY_BYTES, Transport, TransportError, TransportFuture};

/// The contract's number, sent with every request: a server that no longer serves it answers 426, and one that serves
/// a newer one says so with every answer.
pub const CONTRACT: u32 = 1;
/// The header of the contract's number, in both directions.
pub const CONTRACT_HEADER: &str = "vremena-contract";
