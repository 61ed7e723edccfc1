//! A phone with files of its own, copied from one on which a member has captured receipts.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use vremena_core::{
    app::{Config, Vremena, Work},
    ids::EventId,
    log::LogRecord,
    ports::{Clock, Connectivity, Entropy, EntropyError, LogSink, Ports, SecureStore, SecureStoreError},
    receipts::Capture,
    storage::Blocking,
    wallet::WalletIssuer,
};

use super::{CAPTURED, gallery::Gallery, sign_in};

/// The authority of the pass among the seeds.
const ROOT: &[u8] = include_bytes!("root.der");

type Secrets = HashMap<String, Vec<u8>>;

/// The files and secrets with which each run begins.
pub struct Template {
    folder: TempDir,
    secrets: Secrets,
}

/// A phone. Its randomness is the same in every run.
pub struct Phone {
    folder: TempDir,
    gallery: Arc<Gallery>,
    ports: Arc<Lent>,
}

struct Lent {
    secrets: Mutex<Secrets>,
    /// Seconds.
    passed: AtomicI64,
    entropy: AtomicI64,
}

impl Template {
    pub async fn new() -> Self {
        let gallery = Arc::new(Gallery::answering(b""));
        let phone = Phone::new(folder(), Secrets::new(), &gallery);
        let app = phone.open().await;
        sign_in(&app).await.unwrap();
        app.sync().pull().await.unwrap();
        for number in 1..=CAPTURED {
            let text = format!("t=20260313T1200&s=100.00&fn=7380440801290534&i={number}&fp=1&n=1");
            let captured = app.receipts().capture_text(&text).await.unwrap();
            assert!(matches!(captured, Capture::Captured(_)));
        }
        app.events().register(&EventId::new("e1")).await.unwrap();
        app.shut_down().await.unwrap();
        let secrets = phone.ports.secrets.lock().unwrap().clone();
        Self { folder: phone.folder, secrets }
    }
}

impl Phone {
    pub fn of(template: &Template, gallery: &Arc<Gallery>) -> Self {
        let folder = folder();
        for file in ["member.db", "cache.db"] {
            fs::copy(template.folder.path().join(file), folder.path().join(file)).unwrap();
        }
        Self::new(folder, template.secrets.clone(), gallery)
    }

    fn new(folder: TempDir, secrets: Secrets, gallery: &Arc<Gallery>) -> Self {
        let ports = Lent { secrets: Mutex::new(secrets), passed: AtomicI64::new(0), entropy: AtomicI64::new(0) };
        Self { folder, gallery: Arc::clone(gallery), ports: Arc::new(ports) }
    }

    pub async fn open(&self) -> Vremena {
        let lent = &self.ports;
        let ports = Ports {
            secure_store: lent.clone(),
            connectivity: lent.clone(),
            clock: lent.clone(),
            entropy: lent.clone(),
            log: lent.clone(),
        };
        let issuer = WalletIssuer {
            root: ROOT.to_vec(),
            pass_type_identifier: "pass.example.vremenagoda".to_owned(),
            team_identifier: "VREMENA001".to_owned(),
        };
        let config = Config {
            work: Work::OnDemand,
            wallet_issuer: Some(issuer),
            ..Config::new(self.folder.path(), "http://localhost")
        };
        Vremena::open_with(config, ports, self.gallery.clone(), Blocking::Inline).await.unwrap()
    }

    pub fn time_passes(&self, seconds: i64) {
        self.ports.passed.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// In memory where the system has such a place: no disk is waited for then.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

impl SecureStore for Lent {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(self.secrets.lock().unwrap().get(key).cloned())
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        self.secrets.lock().unwrap().insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        self.secrets.lock().unwrap().remove(key);
        Ok(())
    }
}

impl Connectivity for Lent {
    fn is_online(&self) -> bool {
        true
    }
}

impl Clock for Lent {
    /// From 14 March 2026, 15:00 in Moscow.
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_489_600, 0).unwrap() + TimeDelta::seconds(self.passed.load(Ordering::Relaxed))
    }
}

impl Entropy for Lent {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(8) {
            // Distinct keys, in the order in which they are asked for.
            let next = self.entropy.fetch_add(1, Ordering::Relaxed) as u64;
            let mixed = next.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl LogSink for Lent {
    fn log(&self, _: &LogRecord) {}
}
