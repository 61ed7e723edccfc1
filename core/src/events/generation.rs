//! Places that a gallery restored from a backup has lost, or has again: members ask for what they asked for once more.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{CancellationIntent, RegistrationIntent, RegistrationState, store, wire::RegistrationRequest};
use crate::{
    error::CoreError,
    ids::MemberId,
    outbox,
    ports::{Entropy, random_token},
    storage::StorageError,
};

/// Whatever the gallery has told of registrations holds no longer, until it tells it again; but for its word that a place
/// was given up, from which one that is back is known.
pub fn doubt(tx: &Transaction<'_>, member: &MemberId) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE registrations SET told_at = NULL
         WHERE member_id = ?1 AND (state <> 'cancelled' OR told_at IS NOT changed_at)",
    )?
    .execute([member.as_str()])?;
    Ok(())
}

/// Asks again for the places of which also a list that was asked for since says nothing: the gallery has lost them, and
/// tells in its answers whether it still has any. Gives up again those that are back. Says whether there were such
/// places.
pub fn bring_again(
    tx: &Transaction<'_>,
    member: &MemberId,
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
) -> Result<bool, CoreError> {
    let mut found = false;
    for event_id in store::places_in_doubt(tx, member)? {
        // What is over is on no list.
        if store::event(tx, member, &event_id)?.is_some_and(|event| event.ends_at > now) {
            store::drop_ticket(tx, member, &event_id)?;
            store::store_wish(tx, member, &event_id, RegistrationState::Registering, now)?;
            let entry = RegistrationIntent::entry(&RegistrationRequest { event_id, requested_at: now })?;
            outbox::store::add(tx, member, &entry, &random_token::<16>(entropy)?, now)?;
            found = true;
        }
    }
    for (owner, event_id, requested_at) in store::orphans(tx, RegistrationState::Cancelling)? {
        if owner == *member {
            let entry = CancellationIntent::entry(&RegistrationRequest { event_id, requested_at })?;
            outbox::store::add(tx, member, &entry, &random_token::<16>(entropy)?, now)?;
            found = true;
        }
    }
    Ok(found)
}
