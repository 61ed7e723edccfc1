//! Sessions: answers that come when another member holds the phone already, and refreshes that are refused.

use serde_json::json;

use super::{
    Work, World,
    gallery::{Gallery, REFRESH, REGISTER, Reply, SIGN_OUT, YEAR, json, problem, tokens},
    soon,
};
use crate::{ids::MemberId, outbox::Stop};

/// The app of a member whose access token has expired.
async fn world_of_an_expired_token() -> World {
    let gallery = Gallery::healthy();
    gallery.grant(0);
    let world = World::of_a_member(gallery, Work::OnDemand).await;
    world.gallery.grant(YEAR);
    world
}

/// Another member signs in, and everything of theirs is there.
async fn another_signs_in(world: &World) {
    let member = world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    assert_eq!(member.member_id, MemberId::new("m2"));
}

/// What the other member does now is theirs: it goes under their token, and nobody else's does.
async fn the_other_member_is_signed_in(world: &World) {
    let member = world.app.account().member().await.unwrap().expect("somebody is signed in");
    assert_eq!(member.member_id, MemberId::new("m2"));
    world.scan_new(2).await;
    let report = world.drain().await;
    assert_eq!((report.stopped, report.sent), (None, 1));
    let sent = world.gallery.calls(REGISTER);
    let sent: Vec<_> = sent.iter().map(|call| (call.token.as_str(), call.body["document_number"].as_u64())).collect();
    assert_eq!(sent, [("access-m2", Some(2))]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_wedges_nothing() {
    for (status, stop) in [
        (400, Stop::SignInNeeded),
        (401, Stop::SignInNeeded),
        (403, Stop::SignInNeeded),
        (404, Stop::Unreachable),
        (422, Stop::Unreachable),
    ] {
        let world = world_of_an_expired_token().await;
        world.gallery.on(REFRESH, move |_| problem(status, "malformed", json!({})));
        for document in 1..=3 {
            world.scan_new(document).await;
        }
        let report = world.drain().await;
        assert_eq!((report.stopped, report.sent, report.remaining), (Some(stop), 0, 3), "{status}");
        let waiting = world.queue().await;
        assert!(waiting.iter().all(|item| item.wedged_reason.is_none() && item.attempts == 0), "{status}: {waiting:?}");
        assert_eq!(world.gallery.count(REGISTER), 0, "{status}");

        world.app.account().sign_in("+79000000001", "0000").await.unwrap();
        let report = world.drain().await;
        assert_eq!((report.stopped, report.sent, report.remaining), (None, 3, 0), "{status}");
    }
}

async fn a_refresh_comes_when_another_has_signed_in(answer: impl Fn() -> Reply + Send + 'static) {
    let world = world_of_an_expired_token().await;
    world.gallery.on(REFRESH, move |_| answer());
    world.scan_new(1).await;
    let refresh = world.gallery.hold(REFRESH);
    let drain = world.drain();
    let change_of_members = async {
        refresh.answered().await;
        world.app.account().sign_out().await.unwrap();
        another_signs_in(&world).await;
        let secrets = world.phone.secrets();
        refresh.release();
        secrets
    };
    let (report, secrets) = soon(async { tokio::join!(drain, change_of_members) }).await;
    assert!(world.phone.secrets() == secrets, "the new member's tokens were touched");
    assert_eq!(report.sent, 0, "nothing of a member goes after they have signed out");
    the_other_member_is_signed_in(&world).await;
    world.app.account().sign_in("+79000000001", "0000").await.unwrap();
    assert_eq!(world.queue().await.len(), 1, "the first member's receipt waits for them");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_succeeds_late_does_not_replace_another_members_tokens() {
    a_refresh_comes_when_another_has_signed_in(|| json(200, &tokens("m1", YEAR))).await;
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_refused_late_does_not_remove_another_members_tokens() {
    a_refresh_comes_when_another_has_signed_in(|| problem(401, "session-ended", json!({}))).await;
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_that_hangs_has_happened_and_does_not_undo_a_later_sign_in() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    let hanging = world.gallery.hold(SIGN_OUT);
    let sign_out = world.app.account().sign_out();
    let meanwhile = async {
        hanging.answered().await;
        assert_eq!(world.app.account().member().await.unwrap(), None, "signed out at once");
        assert!(world.phone.secrets().is_empty(), "and without tokens");
        another_signs_in(&world).await;
        let secrets = world.phone.secrets();
        hanging.release();
        secrets
    };
    let (signed_out, secrets) = soon(async { tokio::join!(sign_out, meanwhile) }).await;
    signed_out.unwrap();
    assert!(world.phone.secrets() == secrets, "the new member's tokens were touched");
    the_other_member_is_signed_in(&world).await;
    let ended: Vec<_> = world.gallery.calls(SIGN_OUT).into_iter().map(|call| call.token).collect();
    assert_eq!(ended, ["access-m1"]);
}
