use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::front::CONTRACT_VERSION;
use crate::problem::Problem;
use crate::seed::Seed;
use crate::store::{Snapshot, Store};
use crate::tls::TlsError;
use crate::verification;
use crate::wallet::Wallet;
use crate::wallet::authority::AuthorityError;

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database could not be opened or is not one.
    #[error("the sandbox's database cannot be opened")]
    Database(#[source] rusqlite::Error),
    /// An address could not be listened on.
    #[error("the sandbox cannot listen")]
    Listen(#[source] std::io::Error),
    /// The authority that signs passes could not be made.
    #[error("the sandbox cannot sign passes")]
    Authority(#[source] AuthorityError),
    /// TLS could not be set up.
    #[error("the sandbox cannot speak TLS")]
    Tls(#[from] TlsError),
}

/// A backup could not be put in place.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's database cannot be restored")]
pub struct RestoreError;

/// The gallery's state: a database, a clock and a seed. Cheap to clone; clones share everything.
///
/// All time comes from the clock and all chance from the seed, and nothing runs in the background:
/// the same requests at the same times give the same answers.
#[derive(Clone, Debug)]
pub struct Backend(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    seed: Seed,
    wallet: Arc<Wallet>,
    requests: AtomicU64,
    /// The version of the contract that answers claim to be of.
    contract: AtomicU32,
    backups: Mutex<BTreeMap<String, Snapshot>>,
}

impl Backend {
    /// Opens the database, creating what is missing. `:memory:` keeps it in memory.
    ///
    /// # Errors
    /// [`StartError::Database`], [`StartError::Authority`].
    pub fn open(database: &Path, seed: u64, clock: Clock) -> Result<Self, StartError> {
        let store = Store::open(database, clock.now().timestamp()).map_err(StartError::Database)?;
        let wallet = Wallet::new().map_err(StartError::Authority)?;
        Ok(Self::of(store, Arc::new(wallet), seed, clock))
    }

    /// Another gallery, in memory, that begins with all this one has now and issues passes with the same keys. Much
    /// quicker than one from nothing.
    ///
    /// # Errors
    /// [`StartError::Database`] when it cannot be copied.
    pub fn copy(&self, seed: u64, clock: Clock) -> Result<Self, StartError> {
        let store = self.store().copy().map_err(StartError::Database)?;
        Ok(Self::of(store, Arc::clone(&self.0.wallet), seed, clock))
    }

    fn of(store: Store, wallet: Arc<Wallet>, seed: u64, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            seed: Seed(seed),
            wallet,
            requests: AtomicU64::new(0),
            contract: AtomicU32::new(CONTRACT_VERSION),
            backups: Mutex::default(),
        }))
    }

    /// The clock everything here goes by.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The root certificate (DER) of the authority that signs the passes. Another one at every start.
    pub fn wallet_root(&self) -> Vec<u8> {
        self.0.wallet.authority.root().to_vec()
    }

    /// Works off the verifications that are due. Every request does it first; calling it in between
    /// changes nothing but when the work is done.
    pub fn settle(&self) {
        // A broken database is reported by the request that meets it.
        let _ = self.try_settle();
    }

    pub(crate) fn try_settle(&self) -> Result<(), Problem> {
        let now = self.now();
        self.store().write(|tx| verification::settle(tx, self.seed(), now))
    }

    /// A copy of the database as it is now: an operator's backup. Clock and seed are no part of it.
    ///
    /// # Errors
    /// [`StartError::Database`] when it cannot be copied.
    pub fn snapshot(&self) -> Result<Snapshot, StartError> {
        self.store().snapshot().map_err(StartError::Database)
    }

    /// Puts a backup in the database's place: what happened since is forgotten. The feeds' cursors from
    /// before are unknown from now on.
    ///
    /// # Errors
    /// [`RestoreError`]; the database may then be either.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        self.store().restore(snapshot, self.now()).map(|_| ()).map_err(|_| RestoreError)
    }

    /// Lets every answer claim to be of this version of the contract; `None`: of the one that is served.
    pub(crate) fn pretend_contract(&self, version: Option<u32>) {
        self.0.contract.store(version.unwrap_or(CONTRACT_VERSION), Ordering::Relaxed);
    }

    pub(crate) fn contract(&self) -> u32 {
        self.0.contract.load(Ordering::Relaxed)
    }

    pub(crate) fn backups(&self) -> MutexGuard<'_, BTreeMap<String, Snapshot>> {
        self.0.backups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn wallet(&self) -> &Wallet {
        &self.0.wallet
    }

    pub(crate) fn seed(&self) -> Seed {
        self.0.seed
    }

    pub(crate) fn now(&self) -> i64 {
        self.0.clock.now().timestamp()
    }

    /// An id for a request that brought none.
    pub(crate) fn request_id(&self) -> String {
        let number = self.0.requests.fetch_add(1, Ordering::Relaxed);
        self.seed().token("request", &[&number.to_string()])
    }
}
