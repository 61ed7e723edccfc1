//! News and promotions for the member's tier, readable offline.

mod intent;
mod model;
mod service;
pub(crate) mod store;
mod wire;

pub(crate) use intent::FeedReadIntent;
pub use model::{FeedItem, FeedItemKind, FeedLink};
pub use service::{Feed, FeedSnapshot};
pub(crate) use wire::Translated;
