//! The administration: what a test does to the gallery, and sees of it. Not part of the contract the
//! app relies on, and on a listener of its own.

mod appeals;
mod backups;
mod card;
mod clock;
mod consents;
mod events;
mod feed;
mod members;
mod network;
mod receipts;
mod rules;
mod tax;
mod wallet;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

use crate::backend::Backend;
use crate::extract::bearer;
use crate::front::Front;
use crate::openapi::complete;
use crate::problem::{Kind, Problem};
use crate::server::Public;

/// The administration without its network, which only a listening [`Sandbox`](crate::Sandbox) has:
/// for in-process use.
pub fn admin_router(backend: &Backend, admin_token: &str) -> Router {
    complete(guarded(routes(), admin_token), Front::admin(backend))
}

/// The whole administration of a listening sandbox.
pub(crate) fn full_router(backend: &Backend, admin_token: &str, public: &Arc<Public>) -> Router {
    complete(guarded(routes().merge(network::routes(public)), admin_token), Front::admin(backend))
}

fn routes() -> Router<Backend> {
    Router::new()
        .route("/admin/clock", get(clock::show).post(clock::shift))
        .route("/admin/codes/{phone}", get(members::code))
        .route("/admin/members", get(members::list))
        .route("/admin/members/{member_id}/purchases", post(receipts::purchase))
        .route("/admin/members/{member_id}/ledger", post(members::enter))
        .route("/admin/members/{member_id}/revoke", post(members::revoke))
        .route("/admin/members/{member_id}/expire-access", post(members::expire_access))
        .route("/admin/members/{member_id}/card", put(card::change))
        .route("/admin/members/{member_id}/consents", get(consents::history))
        .route("/admin/consents/{purpose}", put(consents::publish))
        .route("/admin/cards", post(card::give_out))
        .route("/admin/feed", get(feed::list).post(feed::publish))
        .route("/admin/feed/{item_id}", put(feed::replace).delete(feed::delete))
        .route("/admin/events", post(events::announce))
        .route("/admin/events/{event_id}", put(events::change))
        .route("/admin/events/{event_id}/registrations", get(events::registrations))
        .route("/admin/wallet", get(wallet::show).put(wallet::forge))
        .route("/admin/receipts", get(receipts::list))
        .route("/admin/receipts/{receipt_id}/verdict", post(receipts::verdict))
        .route("/admin/receipts/{receipt_id}/link", post(receipts::link))
        .route("/admin/appeals", get(appeals::list))
        .route("/admin/appeals/{appeal_id}/photographs/{number}", get(appeals::photograph))
        .route("/admin/appeals/{appeal_id}/answer", post(appeals::answer))
        .route("/admin/tax/tickets", put(tax::put))
        .route("/admin/rules", get(rules::list).put(rules::put))
        .route("/admin/epoch", post(backups::begin_epoch))
        .route("/admin/snapshot", post(backups::snapshot))
        .route("/admin/restore", post(backups::restore))
        .route("/admin/contract", put(backups::pretend))
}

fn guarded(router: Router<Backend>, admin_token: &str) -> Router<Backend> {
    router.route_layer(middleware::from_fn_with_state(Arc::<str>::from(admin_token), guard))
}

async fn guard(State(admin_token): State<Arc<str>>, request: Request, next: Next) -> Response {
    match bearer(request.headers()) {
        Some(token) if same(token, &admin_token) => next.run(request).await,
        _ => Problem::new(Kind::Unauthorized).into_response(),
    }
}

/// In a time that does not tell how much of it was right.
fn same(one: &str, other: &str) -> bool {
    let difference = one.bytes().zip(other.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other));
    one.len() == other.len() && difference == 0
}
