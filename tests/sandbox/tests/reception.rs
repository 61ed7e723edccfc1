//! What the reception does: purchases, links of returns, verdicts, grants, events.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Gallery, OTHER_PHONE, PHONE, Session, event, receipt, with};
use serde_json::{Value, json};

async fn waiting_return(gallery: &Gallery, session: &mut Session, number: u32, kopecks: i64) -> String {
    let back = with(with(receipt(number), "operation", "sale_return"), "total_kopecks", kopecks);
    *session = gallery.refreshed(session).await;
    let id = gallery.registered(session, &back).await["receipt_id"].as_str().unwrap().to_owned();
    gallery.advance(7200).await;
    let waiting = gallery.receipt(session, &id).await;
    assert_eq!((&waiting["state"], &waiting["reason"]), (&json!("pending"), &json!("return_unlinked")));
    assert_eq!(
        (&waiting["of"], &waiting["decided_at"], &waiting["next_check_at"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    id
}

async fn link(gallery: &Gallery, back: &str, purchase: &str) -> common::Answer {
    gallery.admin("POST", &format!("/admin/receipts/{back}/link"), json!({"purchase": purchase})).await
}

#[tokio::test]
async fn a_return_takes_back_once_it_is_linked() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let bought = gallery.purchase(&session, 40_000_000, "2026-03-01T12:00:00+03:00").await;
    let bought = bought["receipt_id"].as_str().unwrap().to_owned();
    let part = waiting_return(&gallery, &mut session, 1, 15_000_000).await;
    // Unlinked it takes nothing, and the ledger does not know it.
    assert_eq!(gallery.all(&mut session, "/v1/ledger", "entries").await.len(), 1);
    assert_eq!(gallery.get(&session, "/v1/member").await.json()["tier"], "leto");

    let linked = link(&gallery, &part, &bought).await.is(200).json();
    assert_eq!(
        (&linked["state"], &linked["of"], &linked["reason"]),
        (&json!("credited"), &json!(bought), &Value::Null)
    );
    let purchase = gallery.receipt(&mut session, &bought).await;
    assert_eq!((&purchase["state"], &purchase["returned_kopecks"]), (&json!("credited"), &json!(15_000_000)));
    let ledger = gallery.all(&mut session, "/v1/ledger", "entries").await;
    assert_eq!(ledger.len(), 2);
    assert_eq!(
        ledger[1],
        json!({"kind": "return", "id": part, "of": bought, "amount": 15_000_000, "state": "credited",
               "at": "2026-03-10T11:30:00+03:00"})
    );
    // As if the purchase had been smaller from the beginning.
    let member = gallery.get(&session, "/v1/member").await.json();
    assert_eq!((&member["tier"], &member["tier_since"]), (&json!("vesna"), &Value::Null));

    // The rest comes back too: reversed. Linking again changes nothing.
    let rest = waiting_return(&gallery, &mut session, 2, 25_000_000).await;
    link(&gallery, &rest, &bought).await.is(200);
    let purchase = gallery.receipt(&mut session, &bought).await;
    assert_eq!((&purchase["state"], &purchase["returned_kopecks"]), (&json!("reversed"), &json!(40_000_000)));
    let before = gallery.all(&mut session, "/v1/receipts", "receipts").await;
    link(&gallery, &rest, &bought).await.is(200);
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await, before);
    let entry = gallery.all(&mut session, "/v1/ledger", "entries").await.remove(0);
    assert_eq!((&entry["id"], &entry["state"]), (&json!(bought), &json!("credited")));
}

#[tokio::test]
async fn what_cannot_be_linked() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    let issued_at = "2026-03-09T12:00:00+03:00";
    let id = |receipt: Value| receipt["receipt_id"].as_str().unwrap().to_owned();
    let small = id(gallery.purchase(&session, 99, issued_at).await);
    let foreign = id(gallery.purchase(&other, 1000, issued_at).await);
    let back = waiting_return(&gallery, &mut session, 1, 100).await;
    link(&gallery, &back, &small).await.refused(409, "conflict");
    link(&gallery, &back, &foreign).await.refused(409, "conflict");
    link(&gallery, &back, &back).await.refused(409, "conflict");
    link(&gallery, &small, &small).await.refused(409, "conflict");
    link(&gallery, &back, "nothing").await.refused(404, "not-found");
    link(&gallery, "nothing", &small).await.refused(404, "not-found");
    assert_eq!(gallery.receipt(&mut session, &back).await["reason"], "return_unlinked");
}

