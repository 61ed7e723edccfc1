//! Where and how the app runs.

use std::path::PathBuf;

use crate::{
    http::{PinSet, Timeouts},
    locale::Language,
    wallet::WalletIssuer,
};

/// Where and how the app runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of `member.db` and `cache.db`; made if it is not there.
    pub directory: PathBuf,
    /// The gallery's API, for instance `https://api.example`, without `/v1`.
    pub base_url: String,
    /// The language of texts.
    pub language: Language,
    /// Certificates (DER) that are trusted beside the usual roots.
    pub extra_roots: Vec<Vec<u8>>,
    /// Keys of which the gallery's server must have one; without them every trusted certificate for its host is good.
    pub pins: Option<PinSet>,
    /// How long the network is waited for.
    pub timeouts: Timeouts,
    /// Who sends and pulls.
    pub work: Work,
    /// Whose wallet passes are good; without it none is fetched.
    pub wallet_issuer: Option<WalletIssuer>,
}

/// Who drains the queue and pulls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// The core by itself, for as long as it is open: an app.
    #[default]
    ByItself,
    /// The caller, by [`crate::outbox::Outbox::drain`] and [`crate::sync::Sync::pull`]: an extension, a background job, a test.
    OnDemand,
}

impl Config {
    /// The usual app: in Russian, with the usual roots and timeouts, working by itself.
    pub fn new(directory: impl Into<PathBuf>, base_url: impl Into<String>) -> Self {
        Self {
            directory: directory.into(),
            base_url: base_url.into(),
            language: Language::default(),
            extra_roots: Vec::new(),
            pins: None,
            timeouts: Timeouts::default(),
            work: Work::default(),
            wallet_issuer: None,
        }
    }
}
