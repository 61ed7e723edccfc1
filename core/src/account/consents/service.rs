//! Reading the documents, deciding before a sign-in, and later.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{
    Asked, ConsentChange, ConsentDecision, ConsentDocument, ConsentFault, ConsentIntent, ConsentPurpose, store,
    undecided, wire::DocumentsAnswer,
};
use crate::{
    account::{self, Account, SignInFault},
    error::CoreError,
    explanation::{Explanation, NextStep, message_id},
    http::{Answer, ApiRequest, Success},
    ids::MemberId,
    outbox,
    ports::{Entropy, random_token},
    storage::StorageError,
    sync::conditional,
    time::{from_millis, to_millis},
};

/// Its name in the cache.
const RESOURCE: &str = "consent documents";

impl Account {
    /// What a member is asked to consent to, in the app's language: from the gallery, or, where it cannot be reached,
    /// as it was last known. Only what was handed out here can be decided.
    ///
    /// # Errors
    /// Where none were ever known: [`CoreError::Unreachable`], [`CoreError::Unavailable`],
    /// [`CoreError::UpdateNeeded`], [`CoreError::Paused`]
    pub async fn consent_documents(&self) -> Result<Vec<ConsentDocument>, CoreError> {
        // A paused app neither asks nor answers.
        self.storage.cache.read(|_| Ok::<_, StorageError>(())).await?;
        let documents = self.fetch_documents().await?;
        *self.shown() = documents.iter().map(Asked::from).collect();
        Ok(documents)
    }

    /// Keeps what was decided before a sign-in, for [`Account::request_code`] to send and for whoever signs in with
    /// that code within half an hour. The last decision of a purpose counts.
    ///
    /// # Errors
    /// [`SignInFault::ConsentNeeded`] with the purposes whose document [`Account::consent_documents`] has not handed
    /// out: nothing was kept then; [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn decide_consents(&self, decisions: Vec<(ConsentPurpose, bool)>) -> Result<(), CoreError> {
        let now = self.ports.clock.now();
        let (mut decided, mut unread) = (Vec::new(), Vec::new());
        for (purpose, granted) in decisions {
            match self.shown_version(purpose) {
                Some(version) => decided.push(ConsentDecision { purpose, version, granted, decided_at: now }),
                None => unread.push(purpose),
            }
        }
        if !unread.is_empty() {
            return Err(SignInFault::ConsentNeeded { purposes: unread }.into());
        }
        self.storage
            .member
            .write(move |tx| {
                for decision in &decided {
                    store::decide(tx, None, decision)?;
                }
                Ok::<_, StorageError>(())
            })
            .await?;
        Ok(())
    }

    /// What the member has decided; while nobody is signed in, what was decided for the sign-in to come.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn consents(&self) -> Result<Vec<ConsentDecision>, CoreError> {
        let now = self.ports.clock.now();
        Ok(self
            .storage
            .member
            .read(move |tx| match account::store::active_member_id(tx)? {
                Some(member) => store::decisions(tx, &member),
                None => store::before_sign_in(tx, now),
            })
            .await?)
    }

    /// Gives a signed-in member's consent to the document that was last handed out, or withdraws it. When this returns
    /// [`ConsentChange::Queued`], the decision is on the disk and in force on this phone.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`]; [`CoreError::Storage`], [`CoreError::Paused`]: nothing was kept then.
    pub async fn set_consent(&self, purpose: ConsentPurpose, granted: bool) -> Result<ConsentChange, CoreError> {
        if purpose == ConsentPurpose::Processing && !granted {
            return Ok(self.not_accepted(ConsentFault::Required));
        }
        // As it is read again: stored instants have milliseconds.
        let now = from_millis(to_millis(self.ports.clock.now()));
        let shown = self.shown_version(purpose);
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let _no_deletion = self.wake.intents.read().await;
        let changed = self.storage.member.write(move |tx| store_change(tx, purpose, granted, shown, &key, now)).await?;
        Ok(match changed {
            Changed::Queued(decision) => {
                self.changes.ring();
                self.wake.queue();
                ConsentChange::Queued(decision)
            }
            Changed::Unchanged(decision) => ConsentChange::Unchanged(decision),
            Changed::Unread => self.not_accepted(ConsentFault::Outdated),
            Changed::SignInNeeded => return Err(CoreError::SignInNeeded),
        })
    }

    async fn decided_before_sign_in(&self) -> Result<Vec<ConsentDecision>, CoreError> {
        let now = self.ports.clock.now();
        Ok(self.storage.member.read(move |tx| store::before_sign_in(tx, now)).await?)
    }

    /// Whether a member may be made with what is decided now: the code may have been asked for before.
    ///
    /// # Errors
    /// [`SignInFault::ConsentNeeded`] where the required consent was taken back.
    pub(in crate::account) async fn check_consents(&self) -> Result<(), CoreError> {
        let decisions = self.decided_before_sign_in().await?;
        let required = ConsentPurpose::Processing;
        if decisions.iter().any(|decision| decision.purpose == required && !decision.granted) {
            return Err(SignInFault::ConsentNeeded { purposes: vec![required] }.into());
        }
        Ok(())
    }

    /// What goes with a phone number to the gallery.
    ///
    /// # Errors
    /// [`SignInFault::ConsentNeeded`] where something must be decided first.
    pub(in crate::account) async fn decided_before_code(&self) -> Result<Vec<ConsentDecision>, CoreError> {
        let decisions = self.decided_before_sign_in().await?;
        let documents = self.kept_documents().await.unwrap_or_default();
        let asked: Vec<_> = documents.iter().map(Asked::from).collect();
        let purposes = undecided(&asked, &decisions);
        if purposes.is_empty() { Ok(decisions) } else { Err(SignInFault::ConsentNeeded { purposes }.into()) }
    }

    /// The gallery asks for other versions than the phone knows.
    pub(in crate::account) async fn documents_are_outdated(&self) {
        // Without them the next reading fetches them.
        let _fetched = self.fetch_documents().await;
    }

    async fn fetch_documents(&self) -> Result<Vec<ConsentDocument>, CoreError> {
        let cache = &self.storage.cache;
        // A cache that fails costs an answer that could have been shorter, nothing else.
        let etag = conditional::etag(cache, RESOURCE).await.unwrap_or_default();
        let answer = self.session.call_open(&ApiRequest::get("/v1/consents").unless(etag)).await;
        if let Answer::Success(success) = &answer
            && let Some(documents) = self.read_documents(success)
        {
            if let Some(etag) = success.etag.clone() {
                let body = success.body().to_vec();
                let _kept = cache.write(move |tx| conditional::keep(tx, RESOURCE, &etag, &body)).await;
            }
            return Ok(documents);
        }
        self.kept_documents().await.ok_or_else(|| CoreError::of_answer(answer))
    }

    async fn kept_documents(&self) -> Option<Vec<ConsentDocument>> {
        let kept = self.storage.cache.read(|tx| conditional::kept(tx, RESOURCE)).await;
        self.read_documents(&kept.ok().flatten()?)
    }

    fn read_documents(&self, success: &Success) -> Option<Vec<ConsentDocument>> {
        let answer: DocumentsAnswer = success.decode().ok()?;
        Some(answer.in_language(self.texts.language()))
    }

    fn shown_version(&self, purpose: ConsentPurpose) -> Option<u32> {
        self.shown().iter().find(|asked| asked.purpose == purpose).map(|asked| asked.version)
    }

    fn not_accepted(&self, fault: ConsentFault) -> ConsentChange {
        let sentence = self.texts.text(&message_id("consent-fault", fault.code()), &[]);
        let explanation = Explanation::new(&self.texts, String::new(), sentence, NextStep::Nothing);
        ConsentChange::NotAccepted { fault, explanation }
    }
}

