use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::backend::Backend;
use crate::extract::Body;
use crate::problem::{Kind, Problem};
use crate::receipts::positions::{self, Position};
use crate::tax::{self, Truth};
use crate::time::parse_instant;
use crate::words::ReceiptOperation;

/// A truth for the tax service. Absent: known, in the gallery, and as the member sent it.
#[derive(Debug, Deserialize)]
pub(super) struct NewTicket {
    drive_number: String,
    document_number: u32,
    fiscal_sign: u32,
    #[serde(default = "yes")]
    known: bool,
    #[serde(default = "yes")]
    in_gallery: bool,
    shop: Option<String>,
    category: Option<String>,
    total_kopecks: Option<i64>,
    issued_at: Option<String>,
    operation: Option<ReceiptOperation>,
    known_from: Option<String>,
    positions: Option<Vec<Position>>,
}

/// What the positions come to.
///
/// # Errors
/// `malformed` where they cannot stand on a receipt, or do not come to the total that is named beside them.
fn total_of(positions: &[Position], named: Option<i64>) -> Result<i64, Problem> {
    let total = positions::total(positions).filter(|_| positions.iter().all(Position::is_valid));
    total.filter(|total| named.is_none_or(|named| named == *total)).ok_or_else(|| Problem::new(Kind::Malformed))
}

fn yes() -> bool {
    true
}

pub(super) async fn put(State(backend): State<Backend>, Body(new): Body<NewTicket>) -> Result<StatusCode, Problem> {
    let instant = |text: Option<&String>| match text {
        Some(text) => parse_instant(text).map(Some).ok_or_else(|| Problem::new(Kind::Malformed)),
        None => Ok(None),
    };
    let total_kopecks = match &new.positions {
        Some(positions) => Some(total_of(positions, new.total_kopecks)?),
        None => new.total_kopecks,
    };
    let truth = Truth {
        known: new.known,
        in_gallery: new.in_gallery,
        issued_at: instant(new.issued_at.as_ref())?,
        known_from: instant(new.known_from.as_ref())?,
        shop: new.shop,
        category: new.category,
        total_kopecks,
        operation: new.operation,
        positions: new.positions,
    };
    backend
        .store()
        .write(|tx| tax::register(tx, &new.drive_number, new.document_number.into(), new.fiscal_sign.into(), &truth))?;
    Ok(StatusCode::NO_CONTENT)
}
