//! Consents, the card that the reception gave out, and leaving the programme.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    account::{
        AccountDeletion, CardLink, CardLinkFault, CardLinking, ConsentChange, ConsentDecision, ConsentFault,
        ConsentPurpose, SessionState, SignInFault,
    },
    error::CoreError,
    explanation::NextStep,
    outbox::Stop,
    wallet::HandOff,
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, Phone, receipt_text};

use ConsentPurpose::{Advertising, Analytics, Processing};

const NUMBER: &str = "4081507726610394";

async fn publish(gallery: &Gallery, purpose: &str) {
    gallery.admin.call(Method::PUT, &format!("consents/{purpose}"), Some(json!({}))).await.unwrap();
}

async fn needed(phone: &Phone) -> Vec<ConsentPurpose> {
    match phone.app.account().request_code(PHONE).await {
        Err(CoreError::SignIn(SignInFault::ConsentNeeded { purposes })) => purposes,
        other => panic!("{other:?}"),
    }
}

async fn decided(phone: &Phone) -> Vec<(ConsentPurpose, u32, bool)> {
    let mut consents = phone.app.account().consents().await.unwrap();
    consents.sort_by_key(|consent| consent.purpose.code());
    consents.iter().map(|consent| (consent.purpose, consent.version, consent.granted)).collect()
}

/// What the gallery holds as proof, oldest first.
async fn proof(gallery: &Gallery, phone: &Phone) -> Vec<(String, bool)> {
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let list = gallery.admin.call(Method::GET, &format!("members/{}/consents", member.as_str()), None).await.unwrap();
    let row = |row: &Value| (row["purpose"].as_str().unwrap().to_owned(), row["granted"].as_bool().unwrap());
    list.as_array().unwrap().iter().map(row).collect()
}

async fn set(phone: &Phone, purpose: ConsentPurpose, granted: bool) -> ConsentDecision {
    match phone.app.account().set_consent(purpose, granted).await.unwrap() {
        ConsentChange::Queued(decision) => decision,
        other => panic!("{other:?}"),
    }
}

