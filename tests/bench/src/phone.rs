//! A phone that lends the core what it needs, and an app on it that works when it is asked to.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::bail;
use chrono::{DateTime, Utc};
use vremena_core::{
    app::{Config, Vremena, Work},
    log::LogRecord,
    ports::{Clock, Connectivity, LogSink, Ports, SecureStore, SecureStoreError, SystemEntropy},
    receipts::Capture,
    storage::Blocking,
};

use crate::gallery::Gallery;

/// Ports whose clock stands, and whose network is there while the gallery is open.
pub struct Phone {
    gallery: Arc<Gallery>,
    secrets: Mutex<HashMap<String, Vec<u8>>>,
}

impl Phone {
    /// A phone near this gallery.
    pub fn new(gallery: &Arc<Gallery>) -> Arc<Self> {
        Arc::new(Self { gallery: Arc::clone(gallery), secrets: Mutex::default() })
    }

    /// Opens the app on the files in `folder`, in the state that they are in.
    ///
    /// # Errors
    /// Those of the core.
    pub async fn open(self: &Arc<Self>, folder: &Path, blocking: Blocking) -> anyhow::Result<Vremena> {
        let ports = Ports {
            secure_store: Arc::clone(self) as _,
            connectivity: Arc::clone(self) as _,
            clock: Arc::clone(self) as _,
            entropy: Arc::new(SystemEntropy),
            log: Arc::clone(self) as _,
        };
        let config = Config { work: Work::OnDemand, ..Config::new(folder, "http://localhost") };
        Ok(Vremena::open_with(config, ports, Arc::clone(&self.gallery) as _, blocking).await?)
    }

    /// As [`Phone::open`], and the member signs in.
    ///
    /// # Errors
    /// Those of the core.
    pub async fn signed_in(self: &Arc<Self>, folder: &Path, blocking: Blocking) -> anyhow::Result<Vremena> {
        let app = self.open(folder, blocking).await?;
        app.account().sign_in("+79000000001", "0000").await?;
        Ok(app)
    }
}

/// Captures the receipt of this document number, which must be new.
///
/// # Errors
/// Those of the core, and where it is not new.
pub async fn capture(app: &Vremena, document: u32) -> anyhow::Result<()> {
    let text = format!("t=20260313T1200&s=100.00&fn=7380440801290534&i={document}&fp=1&n=1");
    match app.receipts().capture_text(&text).await? {
        Capture::Captured(_) => Ok(()),
        other => bail!("not captured: {other:?}"),
    }
}

impl SecureStore for Phone {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(self.secrets.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}

impl Connectivity for Phone {
    fn is_online(&self) -> bool {
        self.gallery.is_open()
    }
}

impl Clock for Phone {
    /// 14 March 2026, 15:00 in Moscow.
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_489_600, 0).unwrap_or_default()
    }
}

impl LogSink for Phone {
    fn log(&self, _: &LogRecord) {}
}
