//! The gallery's answers: whatever it sends, nothing panics, no intent is lost, and a healthy gallery mends it all.
//!
//! The input is a list of answers, see `answers/gallery.rs`. The member of this phone has captured receipts and has
//! wished for a place at an event; each run begins with a copy of those files.

#![no_main]

#[path = "answers/gallery.rs"]
mod gallery;
#[path = "answers/phone.rs"]
mod phone;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use vremena_core::{
    account::{AccountDeletion, CardLink, ConsentPurpose, Member},
    app::Vremena,
    error::CoreError,
    outbox::{DrainBudget, QueueItem},
    receipts::{Receipt, ReceiptState},
};

use gallery::Gallery;
use phone::{Phone, Template};

/// So many receipts were captured, numbered from 1.
const CAPTURED: u32 = 3;
const MEMBER_PHONE: &str = "+79000000001";
/// Longer than anything is ever waited for.
const TWO_HOURS: i64 = 2 * 60 * 60;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| RUNTIME.block_on(Template::new()));

fuzz_target!(|data: &[u8]| {
    let template = LazyLock::force(&TEMPLATE);
    RUNTIME.block_on(run(template, data));
});

async fn run(template: &Template, data: &[u8]) {
    let gallery = Arc::new(Gallery::answering(data));
    let phone = Phone::of(template, &gallery);
    let app = phone.open().await;
    if gallery.has_to_say("POST /v1/auth/refresh") {
        phone.time_passes(TWO_HOURS);
    }
    use_everything(&app).await;
    if gallery.has_to_say("POST /v1/auth/session") || gallery.has_to_say("POST /v1/auth/code") {
        let _signed_in = sign_in(&app).await;
        use_everything(&app).await;
        let _signed_out = app.account().sign_out().await;
    }
    if gallery.has_to_say("DELETE /v1/member") {
        let unsent = app.account().deletion().await.map_or(0, |warning| warning.unsent);
        if matches!(app.account().delete(unsent).await, Ok(AccountDeletion::Deleted)) {
            assert!(app.account().member().await.unwrap().is_none());
            return;
        }
    }
    gallery.recover();
    // The files are whole, whatever was stored.
    app.shut_down().await.unwrap();
    drop(app);
    let app = phone.open().await;
    sign_in(&app).await.unwrap();
    nothing_is_lost(&app).await;
    for _ in 0..10 {
        phone.time_passes(TWO_HOURS);
        app.outbox().drain(DrainBudget::default()).await.unwrap();
    }
    app.sync().pull().await.unwrap();
    nothing_is_lost(&app).await;
    let waiting = queued_receipts(&app).await.into_iter().filter(|item| item.wedged_reason.is_none()).count();
    assert_eq!(waiting, 0, "a healthy gallery was never asked for them");
    app.home().snapshot().await.unwrap();
    app.shut_down().await.unwrap();
}

async fn sign_in(app: &Vremena) -> Result<Member, CoreError> {
    if app.account().consent_documents().await.is_ok() {
        let _decided = app.account().decide_consents(vec![(ConsentPurpose::Processing, true)]).await;
    }
    let _asked = app.account().request_code(MEMBER_PHONE).await;
    app.account().sign_in(MEMBER_PHONE, "0000").await
}

/// Every endpoint, and all that shows what came of it.
async fn use_everything(app: &Vremena) {
    for _ in 0..2 {
        let _pulled = app.sync().pull().await;
        let _drained = app.outbox().drain(DrainBudget::default()).await;
    }
    for item in app.feed().items().await.unwrap() {
        let _picture = app.feed().picture(&item.item_id).await;
        let _read = app.feed().mark_read(&item.item_id).await;
    }
    for event in app.events().list().await.unwrap() {
        let _wished = app.events().register(&event.event_id).await;
        let _sent = app.outbox().drain(DrainBudget::default()).await;
        let _wished = app.events().cancel(&event.event_id).await;
        let _sent = app.outbox().drain(DrainBudget::default()).await;
    }
    let _shown = app.account().consent_documents().await;
    for purpose in [ConsentPurpose::Advertising, ConsentPurpose::Analytics] {
        let _wished = app.account().set_consent(purpose, true).await;
    }
    let _sent = app.outbox().drain(DrainBudget::default()).await;
    app.account().consents().await.unwrap();
    let _linked = app.account().link_card(CardLink::Number("0001".to_owned())).await;
    let _linked = app.account().link_card(CardLink::Phone(MEMBER_PHONE.to_owned())).await;
    let _pass = app.wallet().apple_pass().await;
    let _link = app.wallet().google_link().await;
    app.wallet().card().await.unwrap();
    app.programme().snapshot().await.unwrap();
    app.home().snapshot().await.unwrap();
}

/// What was captured stands in the history, and waits in the queue unless the gallery's word on it is stored.
async fn nothing_is_lost(app: &Vremena) {
    let history = app.receipts().page(None, 200).await.unwrap();
    let of = |number| history.iter().find(|receipt| document(receipt) == Some(number));
    let captured: Vec<_> = (1..=CAPTURED).filter_map(of).collect();
    assert_eq!(captured.len(), CAPTURED as usize, "a receipt is no longer there");
    let unanswered = |receipt: &&&Receipt| receipt.receipt_id.is_none() && receipt.state == ReceiptState::Captured;
    let unanswered = captured.iter().filter(unanswered).count();
    assert!(unanswered <= queued_receipts(app).await.len(), "an entry has left the queue without an answer");
}

fn document(receipt: &Receipt) -> Option<u32> {
    receipt.identity.as_ref().map(|identity| identity.document_number)
}

async fn queued_receipts(app: &Vremena) -> Vec<QueueItem> {
    let queue = app.outbox().page(0, 200).await.unwrap();
    queue.into_iter().filter(|item| item.kind == "receipt").collect()
}
