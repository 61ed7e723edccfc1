//! The queue against everything that a network does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use vremena_core::{
    error::CoreError,
    explanation::NextStep,
    outbox::Stop,
    receipts::{Capture, ReceiptReason, ReceiptState},
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, receipt_text, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_befalls_the_answer_the_gallery_has_the_receipt_once() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let faults = [
        "drop_answer",
        "html",
        "half_json",
        "cut_body",
        "wrong_shape",
        "success_problem",
        "huge_body",
        "never",
        "status:404",
    ];
    for (number, fault) in (1..).zip(faults) {
        phone.capture(&receipt_text(number, 100)).await.unwrap();
        gallery.admin.network(true, &[fault]).await.unwrap();
        let report = phone.drain().await.unwrap();
        if fault == "status:404" {
            // A refusal in the gallery's own form, which the app does not know: shown, and blocking nobody.
            assert_eq!((report.stopped, report.sent, report.remaining), (None, 0, 1), "{fault}");
            let item = phone.receipts().await.unwrap().into_iter().find(|receipt| receipt.wedged_reason.is_some());
            let item = item.unwrap();
            assert_eq!(item.wedged_reason.as_deref(), Some("status-404"));
            assert_eq!(item.explanation.next_step, NextStep::ContactSupport);
            continue;
        }
        assert_eq!((report.stopped, report.sent, report.remaining), (Some(Stop::Unreachable), 0, 1), "{fault}");
        let report = phone.drain().await.unwrap();
        assert_eq!((report.stopped, report.sent, report.remaining), (None, 1, 0), "{fault}");
    }
    phone.capture(&receipt_text(99, 100)).await.unwrap();
    assert_eq!(phone.drain().await.unwrap().sent, 1, "a wedged entry holds up no other");
    assert_eq!(gallery.admin.receipts().await.unwrap().len(), faults.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.capture(&receipt_text(2, 100)).await.unwrap();
    gallery.admin.network(true, &["status:429:120"]).await.unwrap();
    let report = phone.drain().await.unwrap();
    assert_eq!((report.stopped, report.remaining), (Some(Stop::Busy), 2));
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::Busy));
    assert_eq!(gallery.requests("POST", "/v1/receipts").await.unwrap(), 1, "asked once, for none of them again");
    gallery.time_passes(&phone, TimeDelta::seconds(119)).await.unwrap();
    assert_eq!(phone.drain().await.unwrap().sent, 0);
    // It asks everybody for the same: up to three times as long is added.
    gallery.time_passes(&phone, TimeDelta::seconds(362)).await.unwrap();
    assert_eq!(phone.drain().await.unwrap().sent, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_does_not_hold_the_queue() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.desktop.clock.advance(TimeDelta::days(-40));
    assert_eq!(phone.drain().await.unwrap().sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_costs_nothing_and_loses_nothing() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    for number in 1..=3 {
        phone.capture(&receipt_text(number, 100)).await.unwrap();
        assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::Unreachable));
    }
    phone.desktop.connectivity.set_online(false);
    assert_eq!(phone.drain().await.unwrap().stopped, Some(Stop::Offline));
    let phone = phone.restarted().await.unwrap();
    let items = phone.app.outbox().page(0, 10).await.unwrap();
    assert_eq!(items.iter().map(|item| item.attempts).collect::<Vec<_>>(), [0, 0, 0]);
    gallery.admin.network(true, &[]).await.unwrap();
    phone.desktop.connectivity.set_online(true);
    assert_eq!(phone.drain().await.unwrap().sent, 3);
    assert_eq!(gallery.admin.receipts().await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_receipt_is_captured_once_and_counts_once() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let text = receipt_text(1, 100);
    let first = phone.capture(&text).await.unwrap();
    let again = phone.app.receipts().capture_text(&text).await.unwrap();
    assert!(matches!(again, Capture::AlreadyKnown(receipt) if receipt.local_id == first.local_id));
    phone.drained().await.unwrap();

    // The same member on another phone, which has not heard of it: the first answer proves that it is theirs.
    let second_phone = gallery.phone().await.unwrap();
    gallery.time_passes(&second_phone, TimeDelta::minutes(2)).await.unwrap();
    gallery.sign_in(&second_phone, PHONE).await.unwrap();
    second_phone.capture(&text).await.unwrap();
    second_phone.drained().await.unwrap();
    assert_eq!(second_phone.only_receipt().await.unwrap().state, ReceiptState::Pending);

    // Another member is refused, with a reason and a next step, and learns nothing of the first.
    let stranger = gallery.signed_in(OTHER_PHONE).await.unwrap();
    stranger.capture(&text).await.unwrap();
    stranger.drained().await.unwrap();
    let refused = stranger.only_receipt().await.unwrap();
    assert_eq!((refused.state, refused.reason), (ReceiptState::Rejected, Some(ReceiptReason::CountedByAnother)));
    assert_eq!(refused.explanation.next_step, NextStep::ShowAtDesk);
    assert_eq!(gallery.admin.receipts().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_receipt_is_refused_with_its_own_reason_and_keeps_nothing() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let megabyte = "1".repeat(1_000_000);
    for (text, expected) in [
        ("", "empty"),
        (megabyte.as_str(), "too_long"),
        ("t=20260313T1200\u{7}&s=1", "control_characters"),
        ("https://vremenagoda.example/menu", "not_a_receipt"),
        ("https://ofd.soliq.uz/check?t=1", "foreign_receipt"),
        ("t=2020-03-27MSK18:17&s=48479&fn=1&i=1&fp=1&n=1", "broken_generator"),
        ("t=20260313T1200&s=1.00&fn=1&i=1&n=1", "missing_field"),
        ("t=20260313T1200&s=1.00&fn=1&i=1&fp=1&n=3", "unsupported_operation"),
        ("t=20260101T1200&s=1.00&fn=1&i=1&fp=1&n=1", "too_old"),
        ("t=20260315T1200&s=1.00&fn=1&i=1&fp=1&n=1", "in_the_future"),
        ("t=20260313T1200&s=0.00&fn=1&i=1&fp=1&n=1", "total_out_of_range"),
    ] {
        let outcome = phone.app.receipts().capture_text(text).await.unwrap();
        let Capture::NotAccepted { reason, explanation } = outcome else { panic!("{outcome:?}") };
        assert_eq!(reason, expected);
        assert!(explanation.sentence.contains(' ') && !explanation.next_step_sentence.is_empty(), "{reason}");
    }
    assert!(phone.receipts().await.unwrap().is_empty());
    assert_eq!(phone.drain().await.unwrap().remaining, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_closes_the_files_and_resume_goes_on() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    phone.app.pause().await.unwrap();
    phone.app.pause().await.unwrap();
    assert!(matches!(phone.app.receipts().capture_text(&receipt_text(2, 1)).await, Err(CoreError::Paused)));
    assert!(matches!(phone.receipts().await, Err(CoreError::Paused)));
    assert!(!phone.folder.path().join("member.db-wal").exists());
    phone.app.resume().await.unwrap();
    phone.drained().await.unwrap();
    assert_eq!(phone.only_receipt().await.unwrap().state, ReceiptState::Pending);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_works_by_itself_sends_and_observes_by_itself() {
    let gallery = Gallery::open().await.unwrap();
    let mut phone = gallery.signed_in(PHONE).await.unwrap();
    phone.config.work = vremena_core::app::Work::ByItself;
    let phone = phone.restarted().await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    wait_for(phone.app.receipts().observe(), |snapshot| snapshot.queued == 1).await.unwrap();
    gallery.admin.network(true, &[]).await.unwrap();
    phone.app.connectivity_changed();
    let snapshot = wait_for(phone.app.receipts().observe(), |snapshot| snapshot.queued == 0).await.unwrap();
    assert_eq!(snapshot.recent[0].state, ReceiptState::Pending);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outdated_app_keeps_its_queue() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 100)).await.unwrap();
    gallery.admin.network(true, &["status:426"]).await.unwrap();
    let report = phone.drain().await.unwrap();
    assert_eq!((report.stopped, report.remaining), (Some(Stop::UpdateNeeded), 1));
    gallery.admin.network(true, &["status:426"]).await.unwrap();
    assert!(matches!(phone.app.sync().pull().await, Err(CoreError::UpdateNeeded)));
    phone.drained().await.unwrap();
}
