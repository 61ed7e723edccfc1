//! Forged passes and links: each is wrong in one way only.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod pass;

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use common::{Gallery, PHONE, Session};
use pass::{APPLE, GOOGLE, Pass, token};
use serde_json::{Value, json};
use zip::ZipArchive;

async fn forged(gallery: &Gallery, session: &Session, path: &str, word: &str) -> Vec<u8> {
    gallery.admin("PUT", "/admin/wallet", json!({"forge": word})).await.is(204);
    let bearer = session.bearer();
    let answer = gallery.raw("GET", path, &[("authorization", &bearer)], None).await.unwrap().is(200);
    gallery.admin("PUT", "/admin/wallet", json!({"forge": null})).await.is(204);
    answer.bytes
}

/// Signed and whole, and only what it says is not true: each differs from a genuine one in these fields.
#[tokio::test]
async fn passes_that_lie() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let genuine = Pass::open(&gallery.get(&session, APPLE).await.is(200).bytes).json("pass.json");
    let card = "/barcodes/0/altText /barcodes/0/message /storeCard/auxiliaryFields/0/value /userInfo/card_number";
    let tier = "/barcodes/0/message /storeCard/secondaryFields/0/value /userInfo/tier";
    for (word, fields) in [
        ("other_member", card),
        ("wrong_tier", tier),
        ("wrong_type", "/passTypeIdentifier"),
        ("wrong_team", "/teamIdentifier"),
        ("wrong_serial", "/serialNumber"),
        ("expired", "/expirationDate"),
        ("voided", "/voided"),
        ("http_service", "/webServiceURL"),
    ] {
        let pass = Pass::open(&forged(&gallery, &session, APPLE, word).await);
        assert_eq!(pass.manifest_faults(), BTreeSet::new(), "{word}");
        assert!(pass.is_signed(&gallery.sandbox.wallet_root()), "{word}");
        let mut different = Vec::new();
        differences("", &genuine, &pass.json("pass.json"), &mut different);
        different.sort_unstable();
        assert_eq!(different.join(" "), fields, "{word}");
    }
    let lie = async |word| Pass::open(&forged(&gallery, &session, APPLE, word).await).json("pass.json");
    assert_eq!(lie("wrong_tier").await["userInfo"]["tier"], "zima");
    assert_eq!(lie("voided").await["voided"], true);
    assert!(lie("expired").await["expirationDate"].as_str().unwrap().starts_with("2026-03-09T09:00:"));
    assert!(lie("http_service").await["webServiceURL"].as_str().unwrap().starts_with("http://"));
    // And afterwards nothing is forged.
    let after = Pass::open(&gallery.get(&session, APPLE).await.is(200).bytes);
    assert_eq!(after.json("pass.json"), genuine);
}

fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for name in names {
                let of = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                differences(&format!("{path}/{name}"), &of(one), &of(other), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}/{index}"), one, other, found);
            }
        }
        _ if one == other => {}
        _ => found.push(path.to_owned()),
    }
}

