//! A gallery over real TCP, whose every public answer is held against the OpenAPI document.

#![allow(dead_code, reason = "each test binary uses its own part")]

mod spec;

use std::net::SocketAddr;
use std::path::PathBuf;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use vremena_sandbox::{Config, Sandbox};

pub const PHONE: &str = "+79161234567";
pub const OTHER_PHONE: &str = "+79261234567";
pub const START: &str = "2026-03-10T09:00:00Z";

pub struct Gallery {
    pub sandbox: Sandbox,
    pub http: Client,
    pub directory: TempDir,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub access: String,
    pub refresh: String,
    pub member_id: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// The problem's slug, after checking the status it stands in.
    #[track_caller]
    pub fn problem(&self) -> String {
        let json = self.json();
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(json["status"], self.status.as_u16());
        json["type"].as_str().unwrap().strip_prefix("urn:vremena:problem:").unwrap().to_owned()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{text}");
        self
    }

    #[track_caller]
    pub fn refused(&self, status: u16, slug: &str) {
        assert_eq!((self.status.as_u16(), self.problem().as_str()), (status, slug));
    }
}

pub fn config(database: PathBuf) -> Config {
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        admin_listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        database,
        seed: 7,
        start: Some(START.parse().unwrap()),
        admin_token: "secret".to_owned(),
        tls: None,
    }
}

pub fn client() -> Client {
    // Nothing here uses TLS, but a client cannot be built without a provider of it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

impl Gallery {
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(config(directory.path().join("gallery.db"))).await.unwrap();
        Self { sandbox, http: client(), directory }
    }

    /// A public request, whose answer must be one that the document describes.
    pub async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string().into_bytes());
        let answer = self.raw(method, path, headers, body).await.unwrap();
        spec::check(method, path, &answer);
        answer
    }

    /// A public request, whatever becomes of it.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> reqwest::Result<Answer> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.sandbox.base_url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, bytes: response.bytes().await?.to_vec() })
    }

    pub async fn admin(&self, method: &str, path: &str, body: Value) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request =
            self.http.request(method, format!("{}{path}", self.sandbox.admin_url())).bearer_auth("secret");
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    pub async fn advance(&self, seconds: i64) {
        self.admin("POST", "/admin/clock", json!({"advance_seconds": seconds})).await.is(200);
    }

    pub async fn set_clock(&self, instant: &str) {
        self.admin("POST", "/admin/clock", json!({"set": instant})).await.is(200);
    }

    pub async fn faults(&self, faults: &[&str]) {
        self.admin("PUT", "/admin/network", json!({"faults": faults})).await.is(204);
    }

    pub async fn code(&self, phone: &str) -> String {
        let answer = self.admin("GET", &format!("/admin/codes/{phone}"), Value::Null).await.is(200);
        answer.json()["code"].as_str().unwrap().to_owned()
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, &[], Some(body)).await
    }

    pub async fn sign_in(&self, phone: &str) -> Session {
        self.post("/v1/auth/code", code_request(phone)).await.is(202);
        let code = self.code(phone).await;
        let answer = self.post("/v1/auth/session", json!({"phone": phone, "code": code})).await.is(200).json();
        let text = |pointer| answer.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Session {
            access: text("/tokens/access_token"),
            refresh: text("/tokens/refresh_token"),
            member_id: text("/member/member_id"),
        }
    }

    pub async fn get(&self, session: &Session, path: &str) -> Answer {
        self.call("GET", path, &[("authorization", &session.bearer())], None).await
    }

    /// Asks again for what an answer was given of before, and may have changed since.
    pub async fn get_again(&self, session: &Session, path: &str, before: &Answer) -> Answer {
        let bearer = session.bearer();
        let headers = [("authorization", bearer.as_str()), ("if-none-match", before.header("etag"))];
        self.call("GET", path, &headers, None).await
    }

    /// Sends what a member wants under a key of its own.
    pub async fn intend(&self, session: &Session, path: &str, key: &str, body: &Value) -> Answer {
        let bearer = session.bearer();
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        self.call("POST", path, &headers, Some(body.clone())).await
    }

    pub async fn register(&self, session: &Session, key: &str, body: &Value) -> Answer {
        self.intend(session, "/v1/receipts", key, body).await
    }

    /// Registers a receipt and gives back what the answer says of it.
    pub async fn registered(&self, session: &Session, body: &Value) -> Value {
        let key = format!("key-{}-{}", body["drive_number"], body["document_number"]);
        self.register(session, &key.replace('"', ""), body).await.is(201).json()
    }

    /// A sign-in lasts a quarter of an hour, and verifications longer.
    pub async fn refreshed(&self, session: &Session) -> Session {
        let answer = self.post("/v1/auth/refresh", json!({"refresh_token": session.refresh})).await.is(200).json();
        Session {
            access: answer["access_token"].as_str().unwrap().to_owned(),
            refresh: answer["refresh_token"].as_str().unwrap().to_owned(),
            member_id: session.member_id.clone(),
        }
    }

    /// The receipt as the member sees it now, with a session that still works.
    pub async fn receipt(&self, session: &mut Session, receipt_id: &str) -> Value {
        let all = self.all(session, "/v1/receipts", "receipts").await;
        all.into_iter().rfind(|receipt| receipt["receipt_id"] == receipt_id).unwrap()
    }

    /// Every change of a feed, from the beginning.
    pub async fn all(&self, session: &mut Session, path: &str, rows: &str) -> Vec<Value> {
        *session = self.refreshed(session).await;
        let mut changes = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(session, &format!("{path}?limit=200{cursor}")).await.is(200).json();
            changes.extend(page[rows].as_array().unwrap().iter().cloned());
            cursor = format!("&cursor={}", page["next_cursor"].as_str().unwrap());
            if page["more"] == false {
                return changes;
            }
        }
    }

    pub async fn purchase(&self, session: &Session, kopecks: i64, issued_at: &str) -> Value {
        let body = json!({"total_kopecks": kopecks, "issued_at": issued_at, "shop": "Дом", "category": "home"});
        let path = format!("/admin/members/{}/purchases", session.member_id);
        self.admin("POST", &path, body).await.is(201).json()
    }
}

