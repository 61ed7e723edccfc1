//! The feed by tier, from the gallery and from the cache.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    error::CoreError,
    feed::{FeedItem, FeedItemKind},
    http::Timeouts,
    ids::FeedItemId,
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, Phone, receipt_text, start};

fn item(title: &str, audience: &[&str]) -> Value {
    json!({ "type": "news", "audience": audience, "title": { "ru": title, "en": title }, "body": { "ru": "", "en": "" }, "links": [] })
}

async fn titles(phone: &Phone) -> Vec<String> {
    phone.app.feed().items().await.unwrap().into_iter().map(|item| item.title).collect()
}

async fn find(phone: &Phone, title: &str) -> Option<FeedItem> {
    phone.app.feed().items().await.unwrap().into_iter().find(|item| item.title == title)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tier_sees_its_own_items_and_they_come_with_the_tier() {
    let gallery = Gallery::open().await.unwrap();
    gallery.admin.publish(item("for everybody", &[])).await.unwrap();
    gallery.admin.publish(item("for summer", &["leto"])).await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let before = titles(&phone).await;
    assert!(before.contains(&"for everybody".to_owned()) && !before.contains(&"for summer".to_owned()), "{before:?}");
    phone.capture(&receipt_text(1, 300_000)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    assert!(titles(&phone).await.contains(&"for summer".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_no_longer_fits_is_not_handed_out_from_the_cache_either() {
    let gallery = Gallery::open().await.unwrap();
    let mut passing = item("for an hour", &[]);
    passing["until"] = json!(start() + TimeDelta::hours(1));
    gallery.admin.publish(passing).await.unwrap();
    gallery.admin.publish(item("for spring", &["vesna"])).await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    gallery.admin.network(false, &[]).await.unwrap();
    let phone = phone.restarted().await.unwrap();
    assert!(find(&phone, "for an hour").await.is_some(), "the feed is read offline");
    phone.desktop.clock.advance(TimeDelta::hours(2));
    assert!(find(&phone, "for an hour").await.is_none());

    let spring = find(&phone, "for spring").await.unwrap();
    phone.app.pause().await.unwrap();
    let file = rusqlite::Connection::open(phone.folder.path().join("member.db")).unwrap();
    assert_eq!(file.execute("UPDATE account SET tier = 'leto'", []).unwrap(), 1);
    drop(file);
    phone.app.resume().await.unwrap();
    assert!(find(&phone, "for spring").await.is_none());
    assert!(matches!(phone.app.feed().picture(&spring.item_id).await, Err(CoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_out_of_all_measure_costs_nobody_the_others() {
    let gallery = Gallery::open().await.unwrap();
    let mut long = item("too long", &[]);
    long["body"]["ru"] = "х".repeat(2_500_000).into();
    let mut linked = item("too many links", &[]);
    linked["links"] = vec![json!({ "title": { "ru": "x", "en": "x" }, "url": "https://x.example" }); 1_000].into();
    let mut unknown = item("of a newer server", &[]);
    unknown["type"] = "hologram".into();
    unknown["depth"] = json!({ "of": ["field"] });
    let mut phone = gallery.signed_in(PHONE).await.unwrap();
    for published in [long, linked, unknown, item("plain", &[])] {
        gallery.admin.publish(published).await.unwrap();
    }
    // Five megabytes take their time on a busy machine.
    phone.config.timeouts = Timeouts::default();
    let phone = phone.restarted().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let shown = titles(&phone).await;
    assert!(shown.contains(&"plain".to_owned()), "{shown:?}");
    assert!(!shown.iter().any(|title| title.starts_with("too")), "{shown:?}");
    assert_eq!(find(&phone, "of a newer server").await.unwrap().kind, FeedItemKind::Unknown);
    let refused: Vec<_> = phone.desktop.log.lines().into_iter().filter(|line| line.contains("item-refused")).collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_checked_and_then_kept() {
    let gallery = Gallery::open().await.unwrap();
    let mut forged = item("no picture", &[]);
    forged["picture_type"] = "image/png".into();
    // "this is no picture at all", in base64.
    forged["picture_base64"] = "dGhpcyBpcyBubyBwaWN0dXJlIGF0IGFsbA==".into();
    let forged = FeedItemId::new(gallery.admin.publish(forged).await.unwrap());
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let refused = phone.app.feed().picture(&forged).await;
    assert!(matches!(&refused, Err(CoreError::ContentRefused { code }) if code == "not_a_picture"), "{refused:?}");
    assert!(matches!(phone.app.feed().picture(&FeedItemId::new("nobody's")).await, Err(CoreError::NotFound)));

    let items = phone.app.feed().items().await.unwrap();
    let genuine = items.iter().find(|item| item.has_picture && item.item_id != forged).unwrap();
    let picture = phone.app.feed().picture(&genuine.item_id).await.unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    gallery.admin.network(false, &[]).await.unwrap();
    assert_eq!(phone.app.feed().picture(&genuine.item_id).await.unwrap(), picture);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_has_not_changed_is_not_sent_again_and_many_pages_are_one_feed() {
    let gallery = Gallery::open().await.unwrap();
    for number in 0..130 {
        gallery.admin.publish(item(&format!("item {number}"), &[])).await.unwrap();
    }
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let shown = titles(&phone).await;
    assert_eq!(shown.iter().filter(|title| title.starts_with("item ")).count(), 130);
    let asked = gallery.requests("GET", "/v1/feed").await.unwrap();
    assert!(!phone.app.sync().pull().await.unwrap().changed);
    assert_eq!(gallery.requests("GET", "/v1/feed").await.unwrap(), asked + 1);
    let answer = gallery.admin.call(Method::GET, "requests", None).await.unwrap();
    let counts = answer["requests"].as_array().unwrap();
    assert!(counts.iter().any(|count| count["path"] == "/v1/feed" && count["status"] == 304), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_feed_replaces_nothing() {
    let gallery = Gallery::open().await.unwrap();
    for number in 0..110 {
        gallery.admin.publish(item(&format!("item {number}"), &[])).await.unwrap();
    }
    let phone = gallery.signed_in(PHONE).await.unwrap();
    // The phone's clock stands still meanwhile: what was published is not to be in its future.
    gallery.time_passes(&phone, TimeDelta::minutes(1)).await.unwrap();
    let before = titles(&phone).await;
    for fault in ["half_json", "html", "cut_body", "wrong_shape", "huge_body", "drop_answer"] {
        gallery.admin.publish(item(fault, &[])).await.unwrap();
        let asked = gallery.requests("GET", "/v1/feed").await.unwrap();
        // The feed comes seventh; its second page is spoilt, and where smaller pages are tried, their first.
        gallery.admin.network(true, &[["pass"; 7].as_slice(), &[fault; 4]].concat()).await.unwrap();
        assert!(phone.app.sync().pull().await.is_err(), "{fault}");
        assert!(
            gallery.requests("GET", "/v1/feed").await.unwrap() >= asked + 2,
            "{fault}: the second page was asked for"
        );
        assert_eq!(titles(&phone).await, before, "{fault}");
        gallery.admin.network(true, &[]).await.unwrap();
    }
    gallery.time_passes(&phone, TimeDelta::minutes(1)).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    assert_eq!(titles(&phone).await.len(), before.len() + 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_member_sees_nothing_of_the_first_ones_feed_or_cursors() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    assert!(!titles(&phone).await.is_empty());
    phone.app.account().sign_out().await.unwrap();
    assert!(titles(&phone).await.is_empty());

    let other = gallery.signed_in(OTHER_PHONE).await.unwrap();
    let cursor: String = {
        let file = rusqlite::Connection::open(phone.folder.path().join("member.db")).unwrap();
        file.query_row("SELECT cursor FROM cursors WHERE resource = 'receipts'", [], |row| row.get(0)).unwrap()
    };
    other.app.pause().await.unwrap();
    let file = rusqlite::Connection::open(other.folder.path().join("member.db")).unwrap();
    file.execute("UPDATE cursors SET cursor = ?1 WHERE resource = 'receipts'", [cursor]).unwrap();
    drop(file);
    other.app.resume().await.unwrap();
    other.capture(&receipt_text(1, 100)).await.unwrap();
    other.drained().await.unwrap();
    other.app.sync().pull().await.unwrap();
    assert_eq!(other.receipts().await.unwrap().len(), 1, "another member's cursor starts the feed anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_offline_is_read_on_the_next_phone_too() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let item = phone.app.feed().items().await.unwrap()[0].clone();
    assert!(!item.is_read);
    gallery.admin.network(false, &[]).await.unwrap();
    for _ in 0..2 {
        phone.app.feed().mark_read(&item.item_id).await.unwrap();
    }
    assert_eq!(phone.app.outbox().page(0, 10).await.unwrap().len(), 1, "once is enough");
    let phone = phone.restarted().await.unwrap();
    assert!(phone.app.feed().items().await.unwrap()[0].is_read);
    let nothing = phone.app.feed().mark_read(&FeedItemId::new("nothing")).await;
    assert!(matches!(nothing, Err(CoreError::NotFound)), "{nothing:?}");
    gallery.admin.network(true, &["drop_answer"]).await.unwrap();
    phone.drained().await.unwrap();
    gallery.time_passes(&phone, TimeDelta::minutes(2)).await.unwrap();
    let next = gallery.signed_in(PHONE).await.unwrap();
    let read: Vec<_> = next.app.feed().items().await.unwrap().into_iter().filter(|item| item.is_read).collect();
    assert_eq!(read.iter().map(|read| &read.item_id).collect::<Vec<_>>(), [&item.item_id]);
    // Known to be read there: nothing to send.
    next.app.feed().mark_read(&item.item_id).await.unwrap();
    assert!(next.app.outbox().page(0, 10).await.unwrap().is_empty());
}