#[tokio::test]
async fn a_purchase_at_the_desk_counts_at_once() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let path = format!("/admin/members/{}/purchases", session.member_id);
    let new = json!({
        "total_kopecks": 5_000, "issued_at": "2026-03-09T12:00:00+03:00", "shop": "Колибри", "category": "kids",
        "drive_number": "7380440801290534", "document_number": 1, "fiscal_sign": 4_235_874_914_u32,
    });
    let made = gallery.admin("POST", &path, new.clone()).await.is(201).json();
    assert_eq!(
        (&made["source"], &made["state"], &made["shop"]),
        (&json!("reception"), &json!("credited"), &json!("Колибри"))
    );
    assert_eq!(gallery.all(&mut session, "/v1/receipts", "receipts").await, std::slice::from_ref(&made));
    // Two sources, one receipt: neither counts it again.
    let scanned = gallery.register(&session, "k", &receipt(1)).await;
    scanned.refused(409, "already-registered");
    assert_eq!(scanned.json()["receipt"], made);
    gallery.admin("POST", &path, new).await.refused(409, "already-registered");
    // Without fiscal fields each is its own.
    gallery.purchase(&session, 1, "2026-03-09T12:00:00+03:00").await;
    gallery.purchase(&session, 1, "2026-03-09T12:00:00+03:00").await;
    let bad = json!({"total_kopecks": 0, "issued_at": "2026-03-09T12:00:00Z", "shop": "", "category": ""});
    gallery.admin("POST", &path, bad.clone()).await.refused(422, "invalid-receipt");
    gallery.admin("POST", "/admin/members/nobody/purchases", bad).await.refused(404, "not-found");
}

#[tokio::test]
async fn verdicts() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let id = gallery.registered(&session, &receipt(1)).await["receipt_id"].as_str().unwrap().to_owned();
    let path = format!("/admin/receipts/{id}/verdict");
    let verdict = json!({"state": "rejected", "reason": "already_counted"});
    let rejected = gallery.admin("POST", &path, verdict).await.is(200).json();
    assert_eq!((&rejected["state"], &rejected["reason"]), (&json!("rejected"), &json!("already_counted")));
    // The tax service is not asked any more.
    gallery.advance(7200).await;
    assert_eq!(gallery.receipt(&mut session, &id).await["state"], "rejected");
    let credited = gallery.admin("POST", &path, json!({"state": "credited"})).await.is(200).json();
    assert_eq!((&credited["state"], &credited["reason"]), (&json!("credited"), &Value::Null));
    assert!(credited["shop"].is_string());
    for malformed in [json!({"state": "pending"}), json!({"state": "credited", "reason": "too_old"}), json!({})] {
        gallery.admin("POST", &path, malformed).await.refused(400, "malformed");
    }
    gallery.admin("POST", "/admin/receipts/x/verdict", json!({"state": "credited"})).await.refused(404, "not-found");
    let back = waiting_return(&gallery, &mut session, 2, 100).await;
    let path = format!("/admin/receipts/{back}/verdict");
    gallery.admin("POST", &path, json!({"state": "credited"})).await.refused(409, "conflict");
}

#[tokio::test]
async fn the_reception_sees_everybody() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    gallery.registered(&one, &receipt(1)).await;
    gallery.registered(&other, &receipt(2)).await;
    let receipts = gallery.admin("GET", "/admin/receipts", Value::Null).await.is(200).json();
    let owners: Vec<_> = receipts.as_array().unwrap().iter().map(|receipt| receipt["member_id"].as_str()).collect();
    assert_eq!(owners, [Some(one.member_id.as_str()), Some(other.member_id.as_str())]);
    let members = gallery.admin("GET", "/admin/members", Value::Null).await.is(200).json();
    let phones: Vec<_> = members.as_array().unwrap().iter().map(|member| member["phone"].as_str().unwrap()).collect();
    assert!(phones.len() == 2 && phones.contains(&PHONE) && phones.contains(&OTHER_PHONE));
    assert_eq!(members[0]["tier"], "vesna");
}

#[tokio::test]
async fn grants_and_points() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let path = format!("/admin/members/{}/ledger", session.member_id);
    gallery.admin("POST", &path, json!({"kind": "grant", "tier": "zima", "until": "2026-03-31"})).await.is(201);
    gallery.admin("POST", &path, json!({"kind": "points", "points": -7})).await.is(201);
    gallery.admin("POST", &path, json!({"kind": "points", "points": 5, "expires": "2026-12-31"})).await.is(201);
    for bad in [json!({"kind": "points", "points": 0}), json!({"kind": "grant", "tier": "zima", "until": "2026-02-30"})]
    {
        gallery.admin("POST", &path, bad).await.refused(400, "malformed");
    }
    let kinds: Vec<_> = gallery.all(&mut session, "/v1/ledger", "entries").await;
    assert_eq!(
        kinds.iter().map(|entry| entry["kind"].as_str().unwrap()).collect::<Vec<_>>(),
        ["grant", "points", "points"]
    );
    assert_eq!(gallery.get(&session, "/v1/member").await.json()["tier"], "zima");
    // The grant ends with its day in Moscow.
    gallery.set_clock("2026-03-31T21:00:05Z").await;
    session = gallery.refreshed(&session).await;
    let member = gallery.get(&session, "/v1/member").await.json();
    assert_eq!((&member["tier"], &member["tier_since"]), (&json!("vesna"), &json!("2026-03-31T21:00:00Z")));
}

