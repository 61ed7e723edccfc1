//! Files as released apps left them on phones, opened by this one: what their members saw there they see here, and what
//! waited there is sent. The released app itself wrote them, by playing the story; how stands in the README of
//! `tests/fixtures/db`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod shown;
mod story;

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use vremena_core::{
    app::{Config, Vremena, Work},
    ports::Clock as _,
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, Phone, start};
use vremena_qa::platform::Desktop;

const FILES: [&str; 2] = ["member.db", "cache.db"];

/// One folder for each release, by the number of its `member.db`'s schema.
fn frozen() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/db")
}

/// A release's files, and what was seen of them.
struct Release {
    folder: PathBuf,
    seen: Value,
}

impl Release {
    fn all() -> Vec<Self> {
        let folders = fs::read_dir(frozen()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        let release = |folder: PathBuf| {
            let seen = fs::read_to_string(folder.join("seen.json")).unwrap();
            Self { seen: serde_json::from_str(&seen).unwrap(), folder }
        };
        let releases: Vec<_> = folders.map(release).collect();
        assert!(!releases.is_empty());
        releases
    }

    fn at(&self) -> DateTime<Utc> {
        self.seen["at"].as_str().unwrap().parse().unwrap()
    }

    /// A phone with a copy of the files, on the day on which they were left.
    async fn phone(&self, base_url: &str) -> Phone {
        let folder = tempfile::tempdir().unwrap();
        for file in FILES {
            fs::copy(self.folder.join(file), folder.path().join(file)).unwrap();
        }
        let desktop = Desktop::new(folder.path(), self.at());
        let config = Config { work: Work::OnDemand, ..Config::new(folder.path(), base_url) };
        let app = Vremena::open(config.clone(), desktop.ports()).await.unwrap();
        Phone { app, desktop, config, folder }
    }
}

/// Where `now` says less than `was`, or something else. What the release itself did not know may be known by now.
fn missing(now: &Value, was: &Value, place: &str) -> Vec<String> {
    match (now, was) {
        (Value::Object(now), Value::Object(was)) => {
            was.iter().flat_map(|(key, was)| missing(&now[key], was, &format!("{place}/{key}"))).collect()
        }
        (Value::Array(now), Value::Array(was)) if now.len() == was.len() => {
            let both = now.iter().zip(was).enumerate();
            both.flat_map(|(index, (now, was))| missing(now, was, &format!("{place}/{index}"))).collect()
        }
        _ if now == was || was == "unknown" => Vec::new(),
        _ => vec![format!("{place}: {now} was {was}")],
    }
}

async fn assert_seen(phone: &Phone, was: &Value, place: &str) {
    assert_eq!(missing(&shown::all(&phone.app).await, was, place), [] as [&str; 0]);
    let unknown = phone.app.texts().text("queue-title-unknown", &[]);
    for entry in phone.app.outbox().page(0, 200).await.unwrap() {
        assert_ne!(entry.title, unknown, "{place}: {}", entry.entry_id);
    }
}

fn set_aside(folder: &TempDir) -> Vec<String> {
    let names = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("damaged")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_there_is_seen_here() {
    for release in Release::all() {
        let place = release.folder.display().to_string();
        let nobody_listens = "http://127.0.0.1:9";
        let phone = release.phone(nobody_listens).await;
        assert_seen(&phone, &release.seen["member"], &place).await;
        // Now they are upgraded.
        let phone = phone.restarted().await.unwrap();
        assert_seen(&phone, &release.seen["member"], &place).await;
        assert_eq!(set_aside(&phone.folder), [] as [&str; 0], "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_come_back_and_what_waited_is_sent() {
    for release in Release::all() {
        let gallery = Gallery::open().await.unwrap();
        gallery.admin.advance((release.at() - start()).num_seconds()).await.unwrap();
        let phone = release.phone(&gallery.sandbox.base_url()).await;
        let place = release.folder.display().to_string();
        // In the order in which they first came: the gallery gives them the same names.
        gallery.sign_in(&phone, OTHER_PHONE).await.unwrap();
        let mut seen = release.seen["other"].clone();
        // Whoever signs in decides anew.
        seen.as_object_mut().unwrap().remove("consents");
        assert_seen(&phone, &seen, &place).await;
        phone.app.account().sign_out().await.unwrap();
        gallery.sign_in(&phone, PHONE).await.unwrap();

        let queue = phone.app.outbox().page(0, 200).await.unwrap();
        for wedged in queue.iter().filter(|entry| entry.wedged_reason.is_some()) {
            phone.app.outbox().retry(wedged.entry_id).await.unwrap();
        }
        phone.drained().await.unwrap();
        let mut arrived = Vec::new();
        for receipt in gallery.admin.receipts().await.unwrap() {
            arrived.push(receipt["document_number"].as_u64().unwrap());
        }
        arrived.sort_unstable();
        assert_eq!(arrived, [18, 19, 20], "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn this_version_leaves_something_of_everything_to_the_next() {
    let story::Played { gallery: _gallery, phone, other, member } = story::play().await;
    let seen = json!({ "at": phone.desktop.clock.now(), "other": other, "member": member });
    phone.app.pause().await.unwrap();
    for file in FILES {
        let file = Connection::open(phone.folder.path().join(file)).unwrap();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let mut tables = file.prepare(sql).unwrap();
        for table in tables.query_map([], |row| row.get::<_, String>(0)).unwrap() {
            let table = table.unwrap();
            let rows: u32 = file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
            assert!(rows > 0, "{table} is empty");
        }
    }
    if std::env::var("VREMENA_FIXTURES").is_ok_and(|asked| asked == "write") {
        freeze(&phone, &seen);
    }
}

/// A release that lies there already is never touched.
fn freeze(phone: &Phone, seen: &Value) {
    let member = Connection::open(phone.folder.path().join("member.db")).unwrap();
    let schema: u32 = member.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    drop(member);
    let release = frozen().join(format!("{schema:03}"));
    if fs::create_dir(&release).is_ok() {
        for file in FILES {
            fs::copy(phone.folder.path().join(file), release.join(file)).unwrap();
        }
        fs::write(release.join("seen.json"), format!("{seen}\n")).unwrap();
    }
}
