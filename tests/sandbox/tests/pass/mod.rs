//! A pass, taken apart by others than who made it: a zip reader, and OpenSSL.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use zip::ZipArchive;

/// A pass, taken apart.
pub struct Pass {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Pass {
    pub fn open(bytes: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(entry.name().unwrap().into_owned(), bytes);
        }
        Self { files }
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.files[name]).unwrap()
    }

    /// What the manifest says of no file, or wrongly, and what it says of files that are not there.
    pub fn manifest_faults(&self) -> BTreeSet<String> {
        let manifest = self.json("manifest.json");
        let manifest = manifest.as_object().unwrap();
        let covered = |name: &&String| !["manifest.json", "signature"].contains(&name.as_str());
        let wrong = |name: &&String| {
            let sha1 = self.files.get(*name).map(|bytes| sha1(bytes));
            sha1.is_none() || manifest.get(*name).and_then(Value::as_str) != sha1.as_deref()
        };
        self.files.keys().filter(covered).chain(manifest.keys()).filter(wrong).cloned().collect()
    }

    /// What OpenSSL says of the signature.
    pub fn is_signed(&self, root: &[u8]) -> bool {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::write(at("manifest.json"), &self.files["manifest.json"]).unwrap();
        std::fs::write(at("signature"), &self.files["signature"]).unwrap();
        std::fs::write(at("root.pem"), pem(root)).unwrap();
        verify(directory.path())
    }
}

fn verify(directory: &Path) -> bool {
    let arguments =
        "cms -verify -binary -content manifest.json -in signature -inform DER -CAfile root.pem -purpose any";
    let run = Command::new("openssl").args(arguments.split(' ')).current_dir(directory).output();
    let output = run.expect("this test needs the openssl command line tool: apt-get install openssl");
    output.status.success()
}

fn pem(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn sha1(bytes: &[u8]) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub const APPLE: &str = "/v1/wallet/apple";
pub const GOOGLE: &str = "/v1/wallet/google";

/// The header, the claims and the signature of a link's token.
pub fn token(url: &str, prefix: &str) -> (Value, Value, Vec<u8>) {
    let parts: Vec<_> = url.strip_prefix(prefix).unwrap().split('.').map(|part| URL_SAFE_NO_PAD.decode(part)).collect();
    let [Ok(header), Ok(claims), Ok(signature)] = parts.as_slice() else { panic!("{url}") };
    (serde_json::from_slice(header).unwrap(), serde_json::from_slice(claims).unwrap(), signature.clone())
}
