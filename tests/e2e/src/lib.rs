//! The core against the real sandbox: a gallery on loopback, phones with real files.
//!
//! Phones work on demand here, so that each test knows which request meets which fault, and no test waits for a
//! wall clock: time passes where a test moves it.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::sync::watch;
use vremena_core::{
    app::{Config, Vremena, Work},
    error::CoreError,
    http::Timeouts,
    outbox::{DrainBudget, DrainReport},
    ports::Clock as _,
    receipts::{Capture, Receipt, ReceiptState},
};
use vremena_qa::{admin::Admin, consents, platform::Desktop};
use vremena_sandbox::{Certificate, Config as SandboxConfig, Sandbox};

/// Nobody's number.
pub const PHONE: &str = "+79000000000";
/// Nobody else's.
pub const OTHER_PHONE: &str = "+79000000001";

/// Saturday, 14 March 2026, 15:00 in Moscow.
#[must_use]
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_489_600, 0).unwrap_or_default()
}

/// The text of a receipt of 13 March 2026; `number` tells receipts apart.
#[must_use]
pub fn receipt_text(number: u32, roubles: u32) -> String {
    format!("t=20260313T1200&s={roubles}.00&fn=7380440801290534&i={number}&fp=1880975916&n=1")
}

/// A running gallery.
pub struct Gallery {
    /// The backend.
    pub sandbox: Sandbox,
    /// Its administration.
    pub admin: Admin,
    _folder: TempDir,
}

impl Gallery {
    /// Opens a gallery of its own for one test.
    ///
    /// # Errors
    /// Where it cannot listen.
    pub async fn open() -> anyhow::Result<Self> {
        Self::open_behind(None).await
    }

    /// The same over TLS, with such a certificate.
    ///
    /// # Errors
    /// Where it cannot listen.
    pub async fn open_with_tls(certificate: Certificate) -> anyhow::Result<Self> {
        Self::open_behind(Some(certificate)).await
    }

    async fn open_behind(tls: Option<Certificate>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let token = "a token of this test";
        let localhost = ([127, 0, 0, 1], 0).into();
        let sandbox = Sandbox::start(SandboxConfig {
            listen: localhost,
            admin_listen: localhost,
            database: folder.path().join("gallery.db"),
            seed: 1,
            start: Some(start()),
            admin_token: token.to_owned(),
            tls,
        })
        .await?;
        let admin = Admin::new(sandbox.admin_url(), token)?;
        Ok(Self { sandbox, admin, _folder: folder })
    }

    /// A new phone with nothing on it.
    ///
    /// # Errors
    /// Where its files cannot be made.
    pub async fn phone(&self) -> anyhow::Result<Phone> {
        let folder = tempfile::tempdir()?;
        let desktop = Desktop::new(folder.path(), start());
        let config = self.config(folder.path());
        let app = Vremena::open(config.clone(), desktop.ports()).await?;
        Ok(Phone { app, desktop, config, folder })
    }

    /// A phone on which `phone_number` is signed in and up to date.
    ///
    /// # Errors
    /// Where any of that fails.
    pub async fn signed_in(&self, phone_number: &str) -> anyhow::Result<Phone> {
        let phone = self.phone().await?;
        self.sign_in(&phone, phone_number).await?;
        phone.app.sync().pull().await?;
        Ok(phone)
    }

    /// Signs in with the code that the sandbox has sent.
    ///
    /// # Errors
    /// Where any of that fails.
    pub async fn sign_in(&self, phone: &Phone, phone_number: &str) -> anyhow::Result<()> {
        phone.consent().await?;
        phone.app.account().request_code(phone_number).await?;
        let code = self.admin.code(phone_number).await?;
        phone.app.account().sign_in(phone_number, &code).await?;
        Ok(())
    }

    /// Time passes for the gallery and for `phone`.
    ///
    /// # Errors
    /// Where the sandbox refuses.
    pub async fn time_passes(&self, phone: &Phone, by: TimeDelta) -> anyhow::Result<()> {
        self.admin.advance(by.num_seconds()).await?;
        phone.desktop.clock.advance(by);
        Ok(())
    }

    /// Half hours pass until the tax service has answered for everything that `phone` waits for.
    ///
    /// # Errors
    /// Where it never does.
    pub async fn decided(&self, phone: &Phone) -> anyhow::Result<Vec<Receipt>> {
        for _ in 0..8 {
            self.time_passes(phone, TimeDelta::minutes(30)).await?;
            phone.app.sync().pull().await?;
            let receipts = phone.receipts().await?;
            if receipts.iter().all(|receipt| receipt.state != ReceiptState::Pending || receipt.reason.is_some()) {
                return Ok(receipts);
            }
        }
        anyhow::bail!("the tax service has not answered")
    }

