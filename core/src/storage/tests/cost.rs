//! What opening costs.

use std::time::{Duration, Instant};

use super::*;

async fn opening(receipts: i64) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    storage
        .member
        .write(move |tx| {
            let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                INSERT INTO receipts (member_id, receipt_id, total_kopecks, issued_at, source, state, captured_at)
                SELECT 'm1', 'r' || i, i, i, 'camera', 'credited', i FROM n";
            Ok::<_, StorageError>(tx.execute(sql, [receipts])?)
        })
        .await
        .unwrap();
    let mut times = Vec::new();
    for _ in 0..41 {
        storage.pause().await.unwrap();
        let started = Instant::now();
        storage.resume().await.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    times[20]
}

/// Prints the medians: how long depends on the machine, so nothing is asserted.
#[tokio::test]
#[ignore = "a measurement"]
async fn opening_does_not_depend_on_how_many_receipts_there_are() {
    for receipts in [100, 10_000, 100, 10_000] {
        println!("{receipts} receipts: {:?}", opening(receipts).await);
    }
}
