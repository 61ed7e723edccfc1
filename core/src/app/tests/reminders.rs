//! Reminders for the system's scheduler: what changes on the phone changes them, and nothing is told twice.

use serde_json::{Value, json};
use tokio::time::advance;

use super::{
    HOUR, Work, World,
    gallery::{CONSENTS, Gallery, MEMBER, json, purchase, with},
};
use crate::{
    ids::ReminderId,
    reminders::{Reminder, ReminderKind, ReminderSubject},
};

/// A member of this tier by the gallery's word, with these purchases.
async fn world(tier: &'static str, entries: Vec<Value>) -> World {
    let gallery = Gallery::healthy();
    gallery.on(MEMBER, move |call| {
        let member_id = format!("m{}", call.token.rsplit('m').next().unwrap_or_default());
        json(200, &json!({"member_id": member_id, "joined": "2025-01-14", "tier": tier, "tier_since": null}))
    });
    gallery.tell_ledger(entries);
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.app.sync().pull().await.unwrap();
    world
}

/// Leaves the window of twelve months with 20 March 2026.
fn year_ago() -> Value {
    with(purchase("e1"), json!({"at": "2025-03-20T12:00:00Z", "amount": 30_000_000}))
}

async fn plan(world: &World) -> Vec<Reminder> {
    world.app.reminders().plan().await.unwrap()
}

fn ids(plan: &[Reminder]) -> Vec<ReminderId> {
    plan.iter().map(|reminder| reminder.id.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_danger_of_losing_a_tier_is_told_until_it_is_over() {
    let world = world("leto", vec![year_ago()]).await;
    let planned = plan(&world).await;
    let keep = &planned[0];
    assert_eq!((keep.subject, keep.kind), (ReminderSubject::Keep, ReminderKind::Service));
    assert_eq!(keep.text, "300\u{a0}000\u{a0}₽ до 19 марта включительно сохранят уровень «Лето».");
    let changes = world.app.reminders().changes(&[]).await.unwrap();
    assert_eq!((changes.cancel, &changes.schedule), (vec![], &planned));
    let nothing = world.app.reminders().changes(&ids(&planned)).await.unwrap();
    assert_eq!((nothing.cancel, nothing.schedule), (vec![], vec![]));

    // Some of it was bought: another figure, and so another reminder in the place of the first.
    let more = with(purchase("e2"), json!({"at": "2026-03-14T09:00:00Z", "amount": 10_000_000}));
    world.gallery.tell_ledger(vec![year_ago(), more.clone()]);
    world.app.sync().pull().await.unwrap();
    let changes = world.app.reminders().changes(&ids(&planned)).await.unwrap();
    assert!(changes.cancel.contains(&keep.id), "{:?}", changes.cancel);
    assert!(changes.schedule[0].text.starts_with("200\u{a0}000\u{a0}₽"), "{:?}", changes.schedule);

    let all = with(purchase("e3"), json!({"at": "2026-03-14T09:00:00Z", "amount": 20_000_000}));
    world.gallery.tell_ledger(vec![year_ago(), more, all]);
    world.app.sync().pull().await.unwrap();
    assert_eq!(plan(&world).await, []);
}

#[tokio::test(start_paused = true)]
async fn what_was_handed_out_and_shown_is_not_told_again() {
    let world = world("leto", vec![year_ago()]).await;
    let shown = plan(&world).await.remove(0);
    advance(48 * HOUR).await;
    world.app.sync().pull().await.unwrap();
    let later = plan(&world).await;
    assert_eq!(later[0].subject, shown.subject, "a look hands nothing out");
    assert_eq!(world.app.reminders().changes(&[]).await.unwrap().schedule, later);
    advance(48 * HOUR).await;
    world.app.sync().pull().await.unwrap();
    assert!(plan(&world).await.iter().all(|reminder| reminder.subject != shown.subject));
}

#[tokio::test(start_paused = true)]
async fn an_invitation_needs_the_consent_and_ends_with_it() {
    let close = with(purchase("e1"), json!({"at": "2026-03-01T12:00:00Z", "amount": 29_000_000}));
    let world = world("vesna", vec![close]).await;
    assert_eq!(plan(&world).await, [], "nobody has been asked");
    let decided = |granted: bool| {
        let decision = json!({"purpose": "advertising", "version": 1, "granted": granted,
            "decided_at": if granted { "2026-03-10T12:00:00Z" } else { "2026-03-12T12:00:00Z" }});
        world.gallery.on(CONSENTS, move |_| json(200, &json!({"consents": [decision]})));
    };
    decided(true);
    world.app.sync().pull().await.unwrap();
    let planned = plan(&world).await;
    let [approach] = &planned[..] else { panic!("{planned:?}") };
    assert_eq!((approach.subject, approach.kind), (ReminderSubject::Approach, ReminderKind::Advertising));
    assert_eq!(approach.text, "До уровня «Лето» осталось 10\u{a0}000\u{a0}₽.");
    decided(false);
    world.app.sync().pull().await.unwrap();
    let changes = world.app.reminders().changes(&ids(&planned)).await.unwrap();
    assert_eq!((changes.cancel, changes.schedule), (ids(&planned), vec![]));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_told_to_whoever_is_signed_in_next() {
    let world = world("leto", vec![year_ago()]).await;
    let planned = plan(&world).await;
    world.app.account().sign_out().await.unwrap();
    let changes = world.app.reminders().changes(&ids(&planned)).await.unwrap();
    assert_eq!((changes.cancel, changes.schedule), (ids(&planned), vec![]));
}

#[tokio::test(start_paused = true)]
async fn an_observer_has_the_plan_and_each_other_one() {
    let world = world("leto", vec![year_ago()]).await;
    let mut plans = world.app.reminders().observe();
    let known = plans.wait_for(|snapshot| snapshot.is_known).await.unwrap().clone();
    assert_eq!(known.plan[0].subject, ReminderSubject::Keep);
    world.gallery.tell_ledger(vec![year_ago(), with(year_ago(), json!({"id": "e2", "at": "2026-03-14T09:00:00Z"}))]);
    world.app.sync().pull().await.unwrap();
    let next = plans.wait_for(|snapshot| snapshot.plan.is_empty()).await.unwrap().clone();
    assert!(next.is_known);
    let changes = world.app.reminders().changes(&ids(&known.plan)).await.unwrap();
    assert_eq!((changes.cancel, changes.schedule), (ids(&known.plan), vec![]));
}
