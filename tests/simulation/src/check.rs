//! Whether what was promised holds.

use std::{collections::BTreeMap, time::Duration};

use http::Method;
use serde_json::Value;
use tokio::time::sleep;
use vremena_core::{
    app::Vremena,
    appeals::AppealState,
    error::CoreError,
    events::RegistrationState,
    receipts::{Receipt, ReceiptState},
};

use crate::{
    oracle::{Invariant, MemberNumber, Violation, Wish},
    traffic::Busiest,
    world::World,
};

/// Within so many half hours everything that waits must be through.
const HALF_HOURS: u32 = 12;
/// The gallery may have something new between the pull and the look.
const LOOKS: u32 = 3;
const PAGE: u32 = 200;
/// Of one entry in one hour: what hope, a queue's holds and two processes may add up to.
const MOST_SENDS: u64 = 60;
const MOST_REQUESTS: u64 = 600;
const MOST_BYTES: u64 = 300_000;
const MOST_WAKE_UPS: u64 = 600;

/// Looks at all that one member, who is signed in, was promised.
pub async fn member(app: &Vremena, world: &World, id: &str, who: MemberNumber) -> anyhow::Result<Vec<Violation>> {
    let mut found = Findings { who, violations: Vec::new() };
    if let Err(error) = quiet(app, &mut found).await {
        found.add(Invariant::Works, format!("the queue: {}", error.code()));
        return Ok(found.violations);
    }
    if world.has_backups() {
        // The second list says what the gallery has lost, and then that is brought again.
        for _ in 0..2 {
            let _the_pull_below_tells = app.sync().pull().await;
        }
        let _looked_at_below = quiet(app, &mut found).await;
    }
    let before = found.violations.len();
    for _ in 0..LOOKS {
        found.violations.truncate(before);
        if let Err(error) = app.sync().pull().await {
            found.add(Invariant::Works, format!("the pull: {}", error.code()));
            return Ok(found.violations);
        }
        receipts(app, world, id, &mut found).await?;
        events(app, world, id, &mut found).await?;
        appeals(app, world, id, &mut found).await?;
        if found.violations.len() == before {
            break;
        }
    }
    Ok(found.violations)
}

/// Looks at how much was asked of the gallery and the phone.
pub fn busiest(hour: Busiest) -> Vec<Violation> {
    let bounds = [
        (hour.requests, MOST_REQUESTS, "requests"),
        (hour.bytes, MOST_BYTES, "bytes"),
        (hour.sends, MOST_SENDS, "sends of one entry"),
        (hour.wake_ups, MOST_WAKE_UPS, "wake-ups"),
    ];
    let broken = bounds.into_iter().filter(|(found, most, _)| found > most);
    broken
        .map(|(found, _, what)| Violation { invariant: Invariant::NoStorm, what: format!("{found} {what} in an hour") })
        .collect()
}

struct Findings {
    who: MemberNumber,
    violations: Vec<Violation>,
}

impl Findings {
    fn add(&mut self, invariant: Invariant, what: String) {
        self.violations.push(Violation { invariant, what: format!("member {}: {what}", self.who) });
    }
}

/// Waits until nothing waits.
async fn quiet(app: &Vremena, found: &mut Findings) -> Result<(), CoreError> {
    for _ in 0..HALF_HOURS {
        app.foreground();
        sleep(Duration::from_secs(30 * 60)).await;
        if app.outbox().page(0, PAGE).await?.iter().all(|item| item.wedged_reason.is_some()) {
            return Ok(());
        }
    }
    let waiting = app.outbox().page(0, PAGE).await?;
    let waiting: Vec<_> = waiting.iter().filter(|item| item.wedged_reason.is_none()).map(|item| &item.kind).collect();
    found.add(Invariant::NothingWaits, format!("still in the queue: {waiting:?}"));
    Ok(())
}

