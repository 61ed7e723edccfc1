//! What the tests of storage share.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{AfterSalvage, Blocking, Emergency, SalvageReport, Storage, StorageError, checksum};
use crate::ports::Clock;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        "2026-03-14T12:00:00Z".parse().unwrap()
    }
}

/// At noon of 14 March 2026; nothing follows a salvage.
pub fn emergency() -> Emergency {
    Emergency { clock: Arc::new(Noon), after: Arc::new([]) }
}

/// As [`emergency`], with a list of what was reported.
pub fn reporting() -> (Emergency, Arc<Mutex<Vec<SalvageReport>>>) {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&reports);
    let after: AfterSalvage = Box::new(move |_, report| {
        kept.lock().unwrap().push(report.clone());
        Ok(())
    });
    (Emergency { after: Arc::new([after]), ..emergency() }, reports)
}

pub async fn open(folder: &Path) -> Result<Storage, StorageError> {
    open_with(folder, emergency()).await
}

/// Opens the files as the app does, which looks at the queue afterwards.
pub async fn open_with(folder: &Path, emergency: Emergency) -> Result<Storage, StorageError> {
    let storage = Storage::open(folder, Blocking::Inline, emergency).await?;
    match storage.member.look_at_queue().await {
        Ok(()) | Err(StorageError::Damaged(_)) => Ok(storage),
        Err(error) => Err(error),
    }
}

/// SplitMix64: the same numbers in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    pub fn hexadecimal(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.roll(16)])).collect()
    }
}

/// An entry of the queue as a test writes it: key, member, kind, subject, payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wish {
    pub key: String,
    pub member: &'static str,
    pub kind: &'static str,
    pub subject: String,
    pub payload: String,
}

impl Wish {
    /// A receipt's; its payload is filled up to about `length` bytes, no part of which is anywhere else.
    pub fn new(dice: &mut Dice, length: usize) -> Self {
        let number = dice.roll(1_000_000);
        let payload = serde_json::json!({
            "drive_number": "7380440801290534", "document_number": number, "total_kopecks": 120_000 + number,
            "captured_at": "2026-03-14T12:00:00Z", "zz": dice.hexadecimal(length.saturating_sub(140).max(32)),
        });
        Self {
            key: dice.hexadecimal(32),
            member: "m1",
            kind: "receipt",
            subject: format!("receipt:7380440801290534:{number}:{}", dice.roll(1_000_000)),
            payload: payload.to_string(),
        }
    }

    pub fn write(&self, tx: &rusqlite::Transaction<'_>, with_checksum: bool) -> Result<(), StorageError> {
        let checksum = with_checksum
            .then(|| checksum::of_entry([&self.key, self.member, self.kind, &self.subject, &self.payload], 1));
        tx.prepare_cached(
            "INSERT INTO outbox (idempotency_key, member_id, kind, subject, payload_version, payload, state, not_before,
             created_at, checksum) VALUES (?1, ?2, ?3, ?4, 1, ?5, 'waiting', 0, 1773489600000, ?6)",
        )?
        .execute(params![self.key, self.member, self.kind, self.subject, self.payload, checksum])?;
        Ok(())
    }

    /// What the queue would send: an entry that does not fit its checksum never is.
    pub fn read_all(tx: &rusqlite::Transaction<'_>) -> Result<Vec<Self>, StorageError> {
        let mut statement = tx.prepare(
            "SELECT idempotency_key, member_id, kind, subject, payload, payload_version, checksum, state, wedged_reason,
             attempts, not_before, created_at FROM outbox ORDER BY entry_id",
        )?;
        let rows = statement.query_map([], |row| {
            let _the_others: (String, Option<String>, u32, i64, i64) =
                (row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?);
            let (member, kind): (String, String) = (row.get(1)?, row.get(2)?);
            let is_usual = member == "m1" && kind == "receipt";
            let wish = Self {
                key: row.get(0)?,
                member: if is_usual { "m1" } else { "another" },
                kind: "receipt",
                subject: row.get(3)?,
                payload: row.get(4)?,
            };
            let says = [&*wish.key, &*member, &*kind, &*wish.subject, &*wish.payload];
            let checksum: Option<u32> = row.get(6)?;
            let is_intact =
                checksum.is_none_or(|kept| row.get(5).is_ok_and(|version| kept == checksum::of_entry(says, version)));
            Ok(is_intact.then_some(wish))
        })?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}

/// Gives an empty file the schema of `member.db`.
pub fn member_schema(connection: &mut rusqlite::Connection) {
    super::migrations::Kind::Member.upgrade(connection).unwrap();
}
