//! The card in a phone's wallet: what is genuine is so by the word of others.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod pass;

use std::collections::BTreeSet;
use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Gallery, PHONE};
use pass::{APPLE, GOOGLE, Pass, token};
use serde_json::{Value, json};

#[tokio::test]
async fn a_genuine_pass_stands_up_to_every_check() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    gallery.purchase(&session, 30_012_345, "2026-03-01T12:00:00+03:00").await;
    let card = gallery.get(&session, "/v1/card").await.json();
    let answer = gallery.get(&session, APPLE).await.is(200);
    let pass = Pass::open(&answer.bytes);
    let names: Vec<_> = pass.files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "en.lproj/pass.strings",
            "icon.png",
            "icon@2x.png",
            "logo.png",
            "manifest.json",
            "pass.json",
            "ru.lproj/pass.strings",
            "signature",
        ]
    );
    assert_eq!(pass.manifest_faults(), BTreeSet::new());
    assert!(pass.is_signed(&gallery.sandbox.wallet_root()));

    let json = pass.json("pass.json");
    let number = card["number"].as_str().unwrap();
    let expected = json!({
        "formatVersion": 1, "passTypeIdentifier": "pass.example.vremenagoda", "teamIdentifier": "VREMENA001",
        "serialNumber": card["pass_serial"], "userInfo": {"card_number": number, "tier": "leto"},
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&json[field], value);
    }
    let code = json!({
        "format": "PKBarcodeFormatQR", "message": format!("VG1*{number}*leto"), "messageEncoding": "utf-8",
        "altText": number,
    });
    assert_eq!(json["barcodes"], json!([code]));
    assert!(json["webServiceURL"].as_str().unwrap().starts_with("https://"));
    assert!(json["authenticationToken"].as_str().unwrap().len() >= 16);
    assert!(json.get("voided").is_none() && json.get("expirationDate").is_none());
    let face = &json["storeCard"];
    assert_eq!(face["primaryFields"][0]["value"], 300_123.45);
    assert_eq!(face["secondaryFields"][0]["value"], "leto");
    assert_eq!(face["auxiliaryFields"][0]["value"], number);
    // Every word that stands for a text has it in both languages.
    for (language, tier) in [("ru", "Лето"), ("en", "Summer")] {
        let strings = &pass.files[&format!("{language}.lproj/pass.strings")];
        let strings = std::str::from_utf8(strings).unwrap();
        assert!(strings.contains(&format!("\"leto\" = \"{tier}\";\n")), "{strings}");
        let labels = ["primaryFields", "secondaryFields", "auxiliaryFields", "backFields"];
        let labels = labels.iter().flat_map(|fields| face[fields].as_array().unwrap());
        for word in labels.map(|field| &field["label"]).chain([&json["description"]]) {
            assert!(strings.contains(&format!("{word} = \"")), "{word}");
        }
    }
    for (name, size) in [("icon.png", (29, 29)), ("icon@2x.png", (58, 58)), ("logo.png", (160, 50))] {
        let decoder = png::Decoder::new(Cursor::new(&pass.files[name])).read_info().unwrap();
        assert_eq!((decoder.info().width, decoder.info().height), size, "{name}");
    }
}

