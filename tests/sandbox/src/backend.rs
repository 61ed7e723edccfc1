use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Clock;
use crate::problem::Problem;
use crate::seed::Seed;
use crate::store::Store;
use crate::verification;

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database could not be opened or is not one.
    #[error("the sandbox's database cannot be opened")]
    Database(#[source] rusqlite::Error),
    /// An address could not be listened on.
    #[error("the sandbox cannot listen")]
    Listen(#[source] std::io::Error),
}

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
    requests: AtomicU64,
}

impl Backend {
    /// Opens the database, creating what is missing. `:memory:` keeps it in memory.
    ///
    /// # Errors
    /// [`StartError::Database`].
    pub fn open(database: &Path, seed: u64, clock: Clock) -> Result<Self, StartError> {
        let store = Store::open(database).map_err(StartError::Database)?;
        Ok(Self(Arc::new(Inner { store, clock, seed: Seed(seed), requests: AtomicU64::new(0) })))
    }

    /// The clock everything here goes by.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
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

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
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
