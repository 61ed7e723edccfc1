//! Requests in the API's manner: its headers, its paths, its classification of answers.

use std::{fmt, sync::Arc};

use ::http::{HeaderValue, Method, Request, header};
use serde::Serialize;

use super::{Answer, CONTRACT, Fault, Transport, TransportError};
use crate::{
    locale::Language,
    ports::{Clock, Entropy, random_token},
};

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
}

impl ApiClient {
    /// A client of the API at `base_url` (without a closing slash), which answers its texts in `language`.
    pub fn new(
        transport: Arc<dyn Transport>,
        base_url: &str,
        language: Language,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { transport, base_url: base_url.trim_end_matches('/').to_owned(), language, clock, entropy }
    }

    /// Carries out `request`, with `token` where one is needed. Never retries: that is policy.
    pub async fn send(&self, request: &ApiRequest, token: Option<&str>) -> Answer {
        match self.build(request, token) {
            Some(built) => Answer::of(self.transport.send(built).await, request.accept, self.clock.now()),
            None => Answer::Failed(Fault::Transport(TransportError::Unreachable)),
        }
    }

    /// `None` where the configured address or a stored value cannot stand in a request.
    fn build(&self, request: &ApiRequest, token: Option<&str>) -> Option<Request<Vec<u8>>> {
        let mut builder = Request::builder()
            .method(request.method.clone())
            .uri(format!("{}{}", self.base_url, request.path))
            .header(header::ACCEPT, format!("{}, application/problem+json", request.accept))
            .header(header::ACCEPT_LANGUAGE, self.language.tag())
            .header("vremena-contract", CONTRACT);
        if let Ok(id) = random_token::<8>(self.entropy.as_ref()) {
            builder = builder.header("x-request-id", id);
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
