//! What support is told of an app.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{
    Gallery, HOUR, Phone, Work, World,
    gallery::{REGISTER, json, page, problem},
    open,
};
use crate::{
    diagnostics::{Diagnostics, QueueGroup},
    http::CONTRACT,
    log::Code,
    ports::{Clock as _, LogLevel},
    storage::StorageError,
};

fn group(kind: &'static str, wedged_reason: Option<&'static str>, count: u32, seconds: u64) -> QueueGroup {
    let oldest_age = Duration::from_secs(seconds);
    QueueGroup { kind: Code::fixed(kind), wedged_reason: wedged_reason.map(Code::fixed), count, oldest_age }
}

fn schemas(told: &Diagnostics) -> Vec<Option<u32>> {
    told.files.iter().map(|file| file.schema).collect()
}

#[tokio::test(start_paused = true)]
async fn with_nobody_signed_in_they_tell_of_the_files_alone() {
    let (folder, gallery, phone) = (tempfile::tempdir().unwrap(), Gallery::healthy(), Phone::new());
    let (gallery, phone) = (Arc::new(gallery), Arc::new(phone));
    let app = open(&folder, &gallery, &phone, Work::OnDemand).await;
    let told = app.diagnostics().await;
    assert_eq!((told.at, told.contract, told.language, told.is_online), (phone.now(), CONTRACT, "ru", true));
    assert_eq!((told.is_signed_in, told.last_contact, told.server_offset), (Some(false), None, None));
    assert_eq!((told.queue.as_deref(), told.recent.len()), (Some(&[][..]), 0));
    assert_eq!(told.files.iter().map(|file| file.name).collect::<Vec<_>>(), ["member.db", "cache.db"]);
    assert!(schemas(&told).iter().all(|schema| schema.is_some_and(|number| number > 0)));
    for file in &told.files {
        let size = |suffix: &str| {
            std::fs::metadata(folder.path().join(format!("{}{suffix}", file.name))).map_or(0, |file| file.len())
        };
        assert!(size("-wal") > 0, "the log is counted: without one this proves nothing");
        assert_eq!(file.bytes, Some(size("") + size("-wal")));
    }
}

#[tokio::test(start_paused = true)]
async fn the_queue_is_counted_by_kind_and_state() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    let contact = world.phone.now();
    world.gallery.on(REGISTER, |_| problem(409, "not-today", json!({})));
    world.scan_new(1).await;
    tokio::time::advance(HOUR).await;
    world.drain().await;
    world.gallery.on(REGISTER, |_| Err(crate::http::TransportError::Unreachable));
    let answered = world.phone.now();
    assert!(answered > contact);
    tokio::time::advance(HOUR).await;
    world.scan_new(2).await;
    world.scan_new(3).await;
    world.drain().await;
    tokio::time::advance(HOUR).await;
    let told = world.app.diagnostics().await;
    let expected = [group("receipt", None, 2, 3_600), group("receipt", Some("not-today"), 1, 3 * 3_600)];
    assert_eq!(told.queue.as_deref(), Some(&expected[..]));
    assert_eq!((told.is_signed_in, told.last_contact), (Some(true), Some(answered)), "silence is no contact");

    tokio::time::advance(HOUR).await;
    world.app.account().sign_out().await.unwrap();
    assert_eq!(world.app.diagnostics().await.is_signed_in, Some(false));
}

#[tokio::test(start_paused = true)]
async fn a_paused_app_tells_what_it_knows_without_its_files() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.app.pause().await.unwrap();
    let told = world.app.diagnostics().await;
    assert_eq!((told.is_signed_in, &told.queue, schemas(&told)), (None, &None, vec![None, None]));
    assert!(told.files.iter().all(|file| file.bytes.is_some_and(|bytes| bytes > 0)), "a size needs no open file");
    assert!(told.last_contact.is_some() && told.to_text().contains("queue: unknown"));
    world.app.resume().await.unwrap();
    assert_eq!(world.app.diagnostics().await.is_signed_in, Some(true));
}

#[tokio::test(start_paused = true)]
async fn a_damaged_row_of_the_queue_says_nothing_of_a_member() {
    let world = World::of_a_member(Gallery::unreachable(), Work::OnDemand).await;
    world.scan_new(1).await;
    let damage = "UPDATE outbox SET kind = '+79161234567', state = 'wedged', wedged_reason = 'Anna'";
    world.app.storage.member.write(move |tx| Ok::<_, StorageError>(tx.execute(damage, [])?)).await.unwrap();
    let told = world.app.diagnostics().await;
    assert_eq!(told.queue.as_deref(), Some(&[group("other", Some("other"), 1, 0)][..]));
}

#[tokio::test(start_paused = true)]
async fn the_last_twenty_warnings_are_remembered_with_their_instants() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.gallery.on("GET /v1/feed", |_| json(200, &page("items", &[json!({})], "n", false)));
    for _ in 0..25 {
        tokio::time::advance(HOUR).await;
        world.app.sync().pull().await.unwrap();
    }
    let recent = world.app.diagnostics().await.recent;
    let instants: Vec<_> = recent.iter().map(|moment| moment.at).collect();
    let expected: Vec<_> = (0..20).rev().map(|ago| world.phone.now() - ago * HOUR).collect();
    assert_eq!(instants, expected);
    assert!(recent.iter().all(|moment| moment.level == LogLevel::Warn && moment.line.starts_with("feed: ")));
}
