//! Where the offset of the gallery's clock is kept.

use rusqlite::{OptionalExtension as _, Transaction};

use crate::storage::StorageError;

/// By how many milliseconds the gallery's clock is ahead of the phone's; `None` until it was learnt.
pub fn server_time(tx: &Transaction<'_>) -> Result<Option<i64>, StorageError> {
    Ok(tx.prepare_cached("SELECT offset_millis FROM server_time")?.query_row([], |row| row.get(0)).optional()?)
}

pub fn keep_server_time(tx: &Transaction<'_>, offset_millis: i64) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO server_time (id, offset_millis) VALUES (1, ?1)
         ON CONFLICT (id) DO UPDATE SET offset_millis = excluded.offset_millis",
    )?
    .execute([offset_millis])?;
    Ok(())
}
