//! What the member must be told about the phone itself.

use std::sync::Arc;

use vremena_core::explanation::Explanation;
pub use vremena_core::notices::{Notice, NoticeKind, NoticesSnapshot};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
    values::Instant,
};

/// What the member must be told, whoever is signed in.
#[derive(uniffi::Object)]
pub struct Notices {
    host: Arc<Host>,
}

impl Notices {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Notices {
    /// Those that were not put away, the newest first.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn list(&self) -> Result<Vec<Notice>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.notices().list().await?) }).await
    }

    /// The member has read it. Twice is no error.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn dismiss(&self, notice_id: i64) -> Result<(), CoreError> {
        self.host.call(move |host| async move { Ok(host.app.notices().dismiss(notice_id).await?) }).await
    }

    /// The notices, now and whenever they change.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn NoticesListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.notices().observe(), move |snapshot| listener.on_notices(snapshot))
    }
}

/// Hears of notices.
#[uniffi::export(foreign)]
pub trait NoticesListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_notices(&self, snapshot: NoticesSnapshot) -> Result<(), PortError>;
}

/// The notices.
#[uniffi::remote(Record)]
pub struct NoticesSnapshot {
    /// Those that were not put away, the newest first.
    pub notices: Vec<Notice>,
}

/// Something that the member must be told.
#[uniffi::remote(Record)]
pub struct Notice {
    /// Names the notice.
    pub notice_id: i64,
    /// What it is about.
    pub kind: NoticeKind,
    /// The name of the file that was set aside, for support.
    pub set_aside: String,
    /// How many entries of the queue were saved.
    pub intents_saved: u32,
    /// When it happened.
    pub created_at: Instant,
    /// What happened, what was saved, what to do.
    pub explanation: Explanation,
}

/// What a notice is about.
#[uniffi::remote(Enum)]
pub enum NoticeKind {
    /// The phone's own file was damaged, and what could be saved of it was.
    Recovered,
    /// Of a newer version than this one.
    Unknown,
}
