//! What is logged, and what of it.

use serde_json::json;

use super::{
    Gallery, Work, World,
    gallery::{MEMBER, REGISTER, RULES, json, problem},
};
use crate::{
    http::TransportError,
    log::{LogRecord, LogValue},
    ports::LogLevel,
};

fn field<'a>(record: &'a LogRecord, name: &str) -> Option<&'a LogValue> {
    record.fields.iter().find(|field| field.name == name).map(|field| &field.value)
}

/// Without what differs from run to run.
fn lines(records: &[LogRecord]) -> Vec<String> {
    let stable = |record: &LogRecord| {
        let mut record = record.clone();
        record.fields.retain(|field| !["took", "request", "trace"].contains(&field.name));
        record.to_string()
    };
    records.iter().map(stable).collect()
}

#[tokio::test(start_paused = true)]
async fn each_request_is_logged_with_its_route_its_outcome_and_its_name() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.gallery.on(REGISTER, |_| problem(409, "not-today", json!({})));
    world.drain().await;
    world.gallery.on(MEMBER, |_| Err(TransportError::TimedOut));
    world.app.sync().pull().await.unwrap_err();
    let logged = world.phone.logged("request");
    let expected = [
        "request method=post route=/v1/auth/session outcome=success status=200",
        "request method=post route=/v1/receipts outcome=not-today status=409",
        "request method=get route=/v1/programme/rules outcome=success status=200",
        "request method=get route=/v1/receipts outcome=success status=200",
        "request method=get route=/v1/ledger outcome=success status=200",
        "request method=get route=/v1/member outcome=timed-out",
    ];
    assert_eq!(lines(&logged), expected);
    assert!(logged.iter().all(|record| (record.level, record.target) == (LogLevel::Debug, "http")));
    assert!(logged.iter().all(|record| matches!(field(record, "took"), Some(LogValue::Duration(_)))));
    let mut ids: Vec<_> = logged.iter().map(|record| field(record, "request").unwrap().to_string()).collect();
    assert_eq!(ids, world.gallery.request_ids(), "the gallery logs it too");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), expected.len(), "each has its own");
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_or_wedged_is_logged_by_its_code() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.scan_new(1).await;
    world.gallery.on(REGISTER, |_| problem(409, "not-today", json!({})));
    world.drain().await;
    let tried = world.phone.logged("entry-tried");
    assert_eq!(lines(&tried), ["entry-tried entry=1 decision=wedged reason=not-today"]);
    let requests = world.phone.logged("request");
    let traced: Vec<_> = requests.iter().filter_map(|record| field(record, "trace")).collect();
    assert_eq!(traced, [field(&tried[0], "trace").unwrap()], "one trace in the queue and on the wire");
    world.gallery.on(RULES, |_| json(200, &json!({"version": 1, "tiers": "none"})));
    world.app.sync().pull().await.unwrap();
    let faults =
        ["effective-from", "zone", "period", "validity", "downgrade", "returns"].map(|name| format!("{name}-missing"));
    let refused = faults.iter().map(String::as_str).chain(["tiers-form"]);
    let refused: Vec<_> = refused.map(|fault| format!("document-refused document=rules fault={fault}")).collect();
    assert_eq!(lines(&world.phone.logged("document-refused")), refused);
}
