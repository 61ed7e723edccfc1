//! Members who do not agree with the gallery.

use std::{io::Cursor, sync::LazyLock};

use anyhow::Context as _;
use http::Method;
use image::{GrayImage, ImageFormat};
use serde_json::json;
use vremena_core::{
    appeals::{AppealSubmission, NewAppeal},
    receipts::{Receipt, ReceiptState},
};

use super::World;
use crate::oracle::MemberNumber;

/// A picture of one part: what travels counts, and not what it shows.
static PICTURE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut png = Cursor::new(Vec::new());
    let drawn = GrayImage::from_fn(16, 12, |x, y| image::Luma([(x * y) as u8])).write_to(&mut png, ImageFormat::Png);
    drawn.map(|()| png.into_inner()).unwrap_or_default()
});

impl World {
    /// The member appeals against what the gallery has rejected, which it does now if it has not before.
    pub(super) async fn appeal(&mut self, who: MemberNumber) -> anyhow::Result<()> {
        let mut rejected = self.rejected().await?;
        if rejected.is_empty() {
            self.reject().await?;
            self.pull().await?;
            rejected = self.rejected().await?;
        }
        let Some(receipt) = self.appellants.one_of(&rejected).cloned() else { return Ok(()) };
        let photographs = vec![PICTURE.clone(); self.appellants.number(0..4) as usize];
        let new = NewAppeal { comment: "It is mine.".to_owned(), photographs, with_picture: false };
        let app = self.app.as_ref().context("the app is open")?;
        let submitted = app.appeals().submit(receipt.local_id, new).await;
        self.tell_result(&format!("{who} appeals"), &submitted);
        match submitted {
            Ok(AppealSubmission::Queued(appeal)) => {
                self.oracle.intents += 1;
                self.oracle.appeals.insert((who, appeal.appeal_id));
            }
            Ok(AppealSubmission::NotAccepted { fault, .. }) => {
                self.tell("phone", format_args!("there can be no appeal: {}", fault.code()));
            }
            Err(_) => {}
        }
        Ok(())
    }

    async fn rejected(&self) -> anyhow::Result<Vec<Receipt>> {
        let app = self.app.as_ref().context("the app is open")?;
        let mut receipts = app.receipts().page(None, 50).await.unwrap_or_default();
        receipts.retain(|receipt| receipt.state == ReceiptState::Rejected && receipt.appeal.is_none());
        Ok(receipts)
    }

    async fn reject(&mut self) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        let receipts = app.receipts().page(None, 50).await.unwrap_or_default();
        let known: Vec<_> = receipts.iter().filter_map(|receipt| receipt.receipt_id.clone()).collect();
        let Some(receipt_id) = self.appellants.one_of(&known).cloned() else { return Ok(()) };
        let path = format!("receipts/{}/verdict", receipt_id.as_str());
        let verdict = json!({ "state": "rejected", "reason": "data_differ" });
        // A gallery put back to a backup may not have it.
        let rejected = self.gallery.administer(Method::POST, &path, Some(&verdict)).await.is_ok();
        self.tell("gallery", format_args!("rejects a receipt: {rejected}"));
        Ok(())
    }
}
