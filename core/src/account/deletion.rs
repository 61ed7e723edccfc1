//! Leaving the programme: the gallery deletes the member, and then nothing of them stays on this phone.

use rusqlite::Transaction;

use super::{Account, store};
use crate::{
    error::CoreError,
    explanation::{Explanation, NextStep},
    http::{Answer, ApiRequest},
    ids::MemberId,
    locale::Argument,
    log::LogRecord,
    outbox,
    ports::{LogLevel, random_token},
    storage::StorageError,
    wallet,
};

const TARGET: &str = "account";

/// What a member loses who deletes the account now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionWarning {
    /// Entries of the queue that the gallery does not have, `wedged` among them. They are lost.
    pub unsent: u32,
    /// Of these, those that cannot be sent as they are.
    pub wedged: u32,
    /// The same for the member.
    pub explanation: Explanation,
}

/// What became of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountDeletion {
    /// More would be lost than was accepted: nothing has happened.
    Asked(DeletionWarning),
    /// The gallery has deleted the member, and nothing of them is on this phone.
    Deleted,
}

impl Account {
    /// What a deletion would cost now, from the phone alone.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`], [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn deletion(&self) -> Result<DeletionWarning, CoreError> {
        let queue = self
            .storage
            .member
            .read(|tx| match store::active_member_id(tx)? {
                Some(member) => outbox::store::summary(tx, &member).map(Some),
                None => Ok::<_, StorageError>(None),
            })
            .await?
            .ok_or(CoreError::SignInNeeded)?;
        let unsent = queue.waiting.saturating_add(queue.wedged);
        let sentence = self.texts.text("account-deletion", &[("unsent", Argument::Count(unsent.into()))]);
        let explanation = Explanation::new(&self.texts, String::new(), sentence, NextStep::Nothing);
        Ok(DeletionWarning { unsent, wedged: queue.wedged, explanation })
    }

    /// Deletes the member at the gallery, and then everything of theirs on this phone: queue, receipts, card, tickets,
    /// news, passes and keys. Others who have used this phone keep what is theirs.
    ///
    /// `accepted_unsent` is the [`DeletionWarning::unsent`] that the member has accepted. Where the outcome is unknown
    /// everything stays as it is; asking again resolves it, and ends a deletion that was interrupted. What the member wants
    /// meanwhile waits for the outcome: it is kept, or there is nobody signed in whose it would be.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`], [`CoreError::Locked`], [`CoreError::Unreachable`], [`CoreError::Unavailable`],
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn delete(&self, accepted_unsent: u32) -> Result<AccountDeletion, CoreError> {
        let _one_at_a_time = self.switching.lock().await;
        let _no_intents = self.wake.intents.write().await;
        let is_finished = self.finish().await?;
        let Some(member) = self.storage.member.read(store::active_member_id).await? else {
            return if is_finished { Ok(AccountDeletion::Deleted) } else { Err(CoreError::SignInNeeded) };
        };
        let warning = self.deletion().await?;
        if warning.unsent > accepted_unsent {
            return Ok(AccountDeletion::Asked(warning));
        }
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let request = ApiRequest::delete("/v1/member").idempotent(key);
        match self.session.call(&member, &request).await {
            Answer::Success(_) => {}
            Answer::SignInNeeded if self.session.is_deleted(&member) => {}
            answer => return Err(CoreError::of_answer(answer)),
        }
        self.erase(member).await?;
        Ok(AccountDeletion::Deleted)
    }

    /// Nothing of `member`, whom the gallery has deleted, stays on this phone.
    pub(super) async fn erase(&self, member: MemberId) -> Result<(), CoreError> {
        // What is on its way would be stored after all was wiped.
        let _no_pull = self.sync.rest().await;
        let _no_drain = self.outbox.rest().await;
        let owner = member.clone();
        self.storage.member.write(move |tx| store::mark_deleted(tx, &owner)).await?;
        self.changes.ring();
        self.wipe(member).await
    }

    /// Ends the deletions that were interrupted, by a crash, a pause or a locked phone.
    pub(crate) async fn finish_deletions(&self) {
        // Whoever holds it may wait for the gallery, and is followed by another occasion.
        let Ok(_one_at_a_time) = self.switching.try_lock() else { return };
        if let Err(error) = self.finish().await {
            self.tell_of_failure(&error);
        }
    }

    pub(super) fn tell_of_failure(&self, error: &CoreError) {
        self.ports.log.log(&LogRecord::new(LogLevel::Error, TARGET, "deletion-failed").with("error", error.code()));
    }

    /// Says whether there was anything to end.
    async fn finish(&self) -> Result<bool, CoreError> {
        let members = self.storage.member.read(store::deleted_members).await?;
        let is_finished = !members.is_empty();
        for member in members {
            self.wipe(member).await?;
        }
        Ok(is_finished)
    }

    /// The account's row goes last: until then the member is marked, and the wiping begins anew. A locked phone keeps the
    /// tokens alone.
    async fn wipe(&self, member: MemberId) -> Result<(), CoreError> {
        let (owner, others) = (member.clone(), member.clone());
        self.storage.cache.write(move |tx| wipe_cache(tx, &owner)).await?;
        let serials = self.storage.member.read(move |tx| wallet::store::serials_of_others(tx, &others)).await?;
        self.wallet.wipe(serials).await?;
        let owner = member.clone();
        // What others could not send yet may lie in them.
        if self.storage.member.read(move |tx| store::is_alone(tx, &owner)).await? {
            self.storage.member.remove_set_aside().await?;
        }
        let owner = member.clone();
        self.storage.member.write(move |tx| wipe_member(tx, &owner)).await?;
        self.session.forget(&member)?;
        self.storage.member.write(move |tx| store::remove(tx, &member)).await?;
        self.changes.ring();
        for file in [&self.storage.cache, &self.storage.member] {
            if let Err(error) = file.compact().await {
                // The rows are gone; what they leave in the file goes when it is written anew.
                let record = LogRecord::new(LogLevel::Warn, TARGET, "compacting-failed");
                self.ports.log.log(&record.with("error", error.code()));
            }
        }
        Ok(())
    }
}

