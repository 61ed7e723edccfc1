//! A gallery backend to develop and test against: the public API over SQLite, an emulated tax
//! service, and an administration that moves the clock, decides receipts and breaks the network.
//!
//! It implements the contract with types of its own and never depends on the client: otherwise the
//! contract would prove nothing.
//!
//! | file | what |
//! |---|---|
//! | [`server`](Sandbox) | the two listeners, closing and reopening the public one |
//! | `tls` | the public listener's certificate, good or not |
//! | `faults`, `network` | what goes wrong on the wire, and what is counted there |
//! | `front` | what every public request goes through: identity, date, contract, body limit |
//! | `problem`, `extract`, `etag`, `cursor` | the shared manners of the API |
//! | `auth`, `sessions` | codes by SMS, tokens and their rotation |
//! | `members`, `rules` | the member, the rules document |
//! | [`programme`] | the member's tier, by SQL |
//! | `receipts/`, `idempotency`, `trace` | registering, positions, changes, the receipts' feed, links and verdicts |
//! | `appeals/` | receipts to be looked at again, and their photographs, part by part |
//! | `verification`, `tax`, `shops` | the tax service's emulator and what follows from its answers |
//! | `ledger` | the entries that follow from receipts, and their feed |
//! | `feed/`, `media`, `texts` | the news for each tier, and their pictures |
//! | `events/` | events, registering for them and cancelling |
//! | `card`, `link` | the member's card, and cards that the reception gave out |
//! | `consents/` | the documents, and what was decided of them |
//! | `deletion` | a member's leaving, with all data |
//! | `wallet/` | the card as a pass for Apple's wallet and a link for Google's, genuine or forged |
//! | `content`, `picture` | what a fresh gallery has published |
//! | `admin/` | the administration's API |
//! | `backend`, `store`, `clock`, `seed`, `time` | the state: database, time and chance |

mod admin;
mod appeals;
mod auth;
mod backend;
mod card;
mod clock;
mod consents;
mod content;
mod cursor;
mod deletion;
mod etag;
mod events;
mod extract;
mod faults;
mod feed;
mod front;
mod idempotency;
mod ledger;
mod link;
mod media;
mod members;
mod network;
mod openapi;
mod picture;
mod problem;
pub mod programme;
mod receipts;
mod rules;
mod seed;
mod server;
mod sessions;
mod shops;
mod store;
mod tax;
mod texts;
mod time;
mod tls;
mod trace;
mod verification;
mod wallet;
mod words;

pub use admin::admin_router;
pub use backend::{Backend, RestoreError, StartError};
pub use clock::Clock;
pub use openapi::{openapi_json, router};
pub use server::{Config, Sandbox};
pub use store::Snapshot;
pub use tls::{Certificate, TlsError, Trust};
pub use wallet::authority::AuthorityError;
