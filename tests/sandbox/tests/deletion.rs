//! Leaving the programme.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Answer, Gallery, OTHER_PHONE, PHONE, Session, receipt};
use serde_json::{Value, json};

async fn delete(gallery: &Gallery, session: &Session) -> Answer {
    let bearer = session.bearer();
    gallery.call("DELETE", "/v1/member", &[("authorization", &bearer), ("idempotency-key", "leave")], None).await
}

#[tokio::test]
async fn nothing_of_the_member_stays() {
    let gallery = Gallery::start().await;
    gallery.admin("POST", "/admin/cards", json!({"phone": PHONE, "number": "4081507726610394"})).await.is(201);
    let session = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    gallery.registered(&session, &receipt(1)).await;
    gallery.registered(&other, &receipt(2)).await;
    gallery.intend(&session, "/v1/member/card-link", "k", &json!({"phone": PHONE})).await.is(200);
    gallery.intend(&session, "/v1/feed/morning/read", "r", &json!({})).await.is(204);
    let places = || async { gallery.get(&other, "/v1/events/spring-evening").await.json()["places_left"].clone() };
    let asked = json!({"requested_at": "2026-03-10T09:00:00Z"});
    let free = places().await;
    gallery.intend(&session, "/v1/events/spring-evening/registration", "e", &asked).await.is(201);
    assert_ne!(places().await, free);

    delete(&gallery, &session).await.is(204);
    assert_eq!(places().await, free);
    let database = rusqlite::Connection::open(gallery.directory.path().join("gallery.db")).unwrap();
    let mut tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 15);
    for table in tables {
        let mut rows = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                if let Ok(text) = row.get::<_, String>(column) {
                    assert!(!text.contains(&session.member_id) && !text.contains(PHONE), "{table}: {text}");
                    assert!(!text.contains(&session.access) && !text.contains(&session.refresh), "{table}: {text}");
                }
            }
        }
    }
    // Somebody else's stays.
    assert_eq!(gallery.get(&other, "/v1/receipts").await.json()["receipts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn old_tokens_tell_a_deletion_from_an_ended_session() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    gallery.advance(61).await;
    let two = gallery.sign_in(PHONE).await;
    let refreshed = gallery.refreshed(&one).await;
    // The answer is lost; asking again says what came of it.
    gallery.faults(&["drop_answer"]).await;
    let bearer = two.bearer();
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "leave")];
    gallery.raw("DELETE", "/v1/member", &headers, None).await.unwrap_err();
    delete(&gallery, &two).await.refused(401, "account-deleted");
    for session in [&one, &two, &refreshed] {
        gallery.get(session, "/v1/member").await.refused(401, "account-deleted");
        let body = json!({"refresh_token": session.refresh});
        gallery.post("/v1/auth/refresh", body).await.refused(401, "account-deleted");
    }
    let stranger = Session { access: "x".to_owned(), refresh: "y".to_owned(), member_id: String::new() };
    gallery.get(&stranger, "/v1/member").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn the_same_phone_joins_again_as_a_new_member() {
    let gallery = Gallery::start().await;
    let before = gallery.sign_in(PHONE).await;
    gallery.purchase(&before, 30_000_000, "2026-03-01T12:00:00+03:00").await;
    let card = gallery.get(&before, "/v1/card").await.json();
    delete(&gallery, &before).await.is(204);
    let mut after = gallery.sign_in(PHONE).await;
    assert_ne!(before.member_id, after.member_id);
    assert_ne!(gallery.get(&after, "/v1/card").await.json()["number"], card["number"]);
    assert_eq!(gallery.get(&after, "/v1/member").await.json()["tier"], "vesna");
    assert!(gallery.all(&mut after, "/v1/receipts", "receipts").await.is_empty());
    gallery.get(&before, "/v1/member").await.refused(401, "account-deleted");
}

#[tokio::test]
async fn it_needs_a_session_and_a_key() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    gallery.call("DELETE", "/v1/member", &[("idempotency-key", "k")], None).await.refused(401, "unauthorized");
    let bearer = session.bearer();
    let keyless = gallery.call("DELETE", "/v1/member", &[("authorization", &bearer)], None).await;
    keyless.refused(400, "idempotency-key-missing");
    gallery.get(&session, "/v1/member").await.is(200);
    assert_eq!(gallery.admin("GET", "/admin/members", Value::Null).await.json().as_array().unwrap().len(), 1);
}
