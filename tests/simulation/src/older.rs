//! Files as an earlier version of the app leaves them: for an update in the middle of a member's life.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// What undoes each migration of `member.db`, the last one first: what it was before, and how to get there.
const UNDONE: [(u32, &str); 7] = [
    (
        8,
        "DROP TRIGGER receipts_credited; DROP TABLE receipt_pictures; DROP TABLE appeal_photographs; DROP TABLE appeals;",
    ),
    (7, "DROP TABLE reminders; DROP TABLE pulls;"),
    (
        6,
        "DROP TRIGGER receipts_added; DROP TRIGGER receipts_removed; DROP TRIGGER receipts_changed;
         DROP TABLE receipt_months; DROP TABLE receipt_positions; DROP TABLE receipt_changes;
         DROP INDEX receipts_history; DROP INDEX receipts_returns;
         ALTER TABLE receipts DROP COLUMN month; ALTER TABLE receipts DROP COLUMN search;
         ALTER TABLE receipts DROP COLUMN counted_kopecks;
         CREATE INDEX receipts_recent ON receipts (member_id, issued_at DESC, local_id DESC);",
    ),
    (
        5,
        "DROP TABLE server_time; ALTER TABLE cursors DROP COLUMN generation; ALTER TABLE cursors DROP COLUMN is_whole;
         ALTER TABLE receipts DROP COLUMN generation; ALTER TABLE ledger DROP COLUMN generation;",
    ),
    (4, "DROP TABLE consents; DROP TABLE feed_reads; ALTER TABLE account DROP COLUMN deleted;"),
    (3, "DROP TABLE notices;"),
    (
        2,
        "DROP TABLE outbox_worker; DROP INDEX outbox_member; ALTER TABLE outbox DROP COLUMN tried_at;
         ALTER TABLE outbox DROP COLUMN asked; ALTER TABLE outbox DROP COLUMN checksum;",
    ),
];

/// The earliest version that a phone may still have.
pub const EARLIEST: u32 = 2;
/// The last one before this.
pub const LATEST: u32 = 8;

/// Makes of the phone's `member.db` what version `to` would have left; `false` where that one could not have had it,
/// or it cannot be written.
#[must_use]
pub fn make_older(directory: &Path, to: u32) -> bool {
    rewrite(directory, to).unwrap_or(false)
}

fn rewrite(directory: &Path, to: u32) -> Result<bool, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut file = Connection::open_with_flags(directory.join("member.db"), flags)?;
    let tx = file.transaction()?;
    // Earlier versions did not read feeds anew, knew fewer kinds of entries, and no appeals.
    let is_strange: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM cursors WHERE is_whole = 0)
         OR EXISTS (SELECT 1 FROM outbox WHERE kind NOT IN ('receipt', 'registration', 'cancellation'))
         OR EXISTS (SELECT 1 FROM appeals)",
        [],
        |row| row.get(0),
    )?;
    if is_strange {
        return Ok(false);
    }
    for (version, undone) in UNDONE {
        if to <= version {
            tx.execute_batch(undone)?;
            tx.pragma_update(None, "user_version", version)?;
        }
    }
    tx.commit()?;
    Ok(true)
}
