//! Rules of several versions: what a member reads of them, and how the phone comes by those that verdicts name.

use serde_json::{Value, json};

use super::{
    Gallery, Work, World,
    gallery::{RULES, Reply, json, problem, receipt, rules, tagged, with},
};
use crate::{
    error::CoreError,
    http::TransportError,
    programme::{RulesPhase, RulesVersion},
    receipts::ReceiptState,
};

const SEVENTH: &str = "GET /v1/programme/rules/7";

/// A phone with rules of version 8, and a verdict by those of version 7.
async fn world() -> World {
    let gallery = Gallery::healthy();
    gallery.on(RULES, |_| tagged(json(200, &version(8))));
    gallery.tell_receipts(vec![with(receipt("r1", 1, "credited"), json!({"rules_version": 7}))]);
    World::of_a_member(gallery, Work::OnDemand).await
}

fn version(version: u32) -> Value {
    with(rules(), json!({"version": version, "effective_from": format!("2025-01-{:02}", version + 1)}))
}

async fn phases(world: &World) -> Vec<(u32, RulesPhase)> {
    let versions = world.app.programme().rules_versions().await.unwrap();
    versions.into_iter().map(|RulesVersion { version, phase, .. }| (version, phase)).collect()
}

async fn is_shown(world: &World) -> bool {
    world.the_receipt().await.state == ReceiptState::Credited
}

#[tokio::test(start_paused = true)]
async fn rules_that_a_verdict_names_are_pulled_once_and_are_past() {
    let world = world().await;
    world.gallery.on(SEVENTH, |_| json(200, &version(7)));
    for _ in 0..3 {
        world.app.sync().pull().await.unwrap();
    }
    assert_eq!(world.gallery.count(SEVENTH), 1);
    assert_eq!(phases(&world).await, [(8, RulesPhase::InForce), (7, RulesPhase::Past)]);
    let programme = world.app.programme();
    assert_eq!(programme.rulebook(Some(7)).await.unwrap().version, 7);
    assert_eq!(programme.rulebook(None).await.unwrap(), programme.rulebook(Some(8)).await.unwrap());
    let changes = programme.rulebook_changes(7, 8).await.unwrap();
    assert_eq!(changes.into_iter().map(|change| change.key).collect::<Vec<_>>(), ["effective_from"]);
    for (from, to) in [(7, 9), (9, 8)] {
        assert!(matches!(programme.rulebook_changes(from, to).await, Err(CoreError::NotFound)));
    }
}

#[tokio::test(start_paused = true)]
async fn announced_rules_are_known_and_not_in_force() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    assert!(matches!(world.app.programme().rulebook(None).await, Err(CoreError::NotFound)));
    assert_eq!(phases(&world).await, []);
    world.app.sync().pull().await.unwrap();
    world.gallery.on(RULES, |_| json(200, &with(version(2), json!({"effective_from": "2200-01-01"}))));
    world.app.sync().pull().await.unwrap();
    assert_eq!(phases(&world).await, [(2, RulesPhase::Announced), (1, RulesPhase::InForce)]);
    assert_eq!(world.app.programme().rulebook(None).await.unwrap().version, 1);
    assert_eq!(world.app.programme().rulebook(Some(2)).await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn rules_that_cannot_be_had_are_asked_for_once_and_hold_up_nothing() {
    let answers: [fn() -> Reply; 5] = [
        || problem(404, "not-found", json!({})),
        || Err(TransportError::TooLarge),
        || json(200, &version(6)),
        || json(200, &json!("no rules")),
        || json(200, &with(version(7), json!({"zone": "Mars"}))),
    ];
    for answer in answers {
        let world = world().await;
        world.gallery.on(SEVENTH, move |_| answer());
        for _ in 0..3 {
            world.app.sync().pull().await.unwrap();
        }
        assert_eq!(world.gallery.count(SEVENTH), 1);
        assert!(is_shown(&world).await);
        assert_eq!(phases(&world).await, [(8, RulesPhase::InForce)]);
        assert!(matches!(world.app.programme().rulebook(Some(7)).await, Err(CoreError::NotFound)));
        world.app.pause().await.unwrap();
        world.app.resume().await.unwrap();
        world.app.sync().pull().await.unwrap();
        assert_eq!(world.gallery.count(SEVENTH), 1, "nor after a pause");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_moment_is_made_good_with_the_next_pull() {
    let world = world().await;
    world.gallery.on(SEVENTH, |_| problem(500, "internal", json!({})));
    world.app.sync().pull().await.unwrap();
    assert!(is_shown(&world).await);
    assert_eq!(world.phone.logged("rules-missed").len(), world.gallery.count(SEVENTH));
    world.gallery.on(SEVENTH, |_| json(200, &version(7)));
    world.app.sync().pull().await.unwrap();
    assert_eq!(phases(&world).await.len(), 2);
}
