//! The journey's steps, in order.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use tokio::sync::watch;
use vremena_core::{
    app::{Config, Vremena},
    appeals::CapturedPicture,
    explanation::Explanation,
    feed::FeedItem,
    fiscal::FiscalIdentity,
    ids::ReceiptId,
    locale::Argument,
    money::Kopecks,
    programme::ProgrammeSnapshot,
    receipts::{Capture, Receipt, ReceiptsSnapshot},
    scan::{self, FoundCode},
    wallet::WalletIssuer,
};
use vremena_qa::{
    admin::Admin,
    consents,
    platform::{Desktop, LogLines},
};
use vremena_sandbox::{Config as SandboxConfig, Sandbox};

use super::{
    Arguments, hand_off,
    news::{self, Published},
    offline, page,
    story::{self, Expected, Picture},
    teller::{Mismatch, Teller, check},
    telling, verdicts,
    words::fill,
};
use crate::{Lang, report::Chapter, sandbox::made_up_token};

/// Nothing of the story takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A photograph that was shown to the scanner.
pub struct Shot {
    pub picture: Picture,
    pub bytes: Vec<u8>,
    pub scan: Duration,
    pub code: Option<FoundCode>,
    pub outcome: Outcome,
    pub offline: bool,
}

/// A hand-off that was tried.
pub struct WalletCheck {
    pub title: String,
    pub accepted: bool,
    pub reason: String,
    pub code: Option<&'static str>,
}

/// What it came to.
pub enum Outcome {
    /// A receipt of the member, captured now or before.
    Receipt { identity: FiscalIdentity, known: bool },
    /// No receipt.
    NotAccepted(Explanation),
    /// No code, or no picture.
    Unreadable(Explanation),
}

pub struct Journey {
    pub lang: Lang,
    pub folder: PathBuf,
    /// Held while the journey runs: two in one folder would take each other's files.
    _lock: File,
    pub pictures_folder: PathBuf,
    pub pictures: Vec<Picture>,
    pub sandbox: Sandbox,
    pub admin: Admin,
    pub desktop: Desktop,
    pub app: Vremena,
    pub shots: Vec<Shot>,
    pub captures: Vec<Duration>,
    pub before: Arc<ProgrammeSnapshot>,
    pub issuer: WalletIssuer,
    pub published: Published,
    pub feed_before: Vec<(FeedItem, Option<Vec<u8>>)>,
    pub feed_after: Vec<(FeedItem, Option<Vec<u8>>)>,
    pub wallet_checks: Vec<WalletCheck>,
    pub chapters: Vec<Chapter>,
}

impl Journey {
    /// Plays everything, and writes the page; gives its path.
    pub async fn play(arguments: &Arguments, teller: &mut Teller) -> anyhow::Result<PathBuf> {
        let started = Instant::now();
        let mut journey = Self::open(arguments, teller).await?;
        journey.sign_in(teller).await?;
        news::at_the_first_tier(&mut journey, teller).await?;
        journey.show_photographs(teller).await?;
        let mut journey = offline::killed_in_the_garage(journey, teller).await?;
        offline::network_returns(&journey, teller).await?;
        verdicts::tax_service_answers(&journey, teller).await?;
        verdicts::rejected(&journey, teller).await?;
        verdicts::appealed(&journey, teller).await?;
        verdicts::returned(&mut journey, teller).await?;
        verdicts::counted_once(&journey, teller).await?;
        verdicts::tier_has_risen(&journey, teller).await?;
        news::at_the_second_tier(&mut journey, teller).await?;
        hand_off::card(&journey, teller).await?;
        hand_off::wallets(&mut journey, teller).await?;
        hand_off::first_screen(&journey, teller).await?;
        telling::everything(&mut journey, teller).await?;
        let page = page::write(&journey, teller, started.elapsed()).await?;
        journey.sandbox.stop().await;
        Ok(page)
    }

