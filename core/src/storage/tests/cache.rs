//! What the cache takes of the phone's room.

use super::*;

async fn write(storage: &Storage, sql: &'static str) {
    storage.cache.write(move |tx| Ok::<_, StorageError>(tx.execute_batch(sql)?)).await.unwrap();
}

fn size(folder: &Path) -> u64 {
    std::fs::metadata(folder.join("cache.db")).unwrap().len()
}

#[tokio::test]
async fn room_that_the_cache_no_longer_needs_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    storage.pause().await.unwrap();
    let empty = size(folder.path());
    storage.resume().await.unwrap();
    write(&storage, "INSERT INTO media VALUES ('/a', zeroblob(3000000), 1)").await;
    storage.pause().await.unwrap();
    assert!(size(folder.path()) > 3_000_000);
    storage.resume().await.unwrap();
    write(&storage, "DELETE FROM media").await;
    storage.pause().await.unwrap();
    assert!(size(folder.path()) <= empty + 8192, "{} after {empty}", size(folder.path()));
}

#[tokio::test]
async fn a_cache_of_an_earlier_version_gives_room_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/db/002/cache.db");
    std::fs::copy(fixture, folder.path().join("cache.db")).unwrap();
    let storage = open(folder.path()).await.unwrap();
    const INCREMENTAL: i64 = 2;
    assert_eq!(pragma(&storage.cache, "auto_vacuum").await, INCREMENTAL);
}

#[tokio::test]
async fn a_cache_damaged_in_the_middle_of_work_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let storage = open(folder.path()).await.unwrap();
    write(&storage, "INSERT INTO media VALUES ('/a', zeroblob(30), 1)").await;
    storage.pause().await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    storage.resume().await.unwrap();
    let count = || async {
        let count: Result<i64, StorageError> =
            storage.cache.read(|tx| Ok(tx.query_row("SELECT count(*) FROM media", [], |row| row.get(0))?)).await;
        count
    };
    assert!(matches!(count().await, Err(StorageError::Damaged(_))));
    assert_eq!(count().await.unwrap(), 0);
}
