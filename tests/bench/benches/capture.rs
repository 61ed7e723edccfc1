//! What a durable capture costs, in parts of what one bare row costs on the same disk.
//!
//! By the clock on the wall. The sides take turns, and each has its own file.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, TransactionBehavior};
use vremena_bench::{
    filling::{Content, fill},
    phone::capture,
    samples::Samples,
};
use vremena_core::storage::Blocking;

const ROUNDS: u32 = 300;
/// After a capture the app makes new snapshots for its screens; the next capture of a member comes later.
const QUIET: Duration = Duration::from_millis(60);

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let folder = || tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"));
    let (pool_folder, inline_folder, bare_folder) = (folder()?, folder()?, folder()?);
    let pool = fill(pool_folder.path(), Content::default()).await?.0.open(pool_folder.path(), Blocking::Pool).await?;
    let inline = fill(inline_folder.path(), Content::default()).await?;
    let inline = inline.0.open(inline_folder.path(), Blocking::Inline).await?;
    fill(bare_folder.path(), Content::default()).await?;
    let mut schema = open_bare(&bare_folder.path().join("member.db"))?;
    let mut bare = open_bare(&bare_folder.path().join("bare.db"))?;
    bare.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT")?;
    let body = "x".repeat(size_of_a_capture(&schema)? as usize);

    let mut sides: [Samples; 4] = Default::default();
    for round in 0..=ROUNDS {
        for turn in 0..sides.len() {
            let side = (round as usize + turn) % sides.len();
            tokio::time::sleep(QUIET).await;
            let document = 2 + round;
            let start = Instant::now();
            match side {
                0 => one_row(&mut bare, &body)?,
                1 => two_rows(&mut schema, document)?,
                2 => capture(&inline, document).await?,
                _ => capture(&pool, document).await?,
            }
            // The first round warms up.
            if round > 0 {
                sides[side].since(start);
            }
        }
    }
    let [one, two, inline, pool] = &sides;
    Samples::print_head("a durable capture, and what is in it");
    one.print(&format!("bare SQLite: one row of {} bytes", body.len()), one);
    two.print("bare SQLite: both rows in the core's tables", one);
    inline.print("Receipts::capture_text, Blocking::Inline", one);
    pool.print("Receipts::capture_text, Blocking::Pool", one);
    Ok(())
}

/// As the core opens `member.db`.
fn open_bare(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Bytes of what a capture writes, in its two rows.
fn size_of_a_capture(member: &Connection) -> rusqlite::Result<u32> {
    let entry = "SELECT length(idempotency_key) + length(member_id) + length(kind) + length(subject) + length(payload)
        + length(state) + 16 FROM outbox WHERE entry_id = 1";
    let receipt = "SELECT length(member_id) + length(drive_number) + length(operation) + length(source) + length(state)
        + 40 FROM receipts WHERE document_number = 1";
    let size = |sql| member.query_row(sql, [], |row| row.get::<_, u32>(0));
    Ok(size(entry)? + size(receipt)?)
}

fn one_row(connection: &mut Connection, body: &str) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.prepare_cached("INSERT INTO row (body) VALUES (?1)")?.execute([body])?;
    tx.commit()
}

/// What a capture cannot do without: its two rows with their indexes.
fn two_rows(connection: &mut Connection, document: u32) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.prepare_cached(
        "INSERT INTO receipts (member_id, drive_number, document_number, fiscal_sign, operation, total_kopecks, issued_at,
         source, state, captured_at) SELECT member_id, drive_number, ?1, fiscal_sign, operation, total_kopecks, issued_at,
         source, state, captured_at FROM receipts WHERE local_id = 1",
    )?
    .execute([document])?;
    tx.prepare_cached(
        "INSERT INTO outbox (idempotency_key, member_id, kind, subject, payload_version, payload, state, not_before,
         created_at) SELECT lower(hex(randomblob(16))), member_id, kind, replace(subject, ':1:', ':' || ?1 || ':'),
         payload_version, payload, state, 0, created_at FROM outbox WHERE entry_id = 1",
    )?
    .execute([document])?;
    tx.commit()
}