    async fn open(arguments: &Arguments, teller: &mut Teller) -> anyhow::Result<Self> {
        let step = Instant::now();
        let pictures = story::pictures(&arguments.pictures)?;
        let (folder, lock) = fresh_folder(&arguments.directory)?;
        let admin_token = made_up_token()?;
        let localhost = ([127, 0, 0, 1], 0).into();
        let sandbox = Sandbox::start(SandboxConfig {
            listen: localhost,
            admin_listen: localhost,
            database: folder.join("gallery.db"),
            seed: 1,
            start: Some(story::start()),
            admin_token: admin_token.clone(),
            tls: None,
        })
        .await
        .context("the sandbox gallery cannot start")?;
        let admin = Admin::new(sandbox.admin_url(), admin_token)?;
        let published = news::publish(&admin).await?;
        let issuer = admin.wallet_issuer().await?;
        let desktop = Desktop::new(&folder, story::start()).logging_to(LogLines::to_file(&folder.join("core.log"))?);
        let app = open_app(&folder, &sandbox, &desktop, &issuer, arguments.lang).await?;
        let before = Arc::new(app.programme().snapshot().await?);
        check("nobody is signed in yet", None, before.tier.clone())?;
        teller.step(teller.words.open.0, &fill(teller.words.open.1, &[&sandbox.address().to_string()]), step.elapsed());
        Ok(Self {
            lang: arguments.lang,
            folder,
            _lock: lock,
            pictures_folder: arguments.pictures.clone(),
            pictures,
            sandbox,
            admin,
            desktop,
            app,
            shots: Vec::new(),
            captures: Vec::new(),
            before,
            issuer,
            published,
            feed_before: Vec::new(),
            feed_after: Vec::new(),
            wallet_checks: Vec::new(),
            chapters: Vec::new(),
        })
    }

    async fn sign_in(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        let step = Instant::now();
        consents::give_required(self.app.account()).await?;
        let asked = self.app.account().request_code(story::PHONE).await?;
        let code = self.admin.code(story::PHONE).await?;
        check("the code's length", asked.code_length, u32::try_from(code.len())?)?;
        self.app.account().sign_in(story::PHONE, &code).await?;
        let known =
            wait_for(self.app.programme().observe(), "the programme's rules", |snapshot| snapshot.to_next.is_some());
        self.before = known.await?;
        let tier = self.before.tier.as_ref().context("no tier")?;
        check("the first tier", "vesna", tier.id.as_str())?;
        let next = self.before.to_next.as_ref().context("there is a tier above")?;
        let missing = (next.tier.id.as_str(), next.missing.map(Kopecks::get));
        check("the way to the next tier", ("leto", Some(30_000_000)), missing)?;
        let detail = fill(teller.words.sign_in.1, &[&tier.name, &self.before.sentence]);
        teller.step(teller.words.sign_in.0, &detail, step.elapsed());
        Ok(())
    }

    async fn show_photographs(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        let step = Instant::now();
        let elsewhere = self.identity_of(story::OTHER_MALL)?;
        self.admin.tax_ticket(&elsewhere, serde_json::json!({ "in_gallery": false })).await?;
        teller.begin(teller.words.scanning, story::ONLINE.len() as u64);
        for (file, expected) in story::ONLINE {
            self.show(file, *expected, teller).await?;
            teller.progress();
        }
        let captured = self.shots.iter().filter(|shot| matches!(shot.outcome, Outcome::Receipt { known: false, .. }));
        let captured = captured.count();
        let others = self.shots.len() - captured - 1;
        let detail = fill(teller.words.scan.1, &[&self.counted(captured), &others.to_string()]);
        teller.step(teller.words.scan.0, &detail, step.elapsed());
        Ok(())
    }

    /// Shows a photograph to the scanner, and what it reads to the core.
    pub async fn show(&mut self, file: &str, expected: Expected, teller: &Teller) -> anyhow::Result<()> {
        let picture = story::named(&self.pictures, file)?.clone();
        let bytes = std::fs::read(self.pictures_folder.join(file)).with_context(|| file.to_owned())?;
        let texts = self.app.texts();
        let scanning = Instant::now();
        let scanned = scan::scan_image(&bytes);
        let took = scanning.elapsed();
        let (came, code, outcome) = match scanned {
            Err(fault) => {
                (Expected::Unreadable(fault.code()), None, Outcome::Unreadable(Explanation::of_image(texts, &fault)))
            }
            Ok(found) => match found.best.and_then(|best| found.codes.get(best).cloned()) {
                None => (Expected::NoCode, None, Outcome::Unreadable(Explanation::of_no_code(texts, found.advice))),
                Some(code) => {
                    check(format!("the text of {file}"), picture.text.as_deref(), Some(code.text.as_str()))?;
                    let (came, outcome) = self.capture(&code, &bytes).await?;
                    (came, Some(code), outcome)
                }
            },
        };
        check(file, expected, came)?;
        let told = match &outcome {
            Outcome::Receipt { identity, known: false } => self.receipt(identity).await?.explanation.state,
            Outcome::Receipt { known: true, .. } => teller.words.already_known.to_owned(),
            Outcome::NotAccepted(explanation) | Outcome::Unreadable(explanation) => explanation.sentence.clone(),
        };
        teller.photograph(picture.title(self.lang), file, (expected.code(), &told), took);
        self.shots.push(Shot { picture, bytes, scan: took, code, outcome, offline: false });
        Ok(())
    }

