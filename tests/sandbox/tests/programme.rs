//! The tier, by the sandbox's own sums.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, PHONE, Session};
use serde_json::{Value, json};

async fn standing(gallery: &Gallery, session: &mut Session) -> (String, Value) {
    *session = gallery.refreshed(session).await;
    let member = gallery.get(session, "/v1/member").await.is(200).json();
    (member["tier"].as_str().unwrap().to_owned(), member["tier_since"].clone())
}

#[tokio::test]
async fn tiers_rise_with_the_sum_and_fall_with_the_window() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    gallery.purchase(&session, 29_999_999, "2026-02-01T12:00:00+03:00").await;
    assert_eq!(standing(&gallery, &mut session).await, ("vesna".into(), Value::Null));
    // The kopeck that reaches 300 000 ₽: the threshold is inclusive.
    gallery.purchase(&session, 1, "2026-03-01T12:00:00+03:00").await;
    assert_eq!(standing(&gallery, &mut session).await, ("leto".into(), json!("2026-03-01T09:00:00Z")));
    gallery.purchase(&session, 270_000_000, "2026-03-02T12:00:00+03:00").await;
    assert_eq!(standing(&gallery, &mut session).await, ("zima".into(), json!("2026-03-02T09:00:00Z")));

    // The first purchase is in the window of 31 January 2027 and no longer in that of 1 February.
    gallery.set_clock("2027-01-31T20:59:50Z").await;
    assert_eq!(standing(&gallery, &mut session).await, ("zima".into(), json!("2026-03-02T09:00:00Z")));
    gallery.set_clock("2027-01-31T21:00:00Z").await;
    assert_eq!(standing(&gallery, &mut session).await, ("osen".into(), json!("2027-01-31T21:00:00Z")));
    gallery.set_clock("2027-03-01T20:59:50Z").await;
    assert_eq!(standing(&gallery, &mut session).await.0, "osen");
    gallery.set_clock("2027-03-01T21:00:00Z").await;
    assert_eq!(standing(&gallery, &mut session).await, ("vesna".into(), json!("2027-03-01T21:00:00Z")));
}

#[tokio::test]
async fn the_window_of_a_leap_day() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    gallery.purchase(&session, 30_000_000, "2024-02-29T12:00:00+03:00").await;
    // 28 February 2025 less 12 months is 28 February 2024: its window begins with the leap day.
    gallery.set_clock("2025-02-28T20:59:50Z").await;
    assert_eq!(standing(&gallery, &mut session).await.0, "leto");
    gallery.set_clock("2025-02-28T21:00:00Z").await;
    assert_eq!(standing(&gallery, &mut session).await, ("vesna".into(), json!("2025-02-28T21:00:00Z")));
}

#[tokio::test]
async fn pending_and_future_purchases_do_not_count() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let large = common::with(common::receipt(1), "total_kopecks", 30_000_000);
    gallery.registered(&session, &large).await;
    assert_eq!(standing(&gallery, &mut session).await.0, "vesna");
    gallery.advance(7200).await;
    assert_eq!(standing(&gallery, &mut session).await, ("leto".into(), json!("2026-03-10T08:30:00Z")));
    gallery.purchase(&session, 100_000_000, "2026-04-01T00:00:00+03:00").await;
    assert_eq!(standing(&gallery, &mut session).await.0, "leto");
    gallery.set_clock("2026-03-31T21:00:00Z").await;
    assert_eq!(standing(&gallery, &mut session).await, ("osen".into(), json!("2026-03-31T21:00:00Z")));
}

#[tokio::test]
async fn other_rules_apply_to_the_whole_history() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    gallery.purchase(&session, 5_000, "2026-03-01T12:00:00+03:00").await;
    let rules = json!({
        "version": 2, "effective_from": "2030-01-01", "period": {"kind": "rolling_months", "n": 1},
        "counting": {"min_receipt": 5_000, "excluded_categories": []},
        "tiers": [{"id": "a"}, {"id": "vip", "require": {"any_of": []}}, {"id": "b", "require": {"metric": "sum", "at_least": 5_000}}],
    });
    gallery.admin("PUT", "/admin/rules", rules.clone()).await.is(204);
    assert_eq!(gallery.call("GET", "/v1/programme/rules", &[], None).await.is(200).json(), rules);
    assert_eq!(standing(&gallery, &mut session).await.0, "b");
    gallery.set_clock("2026-03-31T21:00:00Z").await;
    assert_eq!(standing(&gallery, &mut session).await, ("a".into(), json!("2026-03-31T21:00:00Z")));
    for (pointer, value) in [("min_receipt", json!(5_001)), ("excluded_categories", json!(["home"]))] {
        gallery.set_clock("2026-03-10T09:00:00Z").await;
        let mut stricter = rules.clone();
        stricter["counting"][pointer] = value;
        gallery.admin("PUT", "/admin/rules", stricter).await.is(204);
        assert_eq!(standing(&gallery, &mut session).await.0, "a");
    }
}

#[tokio::test]
async fn what_is_no_rules_document() {
    let gallery = Gallery::start().await;
    let before = gallery.call("GET", "/v1/programme/rules", &[], None).await.json();
    assert_eq!(before["tiers"][3]["name"]["ru"], "Зима");
    for broken in [json!([]), json!("x"), json!({"version": 1}), json!({"version": 1, "tiers": [{}]})] {
        gallery.admin("PUT", "/admin/rules", broken).await.refused(422, "invalid-rules");
    }
    assert_eq!(gallery.call("GET", "/v1/programme/rules", &[], None).await.json(), before);
}

#[tokio::test]
async fn rules_of_every_version_stay_readable() {
    let gallery = Gallery::start().await;
    let ask = async |version: &str| gallery.call("GET", &format!("/v1/programme/rules/{version}"), &[], None).await;
    let first = gallery.call("GET", "/v1/programme/rules", &[], None).await.json();
    let rules = |version: i64, tier: &str| json!({"version": version, "tiers": [{ "id": tier }]});
    for (version, tier) in [(2, "a"), (3, "b"), (2, "c")] {
        gallery.admin("PUT", "/admin/rules", rules(version, tier)).await.is(204);
    }
    assert_eq!(ask("1").await.is(200).json(), first);
    assert_eq!(ask("2").await.is(200).json(), rules(2, "c"), "what was put last under a version");
    let answer = ask("3").await.is(200);
    assert_eq!(answer.json(), rules(3, "b"));
    let known = [("if-none-match", answer.header("etag"))];
    gallery.call("GET", "/v1/programme/rules/3", &known, None).await.is(304);
    for unknown in ["4", "-1", "0x1", "99999999999999999999", "latest"] {
        ask(unknown).await.refused(404, "not-found");
    }
}
