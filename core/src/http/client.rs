//! Requests in the API's manner: its headers, its paths, its classification of answers.

use std::{fmt, sync::Arc, time::Duration};

use ::http::{HeaderValue, Method, Request, header};
use serde::Serialize;
use tokio::time::Instant;

use super::{Answer, CONTRACT, CONTRACT_HEADER, Contact, Fault, ServerTime, TraceId, Transport, TransportError, route};
use crate::{
    locale::Language,
    log::{LogRecord, LogValue},
    ports::{Clock, Entropy, LogLevel, LogSink},
};

const TARGET: &str = "http";
const JSON: &str = "application/json";

/// One call of the API. `Debug` leaves out what it carries.
#[derive(Clone)]
pub struct ApiRequest {
    method: Method,
    path: String,
    body: Option<Vec<u8>>,
    idempotency_key: Option<String>,
    etag: Option<String>,
    accept: &'static str,
}

impl fmt::Debug for ApiRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiRequest({})", self.method)
    }
}

impl ApiRequest {
    /// Reads `path`, which begins with a slash and may hold an encoded query.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None, idempotency_key: None, etag: None, accept: JSON }
    }

    /// Sends `body` as JSON.
    pub fn post<T: Serialize>(path: impl Into<String>, body: &T) -> Self {
        // Serialising our own plain structs to memory cannot fail; an empty body would be refused as malformed.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    /// Deletes what lies at `path`.
    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    /// With the key under which the server carries this request out once.
    #[must_use]
    pub fn idempotent(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    fn trace(&self) -> Option<TraceId> {
        self.idempotency_key.as_deref().map(TraceId::of_key)
    }

    /// Expects an answer of `media_type` (`image/*` for any picture) in the place of JSON.
    #[must_use]
    pub fn accepting(mut self, media_type: &'static str) -> Self {
        self.accept = media_type;
        self
    }

    /// Only if the resource is no longer what `etag` names.
    #[must_use]
    pub fn unless(mut self, etag: Option<String>) -> Self {
        self.etag = etag;
        self
    }
}

/// Sends calls to the gallery's API.
#[derive(Clone)]
pub struct ApiClient {
    transport: Arc<dyn Transport>,
    base_url: String,
    language: Language,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    server_time: Arc<ServerTime>,
    log: Arc<dyn LogSink>,
    contact: Arc<Contact>,
}

impl ApiClient {
    /// A client of the API at `base_url` (without a closing slash), which answers its texts in `language`.
    pub fn new(
        transport: Arc<dyn Transport>,
        base_url: &str,
        language: Language,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        log: Arc<dyn LogSink>,
        server_time: Arc<ServerTime>,
    ) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self { transport, base_url, language, clock, entropy, server_time, log, contact: Arc::default() }
    }

    /// When the gallery last answered this client or a clone of it.
    #[must_use]
    pub fn contact(&self) -> Arc<Contact> {
        Arc::clone(&self.contact)
    }

    /// Carries out `request`, with `token` where one is needed. Never retries: that is policy.
    pub async fn send(&self, request: &ApiRequest, token: Option<&str>) -> Answer {
        let id = self.request_id();
        let Some(built) = self.build(request, token, id) else {
            return Answer::Failed(Fault::Transport(TransportError::Unreachable));
        };
        let (sent_at, asked_at) = (Instant::now(), self.clock.now());
        let answered = self.transport.send(built).await;
        let now = self.clock.now();
        let head = answered.as_ref().ok().map(|response| (response.status().as_u16(), response.headers().clone()));
        let answer = Answer::of(answered, request.accept, now);
        if let (Answer::Success(_), Some((_, headers))) = (&answer, &head) {
            self.server_time.learn(headers, asked_at, now);
        }
        self.contact.note(&answer, now);
        self.tell(request, id, &answer, head.map(|(status, _)| status), sent_at.elapsed());
        answer
    }

    fn tell(&self, request: &ApiRequest, id: Option<[u8; 8]>, answer: &Answer, status: Option<u16>, took: Duration) {
        // A stranger in the gallery's place is what support must hear of; a network that fails is not.
        let is_stranger = matches!(answer, Answer::Failed(Fault::Transport(TransportError::Insecure)));
        let level = if is_stranger { LogLevel::Warn } else { LogLevel::Debug };
        let mut record = LogRecord::new(level, TARGET, "request")
            .with("method", if request.method == Method::GET { "get" } else { "post" })
            .with("route", route::of(&request.path))
            .with("outcome", answer.code())
            .with("took", took);
        if let Some(status) = status {
            record = record.with("status", LogValue::Number(status.into()));
        }
        if let Some(id) = id {
            record = record.with("request", LogValue::RequestId(id));
        }
        if let Some(trace) = request.trace() {
            record = record.with("trace", LogValue::TraceId(trace.bytes()));
        }
        self.log.log(&record);
    }

    /// By which the gallery's log and the phone's can be laid side by side; `None` where there is no randomness.
    fn request_id(&self) -> Option<[u8; 8]> {
        let mut id = [0; 8];
        self.entropy.fill(&mut id).ok().map(|()| id)
    }

    /// `None` where the configured address or a stored value cannot stand in a request.
    fn build(&self, request: &ApiRequest, token: Option<&str>, id: Option<[u8; 8]>) -> Option<Request<Vec<u8>>> {
        let mut builder = Request::builder()
            .method(request.method.clone())
            .uri(format!("{}{}", self.base_url, request.path))
            .header(header::ACCEPT, format!("{}, application/problem+json", request.accept))
            .header(header::ACCEPT_LANGUAGE, self.language.tag())
            .header(CONTRACT_HEADER, CONTRACT);
        if let Some(id) = id {
            builder = builder.header("x-request-id", LogValue::RequestId(id).to_string());
            if let Some(trace) = request.trace() {
                builder = builder.header("traceparent", trace.parent(id));
            }
        }
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
            value.set_sensitive(true);
            builder = builder.header(header::AUTHORIZATION, value);
        }
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("idempotency-key", key);
        }
        if let Some(etag) = &request.etag {
            builder = builder.header(header::IF_NONE_MATCH, etag);
        }
        if request.body.is_some() {
            builder = builder.header(header::CONTENT_TYPE, "application/json");
        }
        builder.body(request.body.clone().unwrap_or_default()).ok()
    }
}