pub fn wipe_cache(tx: &Transaction<'_>, member: &MemberId) -> Result<(), StorageError> {
    tx.execute("DELETE FROM feed_items WHERE member_id = ?1", [member.as_str()])?;
    tx.execute(
        "DELETE FROM resources WHERE resource LIKE '%:%' AND substr(resource, instr(resource, ':') + 1) = ?1",
        [member.as_str()],
    )?;
    // Pictures do not say who has seen them; others fetch theirs again.
    tx.execute("DELETE FROM media", [])?;
    Ok(())
}

fn wipe_member(tx: &Transaction<'_>, member: &MemberId) -> Result<(), StorageError> {
    for table in [
        "outbox",
        "receipts",
        "receipt_months",
        "ledger",
        "cursors",
        "events",
        "registrations",
        "appeals",
        "appeal_photographs",
        "cards",
        "consents",
        "feed_reads",
        "reminders",
        "pulls",
    ] {
        tx.execute(&format!("DELETE FROM {table} WHERE member_id = ?1"), [member.as_str()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Texts};

    #[test]
    fn the_warning_counts_in_both_languages() {
        let warning =
            |language, unsent| Texts::new(language).text("account-deletion", &[("unsent", Argument::Count(unsent))]);
        for language in [Language::Ru, Language::En] {
            assert!(!warning(language, 0).contains('0'));
            for unsent in [1, 2, 5, 11, 21, 22] {
                assert!(warning(language, unsent).contains(&unsent.to_string()), "{unsent}");
            }
        }
        assert!(warning(Language::Ru, 21).contains("действие ещё не отправлено"));
        assert!(warning(Language::Ru, 5).contains("действий ещё не отправлены"));
    }
}
