//! The news, each for its audience, and their pictures.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Answer, Gallery, OTHER_PHONE, PHONE, Session, with};
use serde_json::{Value, json};

const LETO: i64 = 30_000_000;
const OSEN: i64 = 100_000_000;

fn item(title: &str) -> Value {
    json!({"type": "news", "title": {"ru": title, "en": title}, "body": {"ru": "Текст", "en": "Text"}})
}

async fn publish(gallery: &Gallery, item: Value) -> Value {
    gallery.admin("POST", "/admin/feed", item).await.is(201).json()
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["item_id"].as_str().unwrap().to_owned()).collect()
}

async fn seen(gallery: &Gallery, session: &mut Session) -> Vec<String> {
    *session = gallery.refreshed(session).await;
    ids(&gallery.get(session, "/v1/feed").await.is(200).json())
}

/// A gallery that has published nothing.
async fn quiet() -> (Gallery, Session) {
    let gallery = Gallery::start().await;
    for item in gallery.admin("GET", "/admin/feed", Value::Null).await.is(200).json().as_array().unwrap() {
        let path = format!("/admin/feed/{}", item["item_id"].as_str().unwrap());
        gallery.admin("DELETE", &path, Value::Null).await.is(204);
    }
    let session = gallery.sign_in(PHONE).await;
    (gallery, session)
}

#[tokio::test]
async fn a_fresh_gallery_has_news_for_every_tier() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    assert_eq!(seen(&gallery, &mut session).await, ["morning", "spring-evening", "courtyard"]);
    gallery.purchase(&session, LETO, "2026-03-01T12:00:00+03:00").await;
    let leto = ["morning", "spring-evening", "private-preview", "silk", "courtyard"];
    assert_eq!(seen(&gallery, &mut session).await, leto);
    gallery.purchase(&session, OSEN, "2026-03-01T12:00:00+03:00").await;
    let page = gallery.get(&session, "/v1/feed").await.is(200).json();
    assert_eq!(ids(&page), ["morning", "spring-evening", "private-preview", "silk", "stylist", "courtyard"]);
    let types: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["story", "event", "event", "personal_discount", "privilege", "news"]);
    assert_eq!(page["items"][3]["discount_percent"], 15);
    // What the events are, the feed's items lead to.
    for item in [&page["items"][1], &page["items"][2]] {
        gallery.get(&session, &format!("/v1/events/{}", item["event_id"].as_str().unwrap())).await.is(200);
    }
    let picture = page["items"][1]["picture_url"].as_str().unwrap();
    let picture = gallery.call("GET", picture, &[], None).await.is(200);
    assert_eq!(picture.header("content-type"), "image/png");
    let decoded = png::Decoder::new(std::io::Cursor::new(&picture.bytes)).read_info().unwrap();
    assert_eq!((decoded.info().width, decoded.info().height), (480, 320));
    // All of it is over some day, but for what has no end.
    gallery.set_clock("2026-06-10T09:00:00Z").await;
    assert_eq!(seen(&gallery, &mut session).await, ["stylist", "courtyard"]);
}

#[tokio::test]
async fn a_gallery_is_furnished_once() {
    let directory = tempfile::tempdir().unwrap();
    let config = common::config(directory.path().join("gallery.db"));
    let sandbox = vremena_sandbox::Sandbox::start(config.clone()).await.unwrap();
    let gallery = Gallery { sandbox, http: common::client(), directory };
    gallery.admin("DELETE", "/admin/feed/morning", Value::Null).await.is(204);
    gallery.sandbox.stop().await;
    let sandbox = vremena_sandbox::Sandbox::start(config).await.unwrap();
    let gallery = Gallery { sandbox, http: common::client(), directory: gallery.directory };
    let mut session = gallery.sign_in(PHONE).await;
    assert_eq!(seen(&gallery, &mut session).await, ["spring-evening", "courtyard"]);
}