    /// How often the gallery was asked for `method path`, whatever it answered.
    ///
    /// # Errors
    /// Where the sandbox refuses.
    pub async fn requests(&self, method: &str, path: &str) -> anyhow::Result<u64> {
        let answer = self.admin.call(http::Method::GET, "requests", None).await?;
        let counts = answer["requests"].as_array().context("counts")?;
        let ours = counts.iter().filter(|count| count["method"] == method && count["path"] == path);
        Ok(ours.filter_map(|count| count["count"].as_u64()).sum())
    }

    fn config(&self, folder: &Path) -> Config {
        Config {
            work: Work::OnDemand,
            // A server that never answers must not hold a test for as long as it holds a member.
            timeouts: Timeouts { silence: Duration::from_millis(300), ..Timeouts::default() },
            extra_roots: self.sandbox.trust().map(|trust| trust.root.clone()).into_iter().collect(),
            ..Config::new(folder, self.sandbox.base_url())
        }
    }
}

/// A phone: files, ports, and the open core.
pub struct Phone {
    /// The core.
    pub app: Vremena,
    /// Its ports.
    pub desktop: Desktop,
    /// What it was opened with.
    pub config: Config,
    /// Its files.
    pub folder: TempDir,
}

impl Phone {
    /// Reads all consents, and gives the required one alone.
    ///
    /// # Errors
    /// Where they cannot be read or kept.
    pub async fn consent(&self) -> anyhow::Result<()> {
        Ok(consents::give_required(self.app.account()).await?)
    }

    /// The app is killed and started again.
    ///
    /// # Errors
    /// Where it cannot be opened again.
    pub async fn restarted(self) -> anyhow::Result<Self> {
        let Self { app, desktop, config, folder } = self;
        drop(app);
        let app = Vremena::open(config.clone(), desktop.ports()).await?;
        Ok(Self { app, desktop, config, folder })
    }

    /// Captures a receipt that must be new.
    ///
    /// # Errors
    /// Where it is not captured.
    pub async fn capture(&self, text: &str) -> anyhow::Result<Receipt> {
        match self.app.receipts().capture_text(text).await? {
            Capture::Captured(receipt) => Ok(receipt),
            other => anyhow::bail!("not captured: {other:?}"),
        }
    }

    /// All receipts, the newest first.
    ///
    /// # Errors
    /// [`CoreError`]
    pub async fn receipts(&self) -> Result<Vec<Receipt>, CoreError> {
        self.app.receipts().page(None, 200).await
    }

    /// The only receipt.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub async fn only_receipt(&self) -> anyhow::Result<Receipt> {
        let mut receipts = self.receipts().await?;
        anyhow::ensure!(receipts.len() == 1, "{} receipts", receipts.len());
        receipts.pop().context("one receipt")
    }

    /// Drains once.
    ///
    /// # Errors
    /// As [`vremena_core::outbox::Outbox::drain`].
    pub async fn drain(&self) -> Result<DrainReport, CoreError> {
        self.app.outbox().drain(DrainBudget::default()).await
    }

    /// Drains until the queue is empty, letting the time pass that it asks for.
    ///
    /// # Errors
    /// Where it does not become empty within 20 drains.
    pub async fn drained(&self) -> anyhow::Result<()> {
        for _ in 0..20 {
            let report = self.drain().await?;
            if report.remaining == 0 {
                return Ok(());
            }
            if let Some(due) = report.next_due {
                let wait = due - self.desktop.clock.now();
                self.desktop.clock.advance(wait.max(TimeDelta::zero()) + TimeDelta::milliseconds(1));
            }
        }
        anyhow::bail!("the queue is not empty")
    }
}

/// Waits for the first snapshot for which `holds`.
///
/// # Errors
/// Where none comes within 20 s.
pub async fn wait_for<T>(mut snapshots: watch::Receiver<Arc<T>>, holds: impl Fn(&T) -> bool) -> anyhow::Result<Arc<T>> {
    let snapshot = tokio::time::timeout(Duration::from_secs(20), snapshots.wait_for(|snapshot| holds(snapshot))).await;
    Ok(Arc::clone(&*snapshot.context("no such snapshot came")??))
}
