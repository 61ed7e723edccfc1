//! Who the member is: sign-in by phone and code after the consents, sign-out, the card that the reception gave out,
//! deletion, and the member's own record.

mod codes;
pub(crate) mod consents;
mod deletion;
mod link;
mod model;
mod service;
pub(crate) mod store;
mod wire;

pub use crate::http::SessionState;
pub use consents::{ConsentChange, ConsentDecision, ConsentDocument, ConsentFault, ConsentPurpose};
pub(crate) use consents::{ConsentIntent, wire::ConsentsDocument};
pub(crate) use deletion::wipe_cache;
pub use deletion::{AccountDeletion, DeletionWarning};
pub use link::{CardLink, CardLinkFault, CardLinked, CardLinking};
pub use model::{CodeRequest, Member, Phone};
pub(crate) use service::AccountParts;
pub use service::{Account, SignInFault};
pub(crate) use wire::MemberDocument;
