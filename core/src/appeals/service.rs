//! Making appeals and looking at them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use tokio::sync::watch;

use super::{
    Appeal, AppealDraft, AppealFault, AppealIntent, AppealReason, AppealState, AppealSubmission, CapturedPicture,
    LONGEST_COMMENT, MOST_PHOTOGRAPHS, NewAppeal, photographs, pictures, rule, store,
    wire::{AppealRequest, AppealedReceipt, PhotographAnnounced},
};
use crate::{
    account,
    error::CoreError,
    explanation::{Explanation, NextStep, message_id},
    ids::AppealId,
    locale::{Argument, Texts},
    observe::{Changes, Observable, Wake},
    outbox,
    ports::{Ports, random_token},
    receipts::{self, Receipt, ReceiptState, Receipts},
    storage::{Blocking, Database, StorageError},
    time::in_moscow,
};

/// The appeals for observers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppealsSnapshot {
    /// All of the member's, the newest first.
    pub appeals: Vec<Appeal>,
}

/// The member's appeals.
pub struct Appeals {
    member_db: Database,
    receipts: Arc<Receipts>,
    ports: Ports,
    texts: Arc<Texts>,
    blocking: Blocking,
    changes: Changes,
    wake: Arc<Wake>,
    pub(crate) snapshots: Observable<AppealsSnapshot>,
}

enum Stored {
    Queued(Box<Appeal>),
    NotAccepted(AppealFault),
    NotFound,
    SignInNeeded,
}

impl Appeals {
    pub(crate) fn new(
        member_db: Database,
        receipts: Arc<Receipts>,
        ports: Ports,
        texts: Arc<Texts>,
        blocking: Blocking,
        (changes, wake): (Changes, Arc<Wake>),
    ) -> Self {
        let snapshots = Observable::new(AppealsSnapshot::default(), changes.clone());
        Self { member_db, receipts, ports, texts, blocking, changes, wake, snapshots }
    }

    /// What an appeal about this receipt would begin with, or why there can be none. Works offline.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where the member has no such receipt; [`CoreError::SignInNeeded`],
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn draft(&self, local_id: i64) -> Result<AppealDraft, CoreError> {
        let story = self.receipts.story(local_id).await?;
        let appealed = AppealedReceipt::of(&story.receipt);
        let found = self.member_db.read(move |tx| {
            let Some(member) = account::store::active_member_id(tx)? else { return Ok(None) };
            let last = store::last_of(tx, &member, &appealed)?;
            Ok::<_, StorageError>(Some((last, pictures::find(tx, local_id)?.is_some())))
        });
        let (last, has_picture) = found.await?.ok_or(CoreError::SignInNeeded)?;
        let refusal = rule::refusal(&story.receipt, last);
        Ok(AppealDraft {
            local_id,
            requisites: self.requisites(&story.receipt),
            trace_id: story.changes.iter().rev().find_map(|change| change.trace_id.clone()),
            has_picture,
            longest_comment: LONGEST_COMMENT,
            most_photographs: MOST_PHOTOGRAPHS,
            refusal: refusal.map(|fault| (fault.clone(), fault.explanation(&self.texts))),
        })
    }

