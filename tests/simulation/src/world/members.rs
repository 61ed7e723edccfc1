//! What members do.

use std::time::Duration;

use anyhow::Context as _;
use tokio::time::timeout;
use vremena_core::{
    events::{Event, RegistrationChange, RegistrationState},
    fiscal::ManualEntry,
    receipts::{Capture, ManualCapture},
};

use super::World;
use crate::{
    fault::Fault,
    oracle::{MemberNumber, PHONE_NUMBERS, Wish},
    planted::Planted,
};

/// Nobody looks at a screen that does nothing for longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often somebody who is not signed in tries it again at once.
const PERSISTENCE: u32 = 4;

impl World {
    /// Somebody does something.
    pub(super) async fn act(&mut self) -> anyhow::Result<()> {
        let what = self.members.number(0..100);
        let Some(active) = self.active().await else {
            let who = self.somebody();
            for _ in 0..PERSISTENCE {
                if self.sign_in(who).await? {
                    break;
                }
            }
            return Ok(());
        };
        match what {
            0..34 => self.scan(active).await,
            34..40 => self.type_in(active).await,
            40..60 => self.wish(active).await,
            60..66 => self.read_news().await,
            66..69 => self.look().await,
            69..76 => self.appeal(active).await,
            76..82 => self.deal_with_wedged(active).await,
            82..88 => self.come_to_front().await,
            88..91 => self.sign_out().await,
            91..95 => {
                let who = self.somebody();
                self.sign_in(who).await.map(|_| ())
            }
            _ => self.pull().await,
        }
    }

    fn somebody(&mut self) -> MemberNumber {
        let is_second = self.members.happens(0.4);
        usize::from(is_second && self.rates.contains_key(&Fault::SecondMember))
    }

    /// Signs in, as far as the network lets; whether it was possible.
    pub(super) async fn sign_in(&mut self, who: MemberNumber) -> anyhow::Result<bool> {
        let phone = PHONE_NUMBERS.get(who).copied().context("there is such a member")?;
        let app = self.app.as_ref().context("the app is open")?;
        let account = app.account();
        let gallery = &self.gallery;
        let signing_in = async {
            let documents = account.consent_documents().await?;
            let decided = documents.iter().map(|document| (document.purpose, document.required));
            account.decide_consents(decided.collect()).await?;
            account.request_code(phone).await?;
            let Ok(code) = gallery.code(phone).await else { return Ok(None) };
            account.sign_in(phone, &code).await.map(Some)
        };
        let done = timeout(PATIENCE, signing_in).await;
        match done {
            Ok(Ok(Some(_))) => {
                self.tell("member", format_args!("member {who} signs in"));
                return Ok(true);
            }
            Ok(Ok(None)) => self.tell("member", format_args!("member {who} gets no code")),
            Ok(Err(error)) => self.tell("member", format_args!("member {who} cannot sign in: {}", error.code())),
            Err(_) => self.tell("member", format_args!("member {who} gives up signing in")),
        }
        Ok(false)
    }

