//! Sign-ins: what was decided before them, and what is left where one fails in its middle.

use serde_json::json;
use tokio::time::sleep;

use super::{
    MINUTE, Work, World,
    gallery::{CONSENTS, DECIDE, Gallery, SIGN_IN, SIGN_OUT, json, problem},
    soon,
};
use crate::{
    account::{
        ConsentChange,
        ConsentPurpose::{self, Advertising, Processing},
        SessionState, SignInFault,
    },
    error::CoreError,
    ids::MemberId,
    storage::StorageError,
};

const ASK_CODE: &str = "POST /v1/auth/code";
const PHONE: &str = "+79000000001";

/// The app of somebody who has read what is asked, and is not signed in.
async fn world_of_a_newcomer() -> World {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    world.app.account().sign_out().await.unwrap();
    world.gallery.on("GET /v1/consents", |_| {
        let text = json!({"ru": "т", "en": "t"});
        let document = |purpose: &str, required: bool| {
            json!({"purpose": purpose, "version": 1, "required": required, "title": text, "text": text})
        };
        json(200, &json!({"documents": [document("processing", true), document("advertising", false)]}))
    });
    world
        .gallery
        .on(ASK_CODE, |_| json(202, &json!({"resend_after_seconds": 60, "expires_in_seconds": 300, "code_length": 4})));
    world.gallery.on(DECIDE, |call| json(200, &call.body));
    world.app.account().consent_documents().await.unwrap();
    world
}

async fn decide(world: &World, decisions: &[(ConsentPurpose, bool)]) {
    world.app.account().decide_consents(decisions.to_vec()).await.unwrap();
}

/// What is in force on the phone.
async fn in_force(world: &World) -> Vec<(ConsentPurpose, bool)> {
    let decisions = world.app.account().consents().await.unwrap();
    decisions.iter().map(|decision| (decision.purpose, decision.granted)).collect()
}

/// What the gallery was told after the sign-in.
fn told(world: &World) -> Vec<(ConsentPurpose, bool)> {
    let calls = world.gallery.calls(DECIDE);
    calls
        .iter()
        .map(|call| {
            let purpose = ConsentPurpose::of_code(call.body["purpose"].as_str().unwrap());
            (purpose, call.body["granted"].as_bool().unwrap())
        })
        .collect()
}

/// From now on nothing can be written, until [`mend`].
async fn break_disk(world: &World) {
    let broken =
        world.app.storage.member.write(|tx| Ok::<_, StorageError>(tx.pragma_update(None, "query_only", true)?));
    broken.await.unwrap();
}

