//! One entry on its way: asked, judged, settled.

use std::sync::Arc;

use tokio::time::Instant;

use super::{
    Entry, Intent, Outbox, Settlement, Stop, Unreadable,
    policy::{self, Decision, Until},
    store, told, turn,
    worker::TARGET,
};
use crate::{
    http::{Answer, ApiRequest, TraceId},
    ids::MemberId,
    ports::random_fraction,
    storage::StorageError,
    sync::Topic,
};

/// What became of an entry.
pub enum Step {
    /// The entry left the queue, and these have changed at the gallery.
    Settled(&'static [Topic]),
    /// The entry stays; another may go.
    Kept,
    /// The entry stays, not to be tried before this instant.
    Waits(Until),
    /// Nobody of the gallery answered; the entry stays.
    Unreachable,
    /// No other entry need be tried now.
    Stop(Stop),
}

impl Outbox {
    /// Sends `entry`; `busy` is how often in a row the gallery asked to come again.
    pub(super) async fn send(&self, entry: Entry, busy: u32, deadline: Option<Instant>) -> Result<Step, StorageError> {
        if !entry.is_intact() {
            return self.wedge(entry, "damaged-entry").await;
        }
        let Some(intent) = self.intent(&entry.kind) else {
            return self.wedge(entry, "unknown-kind").await;
        };
        let (reader, sent) = (Arc::clone(&intent), entry.clone());
        let request = match self.member_db.read(move |tx| reader.request(tx, &sent)).await {
            Ok(request) => request.idempotent(&entry.idempotency_key),
            Err(Unreadable::Form) => return self.wedge(entry, "unreadable-payload").await,
            Err(Unreadable::Storage(error)) => return Err(error),
        };
        let Some(answer) = self.ask(&entry.member_id, &request, deadline).await else {
            return Ok(Step::Stop(Stop::BudgetSpent));
        };
        let meaning = match &answer {
            Answer::Problem(problem, _) => Some(intent.meaning(&entry, problem)),
            _ => None,
        };
        let jitter = random_fraction(self.ports.entropy.as_ref());
        // A long queue of fresh entries must back off as one entry would.
        let now = self.ports.clock.now();
        let trace = TraceId::of_key(&entry.idempotency_key);
        let decision = policy::decide(&answer, meaning, entry.attempts.max(busy), now, jitter);
        self.ports.log.log(&told::record(TARGET, (entry.entry_id, trace), &decision, now));
        match decision {
            Decision::Done | Decision::AlreadyDone | Decision::Refused => {
                self.settle(intent, entry, answer, decision).await
            }
            Decision::Wait(until) => self.wait(entry, until, false).await,
            Decision::Hold(until) => self.wait(entry, until, true).await,
            Decision::Unreachable => Ok(Step::Unreachable),
            Decision::SignInNeeded => Ok(Step::Stop(Stop::SignInNeeded)),
            Decision::Locked => Ok(Step::Stop(Stop::Locked)),
            Decision::UpdateNeeded => Ok(Step::Stop(Stop::UpdateNeeded)),
            Decision::Wedged(reason) => self.wedge(entry, &reason).await,
        }
    }

    /// Asks the gallery, and keeps the lease meanwhile; `None` where the time has run out before the answer.
    async fn ask(&self, member: &MemberId, request: &ApiRequest, deadline: Option<Instant>) -> Option<Answer> {
        let mut call = std::pin::pin!(self.session.call(member, request));
        loop {
            let renewal = Instant::now() + turn::RENEWAL;
            let until = deadline.map_or(renewal, |deadline| deadline.min(renewal));
            tokio::select! {
                biased;
                answer = &mut call => return Some(answer),
                () = tokio::time::sleep_until(until) => {}
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return None;
            }
            self.renew().await;
        }
    }

    async fn settle(
        &self,
        intent: Arc<dyn Intent>,
        entry: Entry,
        answer: Answer,
        decision: Decision,
    ) -> Result<Step, StorageError> {
        let now = self.ports.clock.now();
        let jitter = random_fraction(self.ports.entropy.as_ref());
        let touched = intent.touches();
        let settled = self
            .member_db
            .write(move |tx| {
                // The feed may have told of it meanwhile, or another process has settled it: that was the same answer.
                if !store::is_there(tx, &entry)? {
                    return Ok(());
                }
                let settlement = match (&decision, &answer) {
                    (Decision::AlreadyDone, Answer::Problem(problem, _)) => Settlement::AlreadyDone(problem),
                    (_, Answer::Problem(problem, _)) => Settlement::Refused(problem),
                    (_, Answer::Success(success)) => Settlement::Done(success.body()),
                    _ => return Err(Unreadable::Form),
                };
                intent.settle(tx, &entry, &settlement, now)?;
                store::remove(tx, entry.entry_id)?;
                store::worker::answered(tx)?;
                Ok(store::bring_forward(tx, &entry.member_id, true, now, jitter)?)
            })
            .await;
        match settled {
            Ok(()) => {
                self.changes.ring();
                Ok(Step::Settled(touched))
            }
            // An answer that does not decode is not the gallery's: the outcome is unknown.
            Err(Unreadable::Form) => Ok(Step::Unreachable),
            Err(Unreadable::Storage(error)) => Err(error),
        }
    }

    async fn wait(&self, entry: Entry, until: Until, is_everybodys: bool) -> Result<Step, StorageError> {
        let now = self.ports.clock.now();
        let kept = self.member_db.write(move |tx| {
            if store::is_there(tx, &entry)? {
                store::wait(tx, entry.entry_id, until)?;
            }
            store::worker::busy(tx)?;
            if is_everybodys { store::worker::hold(tx, until, now) } else { Ok(()) }
        });
        kept.await?;
        self.changes.ring();
        Ok(if is_everybodys { Step::Stop(Stop::Busy) } else { Step::Waits(until) })
    }

    async fn wedge(&self, entry: Entry, reason: &str) -> Result<Step, StorageError> {
        let reason = reason.to_owned();
        let wedged = self.member_db.write(move |tx| match store::is_there(tx, &entry)? {
            true => store::wedge(tx, entry.entry_id, &reason),
            false => Ok(()),
        });
        wedged.await?;
        self.changes.ring();
        Ok(Step::Kept)
    }
}
