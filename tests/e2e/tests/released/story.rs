//! A year on one phone, played against the sandbox: it leaves something of everything that the files can hold.

use std::io::{Cursor, Write as _};

use chrono::TimeDelta;
use http::Method;
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use vremena_core::{
    account::ConsentPurpose,
    appeals::{AppealSubmission, CapturedPicture, NewAppeal},
    events::RegistrationChange,
    fiscal::{self, ManualEntry},
    ids::EventId,
    receipts::{ManualCapture, ReceiptState},
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, Phone, receipt_text, start};

use crate::shown;

/// SQLite's page, and so the first one of a file.
const PAGE: usize = 4_096;

/// The phone as it lies there at the end, and what its two members saw: the one who has left, and the one who is there.
pub struct Played {
    pub gallery: Gallery,
    pub phone: Phone,
    pub other: Value,
    pub member: Value,
}

pub async fn play() -> Played {
    let gallery = Gallery::open().await.unwrap();
    gallery.admin.publish(promotion()).await.unwrap();
    let phone = gallery.signed_in(OTHER_PHONE).await.unwrap();
    loses_a_page_and_is_told(&phone).await;
    let full = announced(&gallery, "Показ", 0).await;
    wedges_a_registration_and_leaves(&gallery, &phone, &full).await;
    let other = shown::all(&phone.app).await;
    gallery.admin.network(true, &[]).await.unwrap();
    phone.app.account().sign_out().await.unwrap();

    gallery.sign_in(&phone, PHONE).await.unwrap();
    brings_receipts_of_every_fate(&gallery, &phone).await;
    is_left_with_a_queue(&gallery, &phone).await;
    let member = shown::all(&phone.app).await;
    Played { gallery, phone, other, member }
}

/// A file that lost its first page is set aside, and what stood in the queue is saved. From then on the phone's clock
/// is wrong, too.
async fn loses_a_page_and_is_told(phone: &Phone) {
    capture(phone, &[&receipt_text(201, 500)]).await;
    phone.app.pause().await.unwrap();
    let mut file = std::fs::OpenOptions::new().write(true).open(phone.folder.path().join("member.db")).unwrap();
    file.write_all(&[0; PAGE]).unwrap();
    phone.app.resume().await.unwrap();
    assert_eq!(phone.app.notices().list().await.unwrap().len(), 1);
    phone.desktop.clock.advance(TimeDelta::minutes(5));
}

async fn wedges_a_registration_and_leaves(gallery: &Gallery, phone: &Phone, full: &EventId) {
    phone.app.sync().pull().await.unwrap();
    capture(phone, &[&receipt_text(202, 500).replace("n=1", "n=2")]).await;
    register(phone, full).await;
    phone.drained().await.unwrap();
    gallery.decided(phone).await.unwrap();
    link(gallery, phone, 202, 201).await;

    let open = announced(gallery, "Лекция", 10).await;
    phone.app.sync().pull().await.unwrap();
    register(phone, &open).await;
    gallery.admin.network(true, &["status:451"]).await.unwrap();
    phone.drain().await.unwrap();
    see_pictures(phone).await;
    gallery.admin.network(false, &[]).await.unwrap();
}

async fn brings_receipts_of_every_fate(gallery: &Gallery, phone: &Phone) {
    let (purchase, returned) = (receipt_text(11, 300_000), receipt_text(12, 1_000).replace("n=1", "n=2"));
    let (foreign, differing) = (receipt_text(13, 500), receipt_text(14, 500));
    // Without its operation, which the tax service alone knows then.
    let nameless = receipt_text(15, 500).replace("&n=1", "");
    for (text, truth) in [
        (&foreign, json!({ "in_gallery": false })),
        (&differing, json!({ "total_kopecks": 100 })),
        (&nameless, json!({ "operation": "payout" })),
    ] {
        gallery.admin.tax_ticket(&fiscal::parse(text).unwrap().identity(), truth).await.unwrap();
    }
    // The last one is the other member's.
    capture(phone, &[&purchase, &returned, &foreign, &differing, &nameless, &receipt_text(201, 500)]).await;
    let typed = ManualEntry {
        issued_at: "13.03.2026 12:00".into(),
        total: "1500,50".into(),
        drive_number: "7380440801290534".into(),
        document_number: "16".into(),
        fiscal_sign: "1880975916".into(),
        operation: String::new(),
    };
    let typed = phone.app.receipts().capture_manual(&typed).await.unwrap();
    assert!(matches!(typed, ManualCapture::Captured(_)), "{typed:?}");
    phone.drained().await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let purchase = json!({ "total_kopecks": 12_345_600, "issued_at": "2026-03-13T18:00:00+03:00",
        "shop": "Северный свет", "category": "jewellery" });
    let path = format!("members/{}/purchases", member.as_str());
    gallery.admin.call(Method::POST, &path, Some(purchase)).await.unwrap();
    let points = json!({ "kind": "points", "points": 300, "expires": "2026-03-31" });
    let path = format!("members/{}/ledger", member.as_str());
    gallery.admin.call(Method::POST, &path, Some(points)).await.unwrap();
    gallery.decided(phone).await.unwrap();
    assert!(!phone.app.reminders().changes(&[]).await.unwrap().schedule.is_empty());
    link(gallery, phone, 12, 11).await;
    see_pictures(phone).await;
}

