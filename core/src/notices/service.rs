//! Reading notices, and putting them away.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Notice, NoticesSnapshot, model::explain, store};
use crate::{
    error::CoreError,
    locale::Texts,
    observe::{Changes, Observable},
    storage::Database,
};

/// What the member must be told. It concerns the phone, whoever is signed in.
pub struct Notices {
    member_db: Database,
    texts: Arc<Texts>,
    changes: Changes,
    pub(crate) snapshots: Observable<NoticesSnapshot>,
}

impl Notices {
    pub(crate) fn new(member_db: Database, texts: Arc<Texts>, changes: Changes) -> Self {
        let snapshots = Observable::new(NoticesSnapshot::default(), changes.clone());
        Self { member_db, texts, changes, snapshots }
    }

    /// Those that were not put away, the newest first.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn list(&self) -> Result<Vec<Notice>, CoreError> {
        let mut notices = self.member_db.read(store::all).await?;
        for notice in &mut notices {
            notice.explanation = explain(notice.kind, notice.intents_saved, &self.texts);
        }
        Ok(notices)
    }

    /// The member has read it. Twice is no error.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn dismiss(&self, notice_id: i64) -> Result<(), CoreError> {
        if self.member_db.write(move |tx| store::remove(tx, notice_id)).await? {
            self.changes.ring();
        }
        Ok(())
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<NoticesSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        self.snapshots.publish(NoticesSnapshot { notices: self.list().await? });
        Ok(())
    }
}