async fn receipts(app: &Vremena, world: &World, id: &str, found: &mut Findings) -> anyhow::Result<()> {
    let shown = match history(app).await {
        Ok(shown) => shown,
        Err(error) => {
            found.add(Invariant::Works, format!("the history: {}", error.code()));
            return Ok(());
        }
    };
    let answer = world.gallery.administer(Method::GET, "receipts", None).await?;
    let known = answer.as_array().cloned().unwrap_or_default();
    let who = found.who;

    for (_, number) in world.oracle.captured.iter().filter(|(owner, _)| *owner == who) {
        let of_it: Vec<&Receipt> = shown.iter().filter(|receipt| document(receipt) == Some(*number)).collect();
        match of_it.as_slice() {
            [] if world.oracle.discarded.contains(&(who, *number)) => {}
            [] => found.add(Invariant::NothingLost, format!("receipt {number} is not in the history")),
            [receipt] => promise(receipt, *number, found),
            _ => found.add(Invariant::NothingDoubled, format!("receipt {number} is shown {} times", of_it.len())),
        }
    }
    let mut records: BTreeMap<u64, u32> = BTreeMap::new();
    for record in &known {
        let number = record["document_number"].as_u64().unwrap_or_default();
        *records.entry(number).or_default() += 1;
        if record["member_id"] == id
            && !world.oracle.attempted.iter().any(|(owner, of)| *owner == who && u64::from(*of) == number)
        {
            found.add(Invariant::NobodyElses, format!("the gallery has receipt {number}, which they never captured"));
        }
    }
    for (number, count) in records.into_iter().filter(|(_, count)| *count > 1) {
        found.add(Invariant::NothingDoubled, format!("the gallery has receipt {number} {count} times"));
    }
    compare(&shown, known.iter().filter(|record| record["member_id"] == id).collect(), found);
    Ok(())
}

/// An acknowledged receipt has arrived, was refused with a reason, or is visibly wedged.
fn promise(receipt: &Receipt, number: u32, found: &mut Findings) {
    let is_kept = match receipt.state {
        ReceiptState::Pending | ReceiptState::Credited | ReceiptState::Reversed => receipt.receipt_id.is_some(),
        ReceiptState::Rejected => receipt.reason.is_some(),
        ReceiptState::Captured => receipt.wedged_reason.is_some(),
        _ => false,
    };
    if !is_kept {
        found.add(Invariant::NothingLost, format!("receipt {number} is {} in the end", receipt.state.code()));
    }
}

/// What is shown is what the gallery has, and the other way round.
fn compare(shown: &[Receipt], mut known: Vec<&Value>, found: &mut Findings) {
    for receipt in shown {
        let Some(receipt_id) = &receipt.receipt_id else { continue };
        let Some(place) = known.iter().position(|record| record["receipt_id"] == receipt_id.as_str()) else {
            found.add(
                Invariant::ShownAsIs,
                format!("{:?} is shown, and the gallery does not have it", document(receipt)),
            );
            continue;
        };
        let record = known.swap_remove(place);
        if record["state"] != receipt.state.code() {
            let what =
                format!("{:?} is shown as {}, and is {}", document(receipt), receipt.state.code(), record["state"]);
            found.add(Invariant::ShownAsIs, what);
        }
    }
    for record in known {
        found.add(Invariant::ShownAsIs, format!("receipt {} is not shown", record["document_number"]));
    }
}

async fn history(app: &Vremena) -> Result<Vec<Receipt>, CoreError> {
    let mut history: Vec<Receipt> = Vec::new();
    loop {
        let after = history.last().map(|last| (last.issued_at, last.local_id));
        let page = app.receipts().page(after, PAGE).await?;
        if page.is_empty() {
            return Ok(history);
        }
        history.extend(page);
    }
}

fn document(receipt: &Receipt) -> Option<u32> {
    receipt.identity.as_ref().map(|identity| identity.document_number)
}

