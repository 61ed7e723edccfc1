//! Reminders of a phone that hears of them from the gallery.

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    account::ConsentPurpose,
    reminders::{Reminder, ReminderKind, ReminderSubject},
};
use vremena_e2e::{Gallery, PHONE, Phone, receipt_text};

async fn plan(phone: &Phone) -> Vec<Reminder> {
    phone.app.reminders().plan().await.unwrap()
}

fn texts(plan: &[Reminder]) -> Vec<&str> {
    plan.iter().map(|reminder| reminder.text.as_str()).collect()
}

async fn pull(phone: &Phone) {
    phone.app.sync().pull().await.unwrap();
}

async fn enter(gallery: &Gallery, phone: &Phone, entry: Value) {
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let path = format!("members/{}/ledger", member.as_str());
    gallery.admin.call(Method::POST, &path, Some(entry)).await.unwrap();
    pull(phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_waits_for_the_consent_to_arrive_and_ends_with_its_withdrawal() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 290_000)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    assert_eq!(plan(&phone).await, []);
    phone.app.account().set_consent(ConsentPurpose::Advertising, true).await.unwrap();
    assert_eq!(plan(&phone).await, [], "the gallery cannot prove it yet");
    phone.drained().await.unwrap();
    pull(&phone).await;
    let planned = plan(&phone).await;
    assert_eq!(texts(&planned), ["До уровня «Лето» осталось 10\u{a0}000\u{a0}₽."]);
    assert_eq!((planned[0].subject, planned[0].kind), (ReminderSubject::Approach, ReminderKind::Advertising));
    let ids: Vec<_> = planned.iter().map(|reminder| reminder.id.clone()).collect();
    assert_eq!(phone.app.reminders().changes(&[]).await.unwrap().schedule, planned);

    phone.app.account().set_consent(ConsentPurpose::Advertising, false).await.unwrap();
    assert_eq!(phone.app.reminders().changes(&ids).await.unwrap().cancel, ids, "at once, and without the gallery");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tier_that_will_be_lost_is_told_with_the_sum_while_it_is_fresh() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 300_000)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    assert_eq!(plan(&phone).await, [], "a year is left");
    gallery.time_passes(&phone, TimeDelta::days(345)).await.unwrap();
    gallery.sign_in(&phone, PHONE).await.unwrap();
    pull(&phone).await;
    let planned = plan(&phone).await;
    let keep = "300\u{a0}000\u{a0}₽ до 12 марта включительно сохранят уровень «Лето».";
    assert_eq!(planned.first().map(|reminder| reminder.text.as_str()), Some(keep), "{:?}", texts(&planned));

    // The phone has not heard of the gallery for three days.
    phone.desktop.clock.advance(TimeDelta::days(3));
    let old = texts(&plan(&phone).await).join(" ");
    assert!(old.starts_with("По данным на 22 февраля") && !old.contains('₽'), "{old}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_allow_none_end_them_and_points_and_grants_are_told() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    enter(&gallery, &phone, json!({"kind": "points", "points": 21, "expires": "2026-03-31"})).await;
    enter(&gallery, &phone, json!({"kind": "grant", "tier": "osen", "until": "2026-04-05"})).await;
    let planned = plan(&phone).await;
    let subjects: Vec<_> = planned.iter().map(|reminder| reminder.subject).collect();
    assert!(subjects.contains(&ReminderSubject::Points) && subjects.contains(&ReminderSubject::Grant), "{subjects:?}");
    assert!(texts(&planned).contains(&"21 балл действует по 31 марта включительно, потом сгорит."));
    assert!(texts(&planned).contains(&"Уровень «Осень» предоставлен вам по 5 апреля включительно."));

    let mut rules: Value = serde_json::from_str(include_str!("../../../sandbox/src/rules.json")).unwrap();
    rules["version"] = json!(2);
    rules["reminders"]["max_per_week"] = json!(0);
    gallery.admin.call(Method::PUT, "rules", Some(rules)).await.unwrap();
    pull(&phone).await;
    assert_eq!(plan(&phone).await, []);
}