async fn give_out(gallery: &Gallery, mut card: Value) -> String {
    card["purchases"] = json!([
        {"total_kopecks": 20_000_000, "issued_at": "2026-03-01T12:00:00+03:00", "shop": "Дом", "category": "home"},
        {"total_kopecks": 15_000_000, "issued_at": "2026-03-02T12:00:00+03:00", "shop": "Дом", "category": "home"},
    ]);
    let card = gallery.admin.call(Method::POST, "cards", Some(card)).await.unwrap();
    card["number"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_is_sent_with_consent_only() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    assert_eq!(needed(&phone).await, [Processing]);
    // Nobody decides of what nobody has read.
    let unread = phone.app.account().decide_consents(vec![(Processing, true)]).await;
    assert!(matches!(unread, Err(CoreError::SignIn(SignInFault::ConsentNeeded { .. }))), "{unread:?}");
    let documents = phone.app.account().consent_documents().await.unwrap();
    assert_eq!(
        documents.iter().map(|d| (d.purpose, d.required)).collect::<Vec<_>>(),
        [(Processing, true), (Advertising, false), (Analytics, false)]
    );
    assert_eq!(documents[1].title, "Реклама");
    phone.app.account().decide_consents(vec![(Processing, false)]).await.unwrap();
    assert_eq!(needed(&phone).await, [Processing]);
    assert_eq!(gallery.requests("POST", "/v1/auth/code").await.unwrap(), 0, "nothing was sent");

    phone.app.account().decide_consents(vec![(Processing, true), (Advertising, true)]).await.unwrap();
    let phone = phone.restarted().await.unwrap();
    phone.app.account().request_code(PHONE).await.unwrap();
    let code = gallery.admin.code(PHONE).await.unwrap();
    phone.app.account().sign_in(PHONE, &code).await.unwrap();
    assert_eq!(decided(&phone).await, [(Advertising, 1, true), (Processing, 1, true)]);
    assert_eq!(proof(&gallery, &phone).await.len(), 2);
    // The next one to sign in on this phone decides for themselves.
    phone.app.account().sign_out().await.unwrap();
    assert_eq!(needed(&phone).await, [Processing]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_read_and_decided_anew() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    phone.app.account().consent_documents().await.unwrap();
    phone.app.account().decide_consents(vec![(Processing, true), (Advertising, true)]).await.unwrap();
    publish(&gallery, "processing").await;
    publish(&gallery, "advertising").await;
    assert_eq!(needed(&phone).await, [Processing, Advertising]);
    let asked = gallery.requests("POST", "/v1/auth/code").await.unwrap();
    // Now the phone knows of them itself; a yes to what was not read is no yes to it.
    phone.app.account().decide_consents(vec![(Processing, true)]).await.unwrap();
    assert_eq!(needed(&phone).await, [Processing, Advertising]);
    assert_eq!(gallery.requests("POST", "/v1/auth/code").await.unwrap(), asked);
    assert_eq!(phone.app.account().consent_documents().await.unwrap()[0].version, 2);
    phone.app.account().decide_consents(vec![(Processing, true), (Advertising, false)]).await.unwrap();
    phone.app.account().request_code(PHONE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_documents_are_those_last_known() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    assert!(matches!(phone.app.account().consent_documents().await, Err(CoreError::Unreachable)));
    gallery.admin.network(true, &[]).await.unwrap();
    let documents = phone.app.account().consent_documents().await.unwrap();
    assert_eq!(phone.app.account().consent_documents().await.unwrap(), documents, "not modified");
    for fault in ["html", "half_json", "wrong_shape", "status:503", "drop_answer"] {
        gallery.admin.network(true, &[fault]).await.unwrap();
        assert_eq!(phone.app.account().consent_documents().await.unwrap(), documents, "{fault}");
    }
    gallery.admin.network(false, &[]).await.unwrap();
    let phone = phone.restarted().await.unwrap();
    assert_eq!(phone.app.account().consent_documents().await.unwrap(), documents);
    phone.app.account().decide_consents(vec![(Processing, true)]).await.unwrap();
    assert!(matches!(phone.app.account().request_code(PHONE).await, Err(CoreError::Unreachable)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_given_and_withdrawn_offline_in_order() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let before = proof(&gallery, &phone).await.len();
    gallery.admin.network(false, &[]).await.unwrap();
    set(&phone, Advertising, true).await;
    set(&phone, Advertising, false).await;
    set(&phone, Advertising, true).await;
    assert!(matches!(phone.app.account().set_consent(Advertising, true).await.unwrap(), ConsentChange::Unchanged(_)));
    let phone = phone.restarted().await.unwrap();
    assert_eq!(decided(&phone).await, [(Advertising, 1, true), (Analytics, 1, false), (Processing, 1, true)]);
    // The answer to the first is lost: it is sent again, and carried out once.
    gallery.admin.network(true, &["drop_answer"]).await.unwrap();
    phone.drained().await.unwrap();
    let proof = proof(&gallery, &phone).await.split_off(before);
    let advertising = |granted| ("advertising".to_owned(), granted);
    assert_eq!(proof, [advertising(true), advertising(false), advertising(true)]);
    phone.app.sync().pull().await.unwrap();
    assert!(decided(&phone).await.contains(&(Advertising, 1, true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_on_another_phone_is_pulled_and_never_over_what_waits() {
    let gallery = Gallery::open().await.unwrap();
    let first = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.advance(61).await.unwrap();
    let second = gallery.signed_in(PHONE).await.unwrap();
    set(&second, Advertising, true).await;
    second.drained().await.unwrap();
    set(&first, Analytics, true).await;
    first.app.sync().pull().await.unwrap();
    assert_eq!(decided(&first).await, [(Advertising, 1, true), (Analytics, 1, true), (Processing, 1, true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_required_consent_is_not_withdrawn_but_with_the_account() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let refused = phone.app.account().set_consent(Processing, false).await.unwrap();
    let ConsentChange::NotAccepted { fault: ConsentFault::Required, explanation } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(explanation.sentence, "Без этого согласия участия нет. Отказаться от него можно, удалив аккаунт.");
    assert!(phone.app.outbox().page(0, 10).await.unwrap().is_empty());
    // A restarted app has shown nothing yet: a yes needs the text, a no does not.
    let phone = phone.restarted().await.unwrap();
    let unread = phone.app.account().set_consent(Advertising, true).await.unwrap();
    assert!(matches!(unread, ConsentChange::NotAccepted { fault: ConsentFault::Outdated, .. }), "{unread:?}");
    phone.app.account().sign_out().await.unwrap();
    assert!(matches!(phone.app.account().set_consent(Advertising, false).await, Err(CoreError::SignInNeeded)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_a_text_that_changed_meanwhile_is_taken_back_and_wedges_nothing() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    set(&phone, Advertising, true).await;
    publish(&gallery, "advertising").await;
    phone.drained().await.unwrap();
    assert!(decided(&phone).await.contains(&(Advertising, 1, false)), "as it was before");
    phone.app.account().consent_documents().await.unwrap();
    assert_eq!(set(&phone, Advertising, true).await.version, 2);
    phone.drained().await.unwrap();
    assert!(decided(&phone).await.contains(&(Advertising, 2, true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reception_s_card_brings_its_history() {
    let gallery = Gallery::open().await.unwrap();
    give_out(&gallery, json!({"number": NUMBER})).await;
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    // The answer is lost: asking again resolves it.
    gallery.admin.network(true, &["drop_answer"]).await.unwrap();
    let link = || CardLink::Number("4081 5077 2661 0394".to_owned());
    assert!(matches!(phone.app.account().link_card(link()).await, Err(CoreError::Unreachable)));
    for _ in 0..2 {
        let CardLinking::Linked(linked) = phone.app.account().link_card(link()).await.unwrap() else { panic!() };
        assert_eq!((linked.number.as_str(), linked.receipts), (NUMBER, 2));
    }
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.receipts().await.unwrap().len(), 3);
    let home = phone.app.home().snapshot().await.unwrap();
    assert_eq!(home.member.unwrap().tier.as_str(), "leto");
    assert_eq!(home.card.unwrap().number, NUMBER);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_conflict_of_a_card_is_explained() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let other = gallery.signed_in(OTHER_PHONE).await.unwrap();
    let blocked = give_out(&gallery, json!({"status": "blocked"})).await;
    let taken = give_out(&gallery, json!({})).await;
    other.app.account().link_card(CardLink::Number(taken.clone())).await.unwrap();
    give_out(&gallery, json!({"phone": PHONE})).await;
    let second = give_out(&gallery, json!({"phone": PHONE})).await;
    for (link, expected) in [
        (CardLink::Number("0000000000000000".to_owned()), CardLinkFault::CardUnknown),
        (CardLink::Number("no number".to_owned()), CardLinkFault::CardUnknown),
        (CardLink::Phone(OTHER_PHONE.to_owned()), CardLinkFault::CardUnknown),
        (CardLink::Number(blocked), CardLinkFault::CardBlocked),
        (CardLink::Number(taken), CardLinkFault::LinkedToAnother),
        (CardLink::Phone("8 900 000-00-00".to_owned()), CardLinkFault::PhoneNotUnique),
    ] {
        let refused = phone.app.account().link_card(link).await.unwrap();
        let CardLinking::NotAccepted { fault, explanation } = refused else { panic!("{expected:?}: {refused:?}") };
        assert_eq!((fault, explanation.next_step), (expected, NextStep::AskAtDesk));
        assert!(!explanation.sentence.is_empty() && !explanation.next_step_sentence.is_empty());
    }
    let no_phone = phone.app.account().link_card(CardLink::Phone("12".to_owned())).await;
    assert!(matches!(no_phone, Err(CoreError::SignIn(SignInFault::InvalidPhone))), "{no_phone:?}");
    // The number tells the two apart.
    assert!(matches!(
        phone.app.account().link_card(CardLink::Number(second)).await.unwrap(),
        CardLinking::Linked(linked) if linked.receipts == 2
    ));
}

/// Every file of the phone, after it was closed.
async fn files(phone: Phone) -> Vec<(String, Vec<u8>)> {
    phone.app.shut_down().await.unwrap();
    let mut folders = vec![phone.folder.path().to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.display().to_string(), std::fs::read(path).unwrap()));
            }
        }
    }
    files
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_leaves_nothing_of_the_member_and_everything_of_others() {
    let gallery = Gallery::open().await.unwrap();
    let mut phone = gallery.phone().await.unwrap();
    phone.config.wallet_issuer = Some(gallery.admin.wallet_issuer().await.unwrap());
    let phone = phone.restarted().await.unwrap();
    gallery.sign_in(&phone, OTHER_PHONE).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let HandOff::Verified(other_pass) = phone.app.wallet().apple_pass().await.unwrap() else { panic!() };
    let other = phone.app.account().member().await.unwrap().unwrap();
    phone.capture(&receipt_text(7, 700)).await.unwrap();
    phone.app.account().sign_out().await.unwrap();

    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let card = phone.app.wallet().card().await.unwrap().unwrap();
    let HandOff::Verified(pass) = phone.app.wallet().apple_pass().await.unwrap() else { panic!() };
    assert!(phone.app.wallet().pass_file(pass.serial_number()).exists());
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    phone.capture(&receipt_text(2, 200)).await.unwrap();
    set(&phone, Advertising, true).await;
    let warning = phone.app.account().deletion().await.unwrap();
    assert_eq!((warning.unsent, warning.wedged), (2, 0));
    assert!(warning.explanation.sentence.contains("2 действия ещё не отправлены"), "{warning:?}");
    assert_eq!(phone.app.account().delete(1).await.unwrap(), AccountDeletion::Asked(warning.clone()));
    assert!(matches!(phone.app.account().delete(2).await, Err(CoreError::Unreachable)));
    assert_eq!(phone.receipts().await.unwrap().len(), 2, "nothing has happened");

    gallery.admin.network(true, &[]).await.unwrap();
    assert_eq!(phone.app.account().delete(2).await.unwrap(), AccountDeletion::Deleted);
    assert_eq!(phone.app.account().member().await.unwrap(), None);
    assert_eq!(phone.app.home().snapshot().await.unwrap(), Default::default());
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::NobodySignedIn));
    assert!(phone.app.wallet().pass_file(other_pass.serial_number()).exists());
    assert!(!phone.app.wallet().pass_file(pass.serial_number()).exists());

    // The other member finds what is theirs.
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    gallery.sign_in(&phone, OTHER_PHONE).await.unwrap();
    assert_eq!(phone.app.account().member().await.unwrap(), Some(other.clone()));
    assert_eq!(phone.receipts().await.unwrap().len(), 1);
    phone.drained().await.unwrap();

    let files = files(phone).await;
    assert!(files.iter().any(|(_, bytes)| holds(bytes, other.member_id.as_str())), "the search finds what is there");
    for (file, bytes) in &files {
        for canary in [member.as_str(), &card.number, pass.serial_number()] {
            assert!(!holds(bytes, canary), "{file} still holds something of the member");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_whose_answer_is_lost_keeps_everything_and_is_resolved_by_asking_again() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.admin.network(true, &["drop_answer"]).await.unwrap();
    assert!(matches!(phone.app.account().delete(0).await, Err(CoreError::Unreachable)));
    assert_eq!(phone.receipts().await.unwrap().len(), 1);
    // Whatever else is asked meanwhile, and however often the app starts: the tokens still tell.
    assert!(matches!(phone.app.sync().pull().await, Err(CoreError::SignInNeeded)));
    gallery.time_passes(&phone, TimeDelta::hours(1)).await.unwrap();
    assert!(matches!(phone.app.sync().pull().await, Err(CoreError::SignInNeeded)));
    phone.capture(&receipt_text(2, 100)).await.unwrap();
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::SignInNeeded));
    assert!(phone.app.outbox().page(0, 10).await.unwrap()[0].wedged_reason.is_none());
    let phone = phone.restarted().await.unwrap();
    assert!(matches!(phone.app.account().delete(0).await.unwrap(), AccountDeletion::Asked(_)));
    assert_eq!(phone.app.account().delete(1).await.unwrap(), AccountDeletion::Deleted);
    assert_eq!(phone.app.account().member().await.unwrap(), None);
    // The same phone number joins as somebody new.
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert!(phone.receipts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_again_after_a_deletion_on_another_phone_finds_nothing_of_the_old_member() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let old = phone.app.account().member().await.unwrap().unwrap().member_id;
    gallery.admin.advance(61).await.unwrap();
    let other = gallery.signed_in(PHONE).await.unwrap();
    assert_eq!(other.app.account().delete(0).await.unwrap(), AccountDeletion::Deleted);

    // Nobody has asked for it here: what is on the phone stays readable until somebody joins anew.
    assert!(matches!(phone.app.sync().pull().await, Err(CoreError::SignInNeeded)));
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::Expired);
    assert_eq!(phone.receipts().await.unwrap().len(), 1);
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    gallery.sign_in(&phone, PHONE).await.unwrap();
    let new = phone.app.account().member().await.unwrap().unwrap().member_id;
    assert_ne!(new, old);
    phone.app.sync().pull().await.unwrap();
    assert!(phone.receipts().await.unwrap().is_empty());
    assert_eq!(phone.drain().await.unwrap().remaining, 0);
    for (file, bytes) in files(phone).await {
        assert!(!holds(&bytes, old.as_str()), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_no_deletion() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let path = format!("members/{}/revoke", member.as_str());
    gallery.admin.call(Method::POST, &path, None).await.unwrap();
    assert!(matches!(phone.app.account().delete(1).await, Err(CoreError::SignInNeeded)));
    for fault in ["html", "half_json", "status:401", "status:404"] {
        gallery.admin.network(true, &[fault]).await.unwrap();
        assert!(phone.app.account().delete(1).await.is_err(), "{fault}");
    }
    assert_eq!(phone.receipts().await.unwrap().len(), 1);
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.drained().await.unwrap();
}