    /// Makes an appeal about this receipt. When this returns [`AppealSubmission::Queued`], it is on the disk with its
    /// photographs, which were made smaller to 2 MB in all and say nothing but what they show.
    ///
    /// # Errors
    /// As [`Appeals::draft`]; nothing was kept then.
    pub async fn submit(&self, local_id: i64, new: NewAppeal) -> Result<AppealSubmission, CoreError> {
        let draft = self.draft(local_id).await?;
        let NewAppeal { comment, photographs, with_picture } = new;
        let comment = comment.trim().to_owned();
        let count = photographs.len() + usize::from(with_picture && draft.has_picture);
        let fault = draft.refusal.map(|(fault, _)| fault).or_else(|| rule::refused_content(&comment, count));
        if let Some(fault) = fault {
            return Ok(self.not_accepted(fault));
        }
        let mut prepared = match with_picture {
            true => self.member_db.read(move |tx| pictures::find(tx, local_id)).await?.into_iter().collect(),
            false => Vec::new(),
        };
        let taken = prepared.iter().map(Vec::len).sum();
        match self.blocking.run(move || photographs::made_small(&photographs, taken)).await? {
            Ok(small) => prepared.extend(small),
            Err((number, fault)) => return Ok(self.not_accepted(AppealFault::Photograph { number, fault })),
        }
        let appeal_id = AppealId::new(random_token::<16>(self.ports.entropy.as_ref())?);
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let (trace_id, now) = (draft.trace_id, self.ports.clock.now());
        let written = Written { appeal_id, trace_id, comment, photographs: prepared };
        let _no_deletion = self.wake.intents.read().await;
        match self.member_db.write(move |tx| store_appeal(tx, local_id, &written, &key, now)).await? {
            Stored::Queued(appeal) => {
                self.changes.ring();
                self.wake.queue();
                Ok(AppealSubmission::Queued(self.explained(*appeal)))
            }
            Stored::NotAccepted(fault) => Ok(self.not_accepted(fault)),
            Stored::NotFound => Err(CoreError::NotFound),
            Stored::SignInNeeded => Err(CoreError::SignInNeeded),
        }
    }

    /// Keeps the picture that a receipt was captured from until the gallery has counted it or has answered an appeal: it
    /// leaves the phone only with an appeal, and only if the member wants it to. It is kept small and grey. Says whether it
    /// is kept: not of a receipt that counts, nor what is no picture.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where the member has no such receipt; [`CoreError::SignInNeeded`],
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn keep_picture(&self, local_id: i64, picture: CapturedPicture) -> Result<bool, CoreError> {
        let Some(jpeg) = self.blocking.run(move || picture.small()).await? else { return Ok(false) };
        let kept = self.member_db.write(move |tx| {
            let Some(member) = account::store::active_member_id(tx)? else { return Ok(None) };
            let Some(receipt) = receipts::store::get(tx, &member, local_id)? else { return Ok(Some(None)) };
            let is_kept = receipt.state != ReceiptState::Credited;
            if is_kept {
                pictures::keep(tx, local_id, &jpeg)?;
            }
            Ok::<_, StorageError>(Some(Some(is_kept)))
        });
        kept.await?.ok_or(CoreError::SignInNeeded)?.ok_or(CoreError::NotFound)
    }

