//! How the app is put together.

use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::{Config, Vremena, Work, publisher::Publisher, supervisor::supervise};
use crate::{
    account::{Account, AccountParts, ConsentIntent},
    appeals::{AppealIntent, AppealPartIntent, Appeals},
    diagnostics::{Collector, Recent},
    error::CoreError,
    events::{CancellationIntent, Events, RegistrationIntent},
    feed::{Feed, FeedReadIntent},
    home::Home,
    http::{ApiClient, GalleryClock, NetworkTransport, Pinning, ServerTime, Session, Transport},
    locale::Texts,
    log::LogRecord,
    notices::{self, Notices},
    observe::{Changes, Wake},
    outbox::{self, Intent, Outbox},
    ports::{Clock, LogLevel, Ports},
    programme::Programme,
    receipts::{ReceiptIntent, Receipts},
    reminders::Reminders,
    storage::{AfterSalvage, Blocking, Emergency, Storage, StorageError},
    sync::{self, Sync},
    wallet::Wallet,
};

impl Vremena {
    /// Opens the files, creates or upgrades them, and starts the background work on the current tokio runtime.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Configuration`]
    pub async fn open(config: Config, mut ports: Ports) -> Result<Self, CoreError> {
        let recent = Recent::between(&mut ports);
        Self::open_remembering(config, ports, recent).await
    }

    /// As [`Vremena::open`], with `recent` between the core and the log of `ports` already: the diagnostics tell also what
    /// others have logged there.
    ///
    /// # Errors
    /// As [`Vremena::open`].
    pub async fn open_remembering(config: Config, ports: Ports, recent: Arc<Recent>) -> Result<Self, CoreError> {
        let pinning = config.pins.clone().map(|pins| Pinning {
            pins,
            clock: Arc::clone(&ports.clock),
            log: Arc::clone(&ports.log),
        });
        let transport = Arc::new(NetworkTransport::new(&config.extra_roots, pinning, config.timeouts)?);
        Self::assemble(config, ports, recent, transport, Blocking::Pool).await
    }

    /// As [`Vremena::open`], with a transport and a place for blocking work of the caller's choice.
    ///
    /// # Errors
    /// [`CoreError::Storage`]
    pub async fn open_with(
        config: Config,
        mut ports: Ports,
        transport: Arc<dyn Transport>,
        blocking: Blocking,
    ) -> Result<Self, CoreError> {
        let recent = Recent::between(&mut ports);
        Self::assemble(config, ports, recent, transport, blocking).await
    }

