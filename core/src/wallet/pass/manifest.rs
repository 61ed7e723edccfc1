//! `manifest.json`: which files were signed.

use std::collections::BTreeMap;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::archive::Files;
use super::{PassFault, cms};

pub(super) const NAME: &str = "manifest.json";

/// Whether the files are those of the manifest: no more, no fewer, and each unchanged. The sums are SHA-1 by Apple's
/// format. That is weak against whoever makes both of two files, but the issuer makes them all.
pub(super) fn check(manifest: &[u8], files: &Files<'_>) -> Result<(), PassFault> {
    let sums: BTreeMap<String, String> = serde_json::from_slice(manifest).map_err(|_| PassFault::BadManifest)?;
    if sums.contains_key(NAME) || sums.contains_key(cms::NAME) {
        return Err(PassFault::BadManifest);
    }
    if sums.keys().any(|name| !files.contains_key(name.as_str())) {
        return Err(PassFault::MissingFile);
    }
    for (name, content) in files.iter().filter(|(name, _)| !matches!(**name, NAME | cms::NAME)) {
        let sum = sums.get(*name).ok_or(PassFault::ExtraFile)?;
        if !sum.eq_ignore_ascii_case(&hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, content).as_ref())) {
            return Err(PassFault::ChangedFile);
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