    /// The member's appeals, the newest first; from the phone alone.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn list(&self) -> Result<Vec<Appeal>, CoreError> {
        let listed = self.member_db.read(|tx| match account::store::active_member_id(tx)? {
            Some(member) => store::list(tx, &member),
            None => Ok::<_, StorageError>(Vec::new()),
        });
        Ok(listed.await?.into_iter().map(|appeal| self.explained(appeal)).collect())
    }

    /// Snapshots from now on: the present one at once, then each that differs.
    #[must_use]
    pub fn observe(&self) -> watch::Receiver<Arc<AppealsSnapshot>> {
        self.snapshots.subscribe()
    }

    pub(crate) async fn publish(&self) -> Result<(), CoreError> {
        self.snapshots.publish(AppealsSnapshot { appeals: self.list().await? });
        Ok(())
    }

    fn requisites(&self, receipt: &Receipt) -> String {
        let (amount, at) = (self.texts.money(receipt.total), self.texts.instant(receipt.issued_at));
        let arguments = [("amount", Argument::Text(&amount)), ("at", Argument::Text(&at))];
        let mut lines = vec![self.texts.text("appeal-receipt", &arguments)];
        if let Some(identity) = &receipt.identity {
            let (document, sign) = (identity.document_number.to_string(), identity.fiscal_sign.to_string());
            let arguments = [
                ("drive", Argument::Text(identity.drive_number.as_str())),
                ("document", Argument::Text(&document)),
                ("sign", Argument::Text(&sign)),
            ];
            lines.push(self.texts.text("appeal-requisites", &arguments));
        }
        lines.push(receipt.explanation.sentence.clone());
        lines.join("\n")
    }

    fn not_accepted(&self, fault: AppealFault) -> AppealSubmission {
        let explanation = fault.explanation(&self.texts);
        AppealSubmission::NotAccepted { fault, explanation }
    }

    fn explained(&self, mut appeal: Appeal) -> Appeal {
        let state = self.texts.text(&message_id("appeal", appeal.state.code()), &[]);
        appeal.explanation = match (&appeal.wedged_reason, appeal.reason) {
            (Some(code), _) => Explanation::of_wedged(&self.texts, state, code),
            (None, Some(reason)) => {
                let next_step = match reason {
                    AppealReason::AppealOpen => NextStep::Wait,
                    AppealReason::AppealAnswered => NextStep::ShowAtDesk,
                    AppealReason::Unknown => NextStep::UpdateApp,
                };
                let sentence = self.texts.text(&message_id("appeal-fault", reason.code()), &[]);
                Explanation::new(&self.texts, state, sentence, next_step)
            }
            (None, None) => {
                let next_step = match appeal.state {
                    AppealState::Waiting | AppealState::Open => NextStep::Wait,
                    AppealState::Declined => NextStep::ShowAtDesk,
                    AppealState::Unknown => NextStep::UpdateApp,
                    AppealState::Accepted | AppealState::Refused => NextStep::Nothing,
                };
                Explanation::new(&self.texts, state, self.sentence(&appeal), next_step)
            }
        };
        appeal
    }

    fn sentence(&self, appeal: &Appeal) -> String {
        if appeal.state == AppealState::Open && appeal.photographs_waiting > 0 {
            let count = Argument::Count(appeal.photographs_waiting.into());
            return self.texts.text("appeal-sentence-open-photographs", &[("count", count)]);
        }
        self.texts.text(&message_id("appeal-sentence", appeal.state.code()), &[])
    }
}

impl AppealedReceipt {
    fn of(receipt: &Receipt) -> Self {
        let identity = receipt.identity.as_ref();
        Self {
            receipt_id: receipt.receipt_id.clone(),
            drive_number: identity.map(|identity| identity.drive_number.clone()),
            document_number: identity.map(|identity| identity.document_number),
            fiscal_sign: identity.map(|identity| identity.fiscal_sign),
            total_kopecks: receipt.total,
            issued_at: in_moscow(receipt.issued_at).fixed_offset(),
        }
    }
}

/// An appeal about to be written.
struct Written {
    appeal_id: AppealId,
    trace_id: Option<String>,
    comment: String,
    photographs: Vec<Vec<u8>>,
}

/// The intent, its key, the photographs and what the member sees, together or not at all.
fn store_appeal(
    tx: &Transaction<'_>,
    local_id: i64,
    written: &Written,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Stored, StorageError> {
    let Some(member) = account::store::active_member_id(tx)? else { return Ok(Stored::SignInNeeded) };
    let Some(receipt) = receipts::store::get(tx, &member, local_id)? else { return Ok(Stored::NotFound) };
    let appealed = AppealedReceipt::of(&receipt);
    // It may have been decided, or appealed, while the photographs were made small.
    if let Some(fault) = rule::refusal(&receipt, store::last_of(tx, &member, &appealed)?) {
        return Ok(Stored::NotAccepted(fault));
    }
    let request = AppealRequest {
        appeal_id: written.appeal_id.clone(),
        receipt: appealed,
        trace_id: written.trace_id.clone(),
        comment: written.comment.clone(),
        photographs: written.photographs.iter().map(|jpeg| PhotographAnnounced::of(jpeg)).collect(),
        requested_at: now,
    };
    store::insert(tx, &member, &request)?;
    store::insert_photographs(tx, &member, &written.appeal_id, &written.photographs)?;
    outbox::store::add(tx, &member, &AppealIntent::entry(&request)?, key, now)?;
    let appeal = store::get(tx, &member, &written.appeal_id)?.ok_or(StorageError::Unreadable("appeal"))?;
    Ok(Stored::Queued(Box::new(appeal)))
}
