//! Joining with a card of the reception's, and leaving.

use std::fmt;

use vremena_core::account;
pub use vremena_core::account::{AccountDeletion, CardLinkFault, DeletionWarning, SessionState};
use vremena_core::explanation::Explanation;

use crate::{account::Account, error::CoreError, values::Instant};

#[uniffi::export]
impl Account {
    /// Whether calls of the member who is signed in go out, as far as the phone knows; `HomeSnapshot.session` tells when
    /// it changes.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn session_state(&self) -> Result<SessionState, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().session_state().await?) }).await
    }

    /// Links a card that the reception gave out to the member: its history becomes theirs. Again is no error.
    ///
    /// # Errors
    /// `SignInNeeded`, `SignIn` for what is no phone number, `Locked`, `Unreachable`, `Insecure`, `Unavailable`,
    /// `UpdateNeeded`, `Refused`, `Storage`, `Paused`
    pub async fn link_card(&self, card: CardLink) -> Result<CardLinking, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().link_card(card.into()).await?.into()) }).await
    }

    /// What a deletion would cost now: show it, and ask.
    ///
    /// # Errors
    /// `SignInNeeded`, `Storage`, `Paused`
    pub async fn deletion(&self) -> Result<DeletionWarning, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().deletion().await?) }).await
    }

    /// Deletes the member at the gallery, and then everything of theirs on this phone. `accepted_unsent` is the
    /// `unsent` of the warning that the member has accepted; where more would be lost meanwhile, the answer is `Asked`. What
    /// the member wants while this is under way waits for its outcome.
    ///
    /// # Errors
    /// `SignInNeeded`, `Locked`, `Unreachable`, `Insecure`, `Unavailable`, `UpdateNeeded`, `Refused`, `Storage`,
    /// `Paused`: nothing was deleted, or it is not known; then asking again tells.
    pub async fn delete(&self, accepted_unsent: u32) -> Result<AccountDeletion, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.account().delete(accepted_unsent).await?) }).await
    }
}

/// What the phone knows of the member's session.
#[uniffi::remote(Enum)]
pub enum SessionState {
    /// Nobody is signed in.
    SignedOut,
    /// Calls go out. So it is too while the secure store is locked.
    Active,
    /// The gallery has ended the session: ask for a sign-in. All that is on the phone stays readable, and what waits is
    /// sent after it.
    Expired,
}

/// Which card.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum CardLink {
    /// By its number, as people type it.
    Number {
        /// The digits; spaces and dashes are passed over.
        number: String,
    },
    /// By the phone that was signed in with.
    Phone {
        /// As people type it.
        phone: String,
    },
}

/// A card that is now the member's.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct CardLinked {
    /// The card's number.
    pub number: String,
    /// Since when it is linked.
    pub linked_at: Instant,
    /// How many receipts came with it.
    pub receipts: u32,
}

/// What became of linking a card.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CardLinking {
    /// The card is the member's; what it brings is pulled next.
    Linked {
        /// The card.
        card: CardLinked,
    },
    /// It stays as it was.
    NotAccepted {
        /// Why.
        fault: CardLinkFault,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// Why a card was not linked.
#[uniffi::remote(Enum)]
pub enum CardLinkFault {
    /// There is no such card.
    CardUnknown,
    /// The reception has blocked it.
    CardBlocked,
    /// It is another member's.
    LinkedToAnother,
    /// Several cards have this phone.
    PhoneNotUnique,
    /// Of a newer version than this one.
    Unknown,
}

/// What a member loses who deletes the account now.
#[uniffi::remote(Record)]
pub struct DeletionWarning {
    /// Entries of the queue that the gallery does not have, `wedged` among them. They are lost.
    pub unsent: u32,
    /// Of these, those that cannot be sent as they are.
    pub wedged: u32,
    /// The same for the member.
    pub explanation: Explanation,
}

/// What became of a deletion.
#[uniffi::remote(Enum)]
pub enum AccountDeletion {
    /// More would be lost than was accepted: nothing has happened.
    Asked(DeletionWarning),
    /// The gallery has deleted the member, and nothing of them is on this phone.
    Deleted,
}

impl From<CardLink> for account::CardLink {
    fn from(card: CardLink) -> Self {
        match card {
            CardLink::Number { number } => Self::Number(number),
            CardLink::Phone { phone } => Self::Phone(phone),
        }
    }
}

impl From<account::CardLinking> for CardLinking {
    fn from(linking: account::CardLinking) -> Self {
        match linking {
            account::CardLinking::Linked(card) => Self::Linked {
                card: CardLinked { number: card.number, linked_at: card.linked_at, receipts: card.receipts },
            },
            account::CardLinking::NotAccepted { fault, explanation } => Self::NotAccepted { fault, explanation },
        }
    }
}

impl fmt::Debug for CardLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardLink(…)")
    }
}

impl fmt::Debug for CardLinked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardLinked({} receipts)", self.receipts)
    }
}