/// What `pass.json` says is true, and the files around it are wrong in one way.
#[tokio::test]
async fn passes_that_are_broken() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let root = gallery.sandbox.wallet_root();
    let genuine = gallery.get(&session, APPLE).await.is(200).bytes;
    let files: BTreeSet<_> = Pass::open(&genuine).files.into_keys().collect();
    for (word, more, less, fault, signed) in [
        ("changed_amount", None, None, Some("pass.json"), true),
        ("extra_file", Some("extra.txt"), None, Some("extra.txt"), true),
        ("missing_file", None, Some("logo.png"), Some("logo.png"), true),
        ("path_traversal", Some("../evil"), None, None, true),
        ("stranger", None, None, None, false),
    ] {
        let pass = Pass::open(&forged(&gallery, &session, APPLE, word).await);
        let mut expected = files.clone();
        expected.extend(more.map(str::to_owned));
        less.map(|name| expected.remove(name));
        assert!(pass.files.keys().eq(&expected), "{word}");
        assert!(pass.manifest_faults().iter().eq(fault), "{word}");
        assert_eq!(pass.is_signed(&root), signed, "{word}");
    }
    let unsigned = Pass::open(&forged(&gallery, &session, APPLE, "no_signature").await);
    assert_eq!(unsigned.files.len(), files.len() - 1);
    assert!(!unsigned.files.contains_key("signature"));
    assert_eq!(unsigned.manifest_faults(), BTreeSet::new());

    // The same file twice, as the directory at the end has it, and nothing else.
    let twice = forged(&gallery, &session, APPLE, "duplicate_entry").await;
    let mut expected = directory(&genuine);
    expected.push("pass.json".to_owned());
    assert_eq!(directory(&twice), expected);
    let pass = Pass::open(&twice);
    assert_eq!(pass.manifest_faults(), BTreeSet::new());
    assert!(pass.is_signed(&root));

    let cut = forged(&gallery, &session, APPLE, "cut_zip").await;
    assert!(cut.starts_with(b"PK\x03\x04") && ZipArchive::new(Cursor::new(cut)).is_err());
    let none = forged(&gallery, &session, APPLE, "not_a_zip").await;
    assert!(!none.is_empty() && !none.windows(2).any(|mark| mark == b"PK"));
}

/// The names in the directory at the archive's end.
fn directory(archive: &[u8]) -> Vec<String> {
    let starts = archive.windows(4).enumerate().filter(|(_, mark)| mark == b"PK\x01\x02").map(|(start, _)| start);
    let name = |start: usize| {
        let length = u16::from_le_bytes([archive[start + 28], archive[start + 29]]);
        String::from_utf8(archive[start + 46..][..length.into()].to_vec()).unwrap()
    };
    starts.map(name).collect()
}

#[tokio::test]
async fn the_bomb_is_small_until_it_is_inflated() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let bytes = forged(&gallery, &session, APPLE, "bomb").await;
    assert!(bytes.len() < 2_000_000, "{}", bytes.len());
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names.iter().filter(|name| *name == "background.png").count(), 1);
    let mut bomb = archive.by_name("background.png").unwrap();
    assert_eq!(bomb.size(), 210_000_000);
    // It is a file like any other: to its end, and in the signed manifest.
    let mut piece = vec![1; 1 << 20];
    let mut inflated = 0;
    loop {
        match bomb.read(&mut piece).unwrap() {
            0 => break,
            read => inflated += read,
        }
    }
    assert_eq!(inflated, 210_000_000);
    drop(bomb);
    let mut manifest = String::new();
    archive.by_name("manifest.json").unwrap().read_to_string(&mut manifest).unwrap();
    assert!(manifest.contains(r#""background.png":"3516d626e11eb58b10262cd2b5202680ce4062a9""#));
}

#[tokio::test]
async fn links_that_are_forged() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let link = async |word| {
        let answer = forged(&gallery, &session, GOOGLE, word).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        answer["save_url"].as_str().unwrap().to_owned()
    };
    let (_, claims, _) = token(&link("voided").await, "https://pay.google.com/gp/v/save/");
    let other = link("google_other_host").await;
    let (_, same, _) = token(&other, "https://pay.google.com.vremenagoda.example/gp/v/save/");
    assert_eq!(same["payload"], claims["payload"]);
    let long = link("google_too_long").await;
    assert!(long.len() > 1800);
    let (_, fat, _) = token(&long, "https://pay.google.com/gp/v/save/");
    let mut different = Vec::new();
    differences("", &claims["payload"], &fat["payload"], &mut different);
    assert_eq!(different, ["/loyaltyObjects/0/textModulesData"]);
    assert_eq!(link("google_not_a_jwt").await, "https://pay.google.com/gp/v/save/not-a-token");
}
