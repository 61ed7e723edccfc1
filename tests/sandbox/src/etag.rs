use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::seed::fingerprint;

/// The JSON text with its ETag, or 304 when the client has it already.
pub(crate) fn answer(headers: &HeaderMap, json: String) -> Response {
    let tag = fingerprint(json.as_bytes());
    answer_as(headers, &tag, "application/json", json)
}

/// The body under a tag that changes whenever what it stands for does, or 304 when the client has it
/// already.
pub(crate) fn answer_as(headers: &HeaderMap, tag: &str, content_type: &str, body: impl Into<Body>) -> Response {
    let etag = format!("\"{tag}\"");
    if known(headers, &etag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    ([(header::ETAG, etag.as_str()), (header::CONTENT_TYPE, content_type)], body.into()).into_response()
}

fn known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim())
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
