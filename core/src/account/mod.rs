//! Who the member is: sign-in by phone and code, sign-out, and the member's own record.

mod model;
mod service;
pub(crate) mod store;
mod wire;

pub use model::{CodeRequest, Member, Phone};
pub use service::{Account, SignInFault};
pub(crate) use wire::MemberDocument;
