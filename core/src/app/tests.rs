use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, Utc};

use super::*;
use crate::{
    account::{self, Member},
    http::{TransportError, TransportFuture},
    ids::{MemberId, TierId},
    ports::{Clock, Connectivity, LogSink, SecureStore, SecureStoreError, SystemEntropy},
    receipts::Capture,
    storage::StorageError,
};

struct NoNetwork;

impl Transport for NoNetwork {
    fn send(&self, _: ::http::Request<Vec<u8>>) -> TransportFuture<'_> {
        Box::pin(async { Err(TransportError::Unreachable) })
    }
}

#[derive(Default)]
struct Phone(Mutex<HashMap<String, Vec<u8>>>);

impl SecureStore for Phone {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        self.0.lock().unwrap().insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

impl Connectivity for Phone {
    fn is_online(&self) -> bool {
        false
    }
}

impl Clock for Phone {
    fn now(&self) -> DateTime<Utc> {
        "2026-03-14T12:00:00Z".parse().unwrap()
    }
}

impl LogSink for Phone {
    fn log(&self, _: LogLevel, _: &str, _: &str) {}
}

async fn app_of_a_member(folder: &std::path::Path) -> Vremena {
    let phone = Arc::new(Phone::default());
    let ports = Ports {
        secure_store: phone.clone(),
        connectivity: phone.clone(),
        clock: phone.clone(),
        entropy: Arc::new(SystemEntropy),
        log: phone,
    };
    let config = Config { work: Work::OnDemand, ..Config::new(folder, "http://localhost") };
    let app = Vremena::open_with(config, ports, Arc::new(NoNetwork), Blocking::Inline).await.unwrap();
    let member = Member {
        member_id: MemberId::new("m1"),
        joined: "2026-03-14".parse().unwrap(),
        tier: TierId::new("vesna"),
        tier_since: None,
    };
    app.storage.member.write(move |tx| account::store::activate(tx, &member)).await.unwrap();
    app
}

#[tokio::test]
async fn on_a_full_disk_no_capture_is_acknowledged_that_is_not_there_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let app = app_of_a_member(folder.path()).await;
    app.storage
        .member
        .write(|tx| {
            let pages: i64 = tx.pragma_query_value(None, "page_count", |row| row.get(0))?;
            Ok::<_, StorageError>(tx.query_row(&format!("PRAGMA max_page_count = {}", pages + 2), [], |_| Ok(()))?)
        })
        .await
        .unwrap();
    let mut acknowledged = 0;
    let refusal = loop {
        let text = format!("t=20260313T1200&s=100.00&fn=7380440801290534&i={acknowledged}&fp=1&n=1");
        match app.receipts().capture_text(&text).await {
            Ok(Capture::Captured(_)) => acknowledged += 1,
            other => break other,
        }
        assert!(acknowledged < 1_000, "two pages never fill up");
    };
    assert!(matches!(refusal, Err(CoreError::Storage(StorageError::Full))), "{refusal:?}");
    drop(app);

    let app = app_of_a_member(folder.path()).await;
    let stored = app.receipts().page(None, 200).await.unwrap();
    let queued = app.outbox().page(0, 1_000).await.unwrap();
    assert_eq!((stored.len(), queued.len()), (acknowledged as usize, acknowledged as usize));
}
