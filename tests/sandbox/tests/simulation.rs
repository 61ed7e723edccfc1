//! In one process, without a network: the same requests at the same times give the same answers.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tower::Service;
use vremena_sandbox::{Backend, Clock, admin_router, router};

struct World {
    backend: Backend,
    public: Router,
    admin: Router,
    transcript: Vec<String>,
}

impl World {
    fn new(seed: u64) -> Self {
        let start: DateTime<Utc> = "2026-03-10T09:00:00Z".parse().unwrap();
        let backend = Backend::open(Path::new(":memory:"), seed, Clock::standing_at(start)).unwrap();
        let (public, admin) = (router(&backend), admin_router(&backend, "secret"));
        Self { backend, public, admin, transcript: Vec::new() }
    }

    async fn send(&mut self, method: &str, path: &str, token: &str, body: Value) -> Value {
        let service = if path.starts_with("/admin") { &mut self.admin } else { &mut self.public };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", self.transcript.len().to_string())
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = service.call(request).await.unwrap();
        let mut line = format!("{method} {path} {} {:?} ", response.status(), response.headers());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        line.push_str(&String::from_utf8_lossy(&bytes));
        self.transcript.push(line);
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn live(mut self, looking_in_between: bool) -> Vec<String> {
        let phone = "+79161234567";
        let consent =
            json!({"purpose": "processing", "version": 1, "granted": true, "decided_at": "2026-03-10T09:00:00Z"});
        self.send("POST", "/v1/auth/code", "", json!({"phone": phone, "consents": [consent]})).await;
        let code = self.send("GET", "/admin/codes/+79161234567", "secret", Value::Null).await;
        let opened = self.send("POST", "/v1/auth/session", "", json!({"phone": phone, "code": code["code"]})).await;
        let mut token = opened["tokens"]["access_token"].as_str().unwrap().to_owned();
        let mut refresh = opened["tokens"]["refresh_token"].clone();
        for number in 0..20 {
            let body = json!({
                "drive_number": "7380440801290534", "document_number": number, "fiscal_sign": 7,
                "total_kopecks": 10_000_000, "issued_at": "2026-03-10T11:30:00+03:00", "operation": null,
                "source": "scanned", "captured_at": "2026-03-10T09:00:00Z",
            });
            self.send("POST", "/v1/receipts", &token, body).await;
            for _ in 0..10 {
                self.backend.clock().advance(TimeDelta::seconds(24));
                if looking_in_between {
                    self.backend.settle();
                }
            }
            let next = self.send("POST", "/v1/auth/refresh", "", json!({"refresh_token": refresh})).await;
            token = next["access_token"].as_str().unwrap().to_owned();
            refresh = next["refresh_token"].clone();
        }
        self.send("GET", "/v1/receipts", &token, Value::Null).await;
        let item = json!({"type": "news", "title": {"ru": "a", "en": "a"}, "body": {"ru": "b", "en": "b"}});
        self.send("POST", "/admin/feed", "secret", item).await;
        let requested = json!({"requested_at": "2026-03-10T09:00:00Z"});
        for what in ["registration", "cancellation", "registration"] {
            let path = format!("/v1/events/spring-evening/{what}");
            let registration = self.send("POST", &path, &token, requested.clone()).await;
            assert!(registration["state"].is_string());
        }
        for path in ["/v1/feed?limit=1", "/v1/events", "/v1/events/private-preview", "/v1/card"] {
            self.send("GET", path, &token, Value::Null).await;
        }
        self.send("GET", "/v1/ledger", &token, Value::Null).await;
        let member = self.send("GET", "/v1/member", &token, Value::Null).await;
        assert_eq!(member["tier"], "osen");
        self.send("GET", "/admin/receipts", "secret", Value::Null).await;
        self.transcript
    }
}

#[tokio::test]
async fn the_same_world_again() {
    let first = World::new(1).live(false).await;
    assert_eq!(first, World::new(1).live(false).await);
    assert_ne!(first, World::new(2).live(false).await);
}

#[tokio::test]
async fn when_somebody_looks_changes_nothing() {
    assert_eq!(World::new(3).live(false).await, World::new(3).live(true).await);
}
