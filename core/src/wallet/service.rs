//! The card, offline; its hand-off to wallets, verified.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use tokio::sync::{Mutex, watch};

use super::{
    Card, QrMatrix, SaveLink, google,
    pass::{self, Expectation, PassFault, VerifiedPass},
    store,
    wire::{CardAnswer, SaveLinkAnswer},
};
use crate::{
    account::{self, Member},
    error::CoreError,
    explanation::{Explanation, NextStep},
    http::{Answer, ApiRequest, Session},
    locale::Texts,
    observe::{Changes, Observable},
    ports::Ports,
    storage::{Blocking, Database, StorageError},
};

const PASS: &str = "application/vnd.apple.pkpass";

/// Whose passes are good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletIssuer {
    /// The authority to which a pass's signature must lead: a certificate in DER.
    pub root: Vec<u8>,
    /// The type of the gallery's passes.
    pub pass_type_identifier: String,
    /// The team that signs them.
    pub team_identifier: String,
}

/// What a wallet would be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOff<T> {
    /// Verified: may be handed off.
    Verified(T),
    /// What the gallery sent is not what it must be; nothing may be handed off.
    Refused {
        /// A stable code: of [`PassFault`] or [`super::SaveLinkFault`].
        reason: &'static str,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// The member's card and its way into wallets.
pub struct Wallet {
    member_db: Database,
    session: Arc<Session>,
    ports: Ports,
    texts: Arc<Texts>,
    issuer: Option<Arc<WalletIssuer>>,
    directory: PathBuf,
    blocking: Blocking,
    /// Two at once would write one file.
    handing_off: Mutex<()>,
    /// Drawing takes longer than all the rest of a snapshot, and the code is the same for months.
    drawn: std::sync::Mutex<Option<Drawn>>,
    pub(crate) snapshots: Observable<Option<Card>>,
}

struct Drawn {
    /// Text and error correction.
    code: (String, String),
    matrix: Option<QrMatrix>,
}

impl Wallet {
    pub(crate) fn new(
        member_db: Database,
        session: Arc<Session>,
        (ports, changes): (Ports, Changes),
        texts: Arc<Texts>,
        issuer: Option<WalletIssuer>,
        (directory, blocking): (PathBuf, Blocking),
    ) -> Self {
        let issuer = issuer.map(Arc::new);
        Self {
            member_db,
            session,
            ports,
            texts,
            issuer,
            directory,
            blocking,
            handing_off: Mutex::new(()),
            drawn: std::sync::Mutex::default(),
            snapshots: Observable::new(None, changes),
        }
    }

    /// The card, from the phone alone; `None` until it was pulled once.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn card(&self) -> Result<Option<Card>, CoreError> {
        let stored = self.stored().await?;
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((member, card)) = stored else {
            *drawn = None;
            return Ok(None);
        };
        let code = card.code(&member.tier);
        if drawn.as_ref().map(|drawn| &drawn.code) != code.as_ref() {
            *drawn = code.map(|code| Drawn { matrix: QrMatrix::encode(&code.0, &code.1), code });
        }
        let matrix = drawn.as_ref().and_then(|drawn| drawn.matrix.clone());
        Ok(Some(card.with_code(member.tier, matrix)))
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<Option<Card>>> {
        self.snapshots.subscribe()
    }

    /// The member's pass for Apple Wallet, fetched now and verified. Its bytes are also written to
    /// [`Wallet::pass_file`], for wallets that take files; a refused one is not, and leaves the last good one.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] while there is no card, or no issuer is configured; [`CoreError::SignInNeeded`],
    /// [`CoreError::Locked`], [`CoreError::Unreachable`], [`CoreError::Unavailable`], [`CoreError::Storage`],
    /// [`CoreError::Paused`]
    pub async fn apple_pass(&self) -> Result<HandOff<VerifiedPass>, CoreError> {
        let _one_at_a_time = self.handing_off.lock().await;
        let issuer = self.issuer.clone().ok_or(CoreError::NotFound)?;
        let (member, card) = self.stored().await?.ok_or(CoreError::NotFound)?;
        let barcode = card.code_text(&member.tier).ok_or(CoreError::NotFound)?;
        let request = ApiRequest::get("/v1/wallet/apple").accepting(PASS);
        let bytes = match self.session.call(&member.member_id, &request).await {
            Answer::Success(success) => success.into_body(),
            answer => return Err(CoreError::of_answer(answer)),
        };
        let (now, file) = (self.ports.clock.now(), self.pass_file(&card.pass_serial));
        let tier = member.tier.clone();
        let checked = self
            .blocking
            .run(move || {
                let expected = Expectation {
                    root: &issuer.root,
                    pass_type_identifier: &issuer.pass_type_identifier,
                    team_identifier: &issuer.team_identifier,
                    serial_number: &card.pass_serial,
                    barcode_message: &barcode,
                    card_number: &card.number,
                    tier: tier.as_str(),
                };
                pass::verify(&bytes, &expected, now)
            })
            .await?;
        let pass = match checked {
            Ok(pass) => pass,
            Err(fault) => return Ok(self.refused(fault.code(), told(fault))),
        };
        // Whoever signed in meanwhile must not be handed it, and an app that was closed meanwhile writes nothing more:
        // closing waits for this as for any look into the file.
        let handed = self.member_db.read(move |tx| {
            if account::store::active_member(tx)?.as_ref() != Some(&member) {
                return Ok(None);
            }
            write(&file, pass.bytes())?;
            Ok::<_, StorageError>(Some(pass))
        });
        handed.await?.map(HandOff::Verified).ok_or(CoreError::SignInNeeded)
    }

    /// Where the last verified pass of this serial number lies.
    #[must_use]
    pub fn pass_file(&self, serial_number: &str) -> PathBuf {
        // The gallery chooses the number, the file system must not be led anywhere by it.
        let name: String = serial_number.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.folder().join(format!("{name}.pkpass"))
    }

    fn folder(&self) -> PathBuf {
        self.directory.join("wallet")
    }

    /// The link that saves the card to Google Wallet, fetched now and checked for shape and length.
    ///
    /// # Errors
    /// As [`Wallet::apple_pass`].
    pub async fn google_link(&self) -> Result<HandOff<SaveLink>, CoreError> {
        let member = self.member_db.read(account::store::active_member_id).await?.ok_or(CoreError::SignInNeeded)?;
        let link: SaveLinkAnswer = match self.session.call(&member, &ApiRequest::get("/v1/wallet/google")).await {
            Answer::Success(success) => success.decode()?,
            answer => return Err(CoreError::of_answer(answer)),
        };
        Ok(match google::check_save_link(&link.save_url) {
            Ok(link) => HandOff::Verified(link),
            Err(fault) => self.refused(fault.code(), ("save-link-refused", NextStep::TryLater)),
        })
    }

    /// Removes every pass but those of these serial numbers.
    pub(crate) async fn wipe(&self, keep: Vec<String>) -> Result<(), StorageError> {
        let _one_at_a_time = self.handing_off.lock().await;
        let keep: Vec<PathBuf> = keep.iter().map(|serial| self.pass_file(serial)).collect();
        let folder = self.folder();
        self.blocking.run(move || remove_all_but(&folder, &keep)).await?
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        self.snapshots.publish(self.card().await?);
        Ok(())
    }

    async fn stored(&self) -> Result<Option<(Member, CardAnswer)>, CoreError> {
        Ok(self
            .member_db
            .read(|tx| {
                let Some(member) = account::store::active_member(tx)? else { return Ok(None) };
                Ok::<_, StorageError>(store::card(tx, &member.member_id)?.map(|card| (member, card)))
            })
            .await?)
    }

    fn refused<T>(&self, reason: &'static str, (text, next_step): (&str, NextStep)) -> HandOff<T> {
        let explanation = Explanation::new(&self.texts, String::new(), self.texts.text(text, &[]), next_step);
        HandOff::Refused { reason, explanation }
    }
}

/// What a member is told: fewer sentences than reasons, for there is less that a member can do.
const fn told(fault: PassFault) -> (&'static str, NextStep) {
    match fault {
        PassFault::OtherSerial | PassFault::OtherBarcode | PassFault::OtherCard | PassFault::OtherTier => {
            ("pass-not-yours", NextStep::TryLater)
        }
        PassFault::Voided | PassFault::Expired => ("pass-expired", NextStep::ShowAtDesk),
        PassFault::CertificateNotYetValid => ("pass-clock", NextStep::CheckClock),
        PassFault::ExtraFile | PassFault::MissingFile | PassFault::ChangedFile | PassFault::OtherManifest => {
            ("pass-changed", NextStep::ShowAtDesk)
        }
        PassFault::FileTooLarge
        | PassFault::NotAZip
        | PassFault::DamagedZip
        | PassFault::AmbiguousZip
        | PassFault::TooManyEntries
        | PassFault::InflatesTooLarge
        | PassFault::UnsafeName
        | PassFault::DuplicateName
        | PassFault::NotAFile
        | PassFault::Encrypted
        | PassFault::UnsupportedZip
        | PassFault::Bundle
        | PassFault::NoManifest
        | PassFault::BadManifest
        | PassFault::BadPass
        | PassFault::OtherFormat => ("pass-damaged", NextStep::TryLater),
        _ => ("pass-untrusted", NextStep::ShowAtDesk),
    }
}

/// Renamed into its place, so that nobody ever reads half a pass.
fn write(file: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let failed = |error: std::io::Error| StorageError::from_io(&error, "the pass's file");
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let unfinished = file.with_extension("unfinished");
    let mut unfinished_file = std::fs::File::create(&unfinished).map_err(failed)?;
    unfinished_file.write_all(bytes).and_then(|()| unfinished_file.sync_all()).map_err(failed)?;
    std::fs::rename(&unfinished, file).map_err(failed)
}

fn remove_all_but(folder: &Path, keep: &[PathBuf]) -> Result<(), StorageError> {
    let failed = |error: std::io::Error| StorageError::from_io(&error, "the pass's file");
    let files = match std::fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for file in files {
        let path = file.map_err(failed)?.path();
        if !keep.contains(&path) {
            std::fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}