#[tokio::test]
async fn the_administration_is_guarded() {
    let gallery = Gallery::start().await;
    for token in ["", "secre", "secrets", "Secret"] {
        let url = format!("{}/admin/members", gallery.sandbox.admin_url());
        let answer = gallery.http.get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    // And it is not on the public listener.
    gallery.call("GET", "/admin/members", &[("authorization", "Bearer secret")], None).await.refused(404, "not-found");
    gallery.admin("GET", "/admin/nothing", Value::Null).await.refused(404, "not-found");
    gallery.admin("DELETE", "/admin/clock", Value::Null).await.refused(405, "method-not-allowed");
    gallery.admin("GET", "/admin/codes/+70000000000", Value::Null).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_clock_moves_within_reason() {
    let gallery = Gallery::start().await;
    let now = gallery.admin("GET", "/admin/clock", Value::Null).await.is(200).json();
    assert!(now["now"].as_str().unwrap().starts_with("2026-03-10T09:00:"));
    let set = gallery.admin("POST", "/admin/clock", json!({"set": "2027-01-01T03:00:00+03:00"})).await.is(200).json();
    assert_eq!(set["now"], "2027-01-01T00:00:00Z");
    gallery.advance(-86_400).await;
    let answer = gallery.call("GET", "/v1/programme/rules", &[], None).await.is(200);
    assert!(answer.header("date").starts_with("Thu, 31 Dec 2026 00:00:"));
    for bad in [
        json!({}),
        json!({"set": "1950-01-01T00:00:00Z"}),
        json!({"set": "9999-01-01T00:00:00Z"}),
        json!({"advance_seconds": i64::MAX}),
        json!({"advance_seconds": i64::MIN}),
        json!({"advance_seconds": 1, "set": "2027-01-01T00:00:00Z"}),
    ] {
        gallery.admin("POST", "/admin/clock", bad).await.refused(400, "malformed");
    }
}

#[tokio::test]
async fn events_change_field_by_field() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let made =
        gallery.admin("POST", "/admin/events", with(event(9), "picture_url", "/v1/media/x")).await.is(201).json();
    let id = made["event_id"].as_str().unwrap();
    assert_eq!((&made["places_left"], &made["registration"], &made["audience"]), (&json!(9), &Value::Null, &json!([])));
    let chosen =
        json!({"place": {"ru": "Крыша", "en": "Roof"}, "event_id": "chosen", "places_left": 77, "registration": 7});
    let path = format!("/admin/events/{id}");
    let changed = gallery.admin("PUT", &path, chosen).await.is(200).json();
    let expected = with(made.clone(), "place", json!({"ru": "Крыша", "en": "Roof"}));
    assert_eq!(changed, expected);
    assert_eq!(gallery.get(&session, &format!("/v1/events/{id}")).await.is(200).json(), expected);
    let drawn = gallery.admin("PUT", &path, json!({"picture_base64": "AAAA"})).await.is(200).json();
    gallery.call("GET", drawn["picture_url"].as_str().unwrap(), &[], None).await.is(200);

    for (field, value) in [
        ("capacity", json!(-1)),
        ("capacity", json!("9")),
        ("title", json!({"ru": "а"})),
        ("starts_at", json!(null)),
        ("ends_at", json!("tomorrow")),
        ("audience", json!("leto")),
        ("picture_base64", json!("*")),
    ] {
        gallery.admin("PUT", &path, json!({field: value})).await.refused(400, "malformed");
        gallery.admin("POST", "/admin/events", with(event(1), field, value)).await.refused(400, "malformed");
    }
    gallery.admin("PUT", "/admin/events/nothing", json!({})).await.refused(404, "event-unknown");
    let unknown = gallery.admin("GET", "/admin/events/nothing/registrations", Value::Null).await;
    unknown.refused(404, "event-unknown");
    let after = gallery.admin("PUT", &path, json!({})).await.is(200).json();
    assert_eq!(after, drawn);
}
