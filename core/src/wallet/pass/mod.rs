//! Whether a `.pkpass` may be handed to Apple's PassKit: checked here, on every phone alike, **before** the hand-off.
//!
//! A pass is a zip of `pass.json`, pictures and texts, of `manifest.json` (the SHA-1 of each of these) and of
//! `signature` (a detached CMS signature of the manifest). The format and its names are of Apple's «Wallet Passes»;
//! the rules that go beyond it are noted where they stand. The checks go from the cheap to the dear, and nothing is
//! believed before it is signed:
//!
//! 1. [`archive`]: the file has one reading, of few and small files;
//! 2. [`cms`] and [`signer`]: the manifest is signed, by whom it should be;
//! 3. [`manifest`]: the files are those that were signed;
//! 4. [`contents`]: the pass is this member's, of this tier, and still good.

mod archive;
mod cms;
mod contents;
mod fault;
mod manifest;
mod signer;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, Utc};

pub use self::fault::PassFault;
pub(in crate::wallet) use self::fault::faults;

/// The largest file taken. PassKit has no stated limit; a card with its pictures takes some 100 KB.
pub const MAX_FILE_BYTES: usize = 2 << 20;

/// The most entries of a pass, folders counted too.
pub const MAX_ENTRIES: usize = 100;

/// The most that one entry may inflate to, in bytes.
pub const MAX_ENTRY_BYTES: usize = 4 << 20;

/// The most that all entries together may inflate to, in bytes.
pub const MAX_CONTENT_BYTES: usize = 10 << 20;

/// What the member's pass must be. Texts are compared to the byte.
#[derive(Clone, Copy)]
pub struct Expectation<'a> {
    /// The authority that the signer's certificate must lead to: a certificate in DER. Its own dates are not looked at.
    pub root: &'a [u8],
    /// The pass type, in `pass.json` and in the subject (`UID`) of the signer's certificate.
    pub pass_type_identifier: &'a str,
    /// Apple's number of the issuer's team, in `pass.json` and in the subject (`OU`) of the signer's certificate.
    pub team_identifier: &'a str,
    /// The pass's own number.
    pub serial_number: &'a str,
    /// The member's code, with its placeholders filled.
    pub barcode_message: &'a str,
    /// The member's card.
    pub card_number: &'a str,
    /// The member's tier, by its id.
    pub tier: &'a str,
}

/// A pass that [`verify`] has found good: there is no other way to make one.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedPass {
    bytes: Vec<u8>,
    description: String,
    organization_name: String,
    serial_number: String,
}

impl VerifiedPass {
    /// The file, as it was verified.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, for the hand-off.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What the issuer calls the pass; the screen reader says it. In the issuer's own language, not translated.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Who issued the pass, in the issuer's own language.
    pub fn organization_name(&self) -> &str {
        &self.organization_name
    }

    /// The pass's own number, by which PassKit finds it again.
    pub fn serial_number(&self) -> &str {
        &self.serial_number
    }
}

impl fmt::Debug for VerifiedPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPass").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Checks a downloaded `.pkpass` against what the member's pass must be, at the instant `now`.
///
/// # Errors
/// The first fault found.
pub fn verify(pkpass: &[u8], expected: &Expectation<'_>, now: DateTime<Utc>) -> Result<VerifiedPass, PassFault> {
    let files = archive::read(pkpass)?;
    let manifest = files.get(manifest::NAME).ok_or(PassFault::NoManifest)?;
    let signature = files.get(cms::NAME).ok_or(PassFault::NoSignature)?;
    let signature = cms::read(signature)?;
    signature.covers(manifest)?;
    signer::check(&signature, expected, now)?;
    manifest::check(manifest, &files)?;
    let pass = contents::check(files.get(contents::NAME).ok_or(PassFault::BadPass)?, expected, now)?;
    Ok(VerifiedPass {
        bytes: pkpass.to_vec(),
        description: pass.description,
        organization_name: pass.organization_name,
        serial_number: pass.serial_number,
    })
}
