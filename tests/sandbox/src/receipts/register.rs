use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MOST_KOPECKS, Receipt, Stored};
use crate::backend::Backend;
use crate::extract::Body;
use crate::idempotency::{self, Key};
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::sessions::Caller;
use crate::time::{DAY, Instant, TillTime, day_of, parse_instant};
use crate::words::{ReceiptOperation, ReceiptReason, ReceiptSource, ReceiptState};
use crate::{rules, trace, verification};

/// A receipt as the phone read it.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct NewReceipt {
    /// The fiscal drive's number: a string, leading zeros count.
    #[schema(pattern = "^[0-9]{1,16}$", example = "7380440801290534")]
    drive_number: String,
    #[schema(minimum = 0, maximum = 4_294_967_295_i64)]
    document_number: i64,
    #[schema(minimum = 0, maximum = 4_294_967_295_i64)]
    fiscal_sign: i64,
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    total_kopecks: i64,
    /// At most a day ahead of the server's clock.
    #[schema(value_type = TillTime)]
    issued_at: String,
    /// Null when the QR did not say.
    #[schema(value_type = Option<ReceiptOperation>)]
    operation: Option<String>,
    #[schema(pattern = "^(scanned|manual)$", example = "scanned")]
    source: String,
    /// When the phone captured it, by the phone's clock.
    #[schema(value_type = Instant)]
    captured_at: String,
}

problems!(RegisterProblems: [Unauthorized, SessionEnded, AccountDeleted, IdempotencyKeyMissing, AlreadyRegistered, CountedByAnother,
    IdempotencyKeyReused, InvalidReceipt, ReceiptRefused]);

/// Register a receipt
///
/// Its verification follows: the receipt is pending, and changes are in the feed.
#[utoipa::path(post, path = "/v1/receipts", tag = "receipts", operation_id = "register_receipt",
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, description = "The intent's own key, up to 128 visible ASCII characters")),
    request_body = NewReceipt,
    responses(
        (status = 201, description = "Registered, pending", body = Receipt),
        (status = 200, description = "This key has registered it before: the receipt as it is now", body = Receipt),
        RegisterProblems))]
pub(crate) async fn register(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<NewReceipt>,
) -> Result<(StatusCode, Json<Receipt>), Problem> {
    let key = Key::of(&caller.member_id, &headers, "receipt", &new)?;
    let now = backend.now();
    let receipt = new.valid(now)?;
    backend.store().write(|tx| {
        if let Some(receipt_id) = idempotency::recall(tx, &key)? {
            return Ok((StatusCode::OK, Json(super::load(tx, &receipt_id)?.receipt)));
        }
        refuse(tx, &caller.member_id, &receipt, now)?;
        let new_one = Stored {
            member_id: caller.member_id.clone(),
            attempts: 0,
            captured_at: parse_instant(&new.captured_at).unwrap_or(now),
            receipt,
        };
        let trace_id = trace::trace_id(&headers, backend.seed(), &[&caller.member_id, key.text()]);
        let stored = super::insert(tx, backend.seed(), new_one, &trace_id)?;
        idempotency::remember(tx, &key, &stored.receipt.receipt_id)?;
        Ok((StatusCode::CREATED, Json(stored.receipt)))
    })
}

/// Why this receipt cannot be registered, whatever its key.
fn refuse(tx: &Transaction<'_>, member_id: &str, receipt: &Receipt, now: i64) -> Result<(), Problem> {
    super::refuse_known(tx, member_id, receipt)?;
    let age = day_of(now).signed_duration_since(day_of(receipt.issued_at.0)).num_days();
    let rules = rules::in_force(tx)?;
    if age > rules.max_age_days {
        let refused = Problem::new(Kind::ReceiptRefused).with("reason", ReceiptReason::TooOld.word());
        return Err(refused.with("rules_version", rules.version));
    }
    Ok(())
}

impl NewReceipt {
    /// The receipt it would become, without an id yet.
    fn valid(&self, now: i64) -> Result<Receipt, Problem> {
        let invalid = |pointer: &str| Problem::new(Kind::InvalidReceipt).with("pointer", pointer);
        if !super::is_drive_number(&self.drive_number) {
            return Err(invalid("/drive_number"));
        }
        for (number, pointer) in [(self.document_number, "/document_number"), (self.fiscal_sign, "/fiscal_sign")] {
            u32::try_from(number).map_err(|_| invalid(pointer))?;
        }
        if !(0..=MOST_KOPECKS).contains(&self.total_kopecks) {
            return Err(invalid("/total_kopecks"));
        }
        let issued_at = parse_instant(&self.issued_at)
            .filter(|issued_at| *issued_at <= now + DAY)
            .ok_or_else(|| invalid("/issued_at"))?;
        let operation = match &self.operation {
            Some(word) => Some(ReceiptOperation::parse(word).ok_or_else(|| invalid("/operation"))?),
            None => None,
        };
        let source = ReceiptSource::parse(&self.source)
            .filter(|source| *source != ReceiptSource::Reception)
            .ok_or_else(|| invalid("/source"))?;
        parse_instant(&self.captured_at).ok_or_else(|| invalid("/captured_at"))?;
        Ok(Receipt {
            receipt_id: String::new(),
            drive_number: self.drive_number.clone(),
            document_number: self.document_number,
            fiscal_sign: self.fiscal_sign,
            operation,
            total_kopecks: self.total_kopecks,
            issued_at: TillTime(issued_at),
            state: ReceiptState::Pending,
            reason: None,
            next_check_at: Some(Instant(verification::first_check(now))),
            source,
            registered_at: Instant(now),
            decided_at: None,
            shop: None,
            category: None,
            returned_kopecks: 0,
            of: None,
            rules_version: None,
            positions: Vec::new(),
            counted_kopecks: 0,
            history: Vec::new(),
        })
    }
}
