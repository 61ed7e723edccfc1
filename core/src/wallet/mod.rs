//! The member's card, and its hand-off to wallets. Nothing is handed off that was not verified first.

mod card;
mod google;
pub mod pass;
mod service;
pub(crate) mod store;
mod wire;

pub use card::{Card, CardStatus, QrMatrix};
pub use google::{SaveLink, SaveLinkFault};
pub use service::{HandOff, Wallet, WalletIssuer};
pub(crate) use wire::CardDocument;
