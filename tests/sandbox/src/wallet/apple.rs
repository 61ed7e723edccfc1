//! The `.pkpass`, genuine or forged. A forged one differs from a genuine one in one way only, so that
//! whoever accepts it has forgotten just that one check.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Wallet;
use super::archive::{Entry, zip};
use super::authority::AuthorityError;
use super::pass::{self, Holder};
use crate::time::{DAY, Instant};
use crate::words::Forgery;

const PASS: &str = "pass.json";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "signature";

/// # Errors
/// When the authority cannot sign.
pub(crate) fn pkpass(
    wallet: &Wallet,
    holder: &Holder,
    forgery: Option<Forgery>,
    now: i64,
) -> Result<Vec<u8>, AuthorityError> {
    let mut pass = pass::json(holder);
    change_pass(&mut pass, forgery, now);
    let mut entries = pass::files(&pass, holder);
    match forgery {
        Some(Forgery::Bomb) => entries.push(wallet.bomb().clone()),
        Some(Forgery::PathTraversal) => entries.push(Entry::new("../evil", b"evil")),
        _ => {}
    }
    let manifest: BTreeMap<_, _> = entries.iter().map(|entry| (&entry.name, &entry.sha1)).collect();
    let manifest = json!(manifest).to_string().into_bytes();
    let signature = match forgery {
        Some(Forgery::Stranger) => wallet.stranger.sign(&manifest, now)?,
        _ => wallet.authority.sign(&manifest, now)?,
    };
    entries.push(Entry::new(MANIFEST, &manifest));
    entries.push(Entry::new(SIGNATURE, &signature));
    change_files(&mut entries, pass, forgery);
    let mut archive = zip(&entries);
    match forgery {
        Some(Forgery::CutZip) => archive.truncate(archive.len() / 2),
        Some(Forgery::NotAZip) => archive = "<!doctype html><title>Wi-Fi</title><p>Вход".into(),
        _ => {}
    }
    Ok(archive)
}

/// What is already forged when it is signed.
fn change_pass(pass: &mut Value, forgery: Option<Forgery>, now: i64) {
    let (field, value) = match forgery {
        Some(Forgery::WrongType) => ("passTypeIdentifier", json!("pass.example.another")),
        Some(Forgery::WrongTeam) => ("teamIdentifier", json!("ANOTHER001")),
        Some(Forgery::WrongSerial) => ("serialNumber", json!("0123456789abcdef0123456789abcdef")),
        Some(Forgery::Expired) => ("expirationDate", json!(Instant(now - DAY))),
        Some(Forgery::Voided) => ("voided", json!(true)),
        Some(Forgery::HttpService) => ("webServiceURL", json!("http://wallet.vremenagoda.example/passes/")),
        _ => return,
    };
    if let Some(fields) = pass.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}

/// What is forged after it was signed.
fn change_files(entries: &mut Vec<Entry>, mut pass: Value, forgery: Option<Forgery>) {
    match forgery {
        Some(Forgery::ChangedAmount) => {
            if let Some(amount) = pass.pointer_mut("/storeCard/primaryFields/0/value") {
                *amount = json!(3_000_000.0);
            }
            let changed = Entry::new(PASS, pass.to_string().as_bytes());
            entries.iter_mut().filter(|entry| entry.name == PASS).for_each(|entry| *entry = changed.clone());
        }
        Some(Forgery::ExtraFile) => entries.push(Entry::new("extra.txt", b"extra")),
        Some(Forgery::MissingFile) => entries.retain(|entry| entry.name != "logo.png"),
        Some(Forgery::NoSignature) => entries.retain(|entry| entry.name != SIGNATURE),
        // The same bytes: every hash is right, only the name is there twice.
        Some(Forgery::DuplicateEntry) => entries.extend(entries.first().cloned()),
        _ => {}
    }
}
