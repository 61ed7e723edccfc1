//! Consents: asked for before anything of a member is sent, and theirs to withdraw.

use vremena_core::account;
pub use vremena_core::account::{ConsentChange, ConsentDecision, ConsentDocument, ConsentFault, ConsentPurpose};
use vremena_core::explanation::Explanation;

use crate::{account::Account, error::CoreError, values::Instant};

#[uniffi::export]
impl Account {
    /// What a member is asked to consent to: from the gallery, or, where it cannot be reached, as it was last known.
    /// Show the texts; only what was handed out here can be decided.
    ///
    /// # Errors
    /// Where none were ever known: `Unreachable`, `Insecure`, `Unavailable`, `UpdateNeeded`, `Paused`
    pub async fn consent_documents(&self) -> Result<Vec<ConsentDocument>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().consent_documents().await?) }).await
    }

    /// Keeps what was decided before a sign-in, for a sign-in within half an hour. The last choice of a purpose counts.
    ///
    /// # Errors
    /// `SignIn` with `ConsentNeeded`: these documents have not been handed out, and nothing was kept; `Storage`, `Paused`
    pub async fn decide_consents(&self, choices: Vec<ConsentChoice>) -> Result<(), CoreError> {
        let decisions = choices.into_iter().map(|choice| (choice.purpose, choice.granted)).collect();
        self.host.call(|host| async move { Ok(host.app.account().decide_consents(decisions).await?) }).await
    }

    /// What the member has decided; while nobody is signed in, what was decided for the sign-in to come.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn consents(&self) -> Result<Vec<ConsentDecision>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().consents().await?) }).await
    }

    /// Gives the member's consent to the document that was last handed out, or withdraws it. When this returns
    /// `Queued`, the decision is on the disk and in force on this phone.
    ///
    /// # Errors
    /// `SignInNeeded`, `Storage`, `Paused`: nothing was kept then.
    pub async fn set_consent(
        &self,
        purpose: account::ConsentPurpose,
        granted: bool,
    ) -> Result<ConsentChange, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.account().set_consent(purpose, granted).await?) }).await
    }
}

/// What personal data are used for. Each purpose has a document and a decision of its own.
#[uniffi::remote(Enum)]
pub enum ConsentPurpose {
    /// Keeping the membership: nobody is a member without it.
    Processing,
    /// Advertising messages. The system's permission to notify is no consent to them.
    Advertising,
    /// How the app is used, without names.
    Analytics,
    /// Of a newer version than this one.
    Unknown,
}

/// A choice of one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ConsentChoice {
    /// What for.
    pub purpose: account::ConsentPurpose,
    /// Yes or no.
    pub granted: bool,
}

/// What a member is asked to consent to, in the app's language.
#[uniffi::remote(Record)]
pub struct ConsentDocument {
    /// What for.
    pub purpose: ConsentPurpose,
    /// Another text is another version.
    pub version: u32,
    /// Whether nobody is a member without it.
    pub required: bool,
    /// One line.
    pub title: String,
    /// Plain text; a blank line ends a paragraph.
    pub text: String,
}

/// What was decided of one version of a document.
#[uniffi::remote(Record)]
pub struct ConsentDecision {
    /// What for.
    pub purpose: ConsentPurpose,
    /// Of which text.
    pub version: u32,
    /// Yes or no.
    pub granted: bool,
    /// When, by the clock of the phone on which it was decided.
    pub decided_at: Instant,
}

/// What became of a decision.
#[uniffi::remote(Enum)]
pub enum ConsentChange {
    /// It is on the disk, and goes to the gallery as soon as it can.
    Queued(ConsentDecision),
    /// It was decided so before.
    Unchanged(ConsentDecision),
    /// It cannot be decided so; nothing was kept.
    NotAccepted {
        /// Why.
        fault: ConsentFault,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// Why a decision cannot be made so.
#[uniffi::remote(Enum)]
pub enum ConsentFault {
    /// Nobody is a member without this consent: the account can be deleted.
    Required,
    /// The text is another one than was read, or was not read: it is shown first.
    Outdated,
    /// Of a newer version than this one.
    Unknown,
}