#[tokio::test]
async fn the_pass_follows_the_card() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let fetch = async || Pass::open(&gallery.get(&session, APPLE).await.is(200).bytes);
    let before = fetch().await;
    // Deterministic but for the signature.
    let again = fetch().await;
    assert_eq!(before.files["manifest.json"], again.files["manifest.json"]);
    let code = json!({"symbology": "qr", "error_correction": "M", "template": "{tier}/{number}"});
    let path = format!("/admin/members/{}/card", session.member_id);
    gallery.admin("PUT", &path, json!({"code": code})).await.is(200);
    let name = json!({"ru": "Гость \"А\"\\\n", "en": "Guest"});
    let rules = json!({"version": 2, "tiers": [{"id": "guest", "name": name}, {"id": "bare"}]});
    gallery.admin("PUT", "/admin/rules", rules).await.is(204);
    let after = fetch().await;
    let number = &after.json("pass.json")["userInfo"]["card_number"];
    let message = after.json("pass.json")["barcodes"][0]["message"].clone();
    assert_eq!(message, format!("guest/{}", number.as_str().unwrap()));
    let strings = String::from_utf8(after.files["ru.lproj/pass.strings"].clone()).unwrap();
    assert!(strings.contains(r#""guest" = "Гость \"А\"\\\n";"#), "{strings}");
    gallery.admin("PUT", "/admin/rules", json!({"version": 3, "tiers": [{"id": "bare"}]})).await.is(204);
    let strings = String::from_utf8(fetch().await.files["ru.lproj/pass.strings"].clone()).unwrap();
    assert!(strings.contains(r#""bare" = "bare";"#), "{strings}");
}

#[tokio::test]
async fn google_gets_a_short_link_with_a_signed_token() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let card = gallery.get(&session, "/v1/card").await.json();
    let url = gallery.get(&session, GOOGLE).await.is(200).json()["save_url"].as_str().unwrap().to_owned();
    assert!(url.len() <= 1800);
    let (header, claims, signature) = token(&url, "https://pay.google.com/gp/v/save/");
    assert_eq!((&header["alg"], &header["typ"], signature.len()), (&json!("ES256"), &json!("JWT"), 64));
    let object = &claims["payload"]["loyaltyObjects"][0];
    let number = card["number"].as_str().unwrap();
    let expected = json!({
        "iss": "wallet@vremenagoda.example", "aud": "google", "typ": "savetowallet", "iat": claims["iat"],
        "origins": [], "payload": {"loyaltyObjects": [{
            "id": object["id"], "classId": object["classId"], "accountId": number, "state": "ACTIVE",
            "barcode": {"type": "QR_CODE", "value": format!("VG1*{number}*vesna")},
        }]},
    });
    assert_eq!(claims, expected);
    let start: chrono::DateTime<chrono::Utc> = common::START.parse().unwrap();
    assert!((start.timestamp()..start.timestamp() + 60).contains(&claims["iat"].as_i64().unwrap()));
}

#[tokio::test]
async fn the_authority_is_thrown_away_at_the_end() {
    let (one, other) = (Gallery::start().await, Gallery::start().await);
    assert_ne!(one.sandbox.wallet_root(), other.sandbox.wallet_root());
    let issuer = one.admin("GET", "/admin/wallet", Value::Null).await.is(200).json();
    let expected = json!({
        "root_der_base64": STANDARD.encode(one.sandbox.wallet_root()),
        "pass_type_identifier": "pass.example.vremenagoda", "team_identifier": "VREMENA001",
    });
    assert_eq!(issuer, expected);
    let session = one.sign_in(PHONE).await;
    let pass = Pass::open(&one.get(&session, APPLE).await.is(200).bytes);
    assert!(!pass.is_signed(&other.sandbox.wallet_root()));
    for forge in [json!({"forge": "everything"}), json!({"forge": 7}), json!([])] {
        one.admin("PUT", "/admin/wallet", forge).await.refused(400, "malformed");
    }
}

/// The clock can be moved to any year, and the passes of that day are signed then.
#[tokio::test]
async fn passes_of_other_years() {
    let gallery = Gallery::start().await;
    for (number, instant) in ["1971-01-01T00:00:00Z", "2049-12-31T23:59:00Z", "2199-12-31T00:00:00Z"].iter().enumerate()
    {
        gallery.set_clock(instant).await;
        let session = gallery.sign_in(&format!("+7900000000{number}")).await;
        let pass = Pass::open(&gallery.get(&session, APPLE).await.is(200).bytes);
        assert!(pass.is_signed(&gallery.sandbox.wallet_root()), "{instant}");
    }
}
