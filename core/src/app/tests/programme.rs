//! Where the member stands: the gallery's word, and what the phone makes of it.

use serde_json::json;

use super::{
    Gallery, Work, World,
    gallery::{MEMBER, json, purchase, record, with},
};
use crate::{ids::TierId, money::Kopecks, programme::TierCause};

#[tokio::test(start_paused = true)]
async fn where_gallery_and_phone_differ_the_gallery_is_shown_and_it_is_told_once() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.gallery.tell_ledger(vec![with(purchase("e1"), json!({"amount": 30_000_000}))]);
    world.app.sync().pull().await.unwrap();
    for _ in 0..2 {
        let snapshot = world.app.programme().snapshot().await.unwrap();
        assert_eq!((snapshot.tier.unwrap().id, snapshot.standing), (TierId::new("vesna"), None));
        let next = snapshot.to_next.unwrap();
        assert_eq!((next.tier.id, next.missing), (TierId::new("leto"), Some(Kopecks::ZERO)));
    }
    let told: Vec<_> = world.phone.logged("tier-differs").iter().map(ToString::to_string).collect();
    assert_eq!(told, ["tier-differs gallery=vesna phone=leto"]);

    world.gallery.on(MEMBER, |_| json(200, &with(record("m1"), json!({"tier": "leto"}))));
    world.app.sync().pull().await.unwrap();
    let standing = world.app.programme().snapshot().await.unwrap().standing.unwrap();
    assert_eq!(standing.timeline.len(), 1);
    assert_eq!(standing.timeline[0].because, TierCause::Entry { id: "e1".to_owned() });
    assert_eq!(world.phone.logged("tier-differs").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_pending_stands_apart() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.gallery.tell_ledger(vec![with(purchase("e1"), json!({"amount": 30_000_000, "state": "pending"}))]);
    world.app.sync().pull().await.unwrap();
    let snapshot = world.app.programme().snapshot().await.unwrap();
    assert_eq!(snapshot.sum, Kopecks::ZERO);
    let projected = snapshot.projected.unwrap();
    assert_eq!(
        (projected.sum, projected.tier.id, projected.to_next),
        (Kopecks::new(30_000_000), TierId::new("leto"), None)
    );

    world.gallery.tell_ledger(vec![with(purchase("e1"), json!({"amount": 30_000_000}))]);
    world.app.sync().pull().await.unwrap();
    let snapshot = world.app.programme().snapshot().await.unwrap();
    assert_eq!((snapshot.sum, snapshot.projected), (Kopecks::new(30_000_000), None));
}
