//! What a member has, in one digest: an upgrade must not change it.

use ring::digest::{Context, SHA256};
use rusqlite::{Connection, types::ValueRef};

/// All that a member would miss. Tables and columns that every schema has.
const STATE: [&str; 4] = [
    "SELECT member_id, joined, tier, tier_since, active FROM account ORDER BY member_id",
    "SELECT member_id, receipt_id, drive_number, document_number, fiscal_sign, operation, total_kopecks, issued_at,
     state, reason, returned_kopecks FROM receipts ORDER BY local_id",
    "SELECT member_id, entry_id, body FROM ledger ORDER BY member_id, entry_id",
    "SELECT idempotency_key, member_id, kind, subject, payload_version, payload, state, wedged_reason FROM outbox
     ORDER BY entry_id",
];

/// SHA-256 of the state: of each row, each value with its kind and length.
pub fn of_member(connection: &Connection) -> Result<Vec<u8>, rusqlite::Error> {
    let mut context = Context::new(&SHA256);
    for sql in STATE {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                add(&mut context, row.get_ref(column)?);
            }
        }
        // Where a table ends, so that a row that went into the next one is a change.
        context.update(&[u8::MAX]);
    }
    Ok(context.finish().as_ref().to_owned())
}

fn add(context: &mut Context, value: ValueRef<'_>) {
    let (kind, bytes) = match value {
        ValueRef::Null => (0, &[][..]),
        ValueRef::Integer(integer) => return update(context, 1, &integer.to_le_bytes()),
        ValueRef::Real(real) => return update(context, 2, &real.to_le_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(blob) => (4, blob),
    };
    update(context, kind, bytes);
}

fn update(context: &mut Context, kind: u8, bytes: &[u8]) {
    context.update(&[kind]);
    context.update(&(bytes.len() as u64).to_le_bytes());
    context.update(bytes);
}