/// Asks for a code, with the first versions of all consents given, but for the advertising.
pub fn code_request(phone: &str) -> Value {
    let decision = |purpose: &str, granted: bool| json!({"purpose": purpose, "version": 1, "granted": granted, "decided_at": START});
    json!({"phone": phone, "consents": [
        decision("processing", true), decision("advertising", false), decision("analytics", true),
    ]})
}

impl Session {
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.access)
    }
}

/// A receipt of the morning of [`START`]; the document number tells receipts apart.
pub fn receipt(document_number: u32) -> Value {
    json!({
        "drive_number": "7380440801290534",
        "document_number": document_number,
        "fiscal_sign": 4_235_874_914_u32,
        "total_kopecks": 169_116,
        "issued_at": "2026-03-10T11:30:00+03:00",
        "operation": "sale",
        "source": "scanned",
        "captured_at": "2026-03-10T08:59:00Z",
    })
}

/// Registration is open from an hour before [`START`] to an hour before the event's start,
/// five hours after it.
pub fn event(capacity: u32) -> Value {
    json!({
        "title": {"ru": "Вечер", "en": "An evening"}, "description": {"ru": "Текст", "en": "Text"},
        "place": {"ru": "Атриум", "en": "Atrium"}, "capacity": capacity,
        "starts_at": "2026-03-10T14:00:00Z", "ends_at": "2026-03-10T16:00:00Z",
        "registration_opens_at": "2026-03-10T08:00:00Z", "registration_closes_at": "2026-03-10T13:00:00Z",
    })
}

/// The receipt with a field changed.
pub fn with(mut receipt: Value, field: &str, value: impl Into<Value>) -> Value {
    receipt[field] = value.into();
    receipt
}

/// The tax service's truth of a receipt, to be completed.
pub fn ticket(receipt: &Value, truth: Value) -> Value {
    let mut ticket = json!({
        "drive_number": receipt["drive_number"],
        "document_number": receipt["document_number"],
        "fiscal_sign": receipt["fiscal_sign"],
    });
    ticket.as_object_mut().unwrap().extend(truth.as_object().unwrap().clone());
    ticket
}
