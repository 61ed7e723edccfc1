//! Databases of any size, written by the core itself where that is quick enough.

use std::{path::Path, sync::Arc};

use rusqlite::Connection;
use vremena_core::storage::Blocking;

use crate::{
    gallery::Gallery,
    phone::{Phone, capture},
};

/// What a member's files hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Content {
    /// Receipts that the gallery has, too.
    pub receipts: u32,
    /// Captured, and waiting in the queue.
    pub queued: u32,
    /// Of the ledger.
    pub entries: u32,
    /// Further entries of the queue, all about one subject, whose first is wedged; before all others.
    pub behind_a_wedge: u32,
}

/// Fills the folder, and gives the phone on which the member is signed in and the gallery that knows their receipts.
///
/// # Errors
/// Those of the core and of SQLite.
pub async fn fill(folder: &Path, content: Content) -> anyhow::Result<(Arc<Phone>, Arc<Gallery>)> {
    let gallery = Arc::new(Gallery::knowing(content.receipts, content.entries));
    let phone = Phone::new(&gallery);
    let app = phone.signed_in(folder, Blocking::Inline).await?;
    app.sync().pull().await?;
    capture(&app, 1).await?;
    app.shut_down().await?;
    let mut member = Connection::open(folder.join("member.db"))?;
    let tx = member.transaction()?;
    copy_entry(&tx, content.behind_a_wedge, true)?;
    if content.behind_a_wedge > 0 {
        tx.execute("UPDATE outbox SET state = 'wedged', wedged_reason = 'status-404' WHERE entry_id = 1", [])?;
    }
    copy_receipt(&tx, content.queued)?;
    copy_entry(&tx, content.queued, false)?;
    tx.commit()?;
    Ok((phone, gallery))
}

/// The captured receipt's entry, again for the documents up to `count`. A hundred thousand captures would take minutes.
fn copy_entry(connection: &Connection, count: u32, same_subject: bool) -> rusqlite::Result<()> {
    connection.execute(
        "WITH RECURSIVE n (i) AS (SELECT 2 WHERE ?1 >= 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO outbox (idempotency_key, member_id, kind, subject, payload_version, payload, state, not_before,
         created_at)
         SELECT lower(hex(randomblob(16))), member_id, kind, iif(?2, subject, replace(subject, ':1:', ':' || i || ':')),
         payload_version, json_set(payload, '$.document_number', i), 'waiting', 0, created_at
         FROM outbox, n WHERE entry_id = 1 ORDER BY i",
        (count, same_subject),
    )?;
    Ok(())
}

fn copy_receipt(connection: &Connection, count: u32) -> rusqlite::Result<()> {
    connection.execute(
        "WITH RECURSIVE n (i) AS (SELECT 2 WHERE ?1 >= 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO receipts (member_id, drive_number, document_number, fiscal_sign, operation, total_kopecks, issued_at,
         source, state, captured_at)
         SELECT member_id, drive_number, i, fiscal_sign, operation, total_kopecks, issued_at, source, state, captured_at
         FROM receipts, n WHERE document_number = 1",
        [count],
    )?;
    Ok(())
}
