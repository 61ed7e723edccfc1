//! What can come between an appeal and its answer.

use std::io::Write as _;

use chrono::TimeDelta;
use http::Method;
use serde_json::json;
use vremena_core::{
    account::AccountDeletion,
    appeals::{AppealReason, AppealState, CapturedPicture},
    explanation::NextStep,
    outbox::DrainBudget,
};
use vremena_e2e::{Gallery, PHONE, Phone};

use crate::{answer, at_the_gallery, photograph, rejected, submitted};

/// A phone with a rejected receipt and an appeal about it, of two parts, in the queue.
async fn with_an_appeal(gallery: &Gallery) -> Phone {
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let receipt = rejected(gallery, &phone, 1).await;
    let appeal = submitted(&phone, &receipt, vec![photograph(360, 240, 5)]).await;
    assert_eq!((appeal.state, appeal.photographs_waiting), (AppealState::Waiting, 1));
    phone
}

async fn state(phone: &Phone) -> (AppealState, u32) {
    let [appeal] = phone.app.appeals().list().await.unwrap().try_into().unwrap();
    (appeal.state, appeal.photographs_waiting)
}

async fn queued(phone: &Phone) -> Vec<(String, bool)> {
    let page = phone.app.outbox().page(0, 200).await.unwrap();
    page.into_iter().map(|entry| (entry.kind, entry.wedged_reason.is_some())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_another_phone_has_made_is_refused_with_its_reason() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_an_appeal(&gallery).await;
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    let other = gallery.signed_in(PHONE).await.unwrap();
    submitted(&other, &other.only_receipt().await.unwrap(), Vec::new()).await;
    other.drained().await.unwrap();
    phone.drained().await.unwrap();
    let refused = phone.app.appeals().list().await.unwrap().remove(0);
    assert_eq!((refused.state, refused.reason), (AppealState::Refused, Some(AppealReason::AppealOpen)));
    assert_eq!((refused.photographs_waiting, refused.explanation.next_step), (0, NextStep::Wait));
    phone.app.sync().pull().await.unwrap();
    assert_eq!(phone.app.appeals().list().await.unwrap().len(), 2, "the other phone's is known here too");
    assert_eq!(at_the_gallery(&gallery).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_cannot_be_sent_as_it_is_can_be_retried_or_given_up() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    for gives_up in [false, true] {
        // The later one is the newer one.
        gallery.time_passes(&phone, TimeDelta::minutes(1)).await.unwrap();
        let number = 1 + u32::from(gives_up);
        let receipt = rejected(&gallery, &phone, number).await;
        submitted(&phone, &receipt, vec![photograph(360, 240, 6)]).await;
        gallery.admin.network(true, &["pass", "status:451"]).await.unwrap();
        phone.drained().await.unwrap_err();
        assert_eq!(queued(&phone).await, [("appeal-part".to_owned(), true)]);
        let stuck = phone.app.appeals().list().await.unwrap().remove(0);
        assert_eq!((stuck.state, stuck.explanation.next_step), (AppealState::Open, NextStep::ContactSupport));
        let entry = phone.app.outbox().page(0, 1).await.unwrap().remove(0).entry_id;
        if gives_up {
            phone.app.outbox().discard(entry).await.unwrap();
        } else {
            phone.app.outbox().retry(entry).await.unwrap();
        }
        phone.drained().await.unwrap();
        let appeal = phone.app.appeals().list().await.unwrap().remove(0);
        assert_eq!((appeal.state, appeal.photographs_waiting), (AppealState::Open, 0));
        let arrived = at_the_gallery(&gallery).await[0]["photographs_received"].clone();
        assert_eq!(arrived, u32::from(!gives_up));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_is_given_up_leaves_nothing_and_can_be_made_again() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_an_appeal(&gallery).await;
    gallery.admin.network(true, &["status:451"]).await.unwrap();
    phone.drain().await.unwrap();
    let entry = phone.app.outbox().page(0, 1).await.unwrap().remove(0).entry_id;
    phone.app.outbox().discard(entry).await.unwrap();
    assert!(phone.app.appeals().list().await.unwrap().is_empty() && queued(&phone).await.is_empty());
    let receipt = phone.only_receipt().await.unwrap();
    assert_eq!(receipt.explanation.next_step, NextStep::Appeal);
    submitted(&phone, &receipt, Vec::new()).await;
    phone.drained().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Open, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_ends_photographs_that_are_still_on_their_way() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_an_appeal(&gallery).await;
    let one = DrainBudget { entries: Some(1), ..DrainBudget::default() };
    phone.app.outbox().drain(one).await.unwrap();
    assert_eq!(queued(&phone).await, [("appeal-part".to_owned(), false)]);
    let appeal = phone.app.appeals().list().await.unwrap().remove(0);
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    answer(&gallery, &appeal, "accepted", "Вы правы.").await;
    // The part meets the answer before the phone knows of it.
    phone.drained().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Open, 0));
    phone.app.sync().pull().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Accepted, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_an_appeal_survive_a_damaged_file() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_an_appeal(&gallery).await;
    damaged(&phone).await;
    let kept = phone.app.appeals().list().await.unwrap().remove(0);
    assert_eq!((kept.state, kept.comment.as_str()), (AppealState::Waiting, "Чек из вашего бутика."));
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Open, 0));
    assert_eq!(at_the_gallery(&gallery).await[0]["comment"], "Чек из вашего бутика.");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_a_photograph_waits_that_a_damaged_file_has_lost() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_an_appeal(&gallery).await;
    let one = DrainBudget { entries: Some(1), ..DrainBudget::default() };
    phone.app.outbox().drain(one).await.unwrap();
    assert_eq!(queued(&phone).await, [("appeal-part".to_owned(), false)]);
    damaged(&phone).await;
    assert_eq!(queued(&phone).await, []);
    phone.app.sync().pull().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Open, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_gallery_has_lost_is_brought_again() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let receipt = rejected(&gallery, &phone, 1).await;
    let named = Some(json!({ "name": "before" }));
    gallery.admin.call(Method::POST, "snapshot", named.clone()).await.unwrap();
    let photographs = vec![photograph(40, 30, 8), photograph(360, 240, 9)];
    submitted(&phone, &receipt, photographs).await;
    // The appeal, its first photograph and a part of the second one have come; then the gallery forgets.
    let three = DrainBudget { entries: Some(3), ..DrainBudget::default() };
    phone.app.outbox().drain(three).await.unwrap();
    gallery.admin.call(Method::POST, "restore", named.clone()).await.unwrap();
    assert!(at_the_gallery(&gallery).await.is_empty());
    phone.drained().await.unwrap();
    let again = at_the_gallery(&gallery).await.remove(0);
    assert_eq!((&again["photographs_received"], again["photographs"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(state(&phone).await, (AppealState::Open, 0));

    // Once more, when all had come: the list tells, the second time that it does not have it.
    gallery.admin.call(Method::POST, "restore", named).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Open, 0));
    phone.app.sync().pull().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Waiting, 0));
    phone.drained().await.unwrap();
    assert_eq!(at_the_gallery(&gallery).await[0]["comment"], "Чек из вашего бутика.");
    phone.app.sync().pull().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(state(&phone).await, (AppealState::Open, 0));
    assert_eq!(at_the_gallery(&gallery).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_deleted_member_neither_appeals_nor_pictures_stay() {
    let gallery = Gallery::open().await.unwrap();
    let phone = with_an_appeal(&gallery).await;
    let receipt = phone.only_receipt().await.unwrap();
    let picture = CapturedPicture::File(photograph(20, 20, 7));
    assert!(phone.app.appeals().keep_picture(receipt.local_id, picture).await.unwrap());
    assert_eq!(phone.app.account().delete(1).await.unwrap(), AccountDeletion::Deleted);
    phone.app.pause().await.unwrap();
    let file = rusqlite::Connection::open(phone.folder.path().join("member.db")).unwrap();
    for table in ["appeals", "appeal_photographs", "receipt_pictures"] {
        let rows: u32 = file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

/// The first page of the member's file, by which SQLite finds all others, is lost.
async fn damaged(phone: &Phone) {
    phone.app.pause().await.unwrap();
    let mut file = std::fs::OpenOptions::new().write(true).open(phone.folder.path().join("member.db")).unwrap();
    file.write_all(&[0; 4_096]).unwrap();
    drop(file);
    phone.app.resume().await.unwrap();
}
