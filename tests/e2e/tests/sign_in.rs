//! Signing in and out, and each way in which that fails.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use vremena_core::{
    account::{CardLink, SessionState, SignInFault},
    error::CoreError,
    outbox::Stop,
    receipts::ReceiptState,
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, receipt_text, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_begins_at_the_first_tier() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let snapshot = phone.app.programme().snapshot().await.unwrap();
    assert_eq!(snapshot.tier.unwrap().name, "Весна");
    assert_eq!(snapshot.to_next.unwrap().missing.unwrap().get(), 30_000_000);
    assert_eq!(snapshot.sentence, "До уровня «Лето» осталось 300\u{a0}000\u{a0}₽");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_says_how_many_tries_are_left_and_too_many_end_it() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    let account = phone.app.account();
    phone.consent().await.unwrap();
    account.request_code(PHONE).await.unwrap();
    let code = gallery.admin.code(PHONE).await.unwrap();
    let wrong = if code == "0000" { "0001" } else { "0000" };
    let mut left = Vec::new();
    loop {
        match account.sign_in(PHONE, wrong).await {
            Err(CoreError::SignIn(SignInFault::WrongCode { attempts_left })) => left.push(attempts_left.unwrap()),
            Err(CoreError::SignIn(SignInFault::TooManyTries { retry_after })) => {
                assert!(retry_after.is_some());
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(left.windows(2).all(|pair| pair[1] == pair[0] - 1) && left.len() >= 3, "{left:?}");
    assert!(matches!(account.sign_in(PHONE, &code).await, Err(CoreError::SignIn(_))), "the right code comes too late");
    assert_eq!(account.member().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_expire_and_are_not_sent_twice_at_once() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    let account = phone.app.account();
    phone.consent().await.unwrap();
    let asked = account.request_code(PHONE).await.unwrap();
    let again = account.request_code(PHONE).await;
    assert!(matches!(again, Err(CoreError::SignIn(SignInFault::TooManyTries { retry_after: Some(_) }))), "{again:?}");
    assert_eq!(gallery.requests("POST", "/v1/auth/code").await.unwrap(), 1, "the gallery has said when");
    let code = gallery.admin.code(PHONE).await.unwrap();
    gallery.time_passes(&phone, TimeDelta::from_std(asked.expires_in).unwrap() + TimeDelta::seconds(1)).await.unwrap();
    let late = account.sign_in(PHONE, &code).await;
    assert!(matches!(late, Err(CoreError::SignIn(SignInFault::CodeExpired))), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_phone_number_is_refused_without_asking_anybody() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    for text in ["", "12", "no number", "+7 900 000"] {
        let refused = phone.app.account().request_code(text).await;
        assert!(matches!(refused, Err(CoreError::SignIn(SignInFault::InvalidPhone))), "{text}: {refused:?}");
    }
    assert_eq!(gallery.requests("POST", "/v1/auth/code").await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    phone.consent().await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    assert!(matches!(phone.app.account().request_code(PHONE).await, Err(CoreError::Unreachable)));
    for fault in
        ["html", "half_json", "wrong_shape", "success_problem", "cut_body", "huge_body", "never", "drop_answer"]
    {
        gallery.admin.network(true, &[fault]).await.unwrap();
        let failed = phone.app.account().sign_in(PHONE, "0000").await;
        assert!(matches!(failed, Err(CoreError::Unreachable)), "{fault}: {failed:?}");
        assert_eq!(phone.app.account().member().await.unwrap(), None, "{fault}");
    }
    gallery.admin.network(true, &["status:503:7"]).await.unwrap();
    let busy = phone.app.account().request_code(PHONE).await;
    assert!(matches!(busy, Err(CoreError::Unavailable { retry_after: Some(wait) }) if wait.as_secs() == 7), "{busy:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_whose_answer_is_spoilt_is_none_and_the_next_one_works() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    let account = phone.app.account();
    for fault in ["drop_answer", "half_json", "cut_body", "wrong_shape"] {
        phone.consent().await.unwrap();
        account.request_code(PHONE).await.unwrap();
        let code = gallery.admin.code(PHONE).await.unwrap();
        // The gallery carries it out; only the answer does not arrive whole.
        gallery.admin.network(true, &[fault]).await.unwrap();
        let failed = account.sign_in(PHONE, &code).await;
        assert!(matches!(failed, Err(CoreError::Unreachable)), "{fault}: {failed:?}");
        assert_eq!(account.member().await.unwrap(), None, "{fault}");
        gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
        gallery.sign_in(&phone, PHONE).await.unwrap();
        assert!(account.member().await.unwrap().is_some(), "{fault}");
        account.sign_out().await.unwrap();
        gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_store_means_later_and_never_signed_out() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.desktop.secure_store.set_locked(true);
    let report = phone.drain().await.unwrap();
    assert_eq!((report.stopped, report.remaining), (Some(Stop::Locked), 1));
    assert!(matches!(phone.app.sync().pull().await, Err(CoreError::Locked)));
    assert!(phone.app.account().member().await.unwrap().is_some());
    phone.desktop.secure_store.set_locked(false);
    phone.drained().await.unwrap();

    let locked_out = gallery.phone().await.unwrap();
    locked_out.consent().await.unwrap();
    locked_out.app.account().request_code(OTHER_PHONE).await.unwrap();
    let code = gallery.admin.code(OTHER_PHONE).await.unwrap();
    locked_out.desktop.secure_store.set_locked(true);
    assert!(matches!(locked_out.app.account().sign_in(OTHER_PHONE, &code).await, Err(CoreError::Locked)));
    assert_eq!(locked_out.app.account().member().await.unwrap(), None);
    // The code is still good when the phone is unlocked.
    locked_out.desktop.secure_store.set_locked(false);
    locked_out.app.account().sign_in(OTHER_PHONE, &code).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refreshed_once_for_everybody_and_unseen() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap();
    let path = format!("members/{}/expire-access", member.member_id.as_str());
    gallery.admin.call(http::Method::POST, &path, None).await.unwrap();
    let (pulled, drained) = tokio::join!(phone.app.sync().pull(), phone.drain());
    assert!(pulled.unwrap().changed);
    assert_eq!(drained.unwrap().sent, 1);
    assert_eq!(gallery.requests("POST", "/v1/auth/refresh").await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_answer_is_lost_does_not_end_the_session() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    gallery.time_passes(&phone, TimeDelta::hours(1)).await.unwrap();
    gallery.admin.network(true, &["drop_answer"]).await.unwrap();
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::Unreachable));
    assert_eq!(phone.drain().await.unwrap().sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_keeps_the_queue_and_the_history() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap();
    let path = format!("members/{}/revoke", member.member_id.as_str());
    gallery.admin.call(http::Method::POST, &path, None).await.unwrap();
    let report = phone.drain().await.unwrap();
    assert_eq!((report.stopped, report.remaining), (Some(Stop::SignInNeeded), 1));
    assert_eq!(phone.app.account().member().await.unwrap(), Some(member));
    // Captures go on; they are this member's.
    phone.capture(&receipt_text(2, 100)).await.unwrap();
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.drained().await.unwrap();
    assert_eq!(gallery.admin.receipts().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_member_on_the_phone_never_sends_what_the_first_one_captured() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let first = phone.app.account().member().await.unwrap().unwrap().member_id;
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.app.account().sign_out().await.unwrap();
    assert!(matches!(phone.receipts().await, Err(CoreError::SignInNeeded)));
    assert!(matches!(phone.app.receipts().capture_text(&receipt_text(9, 1)).await, Err(CoreError::SignInNeeded)));
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::NobodySignedIn));

    gallery.sign_in(&phone, OTHER_PHONE).await.unwrap();
    assert_eq!(phone.drain().await.unwrap().remaining, 0);
    assert!(phone.receipts().await.unwrap().is_empty());
    assert!(gallery.admin.receipts().await.unwrap().is_empty());

    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    phone.app.account().sign_out().await.unwrap();
    gallery.sign_in(&phone, PHONE).await.unwrap();
    phone.drained().await.unwrap();
    assert_eq!(phone.only_receipt().await.unwrap().state, ReceiptState::Pending);
    let at_the_gallery = gallery.admin.receipts().await.unwrap();
    assert_eq!(at_the_gallery[0]["member_id"], first.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_works_without_a_network() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    phone.app.account().sign_out().await.unwrap();
    assert_eq!(phone.app.account().member().await.unwrap(), None);
}

/// The gallery knows of a code that this phone has not asked for: after a new start, or from another phone.
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_only_the_gallery_knows_is_asked_for_once() {
    let gallery = Gallery::open().await.unwrap();
    let (first, second) = (gallery.phone().await.unwrap(), gallery.phone().await.unwrap());
    first.consent().await.unwrap();
    second.consent().await.unwrap();
    first.app.account().request_code(PHONE).await.unwrap();
    for _ in 0..3 {
        let early = second.app.account().request_code(PHONE).await;
        assert!(
            matches!(early, Err(CoreError::SignIn(SignInFault::TooManyTries { retry_after: Some(_) }))),
            "{early:?}"
        );
    }
    assert_eq!(gallery.requests("POST", "/v1/auth/code").await.unwrap(), 2);
    gallery.time_passes(&second, TimeDelta::seconds(61)).await.unwrap();
    second.app.account().request_code(PHONE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_taken_as_it_is_typed_and_what_is_none_costs_no_try() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.phone().await.unwrap();
    phone.consent().await.unwrap();
    phone.app.account().request_code(PHONE).await.unwrap();
    let code = gallery.admin.code(PHONE).await.unwrap();
    for text in ["", "  ", "code", "12a4"] {
        let refused = phone.app.account().sign_in(PHONE, text).await;
        let no_code = SignInFault::WrongCode { attempts_left: None };
        assert!(matches!(&refused, Err(CoreError::SignIn(fault)) if *fault == no_code), "{text}: {refused:?}");
    }
    assert_eq!(gallery.requests("POST", "/v1/auth/session").await.unwrap(), 0);
    let full_width: String = code.chars().map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10).unwrap()).collect();
    phone.app.account().sign_in(PHONE, &format!(" {full_width}\n")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_by_days_neither_signs_out_nor_loops() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let refreshes = || gallery.requests("POST", "/v1/auth/refresh");
    // Set back: the phone takes a token for good that the gallery no longer does.
    phone.desktop.clock.advance(TimeDelta::days(-3));
    gallery.admin.advance(3600).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(refreshes().await.unwrap(), 1);
    // Forward: the phone takes a good one for expired.
    phone.desktop.clock.advance(TimeDelta::days(9));
    phone.app.sync().pull().await.unwrap();
    assert_eq!(refreshes().await.unwrap(), 2);
    for _ in 0..3 {
        phone.app.sync().pull().await.unwrap();
    }
    assert_eq!(refreshes().await.unwrap(), 2, "a token that was given by this clock is good by this clock");
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_seen_on_the_first_screen_and_what_is_on_the_phone_stays_readable() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let home = phone.app.home().snapshot().await.unwrap();
    assert_eq!(home.session, SessionState::Active);
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    let member = home.member.clone().unwrap().member_id;
    gallery.admin.call(http::Method::POST, &format!("members/{}/revoke", member.as_str()), None).await.unwrap();
    let observed = phone.app.home().observe();
    phone.drain().await.unwrap();
    let expired = wait_for(observed, |home| home.session == SessionState::Expired).await.unwrap();
    assert_eq!((expired.queue.waiting, &expired.card, &expired.feed), (1, &home.card, &home.feed));
    assert_eq!(phone.receipts().await.unwrap().len(), 1);
    let phone = phone.restarted().await.unwrap();
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::Expired);
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    gallery.sign_in(&phone, PHONE).await.unwrap();
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::Active);
    phone.app.account().sign_out().await.unwrap();
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::SignedOut);
    assert_eq!(phone.app.home().snapshot().await.unwrap().session, SessionState::SignedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_locked_store_a_restarted_app_is_still_signed_in() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap().restarted().await.unwrap();
    phone.desktop.secure_store.set_locked(true);
    let phone = phone.restarted().await.unwrap();
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::Active);
    assert!(matches!(phone.app.account().delete(0).await, Err(CoreError::Locked)));
    assert!(matches!(
        phone.app.account().link_card(CardLink::Number("4081507726610394".to_owned())).await,
        Err(CoreError::Locked)
    ));
    assert!(matches!(phone.app.account().sign_out().await, Err(CoreError::Locked)));
    assert!(phone.app.account().member().await.unwrap().is_some());
    phone.desktop.secure_store.set_locked(false);
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.app.account().session_state().await.unwrap(), SessionState::Active);
}
