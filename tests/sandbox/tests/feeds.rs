//! The feeds of changes, and what clients need not fetch again.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Gallery, OTHER_PHONE, PHONE, Session, receipt};
use serde_json::{Value, json};

struct Follower {
    path: &'static str,
    rows: &'static str,
    id: &'static str,
    cursor: String,
    known: BTreeMap<String, Value>,
}

const RECEIPTS: (&str, &str, &str) = ("/v1/receipts", "receipts", "receipt_id");
const LEDGER: (&str, &str, &str) = ("/v1/ledger", "entries", "id");

impl Follower {
    fn new((path, rows, id): (&'static str, &'static str, &'static str)) -> Self {
        Self { path, rows, id, cursor: String::new(), known: BTreeMap::new() }
    }

    /// Fetches one page and gives back its ids and whether there is more.
    async fn step(&mut self, gallery: &Gallery, session: &Session, limit: u32) -> (Vec<String>, bool) {
        let cursor = if self.cursor.is_empty() { String::new() } else { format!("&cursor={}", self.cursor) };
        let page = gallery.get(session, &format!("{}?limit={limit}{cursor}", self.path)).await.is(200).json();
        self.cursor = page["next_cursor"].as_str().unwrap().to_owned();
        let rows = page[self.rows].as_array().unwrap();
        assert!(rows.len() <= limit as usize);
        let ids: Vec<_> = rows.iter().map(|row| row[self.id].as_str().unwrap().to_owned()).collect();
        self.known.extend(ids.iter().cloned().zip(rows.iter().cloned()));
        (ids, page["more"] == true)
    }

    async fn finish(&mut self, gallery: &Gallery, session: &Session, limit: u32) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let (ids, more) = self.step(gallery, session, limit).await;
            seen.extend(ids);
            if !more {
                return seen;
            }
        }
    }
}

#[tokio::test]
async fn a_feed_gives_everything_once_and_then_what_changed() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    for number in 0..11 {
        gallery.registered(&session, &receipt(number)).await;
    }
    let mut receipts = Follower::new(RECEIPTS);
    let mut ledger = Follower::new(LEDGER);
    for follower in [&mut receipts, &mut ledger] {
        let seen = follower.finish(&gallery, &session, 4).await;
        assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (11, 11));
        // Nothing has changed: an empty page, and the cursor stays good.
        assert!(follower.finish(&gallery, &session, 4).await.is_empty());
        assert!(follower.finish(&gallery, &session, 4).await.is_empty());
    }
    gallery.advance(2 * 3600).await;
    session = gallery.refreshed(&session).await;
    for follower in [&mut receipts, &mut ledger] {
        let seen = follower.finish(&gallery, &session, 200).await;
        // Each comes again once, as it is now, however often it changed.
        assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (11, 11));
        assert!(follower.known.values().all(|row| row["state"] == "credited"));
    }
    let one = receipts.known.keys().next().unwrap().clone();
    let verdict = json!({"state": "rejected"});
    gallery.admin("POST", &format!("/admin/receipts/{one}/verdict"), verdict).await.is(200);
    assert_eq!(receipts.finish(&gallery, &session, 200).await, std::slice::from_ref(&one));
    assert_eq!(ledger.finish(&gallery, &session, 200).await, std::slice::from_ref(&one));
}

/// Rows change between the pages: what a follower knows in the end is what a newcomer is told.
#[tokio::test]
async fn changes_between_pages_are_neither_lost_nor_doubled() {
    let gallery = Gallery::start().await;
    let mut session = gallery.sign_in(PHONE).await;
    let mut receipts = Follower::new(RECEIPTS);
    let mut ledger = Follower::new(LEDGER);
    for number in 0..30 {
        gallery.registered(&session, &receipt(number)).await;
        gallery.advance(45).await;
        session = gallery.refreshed(&session).await;
        receipts.step(&gallery, &session, 2).await;
        ledger.step(&gallery, &session, 3).await;
    }
    gallery.advance(7200).await;
    session = gallery.refreshed(&session).await;
    for (follower, feed) in [(receipts, RECEIPTS), (ledger, LEDGER)] {
        let mut follower = follower;
        follower.finish(&gallery, &session, 7).await;
        let mut newcomer = Follower::new(feed);
        newcomer.finish(&gallery, &session, 200).await;
        assert_eq!(follower.known.len(), 30);
        assert_eq!(follower.known, newcomer.known);
    }
}

