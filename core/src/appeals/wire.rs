//! The API's shapes of this capability.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, FixedOffset, Utc};
use ring::digest::{SHA256, digest};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{listed, store};
use crate::{
    fiscal::DriveNumber,
    http::Success,
    ids::{AppealId, MemberId, ReceiptId},
    money::Kopecks,
    sync::{Document, KeepFault},
};

/// How many bytes of a photograph travel at once: what a broken connection costs.
pub const PART_BYTES: usize = 65_536;

/// Which receipt an appeal is about.
#[derive(Clone, Serialize, Deserialize)]
pub struct AppealedReceipt {
    pub receipt_id: Option<ReceiptId>,
    pub drive_number: Option<DriveNumber>,
    pub document_number: Option<u32>,
    pub fiscal_sign: Option<u32>,
    pub total_kopecks: Kopecks,
    pub issued_at: DateTime<FixedOffset>,
}

/// The body that opens an appeal; also version 1 of the payload in the queue.
#[derive(Serialize, Deserialize)]
pub struct AppealRequest {
    pub appeal_id: AppealId,
    pub receipt: AppealedReceipt,
    /// Under which the gallery's log has the receipt.
    pub trace_id: Option<String>,
    pub comment: String,
    /// What will follow, part by part.
    pub photographs: Vec<PhotographAnnounced>,
    pub requested_at: DateTime<Utc>,
}

/// A photograph that will follow. The gallery has it when size and sum are right.
#[derive(Serialize, Deserialize)]
pub struct PhotographAnnounced {
    /// Bytes.
    pub size: u64,
    /// SHA-256 in lower case hexadecimal.
    pub sha256: String,
    /// How many parts it comes in.
    pub parts: u32,
}

impl PhotographAnnounced {
    pub fn of(jpeg: &[u8]) -> Self {
        let sum = digest(&SHA256, jpeg);
        Self {
            size: jpeg.len() as u64,
            sha256: sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
            parts: parts_of(jpeg.len()),
        }
    }
}

/// How many parts so many bytes come in.
pub fn parts_of(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(PART_BYTES)).unwrap_or(u32::MAX)
}

/// Which part of which photograph: version 1 of the payload in the queue.
#[derive(Clone, Serialize, Deserialize)]
pub struct AppealPart {
    pub appeal_id: AppealId,
    /// From 0.
    pub photograph: u32,
    /// From 0.
    pub part: u32,
}

impl AppealPart {
    /// The key of the entry.
    pub fn idempotency_key(&self) -> String {
        store::derived_key(&[self.appeal_id.as_str(), &self.photograph.to_string(), &self.part.to_string()])
    }
}

/// The body that brings a part.
#[derive(Serialize)]
pub struct PartRequest {
    photograph: u32,
    part: u32,
    /// Base64.
    bytes: String,
}

impl PartRequest {
    pub fn new(part: &AppealPart, bytes: &[u8]) -> Self {
        Self { photograph: part.photograph, part: part.part, bytes: STANDARD.encode(bytes) }
    }
}

/// What the gallery says of an appeal.
#[derive(Deserialize)]
pub struct AppealAnswer {
    pub appeal_id: AppealId,
    pub receipt: AppealedReceipt,
    pub comment: String,
    pub requested_at: DateTime<Utc>,
    /// `open`, `accepted` or `declined`.
    pub state: String,
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// As much of an appeal as every version of the gallery says.
#[derive(Deserialize)]
pub struct NamedAppeal {
    pub appeal_id: AppealId,
}

#[derive(Deserialize)]
pub struct RawAppeals {
    pub appeals: Vec<Box<RawValue>>,
}

/// The member's appeals. They are kept in the member's database: they say what has become of a receipt.
pub struct AppealsDocument;

impl Document for AppealsDocument {
    fn name(&self) -> &'static str {
        "appeals"
    }

    fn path(&self) -> &'static str {
        "/v1/appeals"
    }

    fn keep(&self, tx: &Transaction<'_>, member: &MemberId, success: &Success) -> Result<bool, KeepFault> {
        let raw: RawAppeals = success.decode().map_err(|_| KeepFault::Form)?;
        Ok(listed::keep(tx, member, &raw)?)
    }
}
