//! The app: opens everything, and hands out the services.

mod publisher;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::task::JoinHandle;

use publisher::Publisher;

use crate::{
    account::Account,
    error::CoreError,
    events::{CancellationIntent, Events, RegistrationIntent},
    feed::Feed,
    home::Home,
    http::{ApiClient, NetworkTransport, Session, Timeouts, Transport},
    locale::{Language, Texts},
    notices::{self, Notices},
    observe::{Changes, Wake},
    outbox::Outbox,
    ports::Ports,
    programme::Programme,
    receipts::{ReceiptIntent, Receipts},
    storage::{AfterSalvage, Blocking, Emergency, Storage},
    sync::Sync,
    wallet::{Wallet, WalletIssuer},
};

/// Where and how the app runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of `member.db` and `cache.db`; made if it is not there.
    pub directory: PathBuf,
    /// The gallery's API, for instance `https://api.example`, without `/v1`.
    pub base_url: String,
    /// The language of texts.
    pub language: Language,
    /// Certificates (DER) that are trusted beside the usual roots.
    pub extra_roots: Vec<Vec<u8>>,
    /// How long the network is waited for.
    pub timeouts: Timeouts,
    /// Who sends and pulls.
    pub work: Work,
    /// Whose wallet passes are good; without it none is fetched.
    pub wallet_issuer: Option<WalletIssuer>,
}

/// Who drains the queue and pulls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// The core by itself, for as long as it is open: an app.
    #[default]
    ByItself,
    /// The caller, by [`Outbox::drain`] and [`Sync::pull`]: an extension, a background job, a test.
    OnDemand,
}

impl Config {
    /// The usual app: in Russian, with the usual roots and timeouts, working by itself.
    pub fn new(directory: impl Into<PathBuf>, base_url: impl Into<String>) -> Self {
        Self {
            directory: directory.into(),
            base_url: base_url.into(),
            language: Language::default(),
            extra_roots: Vec::new(),
            timeouts: Timeouts::default(),
            work: Work::default(),
            wallet_issuer: None,
        }
    }
}

/// The open app. When it is dropped its background work ends soon, and nothing is lost;
/// [`Vremena::shut_down`] says when.
pub struct Vremena {
    storage: Storage,
    account: Account,
    programme: Arc<Programme>,
    receipts: Arc<Receipts>,
    feed: Arc<Feed>,
    events: Arc<Events>,
    wallet: Arc<Wallet>,
    home: Arc<Home>,
    notices: Arc<Notices>,
    outbox: Arc<Outbox>,
    sync: Arc<Sync>,
    texts: Arc<Texts>,
    changes: Changes,
    wake: Arc<Wake>,
    background: Mutex<Vec<JoinHandle<()>>>,
    /// Whether the app was shut down. Held while files are opened and closed: one of that at a time.
    is_shut_down: tokio::sync::Mutex<bool>,
}

impl Vremena {
    /// Opens the files, creates or upgrades them, and starts the background work on the current tokio runtime.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Configuration`]
    pub async fn open(config: Config, ports: Ports) -> Result<Self, CoreError> {
        let transport = Arc::new(NetworkTransport::new(&config.extra_roots, config.timeouts)?);
        Self::open_with(config, ports, transport, Blocking::Pool).await
    }

