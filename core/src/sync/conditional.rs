//! Resources with an ETag. The answer is kept with its tag in `cache.db`; "not modified" is answered from there.

use rusqlite::{OptionalExtension as _, Transaction};

use crate::{
    http::{Answer, Fault, Success},
    storage::{Database, StorageError},
};

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

/// The resource's present content: the answer's, which is kept, or the kept one.
pub async fn settle(cache: &Database, resource: &str, answer: Answer) -> Result<Result<Success, Answer>, StorageError> {
    let resource = resource.to_owned();
    match answer {
        Answer::Success(success) => {
            if let Some(etag) = success.etag.clone() {
                let body = success.body().to_vec();
                cache.write(move |tx| keep(tx, &resource, &etag, &body)).await?;
            }
            Ok(Ok(success))
        }
        Answer::NotModified => {
            let kept = cache.read(move |tx| kept(tx, &resource)).await?;
            // The cache was dropped between question and answer: the next pull asks without a tag.
            Ok(kept.ok_or(Answer::Failed(Fault::Foreign)))
        }
        other => Ok(Err(other)),
    }
}

fn keep(tx: &Transaction<'_>, resource: &str, etag: &str, body: &[u8]) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO resources (resource, etag, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (resource) DO UPDATE SET etag = excluded.etag, body = excluded.body",
    )?
    .execute((resource, etag, body))?;
    Ok(())
}

fn kept(tx: &Transaction<'_>, resource: &str) -> Result<Option<Success>, StorageError> {
    Ok(tx
        .prepare_cached("SELECT etag, body FROM resources WHERE resource = ?1")?
        .query_row([resource], |row| Ok(Success::kept(row.get(0)?, row.get(1)?)))
        .optional()?)
}
