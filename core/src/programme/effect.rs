//! What some entries have changed: the member's standing with and without them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    TierName,
    engine::{Answer, Engine},
    ledger::{Entry, Ledger},
    rules::Rules,
    service::Programme,
};
use crate::{error::CoreError, ids::ReceiptId, locale::Language, money::Kopecks, time::moscow_date};

/// Where the member stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectSide {
    /// The tier.
    pub tier: TierName,
    /// What counted.
    pub sum: Kopecks,
    /// The last day of the tier; `None` where no day is known.
    pub valid_until: Option<NaiveDate>,
    /// The last day whose purchases still help to keep the tier; `None` where it does not end.
    pub keep_by: Option<NaiveDate>,
}

impl Programme {
    /// Where the member stood at `at` without these entries of the ledger, and with them; by the rules that were in force
    /// then. `None` where the ledger does not have them, or no rules are known.
    pub(crate) async fn without(
        &self,
        entries: &[ReceiptId],
        at: DateTime<Utc>,
    ) -> Result<Option<(EffectSide, EffectSide)>, CoreError> {
        let Some((member, rules, stored)) = self.read_at(moscow_date(at).to_string()).await? else { return Ok(None) };
        let all: Vec<Entry> = stored.iter().filter_map(|entry| Entry::read(entry.body.as_bytes()).ok()).collect();
        let is_named = |entry: &Entry| entries.iter().any(|id| id.as_str() == &*entry.id);
        let others: Vec<Entry> = all.iter().filter(|entry| !is_named(entry)).cloned().collect();
        if entries.is_empty() || others.len() + entries.len() != all.len() {
            return Ok(None);
        }
        let side = |entries| {
            let mut engine = Engine::new(Arc::clone(&rules), Ledger { joined: member.joined, entries });
            self.side(&rules, engine.at(at).credited)
        };
        Ok(Some((side(others), side(all))))
    }

    fn side(&self, rules: &Rules, answer: Answer) -> EffectSide {
        let name = |language: Language| rules.tier(&answer.tier).map(|tier| tier.name(language).to_owned());
        let name = name(self.language()).unwrap_or_else(|| answer.tier.as_str().to_owned());
        EffectSide {
            tier: TierName { name, id: answer.tier },
            sum: Kopecks::new(answer.sum),
            valid_until: answer.valid_until,
            keep_by: answer.to_keep.map(|keep| keep.by),
        }
    }
}
