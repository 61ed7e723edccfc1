//! The notices' SQL.

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::{Notice, NoticeKind};
use crate::{
    explanation::Explanation,
    storage::{SalvageReport, StorageError},
    time::{from_millis, to_millis},
};

/// The body of a notice; fields are only ever added, with a default.
#[derive(Serialize, Deserialize)]
struct Body {
    set_aside: String,
    intents_saved: u32,
}

/// The phone's file was damaged: this is what came of it.
pub fn add_recovered(tx: &Transaction<'_>, report: &SalvageReport) -> Result<(), StorageError> {
    let body = Body { set_aside: report.set_aside.clone(), intents_saved: report.intents_saved };
    let body = serde_json::to_string(&body).map_err(|_| StorageError::Unreadable("notice"))?;
    tx.prepare_cached("INSERT INTO notices (kind, body, created_at) VALUES (?1, ?2, ?3)")?.execute((
        NoticeKind::Recovered.code(),
        body,
        to_millis(report.at),
    ))?;
    Ok(())
}

/// All of them, the newest first, not explained yet. What cannot be read is left out.
pub fn all(tx: &Transaction<'_>) -> Result<Vec<Notice>, StorageError> {
    let mut statement =
        tx.prepare_cached("SELECT notice_id, kind, body, created_at FROM notices ORDER BY notice_id DESC")?;
    let rows = statement.query_map([], |row| {
        let body: String = row.get(2)?;
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, body, row.get::<_, i64>(3)?))
    })?;
    let mut notices = Vec::new();
    for row in rows {
        let (notice_id, kind, body, created_at) = row?;
        if let Ok(Body { set_aside, intents_saved }) = serde_json::from_str(&body) {
            notices.push(Notice {
                notice_id,
                kind: NoticeKind::of_code(&kind),
                set_aside,
                intents_saved,
                created_at: from_millis(created_at),
                explanation: Explanation::default(),
            });
        }
    }
    Ok(notices)
}

/// Forgets a notice; says whether there was one.
pub fn remove(tx: &Transaction<'_>, notice_id: i64) -> Result<bool, StorageError> {
    Ok(tx.prepare_cached("DELETE FROM notices WHERE notice_id = ?1")?.execute([notice_id])? > 0)
}