#[tokio::test]
async fn an_item_appears_and_ends_to_the_second() {
    let (gallery, mut session) = quiet().await;
    let timed = with(with(item("a"), "published_at", "2026-03-10T12:00:00Z"), "until", "2026-03-10T15:00:00+03:00");
    publish(&gallery, timed).await;
    // Published and over at once: nobody ever sees it.
    gallery.set_clock("2026-03-10T12:00:00Z").await;
    assert!(seen(&gallery, &mut session).await.is_empty());
    let timed = with(with(item("b"), "published_at", "2026-03-10T13:00:00Z"), "until", "2026-03-10T14:00:00Z");
    publish(&gallery, timed).await;
    for (instant, count) in [
        ("2026-03-10T12:59:50Z", 0),
        ("2026-03-10T13:00:00Z", 1),
        ("2026-03-10T13:59:50Z", 1),
        ("2026-03-10T14:00:00Z", 0),
    ] {
        gallery.set_clock(instant).await;
        assert_eq!(seen(&gallery, &mut session).await.len(), count, "{instant}");
    }
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest() {
    let (gallery, session) = quiet().await;
    for (title, hour) in [("a", 3), ("b", 1), ("c", 2), ("d", 2), ("e", 5)] {
        publish(&gallery, with(item(title), "published_at", format!("2026-03-10T0{hour}:00:00Z"))).await;
    }
    let titles = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["title"]["en"].as_str().unwrap().to_owned()).collect()
    };
    let next = |page: &Value| format!("/v1/feed?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let first = gallery.get(&session, "/v1/feed?limit=2").await.is(200).json();
    // What is published meanwhile is newer than what is still to come, and what was read may go.
    publish(&gallery, item("new")).await;
    gallery.admin("DELETE", &format!("/admin/feed/{}", ids(&first)[1]), Value::Null).await.is(204);
    let second = gallery.get(&session, &next(&first)).await.is(200).json();
    let third = gallery.get(&session, &next(&second)).await.is(200).json();
    // Of two at the same instant the one that was published last is the newer.
    assert_eq!([&first, &second, &third].map(titles), [vec!["e", "a"], vec!["d", "c"], vec!["b"]]);
    assert_eq!([&first, &second, &third].map(|page| page["more"].clone()), [true, true, false]);
    assert_eq!(third["next_cursor"], Value::Null);
}

#[tokio::test]
async fn the_first_page_s_etag_stands_for_the_whole_feed() {
    let (gallery, session) = quiet().await;
    let old = publish(&gallery, with(item("old"), "published_at", "2026-03-01T00:00:00Z")).await;
    for _ in 0..2 {
        publish(&gallery, item("new")).await;
    }
    publish(&gallery, with(item("leto"), "audience", json!(["leto"]))).await;
    let mut before = gallery.get(&session, "/v1/feed?limit=1").await.is(200);
    gallery.get_again(&session, "/v1/feed?limit=1", &before).await.is(304);
    let second = format!("/v1/feed?limit=1&cursor={}", before.json()["next_cursor"].as_str().unwrap());
    let second_page = gallery.get(&session, &second).await.is(200);
    gallery.get_again(&session, &second, &second_page).await.is(304);

    // The oldest changes, which the first page does not show.
    let path = format!("/admin/feed/{}", old["item_id"].as_str().unwrap());
    gallery.admin("PUT", &path, item("changed")).await.is(200);
    before = changed(&gallery, &session, before).await;
    gallery.get_again(&session, &second, &second_page).await.is(304);
    gallery.admin("PUT", &path, with(item("changed"), "until", "2026-03-10T09:05:00Z")).await.is(200);
    before = changed(&gallery, &session, before).await;
    // It ends.
    gallery.set_clock("2026-03-10T09:05:00Z").await;
    before = changed(&gallery, &session, before).await;
    gallery.admin("DELETE", &path, Value::Null).await.is(204);
    gallery.get_again(&session, "/v1/feed?limit=1", &before).await.is(304);
    // The member rises to another tier, and more is for it.
    gallery.purchase(&session, LETO, "2026-03-01T12:00:00+03:00").await;
    let leto = changed(&gallery, &session, before).await;
    assert_eq!(leto.json()["items"][0]["title"]["ru"], "leto");
}

async fn changed(gallery: &Gallery, session: &Session, before: Answer) -> Answer {
    let after = gallery.get_again(session, "/v1/feed?limit=1", &before).await.is(200);
    assert_ne!(after.header("etag"), before.header("etag"));
    after
}

