//! The card and its way into wallets.

use std::{fmt, path::Path, sync::Arc};

pub use vremena_core::wallet::CardStatus;
use vremena_core::{explanation::Explanation, ids::TierId, wallet};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
};

/// The member's card, and its hand-off to wallets. Nothing is handed off that was not verified first.
#[derive(uniffi::Object)]
pub struct Wallet {
    host: Arc<Host>,
}

impl Wallet {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Wallet {
    /// The card, from the phone alone; nothing until it was pulled once.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn card(&self) -> Result<Option<Card>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.wallet().card().await?.map(Card::from)) }).await
    }

    /// The member's pass for Apple Wallet and for wallets that take its files, fetched now and verified.
    ///
    /// # Errors
    /// `NotFound` while there is no card, or no issuer is configured; `SignInNeeded`, `Locked`, `Unreachable`,
    /// `Unavailable`, `Storage`, `Paused`
    pub async fn apple_pass(&self) -> Result<ApplePass, CoreError> {
        let handed = self.host.call(|host| async move {
            let wallet = host.app.wallet();
            Ok(match wallet.apple_pass().await? {
                wallet::HandOff::Verified(pass) => {
                    let file = wallet.pass_file(pass.serial_number());
                    ApplePass::Verified { pass: VerifiedPass::of(pass, &file) }
                }
                wallet::HandOff::Refused { reason, explanation } => {
                    ApplePass::Refused { reason: reason.to_owned(), explanation }
                }
            })
        });
        handed.await
    }

    /// The link that saves the card to Google Wallet, fetched now and checked for shape and length.
    ///
    /// # Errors
    /// As `apple_pass`.
    pub async fn google_link(&self) -> Result<GoogleLink, CoreError> {
        let handed = self.host.call(|host| async move {
            Ok(match host.app.wallet().google_link().await? {
                wallet::HandOff::Verified(link) => {
                    GoogleLink::Verified { link: SaveLink { url: link.as_str().to_owned() } }
                }
                wallet::HandOff::Refused { reason, explanation } => {
                    GoogleLink::Refused { reason: reason.to_owned(), explanation }
                }
            })
        });
        handed.await
    }

    /// The card, now and whenever it changes.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn CardListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.wallet().observe(), move |CardSnapshot(card)| listener.on_card(card))
    }
}

struct CardSnapshot(Option<Card>);

impl From<Option<wallet::Card>> for CardSnapshot {
    fn from(card: Option<wallet::Card>) -> Self {
        Self(card.map(Card::from))
    }
}

/// Hears of the card.
#[uniffi::export(foreign)]
pub trait CardListener: Send + Sync {
    /// The present card at once, then each new one; nothing while there is none.
    fn on_card(&self, card: Option<Card>) -> Result<(), PortError>;
}

/// The member's card.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Card {
    /// As it is printed.
    pub number: String,
    /// Whether it opens anything.
    pub status: CardStatus,
    /// The member's tier.
    pub tier: TierId,
    /// To be shown at the till; nothing where the gallery wants a kind of code that this version cannot draw.
    pub code: Option<QrMatrix>,
}

impl From<wallet::Card> for Card {
    fn from(card: wallet::Card) -> Self {
        Self { number: card.number, status: card.status, tier: card.tier, code: card.code.map(QrMatrix::from) }
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Card({:?})", self.status)
    }
}

/// Whether the card opens anything.
#[uniffi::remote(Enum)]
pub enum CardStatus {
    /// It does.
    Active,
    /// It does not; reception knows why.
    Blocked,
    /// Of a newer version than this one.
    Unknown,
}

/// A QR code as modules, without a margin: add four modules of white around it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct QrMatrix {
    /// Modules a side.
    pub size: u32,
    /// Row by row from the top left; `true` is dark.
    pub modules: Vec<bool>,
}

impl From<wallet::QrMatrix> for QrMatrix {
    fn from(code: wallet::QrMatrix) -> Self {
        Self { size: code.size, modules: code.modules }
    }
}

impl fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrMatrix({} modules a side)", self.size)
    }
}

/// A pass, or why there is none to hand off.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ApplePass {
    /// May be handed off.
    Verified {
        /// The pass.
        pass: VerifiedPass,
    },
    /// What the gallery sent is not what it must be; nothing may be handed off.
    Refused {
        /// A stable code.
        reason: String,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// A pass that was verified.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct VerifiedPass {
    /// The `.pkpass`, as it was verified.
    pub bytes: Vec<u8>,
    /// Where these bytes lie as a file, for wallets that take files.
    pub file: String,
    /// What the issuer calls the pass; a screen reader says it. In the issuer's own language.
    pub description: String,
    /// Who issued the pass, in the issuer's own language.
    pub organization_name: String,
    /// The pass's own number, by which PassKit finds it again.
    pub serial_number: String,
}

/// A link, or why there is none to open.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum GoogleLink {
    /// May be opened.
    Verified {
        /// The link.
        link: SaveLink,
    },
    /// What the gallery sent is not what it must be; nothing may be opened.
    Refused {
        /// A stable code.
        reason: String,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// A link that was verified.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct SaveLink {
    /// To be opened as it is, and not to be logged: it is as good as the card.
    pub url: String,
}

impl fmt::Debug for VerifiedPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifiedPass({} bytes)", self.bytes.len())
    }
}

impl fmt::Debug for SaveLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaveLink(…)")
    }
}

impl VerifiedPass {
    fn of(pass: wallet::pass::VerifiedPass, file: &Path) -> Self {
        Self {
            file: file.to_string_lossy().into_owned(),
            description: pass.description().to_owned(),
            organization_name: pass.organization_name().to_owned(),
            serial_number: pass.serial_number().to_owned(),
            bytes: pass.into_bytes(),
        }
    }
}
