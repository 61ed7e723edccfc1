//! What the member must be told about their own phone, until they have put it away.

mod model;
mod service;
pub(crate) mod store;

pub use model::{Notice, NoticeKind, NoticesSnapshot};
pub use service::Notices;