#[tokio::test]
async fn cursors_and_limits_of_nobody() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let cursor = gallery.get(&one, "/v1/feed?limit=1").await.is(200).json()["next_cursor"].as_str().unwrap().to_owned();
    gallery.get(&one, &format!("/v1/feed?cursor={cursor}")).await.is(200);
    let ledger = gallery.get(&one, "/v1/ledger").await.json()["next_cursor"].as_str().unwrap().to_owned();
    gallery.get(&other, &format!("/v1/feed?cursor={cursor}")).await.refused(410, "cursor-unknown");
    for unknown in ["", "0", "x", "1:2.3", "%00", &ledger, &cursor.replacen(':', ":9", 1)] {
        gallery.get(&one, &format!("/v1/feed?cursor={unknown}")).await.refused(410, "cursor-unknown");
    }
    for limit in ["0", "101", "-1", "x", ""] {
        gallery.get(&one, &format!("/v1/feed?limit={limit}")).await.refused(400, "malformed");
    }
    gallery.get(&one, "/v1/feed?limit=100").await.is(200);
}

#[tokio::test]
async fn items_are_served_as_they_were_published() {
    let (gallery, session) = quiet().await;
    let mut whole = json!({
        "type": "hologram", "audience": [], "title": {"ru": "а", "en": "a"}, "body": {"ru": "б\n\nв", "en": "b\n\nc"},
        "links": [{"title": {"ru": "г", "en": "d"}, "url": "not even a url"}], "published_at": "2026-03-10T09:00:00Z",
        "until": "2027-01-01T00:00:00Z", "event_id": "spring-evening", "discount_percent": 7,
        "depth": {"cm": [1, 2.5, null]}, "mood": "quiet",
    });
    let made = publish(&gallery, whole.clone()).await;
    whole["item_id"] = made["item_id"].clone();
    whole["picture_url"] = Value::Null;
    whole["read"] = false.into();
    assert_eq!(made, whole);
    let page = gallery.get(&session, "/v1/feed").await.is(200).json();
    assert_eq!(page["items"], json!([whole]));
    assert_eq!(gallery.admin("GET", "/admin/feed", Value::Null).await.is(200).json(), json!([whole]));

    // Replaced as a whole, but for its id and, unless another is given, its place.
    let path = format!("/admin/feed/{}", made["item_id"].as_str().unwrap());
    let given = with(with(item("b"), "item_id", "chosen"), "picture_url", "/elsewhere");
    let replaced = gallery.admin("PUT", &path, given).await.is(200).json();
    let expected = json!({
        "item_id": made["item_id"], "type": "news", "audience": [], "title": {"ru": "b", "en": "b"},
        "body": {"ru": "Текст", "en": "Text"}, "links": [], "picture_url": null, "published_at": made["published_at"],
        "until": null, "event_id": null, "discount_percent": null, "read": false,
    });
    assert_eq!(replaced, expected);
    assert_eq!(gallery.get(&session, "/v1/feed").await.is(200).json()["items"], json!([expected]));
    for (method, body) in [("PUT", item("c")), ("DELETE", Value::Null)] {
        gallery.admin(method, "/admin/feed/nothing", body).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn pictures_keep_their_address() {
    let (gallery, session) = quiet().await;
    let bytes = b"no picture at all";
    let drawn = with(with(item("a"), "picture_base64", STANDARD.encode(bytes)), "picture_type", "image/webp");
    let made = publish(&gallery, drawn.clone()).await;
    assert!(made.get("picture_base64").is_none() && made.get("picture_type").is_none());
    let address = made["picture_url"].as_str().unwrap();
    // Without signing in.
    let picture = gallery.call("GET", address, &[], None).await.is(200);
    assert_eq!(picture.bytes, bytes);
    assert_eq!(picture.header("content-type"), "image/webp");
    assert_eq!(picture.header("cache-control"), "max-age=86400");
    assert!(picture.header("etag").starts_with('"'));
    let again = gallery.call("GET", address, &[("if-none-match", picture.header("etag"))], None).await.is(304);
    assert_eq!(again.header("cache-control"), "max-age=86400");
    // The same picture has the same address, and another type is another picture.
    assert_eq!(publish(&gallery, drawn.clone()).await["picture_url"], address);
    assert_ne!(publish(&gallery, with(drawn, "picture_type", "image/png")).await["picture_url"], address);
    // The item loses its picture, the address keeps it.
    gallery.admin("PUT", &format!("/admin/feed/{}", made["item_id"].as_str().unwrap()), item("a")).await.is(200);
    gallery.call("GET", address, &[], None).await.is(200);
    let shown = gallery.get(&session, "/v1/feed").await.json();
    assert_eq!(shown["items"][2]["picture_url"], Value::Null);
    for unknown in ["/v1/media/x", "/v1/media/%2e%2e", "/v1/media/'"] {
        gallery.call("GET", unknown, &[], None).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn what_cannot_be_published() {
    let (gallery, _) = quiet().await;
    for (field, value) in [
        ("type", json!(null)),
        ("title", json!("a")),
        ("title", json!({"ru": "a"})),
        ("body", json!(null)),
        ("audience", json!("leto")),
        ("links", json!([{"url": "x"}])),
        ("published_at", json!("today")),
        ("until", json!(7)),
        ("discount_percent", json!("7")),
        ("picture_base64", json!("*")),
        ("picture_base64", json!(7)),
        ("picture_type", json!("text/html")),
        ("picture_type", json!("image/\n")),
    ] {
        let answer = gallery.admin("POST", "/admin/feed", with(item("a"), field, value.clone())).await;
        answer.refused(400, "malformed");
    }
    gallery.admin("POST", "/admin/feed", json!([])).await.refused(400, "malformed");
    assert_eq!(gallery.admin("GET", "/admin/feed", Value::Null).await.json(), json!([]));
}

#[tokio::test]
async fn the_administration_takes_large_items_and_the_public_does_not() {
    let (gallery, session) = quiet().await;
    let link = |number: usize| json!({"title": {"ru": "т", "en": "t"}, "url": format!("https://vremenagoda.example/{number}")});
    let links: Vec<_> = (0..1000).map(link).collect();
    let large = with(with(item("a"), "links", links), "body", json!({"ru": "x".repeat(5_000_000), "en": "x"}));
    publish(&gallery, large.clone()).await;
    let page = gallery.get(&session, "/v1/feed").await.is(200).json();
    assert_eq!(page["items"][0]["body"], large["body"]);
    assert_eq!(page["items"][0]["links"].as_array().unwrap().len(), 1000);
    let too_large = with(item("a"), "body", json!({"ru": "x".repeat(8 * 1024 * 1024), "en": "x"}));
    gallery.admin("POST", "/admin/feed", too_large).await.refused(413, "payload-too-large");
    gallery.register(&session, "k", &large).await.refused(413, "payload-too-large");
}

#[tokio::test]
async fn what_is_read_is_told_to_this_member_only() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let read = |feed: &common::Answer| {
        let items = feed.json()["items"].as_array().unwrap().clone();
        items.iter().filter(|item| item["read"] == true).map(|item| item["item_id"].clone()).collect::<Vec<_>>()
    };
    let before = gallery.get(&session, "/v1/feed").await.is(200);
    let foreign = gallery.get(&other, "/v1/feed").await.is(200);
    assert!(read(&before).is_empty());
    for key in ["one", "one", "two"] {
        gallery.intend(&session, "/v1/feed/morning/read", key, &json!({})).await.is(204);
    }
    // The feed is another one now, for whoever read it and for nobody else.
    let after = gallery.get_again(&session, "/v1/feed", &before).await.is(200);
    assert_eq!(read(&after), ["morning"]);
    gallery.get_again(&session, "/v1/feed", &after).await.is(304);
    gallery.get_again(&other, "/v1/feed", &foreign).await.is(304);
    gallery.intend(&session, "/v1/feed/nothing/read", "three", &json!({})).await.refused(404, "item-unknown");
    gallery.intend(&session, "/v1/feed/courtyard/read", "one", &json!({})).await.refused(422, "idempotency-key-reused");
    // Nobody publishes what a member has read.
    let text = json!({"ru": "т", "en": "t"});
    let item = json!({"type": "news", "title": text, "body": text, "read": true});
    assert_eq!(gallery.admin("POST", "/admin/feed", item).await.is(201).json()["read"], false);
}
