//! What the phone shows.

use anyhow::Context as _;
use vremena_core::{app::Vremena, receipts::Receipt};

use super::verdict::Known;

/// The longest page that the core hands out.
const PAGE: u32 = 200;

/// The member's whole history.
pub async fn history(app: &Vremena) -> anyhow::Result<Vec<Known>> {
    let mut history = Vec::new();
    let mut after = None;
    loop {
        let page = app.receipts().page(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(history) };
        after = Some((last.issued_at, last.local_id));
        for receipt in &page {
            history.push(known(receipt)?);
        }
    }
}

fn known(receipt: &Receipt) -> anyhow::Result<Known> {
    let identity = receipt.identity.as_ref().context("a captured receipt has its requisites")?;
    Ok(Known {
        number: identity.document_number,
        receipt_id: receipt.receipt_id.as_ref().map(|id| id.as_str().to_owned()),
        state: receipt.state.code().to_owned(),
    })
}
