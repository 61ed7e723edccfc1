//! What every request goes through, before and after its handler.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use crate::backend::Backend;
use crate::extract::visible;
use crate::problem::{CONTRACT, Kind, Language, Problem, REQUEST_ID};
use crate::time::http_date;

/// The version of the contract that is served.
pub(crate) const CONTRACT_VERSION: u32 = 1;
const MEBIBYTE: usize = 1024 * 1024;
/// How much of a too large body is still read beyond the limit. A client that is cut off while it
/// sends sees a broken connection and never the 413.
const BODY_DRAIN: usize = 8 * MEBIBYTE;

/// A front stands before the public API or before the administration.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    backend: Backend,
    /// The largest body, in bytes.
    body_limit: usize,
}

impl Front {
    pub(crate) fn public(backend: &Backend) -> Self {
        Self { backend: backend.clone(), body_limit: MEBIBYTE }
    }

    /// Pictures and very long texts are published here.
    pub(crate) fn admin(backend: &Backend) -> Self {
        Self { backend: backend.clone(), body_limit: 8 * MEBIBYTE }
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }
}

/// Admits or refuses a request, and completes its answer.
pub(crate) async fn front(State(front): State<Front>, request: Request, next: Next) -> Response {
    let backend = &front.backend;
    let language = Language::preferred(request.headers().get(header::ACCEPT_LANGUAGE));
    let request_id = visible(request.headers(), &REQUEST_ID, 64)
        .and_then(|id| HeaderValue::from_str(id).ok())
        .or_else(|| HeaderValue::from_str(&backend.request_id()).ok());
    let mut response = match admit(&front, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = problem.render(language);
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    let headers = response.headers_mut();
    headers.insert(CONTRACT, HeaderValue::from(backend.contract()));
    headers.extend(request_id.map(|id| (REQUEST_ID, id)));
    let date = HeaderValue::from_str(&http_date(backend.clock().now())).ok();
    headers.extend(date.map(|date| (header::DATE, date)));
    response
}

async fn admit(front: &Front, request: Request) -> Result<Request, Problem> {
    check_contract(request.headers())?;
    let (parts, body) = request.into_parts();
    let body = read(body, front.body_limit).await?;
    front.backend.try_settle()?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn check_contract(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(version) = headers.get(CONTRACT) else { return Ok(()) };
    let digits =
        version.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.map(str::parse) {
        Some(Ok(CONTRACT_VERSION)) => Ok(()),
        Some(_) => Err(Problem::new(Kind::ContractTooOld)),
        None => Err(Problem::new(Kind::Malformed)),
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut kept = Vec::new();
    let mut length = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Kind::Malformed))?;
        length += chunk.len();
        if length <= limit {
            kept.extend_from_slice(&chunk);
        } else if length > limit + BODY_DRAIN {
            break;
        }
    }
    if length > limit {
        return Err(Problem::new(Kind::PayloadTooLarge));
    }
    Ok(kept.into())
}

/// Nothing is known at this path.
pub(crate) async fn not_found() -> Problem {
    Problem::new(Kind::NotFound)
}

/// The path is known, not this method of it.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(Kind::MethodNotAllowed)
}