enum Changed {
    Queued(ConsentDecision),
    Unchanged(ConsentDecision),
    /// A consent to a text that was not shown.
    Unread,
    SignInNeeded,
}

/// What was decided before the sign-in is the decision of who has signed in. Of that the gallery knows what it was
/// `told` with the code; it hears of the rest, and again of what the queue would undo with an older decision.
pub fn adopt(
    tx: &Transaction<'_>,
    member: &MemberId,
    told: &[ConsentDecision],
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
) -> Result<(), CoreError> {
    for decision in store::before_sign_in(tx, now)? {
        let purpose = decision.purpose;
        let known = told.iter().find(|told| told.purpose == purpose).copied();
        let before = known.or(store::decision(tx, member, purpose)?);
        store::drop_wedged(tx, member, purpose)?;
        store::decide(tx, Some(member), &decision)?;
        if known != Some(decision) || store::is_queued(tx, member, purpose, 0)? {
            let key = random_token::<16>(entropy)?;
            outbox::store::add(tx, member, &ConsentIntent::entry(decision, before)?, &key, now)?;
        }
    }
    Ok(store::forget_before_sign_in(tx)?)
}

/// The decision, its entry and its key, together or not at all.
fn store_change(
    tx: &Transaction<'_>,
    purpose: ConsentPurpose,
    granted: bool,
    shown: Option<u32>,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Changed, StorageError> {
    let Some(member) = account::store::active_member_id(tx)? else { return Ok(Changed::SignInNeeded) };
    let before = store::decision(tx, &member, purpose)?;
    // Whoever takes a consent back takes back the one that was given, whatever the text is today.
    let version = if granted { shown } else { before.map(|before| before.version).or(shown) };
    let Some(version) = version else { return Ok(Changed::Unread) };
    let was_wedged = store::drop_wedged(tx, &member, purpose)?;
    if let Some(same) = before.filter(|before| (before.version, before.granted) == (version, granted) && !was_wedged) {
        return Ok(Changed::Unchanged(same));
    }
    let decision = ConsentDecision { purpose, version, granted, decided_at: now };
    store::decide(tx, Some(&member), &decision)?;
    outbox::store::add(tx, &member, &ConsentIntent::entry(decision, before)?, key, now)?;
    Ok(Changed::Queued(decision))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Texts};

    #[test]
    fn every_fault_has_its_sentence_in_both_languages() {
        for texts in [Texts::new(Language::Ru), Texts::new(Language::En)] {
            for fault in ConsentFault::KNOWN.iter().copied().chain([ConsentFault::Unknown]) {
                assert!(texts.find(&message_id("consent-fault", fault.code())).is_some(), "{fault:?}");
            }
        }
    }
}
