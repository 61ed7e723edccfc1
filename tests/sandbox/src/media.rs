//! Pictures, under addresses that never show another.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::backend::Backend;
use crate::etag;
use crate::extract::Path;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::seed::fingerprint;

/// What claims to be a picture. Whether it is one, its reader finds out.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) kind: String,
    pub(crate) bytes: Vec<u8>,
}

/// The API's name for bytes that are no JSON.
pub(crate) struct Bytes;

impl ToSchema for Bytes {}

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Binary)))
            .description(Some("Bytes, not text"))
            .into()
    }
}

problems!(MediaProblems: [NotFound]);

/// A picture
///
/// What is at an address never changes.
#[utoipa::path(get, path = "/v1/media/{media_id}", tag = "feed", operation_id = "show_media",
    params(
        ("media_id" = String, Path, description = "From a `picture_url`"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The picture, in the type of its Content-Type", body = Bytes,
            content_type = "image/*",
            headers(("ETag" = String, description = "For If-None-Match"),
                ("Cache-Control" = String, description = "How long to keep it"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"),
                ("Cache-Control" = String, description = "How long to keep it"))),
        MediaProblems))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    Path(media_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let picture = backend.store().write(|tx| load(tx, &media_id))?;
    let mut response = etag::answer_as(&headers, &media_id, &picture.kind, picture.bytes);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=86400"));
    Ok(response)
}

fn load(tx: &Transaction<'_>, media_id: &str) -> Result<Picture, Problem> {
    tx.prepare_cached("SELECT type, bytes FROM media WHERE media_id = ?1")?
        .query_row([media_id], |row| Ok(Picture { kind: row.get(0)?, bytes: row.get(1)? }))
        .optional()?
        .ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Keeps the picture and gives back its address. It stays when nothing shows it any more: a phone
/// may still hold the address.
pub(crate) fn keep(tx: &Transaction<'_>, picture: &Picture) -> rusqlite::Result<String> {
    let media_id = fingerprint(&[picture.kind.as_bytes(), b"\n", &picture.bytes].concat());
    tx.execute(
        "INSERT OR IGNORE INTO media (media_id, type, bytes) VALUES (?1, ?2, ?3)",
        params![media_id, picture.kind, picture.bytes],
    )?;
    Ok(format!("/v1/media/{media_id}"))
}

/// Takes `picture_base64` and `picture_type` (absent: a PNG) out of what the administration publishes.
///
/// # Errors
/// `malformed` when it is no base64, or its type no image's.
pub(crate) fn take(fields: &mut Map<String, Value>) -> Result<Option<Picture>, Problem> {
    let malformed = || Problem::new(Kind::Malformed);
    let (bytes, kind) = (fields.remove("picture_base64"), fields.remove("picture_type"));
    let text = |value: Option<Value>| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed()),
    };
    let kind = text(kind)?.unwrap_or_else(|| "image/png".to_owned());
    if !kind.starts_with("image/") || HeaderValue::from_str(&kind).is_err() {
        return Err(malformed());
    }
    let Some(bytes) = text(bytes)? else { return Ok(None) };
    let bytes = STANDARD.decode(bytes).map_err(|_| malformed())?;
    Ok(Some(Picture { kind, bytes }))
}
