//! Where and how the app runs.

use std::{path::PathBuf, time::Duration};

use vremena_core::{app, http};
pub use vremena_core::{app::Work, http::Timeouts, locale::Language, wallet::WalletIssuer};

use crate::{error::CoreError, values::Instant};

/// Where and how the app runs.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Config {
    /// The folder of the app's files; made if it is not there.
    pub directory: String,
    /// The gallery's API, for instance `https://api.example`, without `/v1`.
    pub base_url: String,
    /// The language of texts.
    pub language: Language,
    /// Who sends and pulls.
    pub work: Work,
    /// Whose wallet passes are good; without it none is fetched.
    #[uniffi(default = None)]
    pub wallet_issuer: Option<WalletIssuer>,
    /// Certificates (DER) that are trusted beside the usual roots.
    #[uniffi(default = [])]
    pub extra_roots: Vec<Vec<u8>>,
    /// How long the network is waited for; the usual times where they are left out.
    #[uniffi(default = None)]
    pub timeouts: Option<Timeouts>,
    /// Keys of which the gallery's server must have one; without them every trusted certificate for its host is good.
    #[uniffi(default = None)]
    pub pins: Option<PinSet>,
}

/// The pinned keys of the gallery's server.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PinSet {
    /// SHA-256 (32 bytes) of each key as a certificate holds it (`SubjectPublicKeyInfo` in DER). At least two different
    /// ones: the key in use, and one that lies ready.
    pub sha256: Vec<Vec<u8>>,
    /// From here on a server without a pinned key is told of in the log, and no longer refused.
    pub expires_at: Instant,
}

/// The language of texts.
#[uniffi::remote(Enum)]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
}

/// Who drains the queue and pulls.
#[uniffi::remote(Enum)]
pub enum Work {
    /// The core by itself, for as long as it is open: an app.
    ByItself,
    /// The caller, by `Outbox.drain` and `Sync.pull`: an extension, a background job.
    OnDemand,
}

/// Whose wallet passes are good.
#[uniffi::remote(Record)]
pub struct WalletIssuer {
    /// The authority to which a pass's signature must lead: a certificate in DER.
    pub root: Vec<u8>,
    /// The type of the gallery's passes.
    pub pass_type_identifier: String,
    /// The team that signs them.
    pub team_identifier: String,
}

/// How long the network is waited for.
#[uniffi::remote(Record)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// Between two pieces of an answer: a large answer on a slow network is no fault, silence is.
    pub silence: Duration,
    /// For one request and its whole answer.
    pub total: Duration,
}

impl TryFrom<Config> for app::Config {
    type Error = CoreError;

    fn try_from(config: Config) -> Result<Self, CoreError> {
        Ok(Self {
            directory: PathBuf::from(config.directory),
            base_url: config.base_url,
            language: config.language,
            extra_roots: config.extra_roots,
            pins: config.pins.map(http::PinSet::try_from).transpose()?,
            timeouts: config.timeouts.unwrap_or_default(),
            work: config.work,
            wallet_issuer: config.wallet_issuer,
        })
    }
}

impl TryFrom<PinSet> for http::PinSet {
    type Error = CoreError;

    fn try_from(pins: PinSet) -> Result<Self, CoreError> {
        let sha256: Result<Vec<[u8; 32]>, _> = pins.sha256.into_iter().map(<[u8; 32]>::try_from).collect();
        let sha256 =
            sha256.map_err(|_| CoreError::Configuration { detail: "a pin is not 32 bytes long".to_owned() })?;
        Ok(Self { sha256, expires_at: pins.expires_at })
    }
}
