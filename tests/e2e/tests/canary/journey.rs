//! A member's journey, with everything on it that could tell of them.

use std::{
    fmt::{Debug, Display},
    path::Path,
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use http::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use vremena_core::{
    app::{Config, Vremena},
    fiscal::{self, ManualEntry},
    ids::{EventId, FeedItemId},
    log::LogRecord,
    outbox::DrainBudget,
    ports::{LogSink, Ports},
    receipts::{Capture, ManualCapture, ReceiptState},
    wallet::HandOff,
};
use vremena_e2e::{Gallery, OTHER_PHONE, Phone, receipt_text, start};
use vremena_qa::platform::Desktop;

use super::search::Canaries;

pub const PHONE: &str = "+79000004276";
const WRONG_CODE: &str = "9753";
const SCANNED: &str = "t=20260313T1837&s=76543.21&fn=7284440700915382&i=31415926&fp=2718281828&n=1";
const SCANNED_KOPECKS: u64 = 7_654_321;
const TYPED_KOPECKS: u64 = 5_432_198;
const SHOP: &str = "Бутик «Канарейка»";
const CATEGORY: &str = "канареечный товар";

/// Every record at every level, in both of its forms, and every error met.
#[derive(Default)]
pub struct Heard {
    pub logged: Mutex<Vec<String>>,
    pub met: Mutex<Vec<String>>,
}

impl LogSink for Heard {
    fn log(&self, record: &LogRecord) {
        let line = format!("{:?} {}: {record}\n{record:?}\n{record:#?}", record.level, record.target);
        self.logged.lock().unwrap().push(line);
    }
}

impl Heard {
    /// Everything at once, to be searched.
    pub fn all(&self) -> String {
        [&self.logged, &self.met].map(|texts| texts.lock().unwrap().join("\n")).join("\n")
    }

    /// The error that a call must end in.
    pub fn error<T: Debug, E: Debug + Display>(&self, result: Result<T, E>) -> E {
        let error = result.unwrap_err();
        self.met.lock().unwrap().push(format!("{error}\n{error:?}\n{error:#?}"));
        error
    }

    /// What a call gave, as it would stand in somebody's log.
    pub fn value<T: Debug>(&self, value: T) -> T {
        self.met.lock().unwrap().push(format!("{value:?}\n{value:#?}"));
        value
    }
}

/// Who travels, and what is known of them.
pub struct Journey {
    pub gallery: Gallery,
    pub app: Vremena,
    pub desktop: Desktop,
    pub config: Config,
    pub heard: Arc<Heard>,
    pub canaries: Canaries,
    folder: tempfile::TempDir,
}

impl Journey {
    /// Signed in after a wrong code, with everything in the queue that there is.
    pub async fn begun() -> Self {
        let gallery = Gallery::open().await.unwrap();
        let Phone { app, desktop, mut config, folder } = gallery.phone().await.unwrap();
        app.shut_down().await.unwrap();
        config.wallet_issuer = Some(gallery.admin.wallet_issuer().await.unwrap());
        let heard = Arc::new(Heard::default());
        let app = Vremena::open(config.clone(), ports(&desktop, &heard)).await.unwrap();
        let mut journey = Self { gallery, app, desktop, config, heard, canaries: Canaries::default(), folder };
        journey.sign_in().await;
        journey
    }

    async fn sign_in(&mut self) {
        let account = self.app.account();
        self.heard.error(account.request_code(PHONE).await);
        let documents = self.heard.value(account.consent_documents().await.unwrap());
        let decisions = documents.iter().map(|document| (document.purpose, document.required)).collect();
        account.decide_consents(decisions).await.unwrap();
        self.heard.error(account.request_code("canary-phone").await);
        self.heard.value(account.request_code(PHONE).await.unwrap());
        let code = self.gallery.admin.code(PHONE).await.unwrap();
        self.heard.error(account.request_code(PHONE).await);
        self.heard.error(account.sign_in(PHONE, WRONG_CODE).await);
        for fault in ["half_json", "html", "status:500", "status:409", "status:426"] {
            self.gallery.admin.network(true, &[fault]).await.unwrap();
            self.heard.error(account.request_code("+79000009999").await);
        }
        let member = self.heard.value(account.sign_in(PHONE, &code).await.unwrap());
        self.canaries.add_phone("phone", PHONE);
        self.canaries.add("code", code);
        self.canaries.add("wrong code", WRONG_CODE);
        self.canaries.add("no phone", "canary-phone");
        self.canaries.add("member", member.member_id.as_str());
        self.app.sync().pull().await.unwrap();
        self.note_secrets();
        let card = self.heard.value(self.app.wallet().card().await.unwrap().unwrap());
        self.canaries.add("card", card.number);
    }

    /// The tokens, as they lie in the secure store now.
    fn note_secrets(&mut self) {
        let stored: Value =
            serde_json::from_slice(&std::fs::read(self.folder.path().join("secrets/session")).unwrap()).unwrap();
        for name in ["access_token", "refresh_token"] {
            self.canaries.add(name, stored[name].as_str().unwrap());
        }
    }

    /// Receipts scanned and typed, refused and wedged; over a network that does what networks do.
    pub async fn hands_in_receipts(&mut self) {
        let (receipts, outbox, admin) = (self.app.receipts(), self.app.outbox(), &self.gallery.admin);
        let scanned = fiscal::parse(SCANNED).unwrap();
        admin.tax_ticket(&scanned.identity(), json!({ "shop": SHOP, "category": CATEGORY })).await.unwrap();
        let Capture::Captured(_) = self.heard.value(receipts.capture_text(SCANNED).await.unwrap()) else { panic!() };
        self.heard.value(receipts.capture_text(SCANNED).await.unwrap());
        self.heard.value(receipts.capture_text("https://canary.example/?token=canary-query").await.unwrap());
        let typed = ManualEntry {
            issued_at: "13.03.2026 19:41".to_owned(),
            total: "54 321,98".to_owned(),
            drive_number: "9282440300777315".to_owned(),
            document_number: "16180339".to_owned(),
            fiscal_sign: "1414213562".to_owned(),
            operation: String::new(),
        };
        let wrong = ManualEntry { total: "canary-total".to_owned(), ..typed.clone() };
        let ManualCapture::FieldsRefused(_) = self.heard.value(receipts.capture_manual(&wrong).await.unwrap()) else {
            panic!()
        };
        self.heard.value(receipts.capture_manual(&typed).await.unwrap());

        let keys = rows(self.folder.path(), "SELECT idempotency_key FROM outbox");
        let payloads = rows(self.folder.path(), "SELECT payload FROM outbox");
        admin.network(false, &[]).await.unwrap();
        self.heard.value(outbox.drain(DrainBudget::default()).await.unwrap());
        self.heard.error(self.app.sync().pull().await);
        // The scanned one goes through in the end; the typed one is not understood, and stays.
        let faults = ["drop_answer", "html", "half_json", "cut_body", "wrong_shape", "success_problem", "status:503:1"];
        for fault in faults {
            admin.network(true, &[fault]).await.unwrap();
            self.drain().await;
        }
        admin.network(true, &["status:404"]).await.unwrap();
        self.heard.value(receipts.capture_text(&receipt_text(1_234_567, 100)).await.unwrap());
        self.drain().await;
        let wedged = self.heard.value(outbox.page(0, 200).await.unwrap());
        assert!(wedged.iter().any(|item| item.wedged_reason.is_some()), "{wedged:?}");
        keys.into_iter().for_each(|key| self.canaries.add("idempotency key", key));
        payloads.into_iter().for_each(|payload| self.canaries.add("payload", payload));
        self.canaries.add("document", "31415926");
        self.canaries.add("drive", "7284440700915382");
        self.canaries.add("sign", "2718281828");
        self.canaries.add("document", "16180339");
        self.canaries.add("drive", "9282440300777315");
        self.canaries.add("sign", "1414213562");
        self.canaries.add("document", "1234567");
        self.canaries.add("time", "20260313T1837");
        self.canaries.add("time", "2026-03-13T15:37");
        self.canaries.add("shop", SHOP);
        self.canaries.add("category", CATEGORY);
        self.canaries.add("scanned", SCANNED);
        self.canaries.add("typed", typed.issued_at);
        self.canaries.add("no receipt", "canary-query");
        self.canaries.add("typed", "canary-total");
        self.canaries.add_sum("sum", SCANNED_KOPECKS);
        self.canaries.add_sum("sum", TYPED_KOPECKS);
        self.verdicts().await;
    }

    async fn verdicts(&mut self) {
        let before = self.app.receipts().page(None, 200).await.unwrap();
        assert!(before.iter().any(|receipt| receipt.receipt_id.is_some()), "none has arrived");
        for _ in 0..8 {
            self.time_passes(TimeDelta::minutes(30)).await;
            self.app.sync().pull().await.unwrap();
        }
        let receipts = self.heard.value(self.app.receipts().page(None, 200).await.unwrap());
        assert!(receipts.iter().any(|it| it.shop.as_deref() == Some(SHOP) && it.state == ReceiptState::Credited));
        self.note_rows("receipt", "SELECT receipt_id FROM receipts WHERE receipt_id IS NOT NULL");
        self.note_rows("cursor", "SELECT cursor FROM cursors");
        self.heard.value(self.app.programme().snapshot().await.unwrap());
    }

    /// What another member has handed in already, and what no phone may see.
    pub async fn is_refused(&mut self) {
        let text = receipt_text(7_654_000, 4_321);
        let stranger = self.gallery.signed_in(OTHER_PHONE).await.unwrap();
        stranger.capture(&text).await.unwrap();
        stranger.drained().await.unwrap();
        self.heard.value(self.app.receipts().capture_text(&text).await.unwrap());
        self.drain().await;
        self.canaries.add("document", "7654000");
        self.heard.error(self.app.events().register(&EventId::new("canary-event")).await);
        self.heard.error(self.app.feed().picture(&FeedItemId::new("canary-item")).await);
        self.canaries.add("no event", "canary-event");
        self.canaries.add("no item", "canary-item");
    }

    /// A registration, its ticket, and a cancellation.
    pub async fn goes_out(&mut self) {
        let event = json!({
            "title": { "ru": "Вечер", "en": "An evening" }, "description": { "ru": "", "en": "" }, "audience": [],
            "place": { "ru": "Атриум", "en": "Atrium" },
            "starts_at": start() + TimeDelta::days(3), "ends_at": start() + TimeDelta::days(4),
            "registration_opens_at": start() - TimeDelta::days(1), "registration_closes_at": start() + TimeDelta::days(2),
            "capacity": 2,
        });
        let event_id = EventId::new(self.gallery.admin.announce(event).await.unwrap());
        self.canaries.add("event", event_id.as_str());
        self.app.sync().pull().await.unwrap();
        self.heard.value(self.app.events().register(&event_id).await.unwrap());
        self.drain().await;
        let events = self.heard.value(self.app.events().list().await.unwrap());
        let mine = events.iter().find_map(|event| event.registration.as_ref()).unwrap();
        self.canaries.add("ticket", mine.ticket_code.clone().unwrap());
        self.heard.value(self.app.events().cancel(&event_id).await.unwrap());
        self.gallery.admin.network(true, &["status:410"]).await.unwrap();
        self.drain().await;
    }

    /// The card's code, passes good and forged, and a picture.
    pub async fn takes_things_along(&mut self) {
        let wallet = self.app.wallet();
        let HandOff::Verified(pass) = self.heard.value(wallet.apple_pass().await.unwrap()) else { panic!() };
        self.canaries.add("pass", pass.serial_number());
        for forgery in ["other_member", "stranger", "changed_amount"] {
            self.gallery.admin.forge(Some(forgery)).await.unwrap();
            self.heard.value(wallet.apple_pass().await.unwrap());
        }
        let pictured = self.app.feed().items().await.unwrap().into_iter().find(|item| item.has_picture).unwrap();
        self.app.feed().picture(&pictured.item_id).await.unwrap();
        self.heard.value(self.app.home().snapshot().await.unwrap());
    }

    /// A locked store, an expired session, closed files, and the end of it.
    pub async fn ends(&mut self) {
        self.desktop.secure_store.set_locked(true);
        self.heard.error(self.app.sync().pull().await);
        self.heard.error(self.app.account().sign_out().await);
        self.desktop.secure_store.set_locked(false);
        self.time_passes(TimeDelta::days(1)).await;
        self.heard.value(self.app.sync().pull().await.unwrap());
        self.note_secrets();
        self.tells_support().await;
        self.app.pause().await.unwrap();
        self.heard.error(self.app.receipts().capture_text(SCANNED).await);
        self.tells_support().await;
        self.app.resume().await.unwrap();
        let member_id = self.app.account().member().await.unwrap().unwrap().member_id;
        let revoke = format!("members/{}/revoke", member_id.as_str());
        self.gallery.admin.call(Method::POST, &revoke, None).await.unwrap();
        self.heard.error(self.app.sync().pull().await);
        self.app.account().sign_out().await.unwrap();
        self.heard.error(self.app.receipts().capture_text(SCANNED).await);
        self.tells_support().await;
    }

    async fn tells_support(&self) {
        let told = self.heard.value(self.app.diagnostics().await);
        assert!(!told.recent.is_empty());
        self.heard.met.lock().unwrap().push(told.to_text());
    }

    async fn drain(&self) {
        // Beyond every wait that was asked for, and before any token expires: a fault is meant for the entry.
        self.desktop.clock.advance(TimeDelta::seconds(10));
        self.heard.value(self.app.outbox().drain(DrainBudget::default()).await.unwrap());
    }

    async fn time_passes(&self, by: TimeDelta) {
        self.gallery.admin.advance(by.num_seconds()).await.unwrap();
        self.desktop.clock.advance(by);
    }

    fn note_rows(&mut self, name: &str, query: &str) {
        let texts = rows(self.folder.path(), query);
        assert!(!texts.is_empty(), "{name}");
        texts.into_iter().for_each(|text| self.canaries.add(name, text));
    }
}

/// The desktop's, with everything that is logged heard.
pub fn ports(desktop: &Desktop, heard: &Arc<Heard>) -> Ports {
    Ports { log: Arc::clone(heard) as _, ..desktop.ports() }
}

fn rows(folder: &Path, query: &str) -> Vec<String> {
    let file = Connection::open(folder.join("member.db")).unwrap();
    let mut statement = file.prepare(query).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
