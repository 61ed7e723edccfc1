//! What a member does before anything of theirs may be sent.

use vremena_core::{account::Account, error::CoreError};

/// Reads all consents, and gives the required ones alone.
///
/// # Errors
/// Where they cannot be read or kept.
pub async fn give_required(account: &Account) -> Result<(), CoreError> {
    let documents = account.consent_documents().await?;
    account.decide_consents(documents.iter().map(|document| (document.purpose, document.required)).collect()).await
}
