//! Receipts that the member types in by hand.

use super::{Work, World, gallery::Gallery};
use crate::{
    explanation::NextStep,
    fiscal::{ManualEntry, ReceiptField},
    receipts::{Capture, ManualCapture, ReceiptSource},
};

async fn world() -> World {
    World::of_a_member(Gallery::healthy(), Work::OnDemand).await
}

/// The receipt that [`World::scan`] scans, off paper.
pub fn entry(document: u32) -> ManualEntry {
    ManualEntry {
        issued_at: "13.03.26 12:00".to_owned(),
        total: "100,00".to_owned(),
        drive_number: "7380 4408 0129 0534".to_owned(),
        document_number: format!("{document:010}"),
        fiscal_sign: "0000000001".to_owned(),
        operation: "приход".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_receipt_typed_by_hand_is_queued_as_typed_and_is_the_scanned_one() {
    let world = world().await;
    let typed = world.app.receipts().capture_manual(&entry(1)).await.unwrap();
    let ManualCapture::Captured(typed) = typed else { panic!("{typed:?}") };
    assert_eq!((typed.source, world.queue().await.len()), (ReceiptSource::Manual, 1));
    assert_eq!(world.scan(1).await.unwrap(), Capture::AlreadyKnown(typed.clone()));
    assert_eq!(
        world.app.receipts().capture_manual(&entry(1)).await.unwrap(),
        ManualCapture::AlreadyKnown(world.the_receipt().await)
    );

    let report = world.drain().await;
    assert_eq!((report.sent, report.remaining), (1, 0));
    assert_eq!(world.the_receipt().await.identity, typed.identity);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_that_was_scanned_stays_scanned_when_it_is_typed_too() {
    let world = world().await;
    let scanned = world.scan_new(1).await;
    let typed = world.app.receipts().capture_manual(&entry(1)).await.unwrap();
    assert_eq!(typed, ManualCapture::AlreadyKnown(scanned));
    assert_eq!(world.the_receipt().await.source, ReceiptSource::Scanned);
}

#[tokio::test(start_paused = true)]
async fn every_wrong_field_is_refused_at_once_and_nothing_is_kept() {
    let world = world().await;
    let wrong = ManualEntry { issued_at: "13.03.2015 12:00".to_owned(), total: "1,500".to_owned(), ..entry(1) };
    let refused = world.app.receipts().capture_manual(&wrong).await.unwrap();
    let ManualCapture::FieldsRefused(fields) = refused else { panic!("{refused:?}") };
    let told: Vec<_> = fields.iter().map(|field| (field.field, field.reason, field.explanation.next_step)).collect();
    assert_eq!(
        told,
        [
            (ReceiptField::IssuedAt, "too_old", NextStep::ScanAnotherReceipt),
            (ReceiptField::Total, "ambiguous", NextStep::EnterByHand),
        ]
    );
    assert!(fields[1].explanation.sentence.ends_with("1691,16."), "{}", fields[1].explanation.sentence);
    assert_eq!((world.receipts().await.len(), world.queue().await.len()), (0, 0));
}
