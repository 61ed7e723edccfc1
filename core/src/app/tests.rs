//! The app as a whole, with a gallery, a phone and a clock that the test plays.

mod account;
mod answers;
mod diagnostics;
mod gallery;
mod lifecycle;
mod logs;
mod manual;
mod orphans;
mod places;
mod polls;
mod privacy;
mod programme;
mod pulls;
mod queue;
mod readings;
mod receipts;
mod recovery;
mod reminders;
mod restored;
mod rules;
mod session_races;
mod sign_in;
mod turns;
mod wedged;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::{sync::watch, time::Instant};

use super::{Config, Vremena, Work};
use crate::{
    error::CoreError,
    log::LogRecord,
    outbox::{DrainBudget, DrainReport, QueueItem},
    ports::{Clock, Connectivity, Entropy, EntropyError, LogSink, Ports, SecureStore, SecureStoreError},
    receipts::{Capture, Receipt},
    storage::{Blocking, StorageError},
};
use gallery::Gallery;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What the phone lends. Its clock goes with tokio's, and its randomness is the same in every run.
struct Phone {
    secrets: Mutex<HashMap<String, Vec<u8>>>,
    is_locked: AtomicBool,
    started: Instant,
    entropy: AtomicU64,
    log: Mutex<Vec<LogRecord>>,
}

impl Phone {
    fn new() -> Self {
        Self {
            secrets: Mutex::default(),
            is_locked: AtomicBool::new(false),
            started: Instant::now(),
            entropy: AtomicU64::new(0),
            log: Mutex::default(),
        }
    }

    /// What was logged of this event.
    fn logged(&self, event: &str) -> Vec<LogRecord> {
        self.log.lock().unwrap().iter().filter(|record| record.event == event).cloned().collect()
    }

    fn secrets(&self) -> HashMap<String, Vec<u8>> {
        self.secrets.lock().unwrap().clone()
    }

    /// Whether the secure store gives and takes nothing.
    fn set_locked(&self, is_locked: bool) {
        self.is_locked.store(is_locked, Ordering::Relaxed);
    }

    fn unlocked(&self) -> Result<MutexGuard<'_, HashMap<String, Vec<u8>>>, SecureStoreError> {
        if self.is_locked.load(Ordering::Relaxed) {
            return Err(SecureStoreError::Locked);
        }
        Ok(self.secrets.lock().unwrap())
    }
}

impl SecureStore for Phone {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(self.unlocked()?.get(key).cloned())
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        self.unlocked()?.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        self.unlocked()?.remove(key);
        Ok(())
    }
}

impl Connectivity for Phone {
    fn is_online(&self) -> bool {
        true
    }
}

impl Clock for Phone {
    fn now(&self) -> DateTime<Utc> {
        let start: DateTime<Utc> = "2026-03-14T12:00:00Z".parse().unwrap();
        start + self.started.elapsed()
    }
}

impl Entropy for Phone {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: distinct keys, and jitter that is spread evenly.
            let mut z = self.entropy.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl LogSink for Phone {
    fn log(&self, record: &LogRecord) {
        self.log.lock().unwrap().push(record.clone());
    }
}

/// An open app, and all that is around it.
struct World {
    app: Vremena,
    gallery: Arc<Gallery>,
    phone: Arc<Phone>,
    folder: TempDir,
}

impl World {
    /// The app of the member `m1`, who signs in at `gallery`.
    async fn of_a_member(gallery: Gallery, work: Work) -> Self {
        let (gallery, phone) = (Arc::new(gallery), Arc::new(Phone::new()));
        let folder = tempfile::tempdir().unwrap();
        let app = open(&folder, &gallery, &phone, work).await;
        app.account().sign_in("+79000000001", "0000").await.unwrap();
        Self { app, gallery, phone, folder }
    }

    /// The same files and the same phone, after the process was started again.
    async fn reopened(self) -> Self {
        let Self { app, gallery, phone, folder } = self;
        drop(app);
        // What it had begun ends at its next await.
        tokio::task::yield_now().await;
        let app = open(&folder, &gallery, &phone, Work::OnDemand).await;
        Self { app, gallery, phone, folder }
    }

    /// Scans the receipt of this document number.
    async fn scan(&self, document: u32) -> Result<Capture, CoreError> {
        let text = format!("t=20260313T1200&s=100.00&fn=7380440801290534&i={document}&fp=1&n=1");
        self.app.receipts().capture_text(&text).await
    }

    /// As [`World::scan`], of a receipt that is new.
    async fn scan_new(&self, document: u32) -> Receipt {
        match self.scan(document).await.unwrap() {
            Capture::Captured(receipt) => receipt,
            other => panic!("{other:?}"),
        }
    }

    async fn receipts(&self) -> Vec<Receipt> {
        self.app.receipts().page(None, 200).await.unwrap()
    }

    /// The one receipt that the member has.
    async fn the_receipt(&self) -> Receipt {
        let mut receipts = self.receipts().await;
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        receipts.remove(0)
    }

    async fn drain(&self) -> DrainReport {
        self.app.outbox().drain(DrainBudget::default()).await.unwrap()
    }

    async fn queue(&self) -> Vec<QueueItem> {
        self.app.outbox().page(0, 200).await.unwrap()
    }
}

async fn open(folder: &TempDir, gallery: &Arc<Gallery>, phone: &Arc<Phone>, work: Work) -> Vremena {
    let config = Config { work, ..Config::new(folder.path(), "http://localhost") };
    Vremena::open_with(config, lent_by(phone), gallery.clone(), Blocking::Inline).await.unwrap()
}

fn lent_by(phone: &Arc<Phone>) -> Ports {
    Ports {
        secure_store: phone.clone(),
        connectivity: phone.clone(),
        clock: phone.clone(),
        entropy: phone.clone(),
        log: phone.clone(),
    }
}

/// What any phone lends.
pub(super) fn ports() -> Ports {
    lent_by(&Arc::new(Phone::new()))
}

/// What `future` gives, which must not wait for anything that the test has not allowed.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(MINUTE, future).await.expect("it hangs")
}

/// Waits until observers are shown what they must be.
async fn shown<T>(snapshots: &mut watch::Receiver<Arc<T>>, expected: impl FnMut(&Arc<T>) -> bool) {
    soon(snapshots.wait_for(expected)).await.expect("the app has ended");
}

#[tokio::test(start_paused = true)]
async fn on_a_full_disk_no_capture_is_acknowledged_that_is_not_there_afterwards() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world
        .app
        .storage
        .member
        .write(|tx| {
            let pages: i64 = tx.pragma_query_value(None, "page_count", |row| row.get(0))?;
            Ok::<_, StorageError>(tx.query_row(&format!("PRAGMA max_page_count = {}", pages + 2), [], |_| Ok(()))?)
        })
        .await
        .unwrap();
    let mut acknowledged = 0;
    let refusal = loop {
        match world.scan(acknowledged).await {
            Ok(Capture::Captured(_)) => acknowledged += 1,
            other => break other,
        }
        assert!(acknowledged < 1_000, "two pages never fill up");
    };
    assert!(matches!(refusal, Err(CoreError::Storage(StorageError::Full))), "{refusal:?}");

    let world = world.reopened().await;
    let (stored, queued) = (world.receipts().await.len(), world.queue().await.len());
    assert_eq!((stored, queued), (acknowledged as usize, acknowledged as usize));
}
