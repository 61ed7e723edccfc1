//! What a member sees of their files, as data: nothing in it depends on the wording of a version.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vremena_core::{
    account::ConsentDecision,
    app::Vremena,
    events::Event,
    feed::FeedItem,
    fiscal::ReceiptOperation,
    money::Kopecks,
    notices::Notice,
    outbox::QueueItem,
    programme::{ProgrammeSnapshot, TierName},
    receipts::Receipt,
    wallet::Card,
};

/// All of it, by the core's public API.
pub async fn all(app: &Vremena) -> Value {
    let member = app.account().member().await.unwrap().unwrap();
    let mut feed = Vec::new();
    for item in app.feed().items().await.unwrap() {
        let picture = if item.has_picture { app.feed().picture(&item.item_id).await.ok() } else { None };
        feed.push(feed_item(&item, picture.map(|bytes| bytes.len())));
    }
    json!({
        "member": {
            "member_id": member.member_id.as_str(), "joined": member.joined.to_string(),
            "tier": member.tier.as_str(), "tier_since": member.tier_since.map(instant),
        },
        "receipts": app.receipts().page(None, 200).await.unwrap().iter().map(receipt).collect::<Vec<_>>(),
        "queue": app.outbox().page(0, 200).await.unwrap().iter().map(entry).collect::<Vec<_>>(),
        "events": app.events().list().await.unwrap().iter().map(event).collect::<Vec<_>>(),
        "programme": programme(&app.programme().snapshot().await.unwrap()),
        "card": app.wallet().card().await.unwrap().as_ref().map(card),
        "feed": feed,
        "consents": app.account().consents().await.unwrap().iter().map(consent).collect::<Vec<_>>(),
        "notices": app.notices().list().await.unwrap().iter().map(notice).collect::<Vec<_>>(),
    })
}

fn receipt(receipt: &Receipt) -> Value {
    json!({
        "local_id": receipt.local_id,
        "receipt_id": receipt.receipt_id.as_ref().map(|id| id.as_str()),
        "identity": receipt.identity.as_ref().map(ToString::to_string),
        "operation": receipt.operation.map(ReceiptOperation::name),
        "total_kopecks": receipt.total.get(),
        "issued_at": instant(receipt.issued_at),
        "source": receipt.source.code(),
        "state": receipt.state.code(),
        "reason": receipt.reason.map(|reason| reason.code()),
        "next_check_at": receipt.next_check_at.map(instant),
        "captured_at": instant(receipt.captured_at),
        "decided_at": receipt.decided_at.map(instant),
        "shop": receipt.shop,
        "category": receipt.category,
        "returned_kopecks": receipt.returned.get(),
        "return_of": receipt.return_of.as_ref().map(|id| id.as_str()),
        "rules_version": receipt.rules_version,
        "wedged_reason": receipt.wedged_reason,
    })
}

fn entry(entry: &QueueItem) -> Value {
    json!({
        "entry_id": entry.entry_id,
        "kind": entry.kind,
        "created_at": instant(entry.created_at),
        "not_before": instant(entry.not_before),
        "attempts": entry.attempts,
        "wedged_reason": entry.wedged_reason,
        "is_editable": entry.is_editable,
    })
}

fn event(event: &Event) -> Value {
    let registration = event.registration.as_ref().map(|registration| {
        json!({
            "state": registration.state.code(),
            "ticket_code": registration.ticket_code,
            "reason": registration.reason.map(|reason| reason.code()),
            "changed_at": instant(registration.changed_at),
            "wedged_reason": registration.wedged_reason,
        })
    });
    json!({
        "event_id": event.event_id.as_str(),
        "title": event.title,
        "place": event.place,
        "starts_at": instant(event.starts_at),
        "ends_at": instant(event.ends_at),
        "registration_opens_at": instant(event.registration_opens_at),
        "registration_closes_at": instant(event.registration_closes_at),
        "capacity": event.capacity,
        "places_left": event.places_left,
        "registration": registration,
    })
}

fn programme(programme: &ProgrammeSnapshot) -> Value {
    let named = |tier: &TierName| json!({ "id": tier.id.as_str(), "name": tier.name });
    json!({
        "tier": programme.tier.as_ref().map(named),
        "ladder": programme.ladder.iter().map(|rung| json!([named(&rung.tier), rung.at_least.map(Kopecks::get)])).collect::<Vec<_>>(),
        "sum": programme.sum.get(),
        "to_next": programme.to_next.as_ref().map(|next| json!([named(&next.tier), next.missing.map(Kopecks::get)])),
        "projected": programme.projected.as_ref().map(|projected| json!([named(&projected.tier), projected.sum.get()])),
        "rules_version": programme.rules_version,
    })
}

fn card(card: &Card) -> Value {
    let code = card.code.as_ref().map(|code| (code.size, code.modules.iter().filter(|dark| **dark).count()));
    json!({ "number": card.number, "status": card.status.code(), "tier": card.tier.as_str(), "size_and_dark": code })
}

/// `picture_bytes` of a picture that is on the phone.
fn feed_item(item: &FeedItem, picture_bytes: Option<usize>) -> Value {
    json!({
        "item_id": item.item_id.as_str(),
        "kind": item.kind.code(),
        "title": item.title,
        "body": item.body,
        "links": item.links.iter().map(|link| json!([link.title, link.url])).collect::<Vec<_>>(),
        "picture_bytes": picture_bytes,
        "published_at": instant(item.published_at),
        "until": item.until.map(instant),
        "event_id": item.event_id.as_ref().map(|id| id.as_str()),
        "discount_percent": item.discount_percent,
        "is_read": item.is_read,
    })
}

fn consent(consent: &ConsentDecision) -> Value {
    json!({
        "purpose": consent.purpose.code(),
        "version": consent.version,
        "granted": consent.granted,
        "decided_at": instant(consent.decided_at),
    })
}

fn notice(notice: &Notice) -> Value {
    json!({
        "notice_id": notice.notice_id,
        "kind": notice.kind.code(),
        "set_aside": notice.set_aside,
        "intents_saved": notice.intents_saved,
        "created_at": instant(notice.created_at),
    })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339()
}