#[tokio::test]
async fn cursors_of_others_are_unknown() {
    let gallery = Gallery::start().await;
    let one = gallery.sign_in(PHONE).await;
    let other = gallery.sign_in(OTHER_PHONE).await;
    gallery.registered(&one, &receipt(1)).await;
    gallery.registered(&other, &receipt(2)).await;
    let cursor = |answer: Value| answer["next_cursor"].as_str().unwrap().to_owned();
    let receipts = cursor(gallery.get(&one, "/v1/receipts").await.json());
    let ledger = cursor(gallery.get(&one, "/v1/ledger").await.json());
    gallery.get(&one, &format!("/v1/receipts?cursor={receipts}")).await.is(200);
    let (change, seal) = receipts.split_once('.').unwrap();
    let beyond = format!("{}.{seal}", change.parse::<i64>().unwrap() + 1);
    for (session, path) in [
        (&other, format!("/v1/receipts?cursor={receipts}")),
        (&one, format!("/v1/receipts?cursor={ledger}")),
        (&one, format!("/v1/ledger?cursor={receipts}")),
        (&one, format!("/v1/ledger?cursor={beyond}")),
        (&one, "/v1/ledger?cursor=".to_owned()),
        (&one, "/v1/ledger?cursor=0.".to_owned()),
        (&one, "/v1/ledger?cursor=%00".to_owned()),
        (&one, "/v1/ledger?cursor=-1.x".to_owned()),
    ] {
        gallery.get(session, &path).await.refused(410, "cursor-unknown");
    }
}

#[tokio::test]
async fn limits() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    for number in 0..51 {
        gallery.registered(&session, &receipt(number)).await;
    }
    let page = gallery.get(&session, "/v1/receipts").await.is(200).json();
    assert_eq!((page["receipts"].as_array().unwrap().len(), &page["more"]), (50, &json!(true)));
    for limit in ["0", "201", "-1", "x", "", "4294967297", "1.5"] {
        gallery.get(&session, &format!("/v1/receipts?limit={limit}")).await.refused(400, "malformed");
        gallery.get(&session, &format!("/v1/ledger?limit={limit}")).await.refused(400, "malformed");
    }
    gallery.get(&session, "/v1/ledger?limit=1&limit=2").await.refused(400, "malformed");
    gallery.get(&session, "/v1/ledger?unknown=1").await.is(200);
}

#[tokio::test]
async fn members_see_only_their_own() {
    let gallery = Gallery::start().await;
    let mut one = gallery.sign_in(PHONE).await;
    let mut other = gallery.sign_in(OTHER_PHONE).await;
    gallery.registered(&one, &receipt(1)).await;
    for path in [("/v1/receipts", "receipts"), ("/v1/ledger", "entries")] {
        assert_eq!(gallery.all(&mut one, path.0, path.1).await.len(), 1);
        assert_eq!(gallery.all(&mut other, path.0, path.1).await.len(), 0);
    }
}

#[tokio::test]
async fn etags_spare_what_has_not_changed() {
    let gallery = Gallery::start().await;
    let session = gallery.sign_in(PHONE).await;
    let bearer = session.bearer();
    for path in ["/v1/member", "/v1/programme/rules"] {
        let first = gallery.get(&session, path).await.is(200);
        let etag = first.header("etag").to_owned();
        let weak = format!("\"x\", W/{etag}");
        for known in [etag.as_str(), weak.as_str(), "*"] {
            let headers = [("authorization", bearer.as_str()), ("if-none-match", known)];
            let again = gallery.call("GET", path, &headers, None).await.is(304);
            assert_eq!(again.header("etag"), etag);
        }
        let headers = [("authorization", bearer.as_str()), ("if-none-match", "\"x\"")];
        gallery.call("GET", path, &headers, None).await.is(200);

        gallery.purchase(&session, 40_000_000, "2026-03-09T12:00:00+03:00").await;
        let rules =
            json!({"version": 2, "tiers": [{"id": "a"}, {"id": "b", "require": {"metric": "sum", "at_least": 1}}]});
        gallery.admin("PUT", "/admin/rules", rules).await.is(204);
        let headers = [("authorization", bearer.as_str()), ("if-none-match", etag.as_str())];
        let changed = gallery.call("GET", path, &headers, None).await.is(200);
        assert_ne!(changed.header("etag"), etag);
        // For the second path, so that it changes again.
        let rules = json!({"version": 3, "tiers": [{"id": "c"}]});
        gallery.admin("PUT", "/admin/rules", rules).await.is(204);
    }
}
