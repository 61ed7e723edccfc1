//! Where and how the app runs.

use std::{path::PathBuf, time::Duration};

use vremena_core::app;
pub use vremena_core::{app::Work, http::Timeouts, locale::Language, wallet::WalletIssuer};

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

impl From<Config> for app::Config {
    fn from(config: Config) -> Self {
        Self {
            directory: PathBuf::from(config.directory),
            base_url: config.base_url,
            language: config.language,
            extra_roots: config.extra_roots,
            pins: None,
            timeouts: config.timeouts.unwrap_or_default(),
            work: config.work,
            wallet_issuer: config.wallet_issuer,
        }
    }
}
