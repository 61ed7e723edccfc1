//! Appeals about receipts.

use std::{fmt, sync::Arc};

pub use vremena_core::appeals::{AppealReason, AppealState};
use vremena_core::{appeals, explanation::Explanation, ids::AppealId, money::Kopecks};

use crate::{
    error::CoreError,
    host::Host,
    new_appeal::{AppealDraft, AppealSubmission, CapturedPicture, NewAppeal},
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

/// The member's appeals: the gallery looks at a receipt again. They are made offline like everything else.
#[derive(uniffi::Object)]
pub struct Appeals {
    host: Arc<Host>,
}

impl Appeals {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Appeals {
    /// What an appeal about this receipt would begin with, or why there can be none. Works offline.
    ///
    /// # Errors
    /// `NotFound` where the member has no such receipt; `SignInNeeded`, `Storage`, `Paused`
    pub async fn draft(&self, local_id: i64) -> Result<AppealDraft, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.appeals().draft(local_id).await?.into()) }).await
    }

    /// Makes an appeal about this receipt. When this returns `Queued`, it is on the disk with its photographs, which were
    /// made smaller to 2 MB in all and say nothing but what they show.
    ///
    /// # Errors
    /// As `draft`; nothing was kept then.
    pub async fn submit(&self, local_id: i64, appeal: NewAppeal) -> Result<AppealSubmission, CoreError> {
        self.host
            .call(move |host| async move { Ok(host.app.appeals().submit(local_id, appeal.into()).await?.into()) })
            .await
    }

    /// Keeps the picture that a receipt was captured from, small and grey, until the gallery has counted it or has answered
    /// an appeal: call it after each capture by a picture or a frame. It leaves the phone only with an appeal, and only if
    /// the member wants it to. Says whether it is kept: not of a receipt that counts, nor what is no picture.
    ///
    /// # Errors
    /// As `draft`.
    pub async fn keep_picture(&self, local_id: i64, picture: CapturedPicture) -> Result<bool, CoreError> {
        self.host
            .call(move |host| async move { Ok(host.app.appeals().keep_picture(local_id, picture.into()).await?) })
            .await
    }

    /// The member's appeals, the newest first; from the phone alone.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn list(&self) -> Result<Vec<Appeal>, CoreError> {
        self.host
            .call(|host| async move { Ok(host.app.appeals().list().await?.into_iter().map(Appeal::from).collect()) })
            .await
    }

    /// The appeals, now and whenever they change.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn AppealsListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.appeals().observe(), move |snapshot| listener.on_appeals(snapshot))
    }
}

/// Hears of the appeals.
#[uniffi::export(foreign)]
pub trait AppealsListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_appeals(&self, snapshot: AppealsSnapshot) -> Result<(), PortError>;
}

/// The appeals.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AppealsSnapshot {
    /// All of the member's, the newest first.
    pub appeals: Vec<Appeal>,
}

impl From<appeals::AppealsSnapshot> for AppealsSnapshot {
    fn from(snapshot: appeals::AppealsSnapshot) -> Self {
        Self { appeals: snapshot.appeals.into_iter().map(Appeal::from).collect() }
    }
}

/// An appeal.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Appeal {
    /// Names the appeal.
    pub appeal_id: AppealId,
    /// The receipt that it is about, on this phone.
    pub local_id: Option<i64>,
    /// The sum on the receipt.
    pub total: Kopecks,
    /// By the till's clock.
    pub issued_at: Instant,
    /// What the member wrote.
    pub comment: String,
    /// When the member made it.
    pub requested_at: Instant,
    /// How far it has come.
    pub state: AppealState,
    /// Why the gallery has not taken it.
    pub reason: Option<AppealReason>,
    /// The photographs that are still on their way from this phone.
    pub photographs_waiting: u32,
    /// What the gallery wrote.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<Instant>,
    /// Why its entry in the queue cannot be sent as it is.
    pub wedged_reason: Option<String>,
    /// All this for the member.
    pub explanation: Explanation,
}

impl From<appeals::Appeal> for Appeal {
    fn from(appeal: appeals::Appeal) -> Self {
        Self {
            appeal_id: appeal.appeal_id,
            local_id: appeal.local_id,
            total: appeal.total,
            issued_at: appeal.issued_at,
            comment: appeal.comment,
            requested_at: appeal.requested_at,
            state: appeal.state,
            reason: appeal.reason,
            photographs_waiting: appeal.photographs_waiting,
            answer: appeal.answer,
            answered_at: appeal.answered_at,
            wedged_reason: appeal.wedged_reason,
            explanation: appeal.explanation,
        }
    }
}

impl fmt::Debug for Appeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Appeal({:?} {:?})", self.state, self.reason)
    }
}

/// How far an appeal has come.
#[uniffi::remote(Enum)]
pub enum AppealState {
    /// On the phone, in the queue.
    Waiting,
    /// At the gallery, which looks at the receipt again.
    Open,
    /// Answered: the gallery has put it right.
    Accepted,
    /// Answered: it stays as it was.
    Declined,
    /// The gallery has not taken it, for a reason.
    Refused,
    /// Of a newer version than this one.
    Unknown,
}

/// Why the gallery has not taken an appeal.
#[uniffi::remote(Enum)]
pub enum AppealReason {
    /// There is one about this receipt already.
    AppealOpen,
    /// One about this receipt is answered, and the receipt has not been decided again since.
    AppealAnswered,
    /// Of a newer version than this one.
    Unknown,
}