    async fn capture(&mut self, code: &FoundCode, picture: &[u8]) -> anyhow::Result<(Expected, Outcome)> {
        let capturing = Instant::now();
        let capture = self.app.receipts().capture_text(&code.text).await?;
        let took = capturing.elapsed();
        let identity = |receipt: Receipt| receipt.identity.context("a scanned receipt has its requisites");
        Ok(match capture {
            Capture::Captured(receipt) => {
                self.captures.push(took);
                let picture = CapturedPicture::File(picture.to_vec());
                check("the picture is kept", true, self.app.appeals().keep_picture(receipt.local_id, picture).await?)?;
                (Expected::Captured, Outcome::Receipt { identity: identity(receipt)?, known: false })
            }
            Capture::AlreadyKnown(receipt) => {
                (Expected::AlreadyKnown, Outcome::Receipt { identity: identity(receipt)?, known: true })
            }
            Capture::NotAccepted { reason, explanation } => {
                (Expected::NotAccepted(reason), Outcome::NotAccepted(explanation))
            }
        })
    }

    /// The identity that a photograph's text has, by the story's own list.
    pub fn identity_of(&self, file: &str) -> anyhow::Result<FiscalIdentity> {
        let text = story::named(&self.pictures, file)?.text.as_deref().context("a photograph of a receipt")?;
        Ok(vremena_core::fiscal::parse(text)?.identity())
    }

    /// The member's receipt of this identity.
    pub async fn receipt(&self, identity: &FiscalIdentity) -> anyhow::Result<Receipt> {
        let receipts = self.app.receipts().page(None, 200).await?;
        let found = receipts.into_iter().find(|receipt| receipt.identity.as_ref() == Some(identity));
        found.context("the member has this receipt")
    }

    /// The name that the gallery gave to the receipt of this photograph.
    pub async fn receipt_id(&self, file: &str) -> anyhow::Result<ReceiptId> {
        self.receipt(&self.identity_of(file)?).await?.receipt_id.context("the receipt has arrived at the gallery")
    }

    /// Time passes for everybody, and the member looks at the app again.
    pub async fn time_passes(&self, by: TimeDelta) -> anyhow::Result<()> {
        self.admin.advance(by.num_seconds()).await?;
        self.desktop.clock.advance(by);
        self.app.foreground();
        Ok(())
    }

    /// Waits for a snapshot of receipts.
    pub async fn receipts_until(
        &self,
        what: &str,
        holds: impl Fn(&ReceiptsSnapshot) -> bool,
    ) -> Result<Arc<ReceiptsSnapshot>, Mismatch> {
        wait_for(self.app.receipts().observe(), what, holds).await
    }

    /// So many receipts, in words.
    pub fn counted(&self, receipts: usize) -> String {
        let count = i64::try_from(receipts).unwrap_or(i64::MAX);
        self.app.texts().text("receipts", &[("count", Argument::Count(count))])
    }
}

/// Opens the core on the member's files, as each start of the app does.
pub async fn open_app(
    folder: &Path,
    sandbox: &Sandbox,
    desktop: &Desktop,
    issuer: &WalletIssuer,
    lang: Lang,
) -> anyhow::Result<Vremena> {
    let config = Config {
        language: lang.into(),
        wallet_issuer: Some(issuer.clone()),
        ..Config::new(folder, sandbox.base_url())
    };
    Ok(Vremena::open(config, desktop.ports()).await?)
}

/// Waits for the first snapshot for which `holds`.
pub async fn wait_for<T>(
    mut snapshots: watch::Receiver<Arc<T>>,
    what: &str,
    holds: impl Fn(&T) -> bool,
) -> Result<Arc<T>, Mismatch> {
    match tokio::time::timeout(PATIENCE, snapshots.wait_for(|snapshot| holds(snapshot))).await {
        Ok(Ok(snapshot)) => Ok(Arc::clone(&snapshot)),
        Ok(Err(_)) | Err(_) => Err(Mismatch {
            what: what.to_owned(),
            expected: "it comes by itself".to_owned(),
            came: format!("nothing within {} s", PATIENCE.as_secs()),
        }),
    }
}

/// Removes only what a journey makes: a folder given by mistake must not be emptied.
fn fresh_folder(folder: &Path) -> anyhow::Result<(PathBuf, File)> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let folder = folder.canonicalize()?;
    let lock = File::create(folder.join("journey.lock"))?;
    ensure!(lock.try_lock().is_ok(), "another journey is running in {}", folder.display());
    for database in ["member.db", "cache.db", "gallery.db"] {
        for suffix in ["", "-wal", "-shm"] {
            remove(&folder.join(format!("{database}{suffix}")))?;
        }
    }
    for file in ["core.log", "report.html", "secrets/session"] {
        remove(&folder.join(file))?;
    }
    Ok((folder, lock))
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("an earlier journey's {}", file.display()))
        }
        _ => Ok(()),
    }
}
