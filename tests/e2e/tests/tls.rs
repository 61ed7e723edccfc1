//! Whom the phone takes for the gallery: certificates, keys and dates, over real TLS.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use vremena_core::{app::Vremena, error::CoreError, http::PinSet, outbox::Stop};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text, start};
use vremena_sandbox::Certificate;

const NOBODYS: [u8; 32] = [7; 32];

/// The phone is started again with these pins, which expire in a day.
async fn pinned(phone: Phone, sha256: &[[u8; 32]]) -> Phone {
    let Phone { app, desktop, mut config, folder } = phone;
    app.shut_down().await.unwrap();
    config.pins = Some(PinSet { sha256: sha256.to_vec(), expires_at: start() + TimeDelta::days(1) });
    let app = Vremena::open(config.clone(), desktop.ports()).await.unwrap();
    Phone { app, desktop, config, folder }
}

async fn assert_stranger(gallery: &Gallery, phone: &Phone) {
    let failed = phone.app.account().consent_documents().await;
    assert!(matches!(failed, Err(CoreError::Insecure)), "{failed:?}");
    let recent = phone.app.diagnostics().await.recent;
    assert!(recent.iter().any(|moment| moment.line.contains("outcome=insecure")), "support hears of it: {recent:?}");
    assert_eq!(gallery.requests("GET", "/v1/consents").await.unwrap(), 0, "nothing was said to a stranger");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_goes_to_a_server_whose_key_is_pinned() {
    for certificate in [Certificate::Good, Certificate::Backup] {
        let gallery = Gallery::open_with_tls(certificate).await.unwrap();
        let trust = gallery.sandbox.trust().unwrap().clone();
        let phone = pinned(gallery.phone().await.unwrap(), &[trust.pin, trust.backup_pin]).await;
        assert!(phone.config.base_url.starts_with("https://"));
        gallery.sign_in(&phone, PHONE).await.unwrap();
        phone.app.sync().pull().await.unwrap();
        phone.capture(&receipt_text(1, 100)).await.unwrap();
        phone.drained().await.unwrap();
        assert_eq!(gallery.admin.receipts().await.unwrap().len(), 1, "{certificate:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_key_gets_nothing_and_costs_no_attempt_until_the_pins_expire() {
    let gallery = Gallery::open_with_tls(Certificate::Unpinned).await.unwrap();
    let trust = gallery.sandbox.trust().unwrap().clone();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let phone = pinned(phone, &[trust.pin, trust.backup_pin]).await;
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let report = phone.drain().await.unwrap();
    assert_eq!((report.stopped, report.sent, report.remaining), (Some(Stop::Unreachable), 0, 1));
    let pull = phone.app.sync().pull().await;
    assert!(matches!(pull, Err(CoreError::Insecure)), "{pull:?}");
    let item = phone.app.outbox().page(0, 1).await.unwrap().pop().unwrap();
    assert_eq!((item.attempts, item.wedged_reason), (0, None));
    assert!(gallery.admin.receipts().await.unwrap().is_empty());
    assert!(told(&phone, true) && !told(&phone, false), "{:?}", phone.desktop.log.lines());

    gallery.time_passes(&phone, TimeDelta::days(1)).await.unwrap();
    phone.drained().await.unwrap();
    assert_eq!(gallery.admin.receipts().await.unwrap().len(), 1, "an app that nobody updates is not locked out");
    assert!(told(&phone, false), "{:?}", phone.desktop.log.lines());
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_that_nobody_has_keep_a_good_certificate_out() {
    let gallery = Gallery::open_with_tls(Certificate::Good).await.unwrap();
    let phone = pinned(gallery.phone().await.unwrap(), &[NOBODYS, [8; 32]]).await;
    assert_stranger(&gallery, &phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_and_somebody_elses_are_refused_with_pins_and_without() {
    for certificate in [Certificate::Expired, Certificate::OtherHost] {
        let gallery = Gallery::open_with_tls(certificate).await.unwrap();
        let trust = gallery.sandbox.trust().unwrap().clone();
        let phone = gallery.phone().await.unwrap();
        assert_stranger(&gallery, &phone).await;
        let phone = pinned(phone, &[trust.pin, trust.backup_pin]).await;
        assert_stranger(&gallery, &phone).await;
        gallery.time_passes(&phone, TimeDelta::days(2)).await.unwrap();
        assert_stranger(&gallery, &phone).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_an_unknown_authority_is_refused_even_of_a_pinned_key() {
    let gallery = Gallery::open_with_tls(Certificate::Good).await.unwrap();
    let trust = gallery.sandbox.trust().unwrap().clone();
    let mut phone = gallery.phone().await.unwrap();
    phone.config.extra_roots.clear();
    let phone = pinned(phone, &[trust.pin, NOBODYS]).await;
    assert_stranger(&gallery, &phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_no_stranger() {
    let gallery = Gallery::open_with_tls(Certificate::Good).await.unwrap();
    let phone = gallery.phone().await.unwrap();
    gallery.admin.network(true, &["cut_body"]).await.unwrap();
    let cut = phone.app.account().consent_documents().await;
    assert!(matches!(cut, Err(CoreError::Unreachable)), "{cut:?}");
    gallery.admin.network(false, &[]).await.unwrap();
    let closed = phone.app.account().consent_documents().await;
    assert!(matches!(closed, Err(CoreError::Unreachable)), "{closed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_pin_alone_is_refused_before_anything_is_opened() {
    let gallery = Gallery::open_with_tls(Certificate::Good).await.unwrap();
    let trust = gallery.sandbox.trust().unwrap().clone();
    let phone = gallery.phone().await.unwrap();
    let mut config = phone.config.clone();
    config.pins = Some(PinSet { sha256: vec![trust.pin], expires_at: start() });
    let opened = Vremena::open(config, phone.desktop.ports()).await;
    assert!(matches!(opened, Err(CoreError::Configuration(_))));
}

fn told(phone: &Phone, refused: bool) -> bool {
    phone.desktop.log.lines().contains(&format!("Warn tls: no-pinned-key refused={refused}"))
}
