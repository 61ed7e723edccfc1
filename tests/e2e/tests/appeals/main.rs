//! Appeals: made offline, with photographs that arrive once and whole however the network breaks, and answered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod trouble;
mod wire;

use std::io::Cursor;

use chrono::TimeDelta;
use http::Method;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use vremena_core::{
    appeals::{
        Appeal, AppealFault, AppealState, AppealSubmission, CapturedPicture, NewAppeal, photographs::made_small,
    },
    error::CoreError,
    explanation::NextStep,
    receipts::{Receipt, ReceiptState},
    scan::Rotation,
};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text, wait_for};
use wire::Wire;

/// A PNG of so many pixels of noise, another one for each seed.
fn photograph(width: u32, height: u32, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let noise = RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [red, green, blue, ..] = state.to_le_bytes();
        Rgb([red, green, blue])
    });
    let mut file = Cursor::new(Vec::new());
    noise.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A receipt that the gallery has rejected.
async fn rejected(gallery: &Gallery, phone: &Phone, number: u32) -> Receipt {
    let captured = phone.capture(&receipt_text(number, 5_000)).await.unwrap();
    phone.drained().await.unwrap();
    reject(gallery, number).await;
    phone.app.sync().pull().await.unwrap();
    let story = phone.app.receipts().story(captured.local_id).await.unwrap();
    assert_eq!(story.receipt.state, ReceiptState::Rejected);
    story.receipt
}

async fn reject(gallery: &Gallery, number: u32) {
    let receipts = gallery.admin.receipts().await.unwrap();
    let registered = receipts.iter().find(|receipt| receipt["document_number"] == number).unwrap();
    let path = format!("receipts/{}/verdict", registered["receipt_id"].as_str().unwrap());
    let verdict = json!({"state": "rejected", "reason": "not_found"});
    gallery.admin.call(Method::POST, &path, Some(verdict)).await.unwrap();
}

async fn submitted(phone: &Phone, receipt: &Receipt, photographs: Vec<Vec<u8>>) -> Appeal {
    let new =
        NewAppeal { comment: "Чек из вашего бутика.".to_owned(), photographs, with_picture: true };
    match phone.app.appeals().submit(receipt.local_id, new).await.unwrap() {
        AppealSubmission::Queued(appeal) => appeal,
        refused => panic!("{refused:?}"),
    }
}

async fn at_the_gallery(gallery: &Gallery) -> Vec<Value> {
    gallery.admin.call(Method::GET, "appeals", None).await.unwrap().as_array().unwrap().clone()
}