    /// As [`Vremena::open`], with a transport and a place for blocking work of the caller's choice.
    ///
    /// # Errors
    /// [`CoreError::Storage`]
    pub async fn open_with(
        config: Config,
        ports: Ports,
        transport: Arc<dyn Transport>,
        blocking: Blocking,
    ) -> Result<Self, CoreError> {
        if !is_base_url(&config.base_url) {
            return Err(CoreError::Configuration("base_url is no http or https address".to_owned()));
        }
        if config.directory.as_os_str().is_empty() {
            return Err(CoreError::Configuration("directory is empty".to_owned()));
        }
        let texts = Arc::new(Texts::new(config.language));
        let changes = Changes::new();
        let emergency = Emergency { clock: Arc::clone(&ports.clock), after: after_salvage(changes.clone()) };
        let storage = Storage::open(&config.directory, blocking, emergency).await?;
        let wake = Arc::new(Wake::default());
        let client = ApiClient::new(
            transport,
            &config.base_url,
            config.language,
            Arc::clone(&ports.clock),
            Arc::clone(&ports.entropy),
        );
        let session = Arc::new(Session::new(client, Arc::clone(&ports.secure_store), Arc::clone(&ports.clock)));
        let outbox = Arc::new(Outbox::new(
            storage.member.clone(),
            Arc::clone(&session),
            // Every kind of intent is named here.
            vec![Arc::new(ReceiptIntent), Arc::new(RegistrationIntent), Arc::new(CancellationIntent)],
            ports.clone(),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let feed =
            Arc::new(Feed::new(storage.clone(), Arc::clone(&session), ports.clone(), Arc::clone(&texts), blocking));
        let sync = Arc::new(Sync::new(
            storage.clone(),
            Arc::clone(&session),
            Arc::clone(&feed),
            ports.clone(),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let programme = Arc::new(Programme::new(storage.member.clone(), Arc::clone(&ports.clock), Arc::clone(&texts)));
        let receipts = Arc::new(Receipts::new(
            storage.member.clone(),
            Arc::clone(&programme),
            ports.clone(),
            Arc::clone(&texts),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let events = Arc::new(Events::new(
            storage.member.clone(),
            ports.clone(),
            Arc::clone(&texts),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let wallet = Arc::new(Wallet::new(
            storage.member.clone(),
            Arc::clone(&session),
            ports.clone(),
            Arc::clone(&texts),
            config.wallet_issuer,
            (config.directory, blocking),
        ));
        let home = Arc::new(Home::new(
            storage.member.clone(),
            Arc::clone(&ports.clock),
            Arc::clone(&programme),
            Arc::clone(&feed),
            Arc::clone(&events),
            Arc::clone(&wallet),
        ));
        let notices = Arc::new(Notices::new(storage.member.clone(), Arc::clone(&texts), changes.clone()));
        let publisher = Publisher {
            programme: Arc::clone(&programme),
            receipts: Arc::clone(&receipts),
            feed: Arc::clone(&feed),
            events: Arc::clone(&events),
            wallet: Arc::clone(&wallet),
            home: Arc::clone(&home),
            notices: Arc::clone(&notices),
            ports,
        };
        publisher.publish().await;
        let mut background = vec![tokio::spawn(publisher.run(changes.subscribe()))];
        if config.work == Work::ByItself {
            background.push(tokio::spawn(Arc::clone(&outbox).run()));
            background.push(tokio::spawn(Arc::clone(&sync).run()));
        }
        let account = Account::new(storage.member.clone(), session, changes.clone(), Arc::clone(&wake));
        Ok(Self {
            storage,
            account,
            programme,
            receipts,
            feed,
            events,
            wallet,
            home,
            notices,
            outbox,
            sync,
            texts,
            changes,
            wake,
            background: Mutex::new(background),
            is_shut_down: tokio::sync::Mutex::new(false),
        })
    }

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
        Ok(self.storage.pause().await?)
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
        self.wake();
        Ok(resumed?)
    }

    /// Ends the background work and closes the files, for good: every later call ends in [`CoreError::Paused`].
    /// When this returns, nothing of this app touches them, but a wallet pass that is being checked may still be
    /// written. Twice is no error.
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
        Ok(self.storage.pause().await?)
    }

    fn take_background(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.background.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn wake(&self) {
        self.changes.ring();
        self.wake.all();
    }
}

/// What follows a salvage, in its transaction: the member is told.
fn after_salvage(changes: Changes) -> AfterSalvage {
    Arc::new(move |tx, report| {
        notices::store::add_recovered(tx, report)?;
        // Whoever reads now waits until the new file is in its place.
        changes.ring();
        Ok(())
    })
}

/// Whether requests can be built on it: a mistyped address would look like a network that never comes.
fn is_base_url(text: &str) -> bool {
    let uri: Result<::http::Uri, _> = text.parse();
    uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
}

impl Drop for Vremena {
    fn drop(&mut self) {
        for task in self.take_background() {
            task.abort();
        }
    }
}