/// One place is the member's, one they have given back, one they give back, and for one they ask; of their receipts one
/// is with the tax service, one was refused by what lies between, one put off, and one has never been sent.
async fn is_left_with_a_queue(gallery: &Gallery, phone: &Phone) {
    let mut events = Vec::new();
    for title in ["Концерт", "Дегустация", "Прогулка", "Мастер-класс"] {
        events.push(announced(gallery, title, 10).await);
    }
    phone.app.sync().pull().await.unwrap();
    for event in &events[..3] {
        register(phone, event).await;
    }
    phone.drained().await.unwrap();
    cancel(phone, &events[1]).await;
    capture(phone, &[&receipt_text(17, 700)]).await;
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    for (number, fault) in [(18, "status:400"), (19, "status:500")] {
        capture(phone, &[&receipt_text(number, 800)]).await;
        gallery.admin.network(true, &[fault]).await.unwrap();
        phone.drain().await.unwrap();
    }
    gallery.admin.network(false, &[]).await.unwrap();
    appeals(phone).await;
    cancel(phone, &events[2]).await;
    register(phone, &events[3]).await;
    capture(phone, &[&receipt_text(20, 900)]).await;
    phone.app.account().set_consent(ConsentPurpose::Advertising, true).await.unwrap();
    let item = phone.app.feed().items().await.unwrap().remove(0);
    phone.app.feed().mark_read(&item.item_id).await.unwrap();
}

/// One receipt is appealed, with a photograph; of another one the picture is kept.
async fn appeals(phone: &Phone) {
    let receipts = phone.receipts().await.unwrap();
    let rejected: Vec<_> = receipts.iter().filter(|receipt| receipt.state == ReceiptState::Rejected).collect();
    let mut png = Cursor::new(Vec::new());
    RgbImage::new(40, 30).write_to(&mut png, ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let kept =
        phone.app.appeals().keep_picture(rejected[0].local_id, CapturedPicture::File(png.clone())).await.unwrap();
    assert!(kept);
    let appeal = NewAppeal { comment: "Чек ваш.".to_owned(), photographs: vec![png], with_picture: false };
    let submitted = phone.app.appeals().submit(rejected[1].local_id, appeal).await.unwrap();
    assert!(matches!(submitted, AppealSubmission::Queued(_)), "{submitted:?}");
}

async fn capture(phone: &Phone, texts: &[&str]) {
    for text in texts {
        phone.capture(text).await.unwrap();
    }
}

/// Reception links a return to its purchase, both by the numbers on them.
async fn link(gallery: &Gallery, phone: &Phone, returned: u32, purchase: u32) {
    let receipts = phone.receipts().await.unwrap();
    let id = |number| {
        let is_it = |identity: &fiscal::FiscalIdentity| identity.document_number == number;
        let receipt = receipts.iter().find(|receipt| receipt.identity.as_ref().is_some_and(is_it));
        receipt.and_then(|receipt| receipt.receipt_id.clone()).unwrap()
    };
    gallery.admin.link(id(returned).as_str(), id(purchase).as_str()).await.unwrap();
    phone.app.sync().pull().await.unwrap();
}

async fn see_pictures(phone: &Phone) {
    for item in phone.app.feed().items().await.unwrap() {
        if item.has_picture {
            phone.app.feed().picture(&item.item_id).await.unwrap();
        }
    }
}

async fn register(phone: &Phone, event: &EventId) {
    let change = phone.app.events().register(event).await.unwrap();
    assert!(matches!(change, RegistrationChange::Queued(_)), "{change:?}");
}

async fn cancel(phone: &Phone, event: &EventId) {
    let change = phone.app.events().cancel(event).await.unwrap();
    assert!(matches!(change, RegistrationChange::Queued(_)), "{change:?}");
}

async fn announced(gallery: &Gallery, title: &str, capacity: u32) -> EventId {
    let event = json!({
        "title": { "ru": title, "en": title }, "description": { "ru": "", "en": "" }, "audience": [],
        "place": { "ru": "Атриум", "en": "Atrium" },
        "starts_at": start() + TimeDelta::days(3), "ends_at": start() + TimeDelta::days(3) + TimeDelta::hours(2),
        "registration_opens_at": start() - TimeDelta::days(1), "registration_closes_at": start() + TimeDelta::days(2),
        "capacity": capacity,
    });
    EventId::new(gallery.admin.announce(event).await.unwrap())
}

fn promotion() -> Value {
    json!({
        "type": "personal_discount", "audience": [], "discount_percent": 15, "until": start() + TimeDelta::days(30),
        "title": { "ru": "Скидка", "en": "Discount" }, "body": { "ru": "До **апреля**", "en": "Until **April**" },
        "links": [{ "title": { "ru": "Условия", "en": "Terms" }, "url": "https://gallery.example/terms" }],
    })
}
