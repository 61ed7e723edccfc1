//! `Debug` ends in logs and crash reports: nothing of a member stands there.

use std::fmt::Debug;

use http::StatusCode;
use serde_json::json;

use super::{
    Work, World,
    gallery::{Gallery, REGISTER, problem, receipt, with},
};
use crate::{
    fiscal,
    http::{ApiRequest, Problem, Success},
    receipts::Capture,
};

const PHONE: &str = "79161234567";
const TOKEN: &str = "canary-token";
const SHOP: &str = "canary-shop";
const DRIVE: &str = "7380440801290534";
const DOCUMENT: u64 = 31_415_926;
const SIGN: u64 = 2_718_281_828;
const TOTAL: u64 = 7_654_321;
const RETURNED: u64 = 1_234_567;

/// Neither form of `Debug` shows a canary, nor the bytes of one.
fn keeps_to_itself(value: &impl Debug) {
    let bytes = format!("{:?}", PHONE.as_bytes());
    let numbers = [DOCUMENT, SIGN, TOTAL, RETURNED, TOTAL / 100, RETURNED / 100].map(|number| number.to_string());
    let canaries = [PHONE, TOKEN, SHOP, DRIVE, bytes.trim_matches(['[', ']'])];
    for shown in [format!("{value:?}"), format!("{value:#?}").replace([' ', '\n'], "").replace(',', ", ")] {
        for canary in canaries.into_iter().chain(numbers.iter().map(String::as_str)) {
            assert!(!shown.contains(canary), "{canary} in {shown}");
        }
    }
}

#[test]
fn requests_and_answers_do_not_show_what_they_carry() {
    let body = json!({"phone": PHONE, "refresh_token": TOKEN});
    let request = ApiRequest::post(format!("/v1/members/{PHONE}?token={TOKEN}"), &body);
    keeps_to_itself(&request.idempotent(TOKEN).unless(Some(TOKEN.to_owned())));
    keeps_to_itself(&Success::kept(Some(TOKEN.to_owned()), body.to_string().into_bytes()));
    let problem = json!({"type": "urn:vremena:problem:wrong-code", "detail": PHONE, "shop": SHOP}).to_string();
    keeps_to_itself(&Problem::read(StatusCode::CONFLICT, problem.as_bytes()).unwrap());
}

#[tokio::test(start_paused = true)]
async fn receipts_do_not_show_what_was_bought_where() {
    let text = format!("t=20260313T1200&s={}.{}&fn={DRIVE}&i={DOCUMENT}&fp={SIGN}&n=1", TOTAL / 100, TOTAL % 100);
    let read = fiscal::parse(&text).unwrap();
    keeps_to_itself(&read);
    keeps_to_itself(&read.drive_number);
    keeps_to_itself(&read.identity());

    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    keeps_to_itself(&world.app.receipts().capture_text(&text).await.unwrap());
    let told = with(
        receipt("r1", DOCUMENT, "credited"),
        json!({"fiscal_sign": SIGN, "total_kopecks": TOTAL, "shop": SHOP, "category": SHOP, "returned_kopecks": RETURNED}),
    );
    world.gallery.tell_receipts(vec![told]);
    world.app.sync().pull().await.unwrap();
    let known = world.the_receipt().await;
    assert_eq!(known.shop.as_deref(), Some(SHOP));
    keeps_to_itself(&known);
    let again = world.app.receipts().capture_text(&text).await.unwrap();
    assert!(matches!(again, Capture::AlreadyKnown(_)));
    keeps_to_itself(&again);
    keeps_to_itself(&*world.app.receipts().observe().borrow());
}

#[test]
fn a_problems_slug_is_a_name_or_nothing() {
    let slug = |slug: &str| {
        let body = json!({"type": format!("urn:vremena:problem:{slug}")}).to_string();
        Problem::read(StatusCode::CONFLICT, body.as_bytes()).unwrap().slug
    };
    for name in ["wrong-code", "0", &"x".repeat(64)] {
        assert_eq!(slug(name), name);
    }
    for other in ["+79161234567", "Wrong", "a b", "a_b", "a/b", "a:b", "a\nb", "код", &"x".repeat(65)] {
        assert_eq!(slug(other), "", "{other}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slug_that_is_no_name_is_not_shown_as_the_reason() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.gallery.on(REGISTER, |_| problem(409, "+79161234567 has it", json!({})));
    world.scan_new(1).await;
    world.drain().await;
    assert_eq!(world.the_receipt().await.wedged_reason.as_deref(), Some("status-409"));
}
