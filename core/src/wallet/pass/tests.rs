//! Passes are made here, good ones and forged ones: each forgery differs from the good pass in one way only.

mod archives;
mod certificates;
mod contents;
mod files;
mod good;
mod issuer;
mod noise;
mod signatures;
mod zipped;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;
use issuer::Issuer;
use zipped::{Entry, zip};

const TYPE: &str = "pass.example.vremenagoda";
const TEAM: &str = "VREMENA001";
const SERIAL: &str = "S-0001";
const CARD: &str = "2000000000000017";
const CODE: &str = "VG1*2000000000000017*leto";

fn now() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn expectation(root: &[u8]) -> Expectation<'_> {
    Expectation {
        root,
        pass_type_identifier: TYPE,
        team_identifier: TEAM,
        serial_number: SERIAL,
        barcode_message: CODE,
        card_number: CARD,
        tier: "leto",
    }
}

fn pass_json() -> Value {
    json!({
        "formatVersion": 1,
        "passTypeIdentifier": TYPE,
        "teamIdentifier": TEAM,
        "serialNumber": SERIAL,
        "organizationName": "Времена года",
        "description": "Карта Лето",
        "storeCard": { "primaryFields": [{ "key": "tier", "label": "tier", "value": "Лето" }] },
        "barcodes": [{ "format": "PKBarcodeFormatQR", "message": CODE, "messageEncoding": "utf-8" }],
        "webServiceURL": "https://passes.example/v1",
        "authenticationToken": "0123456789abcdef",
        "userInfo": { "card_number": CARD, "tier": "leto" },
    })
}

type NamedFiles = Vec<(String, Vec<u8>)>;

/// The files of a pass but for the manifest and the signature.
fn pass_files(json: &Value) -> NamedFiles {
    let files: [(&str, &[u8]); 5] = [
        ("icon.png", b"not really a picture"),
        ("icon@2x.png", &[0; 2_000]),
        ("logo.png", b"nor this"),
        ("ru.lproj/pass.strings", "\"tier\" = \"Уровень\";".as_bytes()),
        ("en.lproj/pass.strings", b"\"tier\" = \"Tier\";"),
    ];
    let pass = ("pass.json".to_owned(), json.to_string().into_bytes());
    std::iter::once(pass).chain(files.map(|(name, content)| (name.to_owned(), content.to_vec()))).collect()
}

/// With the manifest of these files, and its signature.
fn signed(issuer: &Issuer, mut files: NamedFiles) -> NamedFiles {
    let manifest = files::manifest_of(&files);
    let signature = issuer.sign(&manifest);
    files.push(("manifest.json".to_owned(), manifest));
    files.push(("signature".to_owned(), signature));
    files
}

fn packed(files: &NamedFiles) -> Vec<u8> {
    zip(&files.iter().map(|(name, content)| Entry::deflated(name, content)).collect::<Vec<_>>())
}

fn good_pass(issuer: &Issuer) -> Vec<u8> {
    packed(&signed(issuer, pass_files(&pass_json())))
}

/// What becomes of a pass of this content, properly issued.
fn issued(change: impl FnOnce(&mut Value)) -> Result<VerifiedPass, PassFault> {
    let mut json = pass_json();
    change(&mut json);
    let issuer = Issuer::usual();
    verify(&packed(&signed(issuer, pass_files(&json))), &expectation(&issuer.root), now())
}

/// What becomes of these bytes, as a pass of the usual issuer.
fn judged(pkpass: &[u8]) -> Result<VerifiedPass, PassFault> {
    verify(pkpass, &expectation(&Issuer::usual().root), now())
}