async fn events(app: &Vremena, world: &World, id: &str, found: &mut Findings) -> anyhow::Result<()> {
    let shown = match app.events().list().await {
        Ok(shown) => shown,
        Err(error) => {
            found.add(Invariant::Works, format!("the events: {}", error.code()));
            return Ok(());
        }
    };
    let who = found.who;
    for event in &shown {
        let path = format!("events/{}/registrations", event.event_id.as_str());
        let answer = world.gallery.administer(Method::GET, &path, None).await?;
        let records: Vec<&Value> =
            answer.as_array().into_iter().flatten().filter(|record| record["member_id"] == id).collect();
        if records.len() > 1 {
            found.add(Invariant::NothingDoubled, format!("{} registrations for one event", records.len()));
        }
        let is_expected = records.iter().any(|record| record["state"] == "confirmed");
        let state = event.registration.as_ref().map(|registration| registration.state);
        let is_wedged = event.registration.as_ref().is_some_and(|registration| registration.wedged_reason.is_some());
        if is_wedged {
            continue;
        }
        if is_expected != (state == Some(RegistrationState::Confirmed)) {
            let known = records.first().map(|record| record["state"].clone());
            found.add(Invariant::ShownAsIs, format!("a registration is shown as {state:?}, and is {known:?}"));
        }
        let has_reason = event.registration.as_ref().is_some_and(|registration| registration.reason.is_some());
        let is_kept = |wish: &Wish| match (wish, state) {
            (Wish::Register, Some(RegistrationState::Confirmed | RegistrationState::Refused)) => true,
            (Wish::Cancel, Some(RegistrationState::Cancelled | RegistrationState::Refused) | None) => true,
            (Wish::Cancel, Some(RegistrationState::Confirmed)) => has_reason,
            _ => false,
        };
        let wishes = world.oracle.wishes.get(&(who, event.event_id.clone()));
        if let Some(wishes) = wishes.filter(|wishes| !wishes.iter().any(is_kept)) {
            found.add(Invariant::NothingLost, format!("they wished {wishes:?}, and it is {state:?}"));
        }
    }
    Ok(())
}

async fn appeals(app: &Vremena, world: &World, id: &str, found: &mut Findings) -> anyhow::Result<()> {
    let shown = match app.appeals().list().await {
        Ok(shown) => shown,
        Err(error) => {
            found.add(Invariant::Works, format!("the appeals: {}", error.code()));
            return Ok(());
        }
    };
    let answer = world.gallery.administer(Method::GET, "appeals", None).await?;
    let known: Vec<&Value> =
        answer.as_array().into_iter().flatten().filter(|record| record["member_id"] == id).collect();
    let who = found.who;
    for (_, appeal_id) in world.oracle.appeals.iter().filter(|(owner, _)| *owner == who) {
        let Some(appeal) = shown.iter().find(|appeal| appeal.appeal_id == *appeal_id) else {
            found.add(Invariant::NothingLost, "an appeal is not shown".to_owned());
            continue;
        };
        let is_kept = appeal.wedged_reason.is_some() || appeal.reason.is_some() || appeal.state == AppealState::Open;
        if !is_kept {
            found.add(Invariant::NothingLost, format!("an appeal is {} in the end", appeal.state.code()));
        }
    }
    for appeal in shown.iter().filter(|appeal| appeal.wedged_reason.is_none() && appeal.state == AppealState::Open) {
        let records: Vec<_> = known.iter().filter(|record| record["appeal_id"] == appeal.appeal_id.as_str()).collect();
        let [record] = records.as_slice() else {
            found.add(Invariant::ShownAsIs, format!("the gallery has an open appeal {} times", records.len()));
            continue;
        };
        let announced = record["photographs"].as_array().map_or(0, Vec::len);
        // A backup may have what came before a photograph.
        let is_whole = record["photographs_received"] == announced || world.has_backups();
        if appeal.photographs_waiting > 0 || !is_whole {
            found.add(Invariant::NothingLost, format!("of {announced} photographs not all have come"));
        }
    }
    Ok(())
}
