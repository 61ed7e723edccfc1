//! An appeal as the member knows it.

use std::fmt;

use chrono::{DateTime, Utc};

use super::AppealFault;
use crate::{codes::coded_enum, explanation::Explanation, ids::AppealId, money::Kopecks};

coded_enum! {
    /// How far an appeal has come.
    pub enum AppealState {
        /// On the phone, in the queue.
        Waiting = "waiting",
        /// At the gallery, which looks at the receipt again.
        Open = "open",
        /// Answered: the gallery has put it right.
        Accepted = "accepted",
        /// Answered: it stays as it was.
        Declined = "declined",
        /// The gallery has not taken it, for a reason.
        Refused = "refused",
    }
}

coded_enum! {
    /// Why the gallery has not taken an appeal.
    pub enum AppealReason {
        /// There is one about this receipt already.
        AppealOpen = "appeal-open",
        /// One about this receipt is answered, and the receipt has not been decided again since.
        AppealAnswered = "appeal-answered",
    }
}

/// An appeal. `Debug` shows how far it has come, and nothing of what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Names the appeal.
    pub appeal_id: AppealId,
    /// The receipt that it is about, on this phone.
    pub local_id: Option<i64>,
    /// The sum on the receipt.
    pub total: Kopecks,
    /// By the till's clock.
    pub issued_at: DateTime<Utc>,
    /// What the member wrote.
    pub comment: String,
    /// When the member made it.
    pub requested_at: DateTime<Utc>,
    /// How far it has come.
    pub state: AppealState,
    /// Why the gallery has not taken it.
    pub reason: Option<AppealReason>,
    /// The photographs that are still on their way from this phone.
    pub photographs_waiting: u32,
    /// What the gallery wrote.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// Why its entry in the queue cannot be sent as it is.
    pub wedged_reason: Option<String>,
    /// All this for the member.
    pub explanation: Explanation,
}

impl Appeal {
    /// Whether the gallery still has to answer.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        matches!(self.state, AppealState::Waiting | AppealState::Open)
    }
}

impl fmt::Debug for Appeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Appeal({} {:?})", self.state.code(), self.reason)
    }
}

/// What an appeal about a receipt would begin with. `Debug` shows nothing of the receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct AppealDraft {
    /// The receipt.
    pub local_id: i64,
    /// Its requisites, sum, time and verdict, line by line.
    pub requisites: String,
    /// The id that also the gallery's log has for it.
    pub trace_id: Option<String>,
    /// Whether the picture that it was captured from is there to go with it.
    pub has_picture: bool,
    /// The most characters of a comment.
    pub longest_comment: u32,
    /// The most photographs, the captured picture among them.
    pub most_photographs: u32,
    /// Why there can be no appeal now.
    pub refusal: Option<(AppealFault, Explanation)>,
}

impl fmt::Debug for AppealDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refusal = self.refusal.as_ref().map(|(fault, _)| fault);
        write!(f, "AppealDraft({} {refusal:?})", self.local_id)
    }
}

/// What the member adds to a draft. `Debug` shows how much.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewAppeal {
    /// Up to [`super::LONGEST_COMMENT`] characters; may be empty.
    pub comment: String,
    /// JPEG, PNG or WebP files, as large as the scanner takes them.
    pub photographs: Vec<Vec<u8>>,
    /// Whether the picture that the receipt was captured from goes with them, as the first one.
    pub with_picture: bool,
}

impl fmt::Debug for NewAppeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewAppeal({} photographs, picture: {})", self.photographs.len(), self.with_picture)
    }
}

/// What became of an appeal that a member made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppealSubmission {
    /// It is on the disk with its photographs, and will be sent.
    Queued(Appeal),
    /// It cannot be sent so; nothing was kept.
    NotAccepted {
        /// Why.
        fault: AppealFault,
        /// The same for the member.
        explanation: Explanation,
    },
}
