//! The card offline, and passes that are verified before any hand-off.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use http::Method;
use serde_json::json;
use vremena_core::{
    error::CoreError,
    wallet::{CardStatus, HandOff},
};
use vremena_e2e::{Gallery, PHONE, Phone, wait_for};

async fn with_issuer(gallery: &Gallery) -> Phone {
    let mut phone = gallery.signed_in(PHONE).await.unwrap();
    phone.config.wallet_issuer = Some(gallery.admin.wallet_issuer().await.unwrap());
    phone.restarted().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_opens_the_till_offline_and_follows_the_gallery() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    let phone = phone.restarted().await.unwrap();
    let card = phone.app.wallet().card().await.unwrap().unwrap();
    assert_eq!((card.number.len(), card.status, card.tier.as_str()), (16, CardStatus::Active, "vesna"));
    let code = card.code.unwrap();
    assert_eq!(code.modules.len(), (code.size * code.size) as usize);

    gallery.admin.network(true, &[]).await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap();
    let path = format!("members/{}/card", member.member_id.as_str());
    let change = json!({ "status": "blocked", "code": { "symbology": "hologram", "error_correction": "M", "template": "{number}" } });
    gallery.admin.call(Method::PUT, &path, Some(change)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let card = phone.app.wallet().card().await.unwrap().unwrap();
    assert_eq!(
        (card.status, card.code),
        (CardStatus::Blocked, None),
        "a code that cannot be drawn is not drawn wrongly"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_pass_is_verified_and_each_forged_one_refused_for_its_own_reason() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_issuer(&gallery).await;
    let wallet = phone.app.wallet();
    let HandOff::Verified(pass) = wallet.apple_pass().await.unwrap() else { panic!("the genuine pass is refused") };
    let file = wallet.pass_file(pass.serial_number());
    assert_eq!(std::fs::read(&file).unwrap(), pass.bytes());
    let genuine = pass.into_bytes();
    for (forgery, expected) in [
        ("changed_amount", "changed_file"),
        ("other_member", "other_card"),
        ("wrong_tier", "other_tier"),
        ("wrong_type", "other_type"),
        ("wrong_team", "other_team"),
        ("wrong_serial", "other_serial"),
        ("expired", "expired"),
        ("voided", "voided"),
        ("extra_file", "extra_file"),
        ("missing_file", "missing_file"),
        ("stranger", "untrusted_signer"),
        ("no_signature", "no_signature"),
        ("cut_zip", "damaged_zip"),
        ("not_a_zip", "not_a_zip"),
        ("bomb", "inflates_too_large"),
        ("path_traversal", "unsafe_name"),
        ("duplicate_entry", "duplicate_name"),
        ("http_service", "insecure_service"),
    ] {
        gallery.admin.forge(Some(forgery)).await.unwrap();
        match wallet.apple_pass().await.unwrap() {
            HandOff::Verified(_) => panic!("{forgery} is accepted"),
            HandOff::Refused { reason, explanation } => {
                assert_eq!(reason, expected, "{forgery}");
                assert!(explanation.sentence.contains(' ') && !explanation.next_step_sentence.is_empty(), "{forgery}");
            }
        }
        assert_eq!(std::fs::read(&file).unwrap(), genuine, "{forgery} was written out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_google_link_is_checked_for_shape_and_length() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_issuer(&gallery).await;
    let HandOff::Verified(link) = phone.app.wallet().google_link().await.unwrap() else { panic!("refused") };
    assert!(link.as_str().starts_with("https://pay.google.com/gp/v/save/") && link.as_str().len() <= 1_800);
    for (forgery, expected) in
        [("google_other_host", "other_host"), ("google_too_long", "too_long"), ("google_not_a_jwt", "not_a_jwt")]
    {
        gallery.admin.forge(Some(forgery)).await.unwrap();
        let refused = phone.app.wallet().google_link().await.unwrap();
        assert!(matches!(refused, HandOff::Refused { reason, .. } if reason == expected), "{forgery}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_an_issuer_or_a_member_there_is_no_pass() {
    let gallery = Gallery::open().await.unwrap();
    let without_issuer = gallery.signed_in(PHONE).await.unwrap();
    assert!(matches!(without_issuer.app.wallet().apple_pass().await, Err(CoreError::NotFound)));
    gallery.time_passes(&without_issuer, chrono::TimeDelta::minutes(2)).await.unwrap();
    let phone = with_issuer(&gallery).await;
    for fault in ["html", "cut_body", "never", "huge_body", "drop_answer"] {
        gallery.admin.network(true, &[fault]).await.unwrap();
        let failed = phone.app.wallet().apple_pass().await;
        assert!(matches!(failed, Err(CoreError::Unreachable)), "{fault}: {failed:?}");
    }
    phone.app.account().sign_out().await.unwrap();
    assert!(matches!(phone.app.wallet().apple_pass().await, Err(CoreError::NotFound)));
    assert_eq!(phone.app.wallet().card().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_screen_is_one_snapshot() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    assert_eq!(phone.app.home().snapshot().await.unwrap(), vremena_core::home::HomeSnapshot::default());
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    phone.capture(&vremena_e2e::receipt_text(1, 100)).await.unwrap();
    let home =
        wait_for(phone.app.home().observe(), |home| home.queue.waiting == 1 && home.card.is_some()).await.unwrap();
    assert_eq!(home.programme.tier.as_ref().unwrap().id.as_str(), "vesna");
    assert!(home.member.is_some() && !home.feed.is_empty() && home.next_event.is_some());
    phone.app.account().sign_out().await.unwrap();
    wait_for(phone.app.home().observe(), |home| home.member.is_none() && home.feed.is_empty()).await.unwrap();
}
