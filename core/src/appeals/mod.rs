//! Appeals: a member asks the gallery to look at a receipt again. It is made offline like everything else.
//!
//! * The phone makes an appeal's id. The appeal goes through the queue as one entry; its answer is followed by one entry
//!   for each part of a photograph, one at a time, so that nothing captured meanwhile waits behind them, and a
//!   connection that breaks costs one part.
//! * Photographs lie in a table of their own until the gallery has them: an entry of the queue names a part, and holds
//!   none. Of a damaged file the words of an appeal are saved with the queue; photographs may be lost.
//! * [`rule`] says of which receipt there can be an appeal; [`photographs`] makes pictures small. Both are pure.

mod intent;
mod listed;
mod model;
pub mod photographs;
mod pictures;
pub mod rule;
mod service;
pub(crate) mod store;
pub(crate) mod wire;

pub(crate) use intent::{AppealIntent, AppealPartIntent};
pub use model::{Appeal, AppealDraft, AppealReason, AppealState, AppealSubmission, NewAppeal};
pub use photographs::CapturedPicture;
pub use rule::{AppealFault, LONGEST_COMMENT, MOST_PHOTOGRAPHS};
pub use service::{Appeals, AppealsSnapshot};
pub(crate) use wire::AppealsDocument;