async fn answer(gallery: &Gallery, appeal: &Appeal, state: &str, words: &str) {
    let path = format!("appeals/{}/answer", appeal.appeal_id.as_str());
    gallery.admin.call(Method::POST, &path, Some(json!({"state": state, "answer": words}))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_made_offline_arrives_with_its_photographs_and_is_answered() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let receipt = rejected(&gallery, &phone, 1).await;
    assert_eq!(receipt.explanation.next_step, NextStep::Appeal);
    let frame = CapturedPicture::Frame {
        luma: vec![200; 64 * 48],
        width: 64,
        height: 48,
        stride: 64,
        rotation: Rotation::Quarter,
    };
    let text = CapturedPicture::File(b"text".to_vec());
    assert!(!phone.app.appeals().keep_picture(receipt.local_id, text).await.unwrap());
    assert!(phone.app.appeals().keep_picture(receipt.local_id, frame).await.unwrap());

    let draft = phone.app.appeals().draft(receipt.local_id).await.unwrap();
    assert_eq!((draft.has_picture, &draft.refusal), (true, &None));
    for said in ["7380440801290534", "5\u{a0}000", "13 марта"] {
        assert!(draft.requisites.contains(said), "{}", draft.requisites);
    }
    assert!(draft.trace_id.is_some());

    gallery.admin.network(false, &[]).await.unwrap();
    let files = vec![photograph(300, 200, 1), photograph(40, 30, 2)];
    let appeal = submitted(&phone, &receipt, files.clone()).await;
    assert_eq!((appeal.state, appeal.photographs_waiting), (AppealState::Waiting, 3));
    let phone = phone.restarted().await.unwrap();
    phone.drain().await.unwrap();
    let now = phone.app.appeals().list().await.unwrap().remove(0);
    assert_eq!((now.state, now.explanation.next_step), (AppealState::Waiting, NextStep::Wait));
    gallery.admin.network(true, &[]).await.unwrap();
    phone.drained().await.unwrap();

    let listed = at_the_gallery(&gallery).await.remove(0);
    assert_eq!((&listed["state"], &listed["comment"]), (&json!("open"), &json!("Чек из вашего бутика.")));
    assert_eq!((&listed["photographs_received"], &listed["trace_id"]), (&json!(3), &json!(draft.trace_id)));
    let path = format!("appeals/{}/photographs/", appeal.appeal_id.as_str());
    for (number, file) in made_small(&files, 0).unwrap().into_iter().enumerate() {
        let arrived = gallery.admin.bytes(&format!("{path}{}", number + 1)).await.unwrap();
        assert!(arrived == file, "photograph {number} is another");
    }
    let picture = gallery.admin.bytes(&format!("{path}0")).await.unwrap();
    assert_eq!(image::load_from_memory(&picture).unwrap().into_luma8().dimensions(), (48, 64));
    let open = phone.app.appeals().list().await.unwrap().remove(0);
    assert_eq!((open.state, open.photographs_waiting), (AppealState::Open, 0));
    let of_receipt = phone.only_receipt().await.unwrap();
    assert_eq!(of_receipt.explanation.next_step, NextStep::Wait);

    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    answer(&gallery, &appeal, "accepted", "Вы правы, чек засчитан.").await;
    phone.app.sync().pull().await.unwrap();
    let accepted = |appeal: &Appeal| appeal.state == AppealState::Accepted;
    let snapshot =
        wait_for(phone.app.appeals().observe(), |snapshot| snapshot.appeals.iter().any(accepted)).await.unwrap();
    assert_eq!(snapshot.appeals[0].answer.as_deref(), Some("Вы правы, чек засчитан."));
    assert_eq!(phone.only_receipt().await.unwrap().state, ReceiptState::Credited);
    let draft = phone.app.appeals().draft(receipt.local_id).await.unwrap();
    assert!(!draft.has_picture, "it is kept until the verdict");
    assert_eq!(draft.refusal.unwrap().0, AppealFault::NothingToAppeal);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_appeal_leads_to_the_desk_and_is_known_on_another_phone() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let receipt = rejected(&gallery, &phone, 1).await;
    let appeal = submitted(&phone, &receipt, Vec::new()).await;
    phone.drained().await.unwrap();
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    answer(&gallery, &appeal, "declined", "Такого чека нет.").await;

    let other = gallery.signed_in(PHONE).await.unwrap();
    let known = other.app.appeals().list().await.unwrap().remove(0);
    assert_eq!((known.state, known.answer.as_deref()), (AppealState::Declined, Some("Такого чека нет.")));
    let there = other.only_receipt().await.unwrap();
    assert_eq!((known.local_id, there.explanation.next_step), (Some(there.local_id), NextStep::ShowAtDesk));
    let again = other.app.appeals().submit(there.local_id, NewAppeal::default()).await.unwrap();
    assert!(matches!(again, AppealSubmission::NotAccepted { fault: AppealFault::AppealAnswered, .. }), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_appeal_is_refused_with_a_reason_and_keeps_nothing() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let receipt = rejected(&gallery, &phone, 1).await;
    let captured = phone.capture(&receipt_text(2, 100)).await.unwrap();
    let refused = async |local_id, new| match phone.app.appeals().submit(local_id, new).await.unwrap() {
        AppealSubmission::NotAccepted { fault, .. } => fault,
        queued => panic!("{queued:?}"),
    };
    assert_eq!(refused(captured.local_id, NewAppeal::default()).await, AppealFault::NotDecided);
    let long = NewAppeal { comment: "ё".repeat(1_001), ..NewAppeal::default() };
    assert_eq!(refused(receipt.local_id, long).await, AppealFault::CommentTooLong);
    let many = NewAppeal { photographs: vec![photograph(8, 8, 1); 4], ..NewAppeal::default() };
    assert_eq!(refused(receipt.local_id, many).await, AppealFault::TooManyPhotographs);
    let bad = NewAppeal { photographs: vec![photograph(8, 8, 1), b"text".to_vec()], ..NewAppeal::default() };
    assert!(matches!(refused(receipt.local_id, bad).await, AppealFault::Photograph { number: 1, .. }));
    assert!(phone.app.appeals().list().await.unwrap().is_empty());
    assert!(matches!(phone.app.appeals().draft(99).await, Err(CoreError::NotFound)));

    submitted(&phone, &receipt, Vec::new()).await;
    assert_eq!(refused(receipt.local_id, NewAppeal::default()).await, AppealFault::AppealOpen);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_do_not_wait_behind_photographs() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let receipt = rejected(&gallery, &phone, 1).await;
    submitted(&phone, &receipt, vec![photograph(900, 600, 3)]).await;
    phone.capture(&receipt_text(2, 100)).await.unwrap();
    let budget = vremena_core::outbox::DrainBudget { entries: Some(2), ..Default::default() };
    phone.app.outbox().drain(budget).await.unwrap();
    assert_eq!(gallery.requests("POST", "/v1/receipts").await.unwrap(), 2);
    assert_eq!(gallery.requests("POST", "/v1/appeals/{appeal_id}/parts").await.unwrap(), 0);
    phone.drained().await.unwrap();
    assert!(gallery.requests("POST", "/v1/appeals/{appeal_id}/parts").await.unwrap() > 5);
}

/// 200 appeals, each cut once at a byte of its own, in the question or in the answer; every seventh time the app is
/// killed before it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_cut_at_any_byte_arrives_once_and_whole() {
    const CUTS: u32 = 200;
    let gallery = Gallery::open().await.unwrap();
    let mut phone = gallery.signed_in(PHONE).await.unwrap();
    let mut receipts = Vec::new();
    for number in 0..=CUTS {
        receipts.push(phone.capture(&receipt_text(number + 1, 5_000)).await.unwrap());
    }
    for _ in 0..=CUTS / 20 {
        phone.drain().await.unwrap();
    }
    for number in 0..=CUTS {
        reject(&gallery, number + 1).await;
    }
    phone.app.sync().pull().await.unwrap();
    let wire = Wire::to(gallery.sandbox.base_url().trim_start_matches("http://").parse().unwrap()).await.unwrap();
    phone.config.base_url = wire.base_url();
    phone = phone.restarted().await.unwrap();

    let file = photograph(360, 240, 4);
    let arrives = made_small(std::slice::from_ref(&file), 0).unwrap().remove(0);
    assert!(arrives.len() > 65_536, "it comes in several parts: {}", arrives.len());
    let (mut whole, mut state, mut broken) = (0, 0x2545_f491_4f6c_dd1d_u64, 0);
    for (number, receipt) in receipts.iter().enumerate() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let appeal = submitted(&phone, receipt, vec![file.clone()]).await;
        // The first one goes through, and says how many bytes there are to be cut at; some headers are not always as long.
        wire.break_after(if number == 0 { i64::MAX } else { (state >> 33) as i64 % (whole - 1_000) });
        phone.drain().await.unwrap();
        broken += u32::from(number > 0 && wire.has_broken());
        if number % 7 == 3 {
            phone = phone.restarted().await.unwrap();
        }
        phone.drained().await.unwrap();
        if number == 0 {
            whole = wire.break_after(i64::MAX);
        }
        let path = format!("appeals/{}/photographs/0", appeal.appeal_id.as_str());
        assert!(gallery.admin.bytes(&path).await.unwrap() == arrives, "appeal {number} came with another photograph");
    }
    assert_eq!(broken, CUTS, "every one was cut");
    let listed = at_the_gallery(&gallery).await;
    assert_eq!(listed.len(), receipts.len());
    for appeal in &listed {
        assert_eq!(appeal["photographs"][0]["received"], appeal["photographs"][0]["parts"]);
    }
    let open = phone.app.appeals().list().await.unwrap();
    assert!(open.iter().all(|appeal| appeal.state == AppealState::Open && appeal.photographs_waiting == 0));
    assert_eq!(open.len(), receipts.len());
}