    async fn assemble(
        config: Config,
        ports: Ports,
        recent: Arc<Recent>,
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
        let intents = intents();
        let after = after_salvage(&intents, &ports, changes.clone());
        let emergency = Emergency { clock: Arc::clone(&ports.clock), after };
        let storage = Storage::open(&config.directory, blocking, emergency).await?;
        let wake = Arc::new(Wake::default());
        let server_time = Arc::new(ServerTime::default());
        // A hint: without it the app opens too, and learns it anew. A file that proves damaged is mended at once.
        let mut recalled = storage.member.read(sync::server_time).await;
        if matches!(recalled, Err(StorageError::Damaged(_))) {
            recalled = storage.member.read(sync::server_time).await;
        }
        match recalled {
            Ok(offset_millis) => offset_millis.into_iter().for_each(|offset| server_time.recall(offset)),
            Err(error) => {
                let record = LogRecord::new(LogLevel::Warn, "app", "clock-not-recalled");
                ports.log.log(&record.with("error", error.code()));
            }
        }
        let clock: Arc<dyn Clock> = Arc::new(GalleryClock::new(Arc::clone(&ports.clock), Arc::clone(&server_time)));
        // What is open, too old or in force is so by the gallery's clock; what waits or expires goes by the phone's.
        let civil = Ports { clock, ..ports.clone() };
        let client = ApiClient::new(
            transport,
            &config.base_url,
            config.language,
            Arc::clone(&ports.clock),
            Arc::clone(&ports.entropy),
            Arc::clone(&ports.log),
            Arc::clone(&server_time),
        );
        let collector = Collector {
            storage: storage.clone(),
            directory: config.directory.clone(),
            blocking,
            language: config.language,
            ports: ports.clone(),
            contact: client.contact(),
            server_time: Arc::clone(&server_time),
            recent,
        };
        let session =
            Arc::new(Session::new(client, Arc::clone(&ports.secure_store), Arc::clone(&ports.clock), changes.clone()));
        let outbox = Arc::new(Outbox::new(
            storage.member.clone(),
            Arc::clone(&session),
            intents,
            ports.clone(),
            Arc::clone(&texts),
            (changes.clone(), Arc::clone(&wake)),
        )?);
        let feed = Arc::new(Feed::new(
            storage.clone(),
            Arc::clone(&session),
            civil.clone(),
            Arc::clone(&texts),
            blocking,
            (changes.clone(), Arc::clone(&wake)),
        ));
        let sync = Arc::new(Sync::new(
            storage.clone(),
            Arc::clone(&session),
            Arc::clone(&feed),
            (ports.clone(), Arc::clone(&server_time)),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let programme = Arc::new(Programme::new(
            storage.member.clone(),
            (Arc::clone(&civil.clock), Arc::clone(&ports.log)),
            Arc::clone(&texts),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let receipts = Arc::new(Receipts::new(
            storage.member.clone(),
            Arc::clone(&programme),
            (civil.clone(), Arc::clone(&ports.clock)),
            Arc::clone(&texts),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let appeals = Arc::new(Appeals::new(
            storage.member.clone(),
            Arc::clone(&receipts),
            civil.clone(),
            Arc::clone(&texts),
            blocking,
            (changes.clone(), Arc::clone(&wake)),
        ));
        let events = Arc::new(Events::new(
            storage.member.clone(),
            civil.clone(),
            Arc::clone(&texts),
            changes.clone(),
            Arc::clone(&wake),
        ));
        let wallet = Arc::new(Wallet::new(
            storage.member.clone(),
            Arc::clone(&session),
            (civil.clone(), changes.clone()),
            Arc::clone(&texts),
            config.wallet_issuer,
            (config.directory, blocking),
        ));
        let home = Arc::new(Home::new(
            storage.member.clone(),
            Arc::clone(&session),
            (Arc::clone(&civil.clock), changes.clone()),
            Arc::clone(&programme),
            Arc::clone(&feed),
            Arc::clone(&events),
            Arc::clone(&wallet),
        ));
        let account = Account::new(AccountParts {
            storage: storage.clone(),
            session,
            outbox: Arc::clone(&outbox),
            sync: Arc::clone(&sync),
            wallet: Arc::clone(&wallet),
            ports: ports.clone(),
            texts: Arc::clone(&texts),
            changes: changes.clone(),
            wake: Arc::clone(&wake),
        });
        account.finish_deletions().await;
        let notices = Arc::new(Notices::new(storage.member.clone(), Arc::clone(&texts), changes.clone()));
        let reminders = Arc::new(Reminders::new(
            storage.member.clone(),
            Arc::clone(&programme),
            (civil.clock, server_time),
            Arc::clone(&texts),
            changes.clone(),
        ));
        let (ready, is_ready) = watch::channel(false);
        let publisher = Publisher {
            ready,
            programme: Arc::clone(&programme),
            receipts: Arc::clone(&receipts),
            feed: Arc::clone(&feed),
            appeals: Arc::clone(&appeals),
            events: Arc::clone(&events),
            wallet: Arc::clone(&wallet),
            outbox: Arc::clone(&outbox),
            home: Arc::clone(&home),
            notices: Arc::clone(&notices),
            reminders: Arc::clone(&reminders),
            ports: ports.clone(),
        };
        let publisher = Arc::new(publisher);
        // A clone has not heard what came since.
        let heard = changes.subscribe();
        let mut background = vec![supervise("publisher", &ports, move || Arc::clone(&publisher).run(heard.clone()))];
        if config.work == Work::ByItself {
            let (sender, puller) = (Arc::clone(&outbox), Arc::clone(&sync));
            background.push(supervise("outbox", &ports, move || Arc::clone(&sender).run()));
            background.push(supervise("sync", &ports, move || Arc::clone(&puller).run()));
        }
        Ok(Self {
            storage,
            account,
            programme,
            receipts,
            appeals,
            feed,
            events,
            wallet,
            home,
            notices,
            reminders,
            outbox,
            sync,
            texts,
            collector,
            changes,
            wake,
            background: Mutex::new(background),
            is_ready,
            is_shut_down: tokio::sync::Mutex::new(false),
        })
    }
}

/// Every kind of intent is named here.
fn intents() -> Arc<[Arc<dyn Intent>]> {
    Arc::new([
        Arc::new(ReceiptIntent),
        Arc::new(RegistrationIntent),
        Arc::new(CancellationIntent),
        Arc::new(ConsentIntent),
        Arc::new(FeedReadIntent),
        Arc::new(AppealIntent),
        Arc::new(AppealPartIntent),
    ])
}

/// What follows a salvage, in its transaction: the member is told, what the saved entries changed is there again, and so
/// are entries for what is shown as on its way.
fn after_salvage(intents: &Arc<[Arc<dyn Intent>]>, ports: &Ports, changes: Changes) -> Arc<[AfterSalvage]> {
    let (of_entries, of_rows) = (Arc::clone(intents), Arc::clone(intents));
    let entropy = Arc::clone(&ports.entropy);
    let steps: [AfterSalvage; 3] = [
        Box::new(move |tx, report| {
            // Whoever reads now waits until the new file is in its place.
            changes.ring();
            notices::store::add_recovered(tx, report)
        }),
        Box::new(move |tx, _| outbox::restore(tx, &of_entries)),
        Box::new(move |tx, report| outbox::queue_orphans(tx, &of_rows, None, entropy.as_ref(), report.at).map(drop)),
    ];
    Arc::new(steps)
}

/// Whether requests can be built on it: a mistyped address would look like a network that never comes.
fn is_base_url(text: &str) -> bool {
    let uri: Result<::http::Uri, _> = text.parse();
    uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
}