    async fn sign_out(&mut self) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        match timeout(PATIENCE, app.account().sign_out()).await {
            Ok(result) => self.tell_result("signs out", &result),
            Err(_) => self.tell("member", format_args!("gives up signing out")),
        }
        Ok(())
    }

    /// A receipt, mostly a new one; both members may have the same.
    fn number(&mut self) -> u32 {
        self.members.number(1..60)
    }

    async fn scan(&mut self, who: MemberNumber) -> anyhow::Result<()> {
        let number = self.number();
        self.oracle.attempted.insert((who, number));
        if self.planted == Some(Planted::EarlyAcknowledgement) {
            self.promised(who, number);
        }
        let app = self.app.as_ref().context("the app is open")?;
        let captured = app.receipts().capture_text(&text(number)).await;
        self.tell_result(&format!("{who} scans receipt {number}"), &captured);
        match captured {
            Ok(Capture::Captured(_) | Capture::AlreadyKnown(_)) => self.promised(who, number),
            Ok(Capture::NotAccepted { reason, .. }) => {
                self.tell("phone", format_args!("receipt {number} is not accepted: {reason}"));
            }
            Err(_) => {}
        }
        Ok(())
    }

    async fn type_in(&mut self, who: MemberNumber) -> anyhow::Result<()> {
        let number = self.number();
        self.oracle.attempted.insert((who, number));
        let app = self.app.as_ref().context("the app is open")?;
        let entry = ManualEntry {
            issued_at: "13.03.2026 12:00".to_owned(),
            total: "100,00".to_owned(),
            drive_number: DRIVE.to_owned(),
            document_number: number.to_string(),
            fiscal_sign: SIGN.to_owned(),
            operation: "1".to_owned(),
        };
        let captured = app.receipts().capture_manual(&entry).await;
        self.tell_result(&format!("{who} types in receipt {number}"), &captured);
        if let Ok(ManualCapture::Captured(_) | ManualCapture::AlreadyKnown(_)) = captured {
            self.promised(who, number);
        }
        Ok(())
    }

    fn promised(&mut self, who: MemberNumber, number: u32) {
        self.oracle.intents += 1;
        self.oracle.captured.insert((who, number));
        self.oracle.discarded.remove(&(who, number));
    }

    async fn wish(&mut self, who: MemberNumber) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        let Ok(events) = app.events().list().await else { return Ok(()) };
        // Whoever has a place or had one changes their mind more often than others make theirs up.
        let known: Vec<_> = events.iter().filter(|event| event.registration.is_some()).cloned().collect();
        let choice = if known.is_empty() || self.members.happens(0.4) { events } else { known };
        let Some(event) = self.members.one_of(&choice).cloned() else { return Ok(()) };
        let is_coming = event.registration.as_ref().is_some_and(|registration| {
            matches!(registration.state, RegistrationState::Registering | RegistrationState::Confirmed)
        });
        // Now and then they wish what is so already: they tap twice, or look at an old screen.
        let is_new = self.members.happens(0.8);
        let (wish, done) = if is_coming == is_new {
            (Wish::Cancel, app.events().cancel(&event.event_id).await)
        } else {
            (Wish::Register, app.events().register(&event.event_id).await)
        };
        self.tell_result(&format!("{who} wishes {wish:?} of {}", short(&event)), &done);
        match done {
            Ok(RegistrationChange::Queued(_)) => {
                self.oracle.intents += 1;
                self.oracle.wishes.insert((who, event.event_id), vec![wish]);
            }
            Err(_) => {
                if let Some(wishes) = self.oracle.wishes.get_mut(&(who, event.event_id)) {
                    wishes.push(wish);
                }
            }
            Ok(RegistrationChange::Unchanged(_) | RegistrationChange::NotAccepted { .. }) => {}
        }
        Ok(())
    }

    async fn read_news(&mut self) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        let Ok(items) = app.feed().items().await else { return Ok(()) };
        if let Some(item) = self.members.one_of(&items) {
            let read = app.feed().mark_read(&item.item_id).await;
            self.tell_result("reads the news", &read);
        }
        Ok(())
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        let looked = async {
            app.receipts().page(None, 50).await?;
            app.home().snapshot().await?;
            app.programme().snapshot().await?;
            app.outbox().page(0, 50).await
        };
        let looked = looked.await;
        self.tell_result("looks at everything", &looked);
        Ok(())
    }

    /// Retries what is wedged, or discards it.
    async fn deal_with_wedged(&mut self, who: MemberNumber) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        let Ok(queue) = app.outbox().page(0, 200).await else { return Ok(()) };
        let wedged: Vec<_> = queue.into_iter().filter(|item| item.wedged_reason.is_some()).collect();
        let Some(item) = self.members.one_of(&wedged).cloned() else { return Ok(()) };
        if self.members.happens(0.5) {
            let retried = app.outbox().retry(item.entry_id).await;
            self.tell_result("retries a wedged entry", &retried);
            return Ok(());
        }
        let before = self.shown_numbers().await?;
        let app = self.app.as_ref().context("the app is open")?;
        let discarded = app.outbox().discard(item.entry_id).await;
        self.tell_result("discards a wedged entry", &discarded);
        let after = self.shown_numbers().await?;
        for number in before.into_iter().filter(|number| !after.contains(number)) {
            self.oracle.discarded.insert((who, number));
        }
        if item.kind.starts_with("appeal") {
            self.oracle.appeals.retain(|(owner, _)| *owner != who);
        }
        self.oracle.wishes.retain(|(owner, _), _| *owner != who || item.kind == "receipt");
        Ok(())
    }

    async fn shown_numbers(&self) -> anyhow::Result<Vec<u32>> {
        let app = self.app.as_ref().context("the app is open")?;
        let shown = app.receipts().page(None, 200).await.unwrap_or_default();
        Ok(shown.iter().filter_map(|receipt| Some(receipt.identity.as_ref()?.document_number)).collect())
    }

    async fn come_to_front(&mut self) -> anyhow::Result<()> {
        self.app.as_ref().context("the app is open")?.foreground();
        self.tell("member", format_args!("comes back to the app"));
        Ok(())
    }

    pub(super) async fn pull(&mut self) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the app is open")?;
        match timeout(PATIENCE, app.sync().pull()).await {
            Ok(result) => self.tell_result("pulls", &result.map(|_| ())),
            Err(_) => self.tell("member", format_args!("gives up pulling")),
        }
        Ok(())
    }
}

const DRIVE: &str = "7380440801290534";
const SIGN: &str = "1880975916";

/// The code of a receipt of the day before.
fn text(number: u32) -> String {
    format!("t=20260313T1200&s=100.00&fn={DRIVE}&i={number}&fp={SIGN}&n=1")
}

fn short(event: &Event) -> &str {
    event.event_id.as_str().get(..6).unwrap_or_default()
}
