//! Resources with an ETag. The answer is kept with its tag in `cache.db`; "not modified" is answered from there.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{OptionalExtension as _, Transaction};

use crate::{
    http::Success,
    ids::MemberId,
    storage::{Database, StorageError},
};

/// The name of a resource in the cache; a tag belongs to what one member saw.
pub fn resource(member: Option<&MemberId>, name: &str) -> String {
    member.map_or_else(|| name.to_owned(), |member| format!("{name}:{}", member.as_str()))
}

/// A text as a part of a path or query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub async fn etag(cache: &Database, resource: &str) -> Result<Option<String>, StorageError> {
    let resource = resource.to_owned();
    cache
        .read(move |tx| {
            Ok(tx
                .prepare_cached("SELECT etag FROM resources WHERE resource = ?1")?
                .query_row([resource], |row| row.get(0))
                .optional()?)
        })
        .await
}

pub fn keep(tx: &Transaction<'_>, resource: &str, etag: &str, body: &[u8]) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO resources (resource, etag, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (resource) DO UPDATE SET etag = excluded.etag, body = excluded.body
         WHERE (etag, body) IS NOT (excluded.etag, excluded.body)",
    )?
    .execute((resource, etag, body))?;
    Ok(())
}

pub fn forget(tx: &Transaction<'_>, resource: &str) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM resources WHERE resource = ?1")?.execute([resource])?;
    Ok(())
}

pub fn kept(tx: &Transaction<'_>, resource: &str) -> Result<Option<Success>, StorageError> {
    Ok(tx
        .prepare_cached("SELECT etag, body FROM resources WHERE resource = ?1")?
        .query_row([resource], |row| Ok(Success::kept(row.get(0)?, row.get(1)?)))
        .optional()?)
}
