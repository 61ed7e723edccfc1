//! The app: opens everything, and hands out the services.

mod config;
mod opening;
mod publisher;
mod supervisor;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{sync::watch, task::JoinHandle};

use crate::{
    account::Account,
    appeals::Appeals,
    diagnostics::{Collector, Diagnostics},
    error::CoreError,
    events::Events,
    feed::Feed,
    home::Home,
    locale::Texts,
    notices::Notices,
    observe::{Changes, Wake},
    outbox::Outbox,
    programme::Programme,
    receipts::Receipts,
    reminders::Reminders,
    storage::{Storage, StorageError},
    sync::Sync,
    wallet::Wallet,
};

pub use config::{Config, Work};

/// The open app. When it is dropped its background work ends soon, and nothing is lost;
/// [`Vremena::shut_down`] says when.
pub struct Vremena {
    storage: Storage,
    account: Account,
    programme: Arc<Programme>,
    receipts: Arc<Receipts>,
    appeals: Arc<Appeals>,
    feed: Arc<Feed>,
    events: Arc<Events>,
    wallet: Arc<Wallet>,
    home: Arc<Home>,
    notices: Arc<Notices>,
    reminders: Arc<Reminders>,
    outbox: Arc<Outbox>,
    sync: Arc<Sync>,
    texts: Arc<Texts>,
    collector: Collector,
    changes: Changes,
    wake: Arc<Wake>,
    background: Mutex<Vec<JoinHandle<()>>>,
    is_ready: watch::Receiver<bool>,
    /// Whether the app was shut down. Held while files are opened and closed: one of that at a time.
    is_shut_down: tokio::sync::Mutex<bool>,
}

impl Vremena {
    /// Sign-in and sign-out.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Tiers and progress.
    #[must_use]
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// Capturing and looking at receipts.
    #[must_use]
    pub fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    /// Appeals about receipts.
    #[must_use]
    pub fn appeals(&self) -> &Appeals {
        &self.appeals
    }

    /// News and promotions.
    #[must_use]
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Events and tickets.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The card and its way into wallets.
    #[must_use]
    pub fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// The first screen.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// What the member must be told about their own phone.
    #[must_use]
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// What the system's local notifications are to remind of.
    #[must_use]
    pub fn reminders(&self) -> &Reminders {
        &self.reminders
    }

    /// The queue.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Pulls.
    #[must_use]
    pub fn sync(&self) -> &Sync {
        &self.sync
    }

    /// The texts of the app's language.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The state of the app for support, without anything that says who the member is. It comes while the app is
    /// paused and while nobody is signed in, too.
    pub async fn diagnostics(&self) -> Diagnostics {
        self.collector.collect().await
    }

    /// Waits until every observer has its first snapshot, which is made in the background: opening does not wait for
    /// the sum of a long ledger. Before that they show a phone on which nobody is signed in. Soon also where the files
    /// cannot be read, and once the app has ended.
    pub fn ready(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut is_ready = self.is_ready.clone();
        async move {
            let _ready_or_ended = is_ready.wait_for(|is_ready| *is_ready).await;
        }
    }

    /// The network's state has changed.
    pub fn connectivity_changed(&self) {
        self.wake();
    }

    /// The app is in front of the member; the clock may have jumped since.
    pub fn foreground(&self) {
        self.wake();
    }

    /// Before the app is suspended: waits for the calls in flight and closes every file. Until
    /// [`Vremena::resume`] calls end in [`CoreError::Paused`].
    ///
    /// # Errors
    /// [`CoreError::Storage`]; the files are closed all the same.
    pub async fn pause(&self) -> Result<(), CoreError> {
        let _one_at_a_time = self.is_shut_down.lock().await;
        self.close().await
    }

    /// After the app was suspended: opens the files again, and goes on.
    ///
    /// # Errors
    /// [`CoreError::Storage`]; [`CoreError::Paused`] once it was shut down.
    pub async fn resume(&self) -> Result<(), CoreError> {
        let is_shut_down = self.is_shut_down.lock().await;
        if *is_shut_down {
            return Err(CoreError::Paused);
        }
        let resumed = self.storage.resume().await;
        self.account.finish_deletions().await;
        self.wake();
        Ok(resumed?)
    }

    /// Ends the background work and closes the files, for good: every later call ends in [`CoreError::Paused`].
    /// When this returns, nothing of this app touches them. Twice is no error.
    ///
    /// # Errors
    /// [`CoreError::Storage`]; the files are closed all the same.
    pub async fn shut_down(&self) -> Result<(), CoreError> {
        let mut is_shut_down = self.is_shut_down.lock().await;
        *is_shut_down = true;
        for task in self.take_background() {
            task.abort();
            // An aborted task ends at its next await; waiting for it is what makes this definite.
            let _aborted = task.await;
        }
        self.close().await
    }

    async fn close(&self) -> Result<(), CoreError> {
        // Another process may then send at once; where this fails it may soon, for the lease ends by itself.
        let released = self.outbox.release().await;
        self.storage.pause().await?;
        match released {
            Ok(()) | Err(StorageError::Paused) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn take_background(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.background.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn wake(&self) {
        self.changes.ring();
        self.wake.all();
    }
}

impl Drop for Vremena {
    fn drop(&mut self) {
        for task in self.take_background() {
            task.abort();
        }
    }
}