async fn mend(world: &World) {
    let _closed_all_the_same = world.app.pause().await;
    world.app.resume().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_was_decided_after_the_code_was_asked_for_reaches_the_gallery() {
    for is_killed in [false, true] {
        let mut world = world_of_a_newcomer().await;
        decide(&world, &[(Processing, true), (Advertising, true)]).await;
        world.app.account().request_code(PHONE).await.unwrap();
        sleep(MINUTE / 4).await;
        decide(&world, &[(Advertising, false)]).await;
        if is_killed {
            world = world.reopened().await;
        }
        world.app.account().sign_in(PHONE, "0000").await.unwrap();
        world.gallery.on(CONSENTS, |_| {
            let yes = |purpose: &str| {
                json!({"purpose": purpose, "version": 1, "granted": true, "decided_at": "2026-03-14T12:00:00Z"})
            };
            json(200, &json!({"consents": [yes("processing"), yes("advertising")]}))
        });
        world.app.sync().pull().await.unwrap();
        assert_eq!(in_force(&world).await, [(Advertising, false), (Processing, true)]);
        world.drain().await;
        // After a kill nobody knows what went with the code: it is said again.
        let expected = [(Advertising, false), (Processing, true)];
        assert_eq!(told(&world), expected[..if is_killed { 2 } else { 1 }]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_went_with_the_code_is_not_told_again() {
    let world = world_of_a_newcomer().await;
    decide(&world, &[(Processing, true), (Advertising, false)]).await;
    world.app.account().request_code(PHONE).await.unwrap();
    world.app.account().sign_in(PHONE, "0000").await.unwrap();
    assert!(world.queue().await.is_empty());
    assert_eq!(in_force(&world).await, [(Advertising, false), (Processing, true)]);
}

/// A member signed out before their yes was sent, and has said no since.
#[tokio::test(start_paused = true)]
async fn an_older_decision_in_the_queue_does_not_have_the_last_word() {
    let world = world_of_a_newcomer().await;
    world.app.account().sign_in(PHONE, "0000").await.unwrap();
    let yes = world.app.account().set_consent(Advertising, true).await.unwrap();
    assert!(matches!(yes, ConsentChange::Queued(_)));
    world.app.account().sign_out().await.unwrap();
    decide(&world, &[(Processing, true), (Advertising, false)]).await;
    world.app.account().request_code(PHONE).await.unwrap();
    world.app.account().sign_in(PHONE, "0000").await.unwrap();
    world.drain().await;
    assert_eq!(told(&world), [(Advertising, true), (Advertising, false)]);
    assert_eq!(in_force(&world).await, [(Advertising, false), (Processing, true)]);
}

#[tokio::test(start_paused = true)]
async fn nobody_becomes_a_member_who_has_taken_back_the_required_consent() {
    let world = world_of_a_newcomer().await;
    let before = world.gallery.count(SIGN_IN);
    decide(&world, &[(Processing, true)]).await;
    world.app.account().request_code(PHONE).await.unwrap();
    decide(&world, &[(Processing, false)]).await;
    let refused = world.app.account().sign_in(PHONE, "0000").await;
    let Err(CoreError::SignIn(SignInFault::ConsentNeeded { purposes })) = refused else { panic!("{refused:?}") };
    assert_eq!(purposes, [Processing]);
    assert_eq!(world.gallery.count(SIGN_IN), before);
    decide(&world, &[(Processing, true)]).await;
    world.app.account().sign_in(PHONE, "0000").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_decisions_of_somebody_who_gave_up_are_nobody_else_s() {
    let mut world = world_of_a_newcomer().await;
    decide(&world, &[(Processing, true), (Advertising, true)]).await;
    sleep(super::HOUR).await;
    for is_restarted in [false, true] {
        if is_restarted {
            world = world.reopened().await;
        }
        let refused = world.app.account().request_code("+79000000002").await;
        assert!(matches!(refused, Err(CoreError::SignIn(SignInFault::ConsentNeeded { .. }))), "{refused:?}");
        assert_eq!(world.gallery.count(ASK_CODE), 0, "nothing was sent");
        assert_eq!(in_force(&world).await, []);
    }
    world.app.account().consent_documents().await.unwrap();
    decide(&world, &[(Processing, true)]).await;
    world.app.account().request_code("+79000000002").await.unwrap();
    assert_eq!(world.gallery.calls(ASK_CODE)[0].body["consents"].as_array().unwrap().len(), 1);
    world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    assert_eq!(in_force(&world).await, [(Processing, true)]);
}

/// The code was good once: a second try must not need it.
#[tokio::test(start_paused = true)]
async fn a_sign_in_that_meets_a_pause_is_finished_with_the_same_code() {
    let world = world_of_a_newcomer().await;
    let held = world.gallery.hold(SIGN_IN);
    let pause = async {
        held.answered().await;
        world.app.pause().await.unwrap();
        held.release();
    };
    let (failed, ()) = soon(async { tokio::join!(world.app.account().sign_in(PHONE, "0000"), pause) }).await;
    assert!(matches!(failed, Err(CoreError::Paused)), "{failed:?}");
    let calls = world.gallery.count_all();
    assert!(matches!(world.app.account().sign_in(PHONE, "0001").await, Err(CoreError::Paused)));
    assert_eq!(world.gallery.count_all(), calls, "a paused app spends no code");

    world.app.resume().await.unwrap();
    world.gallery.on(SIGN_IN, |_| problem(401, "code-expired", json!({})));
    let other = world.app.account().sign_in("+79000000002", "0000").await;
    assert!(matches!(other, Err(CoreError::SignIn(SignInFault::CodeExpired))), "{other:?}");
    world.app.account().sign_in(PHONE, "0000").await.unwrap();
    world.app.account().sign_out().await.unwrap();
    let again = world.app.account().sign_in(PHONE, "0000").await;
    assert!(matches!(again, Err(CoreError::SignIn(SignInFault::CodeExpired))), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_cannot_be_stored_leaves_the_session_before_it() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    let secrets = world.phone.secrets();
    break_disk(&world).await;
    let failed = world.app.account().sign_in("+79000000002", "0000").await;
    assert!(matches!(failed, Err(CoreError::Storage(_))), "{failed:?}");
    assert_eq!(world.phone.secrets(), secrets);
    assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Active);
    mend(&world).await;
    world.gallery.on(SIGN_IN, |_| problem(401, "code-expired", json!({})));
    let member = world.app.account().sign_in("+79000000002", "0000").await.unwrap();
    assert_eq!(member.member_id, MemberId::new("m2"));
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_that_cannot_be_stored_is_none_and_the_next_one_tells_the_gallery() {
    let world = World::of_a_member(Gallery::healthy(), Work::OnDemand).await;
    break_disk(&world).await;
    assert!(world.app.account().sign_out().await.is_err());
    assert_eq!(world.app.account().session_state().await.unwrap(), SessionState::Active);
    assert_eq!(world.gallery.count(SIGN_OUT), 0);
    mend(&world).await;
    world.app.account().sign_out().await.unwrap();
    assert_eq!(world.gallery.count(SIGN_OUT), 1);
    assert!(world.phone.secrets().is_empty());
}
