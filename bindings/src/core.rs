//! The app as one object.

use std::sync::Arc;

use crate::{
    account::Account, appeals::Appeals, config::Config, error::CoreError, events::Events, feed::Feed, home::Home,
    host::Host, notices::Notices, outbox::Outbox, ports::Ports, programme::Programme, receipts::Receipts,
    reminders::Reminders, scanner::Scanner, sync::Sync, texts::Texts, wallet::Wallet,
};

/// The open app. It works for as long as it, or anything that it handed out, is held; `shut_down` ends it at a
/// definite moment. Calls may come from any thread, many at once; a call whose caller is cancelled is done to its end.
#[derive(uniffi::Object)]
pub struct VremenaCore {
    host: Arc<Host>,
}

#[uniffi::export]
impl VremenaCore {
    /// Opens the files, creates or upgrades them, and begins to work.
    ///
    /// # Errors
    /// `Storage`, `Configuration`
    #[uniffi::constructor]
    pub async fn open(config: Config, ports: Ports) -> Result<Arc<Self>, CoreError> {
        let (ports, recent) = ports.remembering();
        let host = Host::open(config.try_into()?, ports, recent).await?;
        Ok(Arc::new(Self { host }))
    }

    /// Sign-in and sign-out.
    pub fn account(&self) -> Result<Arc<Account>, CoreError> {
        self.part(Account::new)
    }

    /// Appeals about receipts.
    pub fn appeals(&self) -> Result<Arc<Appeals>, CoreError> {
        self.part(Appeals::new)
    }

    /// Events and tickets.
    pub fn events(&self) -> Result<Arc<Events>, CoreError> {
        self.part(Events::new)
    }

    /// News and promotions.
    pub fn feed(&self) -> Result<Arc<Feed>, CoreError> {
        self.part(Feed::new)
    }

    /// The first screen.
    pub fn home(&self) -> Result<Arc<Home>, CoreError> {
        self.part(Home::new)
    }

    /// What the member must be told about the phone itself.
    pub fn notices(&self) -> Result<Arc<Notices>, CoreError> {
        self.part(Notices::new)
    }

    /// The queue.
    pub fn outbox(&self) -> Result<Arc<Outbox>, CoreError> {
        self.part(Outbox::new)
    }

    /// Tiers and progress.
    pub fn programme(&self) -> Result<Arc<Programme>, CoreError> {
        self.part(Programme::new)
    }

    /// Capturing and looking at receipts.
    pub fn receipts(&self) -> Result<Arc<Receipts>, CoreError> {
        self.part(Receipts::new)
    }

    /// What the system's local notifications are to remind of.
    pub fn reminders(&self) -> Result<Arc<Reminders>, CoreError> {
        self.part(Reminders::new)
    }

    /// Pictures and camera frames.
    pub fn scanner(&self) -> Result<Arc<Scanner>, CoreError> {
        self.part(Scanner::new)
    }

    /// Pulls.
    pub fn sync(&self) -> Result<Arc<Sync>, CoreError> {
        self.part(Sync::new)
    }

    /// Money, days and instants in words.
    pub fn texts(&self) -> Result<Arc<Texts>, CoreError> {
        self.part(Texts::new)
    }

    /// The card and its way into wallets.
    pub fn wallet(&self) -> Result<Arc<Wallet>, CoreError> {
        self.part(Wallet::new)
    }

    /// What support needs to know of this app, as lines that the member can send: versions, states, sizes, the last
    /// faults, and nothing of the member. Also while the app is paused.
    ///
    /// # Errors
    /// `Internal`
    pub async fn diagnostics(&self) -> Result<String, CoreError> {
        self.host.call(|host| async move { Ok(host.app.diagnostics().await.to_text()) }).await
    }

    /// The network's state has changed.
    pub fn connectivity_changed(&self) -> Result<(), CoreError> {
        self.tell(|app| app.connectivity_changed())
    }

    /// The app is in front of the member; the clock may have jumped since.
    pub fn foreground(&self) -> Result<(), CoreError> {
        self.tell(|app| app.foreground())
    }

    /// Before the app is suspended: waits for the calls in flight and closes every file. Until `resume` calls end in
    /// `Paused`.
    ///
    /// # Errors
    /// `Storage`; the files are closed all the same.
    pub async fn pause(&self) -> Result<(), CoreError> {
        self.host.call(|host| async move { Ok(host.app.pause().await?) }).await
    }

    /// After the app was suspended: opens the files again, and goes on.
    ///
    /// # Errors
    /// `Storage`; `Paused` once it was shut down.
    pub async fn resume(&self) -> Result<(), CoreError> {
        self.host.call(|host| async move { Ok(host.app.resume().await?) }).await
    }

    /// Ends the work and closes the files, for good: every later call ends in `Paused`. When this returns, nothing of
    /// this app touches them. Twice is no error.
    ///
    /// # Errors
    /// `Storage`; the files are closed all the same.
    pub async fn shut_down(&self) -> Result<(), CoreError> {
        self.host.call(|host| async move { Ok(host.app.shut_down().await?) }).await
    }
}

impl VremenaCore {
    #[cfg(feature = "probe")]
    pub(crate) const fn host(&self) -> &Arc<Host> {
        &self.host
    }

    fn part<T>(&self, make: impl FnOnce(Arc<Host>) -> T) -> Result<Arc<T>, CoreError> {
        self.host.guarded(|| Ok(Arc::new(make(Arc::clone(&self.host)))))
    }

    fn tell(&self, what: impl FnOnce(&vremena_core::app::Vremena)) -> Result<(), CoreError> {
        self.host.guarded(|| {
            what(&self.host.app);
            Ok(())
        })
    }
}
