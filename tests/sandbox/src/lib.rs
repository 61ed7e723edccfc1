//! A gallery backend to develop and test against: the public API over SQLite, an emulated tax
//! service, and an administration that moves the clock, decides receipts and breaks the network.
//!
//! It implements the contract with types of its own and never depends on the client: otherwise the
//! contract would prove nothing.
//!
//! | file | what |
//! |---|---|
//! | [`server`](Sandbox) | the two listeners, closing and reopening the public one |
//! | `faults`, `network` | what goes wrong on the wire, and what is counted there |
//! | `front` | what every public request goes through: identity, date, contract, body limit |
//! | `problem`, `extract`, `etag`, `cursor` | the shared manners of the API |
//! | `auth`, `sessions` | codes by SMS, tokens and their rotation |
//! | `members`, `programme`, `rules` | the member, its tier by SQL, the rules document |
//! | `receipts/`, `idempotency` | registering, the receipts' feed, links and verdicts |
//! | `verification`, `tax`, `shops` | the tax service's emulator and what follows from its answers |
//! | `ledger` | the entries that follow from receipts, and their feed |
//! | `admin/` | the administration's API |
//! | `backend`, `store`, `clock`, `seed`, `time` | the state: database, time and chance |

mod admin;
mod auth;
mod backend;
mod clock;
mod cursor;
mod etag;
mod extract;
mod faults;
mod front;
mod idempotency;
mod ledger;
mod members;
mod network;
mod openapi;
mod problem;
mod programme;
mod receipts;
mod rules;
mod seed;
mod server;
mod sessions;
mod shops;
mod store;
mod tax;
mod time;
mod verification;
mod words;

pub use admin::admin_router;
pub use backend::{Backend, StartError};
pub use clock::Clock;
pub use openapi::{openapi_json, router};
pub use server::{Config, Sandbox};
