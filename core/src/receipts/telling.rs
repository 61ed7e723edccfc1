//! Receipts with what a member reads of them, and their whole stories.

use chrono::{DateTime, Utc};

use super::{
    Receipt, ReceiptChange, ReceiptStory, Receipts, ReturnEffect,
    changes::{self, StoredChange},
    explain, positions, store,
};
use crate::{
    error::CoreError,
    explanation::Explanation,
    ids::ReceiptId,
    locale::{Argument, Texts},
    programme::EffectSide,
};

/// The returns that have changed something, and when they were taken into account.
struct Returned {
    receipts: Vec<ReceiptId>,
    at: DateTime<Utc>,
}

impl Receipts {
    /// The whole story of a receipt: what was bought, how far it came, and what a return has changed. Works offline.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where the member has no such receipt; [`CoreError::SignInNeeded`],
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn story(&self, local_id: i64) -> Result<ReceiptStory, CoreError> {
        let found = self.member(move |tx, member| {
            let Some(receipt) = store::get(tx, &member, local_id)? else { return Ok(None) };
            let returned = match &receipt.receipt_id {
                Some(id) => store::returns_of(tx, &member, id)?,
                None => Vec::new(),
            };
            let positions = positions::of_receipt(tx, local_id)?;
            Ok(Some((receipt, positions, changes::of_receipt(tx, local_id)?, returned)))
        });
        let (receipt, positions, changes, returned) = found.await?.ok_or(CoreError::NotFound)?;
        let effect = match returned_by(&receipt, returned) {
            Some(Returned { receipts, at }) => self.programme.without(&receipts, at).await?,
            None => None,
        };
        let effect = effect.map(|(before, after)| ReturnEffect {
            sentence: effect_sentence(&self.texts, &before, &after),
            before,
            after,
        });
        let changes = self.told(&receipt, changes).await?;
        let receipt = self.explained(vec![receipt]).await?.pop().ok_or(CoreError::NotFound)?;
        Ok(ReceiptStory { receipt, positions, changes, effect })
    }

    async fn told(&self, receipt: &Receipt, changes: Vec<StoredChange>) -> Result<Vec<ReceiptChange>, CoreError> {
        let versions = changes.iter().filter_map(|change| change.rules_version).collect();
        let rules = self.programme.rules_of(versions).await?;
        let told = changes.into_iter().map(|change| {
            let rules = change.rules_version.and_then(|version| rules.get(&version));
            ReceiptChange {
                sentence: explain::change_sentence(&self.texts, receipt, &change, rules.map(AsRef::as_ref)),
                step: change.step,
                at: change.at,
                reason: change.reason,
                rules_version: change.rules_version,
                trace_id: change.trace_id,
            }
        });
        Ok(told.collect())
    }

    /// With what a member reads of them.
    pub(super) async fn explained(&self, mut receipts: Vec<Receipt>) -> Result<Vec<Receipt>, CoreError> {
        let decided = receipts.iter().filter(|receipt| receipt.reason.is_some());
        let rules = self.programme.rules_of(decided.filter_map(|receipt| receipt.rules_version).collect()).await?;
        for receipt in &mut receipts {
            let rules = receipt.rules_version.and_then(|version| rules.get(&version));
            receipt.explanation = Explanation::of_receipt(&self.texts, receipt, rules.map(AsRef::as_ref));
        }
        Ok(receipts)
    }
}

/// A return changes what was there before it; a purchase is changed by all of its returns.
fn returned_by(receipt: &Receipt, returns: Vec<Receipt>) -> Option<Returned> {
    let all = if receipt.return_of.is_some() { vec![receipt.clone()] } else { returns };
    let at = all.iter().filter_map(|one| one.decided_at).max()?;
    Some(Returned { receipts: all.into_iter().filter_map(|one| one.receipt_id).collect(), at })
}

fn effect_sentence(texts: &Texts, before: &EffectSide, after: &EffectSide) -> String {
    let (sum_before, sum_after) = (texts.money(before.sum), texts.money(after.sum));
    let tiers = [
        ("before", Argument::Text(&before.tier.name)),
        ("after", Argument::Text(&after.tier.name)),
        ("sum_before", Argument::Text(&sum_before)),
        ("sum_after", Argument::Text(&sum_after)),
    ];
    let is_same = before.tier == after.tier;
    let mut sentence = texts.text(if is_same { "effect-same-tier" } else { "effect-other-tier" }, &tiers);
    for (id, one, other) in [
        ("effect-valid-until", before.valid_until, after.valid_until),
        ("effect-keep-by", before.keep_by, after.keep_by),
    ] {
        // The dates of different tiers are no change of one date.
        if let (true, Some(one), Some(other)) = (is_same && one != other, one, other) {
            let (one, other) = (texts.day(one), texts.day(other));
            sentence.push(' ');
            sentence.push_str(&texts.text(id, &[("before", Argument::Text(&one)), ("after", Argument::Text(&other))]));
        }
    }
    sentence
}
