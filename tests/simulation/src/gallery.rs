//! The gallery: the real sandbox in process, by the world's time.

use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context as _, bail};
use axum::{Router, body::Body};
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use vremena_sandbox::{Backend, Clock, Snapshot, admin_router, router};

use crate::time::WorldTime;

const ADMIN_TOKEN: &str = "simulation";
/// Backups that an operator keeps.
const BACKUPS: usize = 2;

/// A gallery at the time at which every world begins, before anybody has joined it.
static FIRST: OnceLock<Backend> = OnceLock::new();

/// The gallery's server.
#[derive(Debug)]
pub struct Gallery {
    backend: Backend,
    public: Router,
    admin: Router,
    time: WorldTime,
    backups: Mutex<Vec<Snapshot>>,
}

impl Gallery {
    /// Opens a fresh one.
    ///
    /// # Errors
    /// Where the sandbox cannot start.
    pub fn open(seed: u64, time: WorldTime) -> anyhow::Result<Self> {
        let clock = || Clock::standing_at(time.now());
        let first = match FIRST.get() {
            Some(first) => first,
            None => {
                let opened = Backend::open(":memory:".as_ref(), 0, clock())?;
                FIRST.get_or_init(|| opened)
            }
        };
        let backend = first.copy(seed, clock())?;
        let (public, admin) = (router(&backend), admin_router(&backend, ADMIN_TOKEN));
        Ok(Self { backend, public, admin, time, backups: Mutex::default() })
    }

    /// Somebody joins the programme, with every consent.
    ///
    /// # Errors
    /// Where the gallery refuses.
    pub async fn join(&self, phone: &str) -> anyhow::Result<String> {
        let documents = self.ask(Method::GET, "/v1/consents", None).await?;
        let at = self.now().to_rfc3339();
        let decide = |document: &Value| {
            json!({
                "purpose": document["purpose"], "version": document["version"], "granted": true, "decided_at": at,
            })
        };
        let consents: Vec<Value> = documents["documents"].as_array().into_iter().flatten().map(decide).collect();
        let body = json!({ "phone": phone, "consents": consents });
        self.ask(Method::POST, "/v1/auth/code", Some(&body)).await?;
        let body = json!({ "phone": phone, "code": self.code(phone).await? });
        let session = self.ask(Method::POST, "/v1/auth/session", Some(&body)).await?;
        Ok(session["member"]["member_id"].as_str().context("no member")?.to_owned())
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let answer = self.serve(request.body(body.map(Value::to_string).unwrap_or_default().into_bytes())?).await?;
        if !answer.status().is_success() {
            bail!("the gallery answers {} to {path}", answer.status());
        }
        Ok(serde_json::from_slice(answer.body())?)
    }

    /// Carries out a request now.
    ///
    /// # Errors
    /// Where the answer has no end.
    pub async fn serve(&self, request: Request<Vec<u8>>) -> anyhow::Result<Response<Vec<u8>>> {
        self.backend.clock().set(self.time.now());
        whole(self.public.clone().oneshot(request.map(Body::from)).await?).await
    }

    /// Asks the administration.
    ///
    /// # Errors
    /// Where it refuses.
    pub async fn administer(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        self.backend.clock().set(self.time.now());
        let request = Request::builder()
            .method(method)
            .uri(format!("/admin/{path}"))
            .header("authorization", format!("Bearer {ADMIN_TOKEN}"))
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))?;
        let answer = whole(self.admin.clone().oneshot(request).await?).await?;
        if !answer.status().is_success() {
            bail!("the administration answers {} to {path}", answer.status());
        }
        if answer.body().is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(answer.body())?) }
    }

    /// The code that was last sent to a phone.
    ///
    /// # Errors
    /// Where none was.
    pub async fn code(&self, phone: &str) -> anyhow::Result<String> {
        let answer = self.administer(Method::GET, &format!("codes/{phone}"), None).await?;
        Ok(answer["code"].as_str().context("no code")?.to_owned())
    }

    /// Keeps a backup of what there is now.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub fn back_up(&self) -> anyhow::Result<()> {
        let mut backups = self.backups.lock().unwrap_or_else(PoisonError::into_inner);
        if backups.len() == BACKUPS {
            backups.remove(0);
        }
        backups.push(self.backend.snapshot()?);
        Ok(())
    }

    /// Puts the oldest backup in the place of all there is; `false` where there is none.
    ///
    /// # Errors
    /// Where it cannot be put there.
    pub fn restore(&self) -> anyhow::Result<bool> {
        self.backend.clock().set(self.time.now());
        let backups = self.backups.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(backup) = backups.first() else { return Ok(false) };
        self.backend.restore(backup)?;
        Ok(true)
    }

    /// What time it is for the gallery.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }
}

async fn whole(answer: Response<Body>) -> anyhow::Result<Response<Vec<u8>>> {
    let (head, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await?;
    Ok(Response::from_parts(head, bytes.to_vec()))
}
