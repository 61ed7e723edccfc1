//! From rules, ledger and an instant to the sum that counts and the tier it is worth. Pure.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    ledger::{EntryKind, EntryState, LedgerEntry},
    rules::{Rules, Tier},
};
use crate::{
    money::Kopecks,
    time::{minus_months, moscow_date},
};

/// What counts at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress<'a> {
    /// The purchases of the window, less what was returned.
    pub sum: Kopecks,
    /// The highest tier that this sum reaches.
    pub tier: &'a Tier,
}

/// Which entries exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Those that are credited.
    Credited,
    /// Pending ones too.
    Projected,
}

/// Computes the progress; `None` where the rules name no tier at all.
#[must_use]
pub fn progress<'a>(rules: &'a Rules, ledger: &[LedgerEntry], now: DateTime<Utc>, view: View) -> Option<Progress<'a>> {
    let today = moscow_date(now);
    let window_start = minus_months(today, rules.months);
    let existing: Vec<&LedgerEntry> = ledger.iter().filter(|entry| exists(entry, now, view)).collect();
    let mut returned: HashMap<&str, Kopecks> = HashMap::new();
    for entry in existing.iter().filter(|entry| entry.kind == EntryKind::Return) {
        if let Some(purchase) = entry.of.as_deref() {
            let sum = returned.entry(purchase).or_default();
            *sum = sum.saturating_add(entry.amount);
        }
    }
    let sum = existing
        .iter()
        .filter(|entry| entry.kind == EntryKind::Purchase)
        // The window is the day after (today − months) up to today.
        .filter(|entry| moscow_date(entry.at.to_utc()) > window_start)
        .map(|entry| value(rules, entry, returned.get(entry.id.as_str()).copied().unwrap_or_default()))
        .fold(Kopecks::ZERO, Kopecks::saturating_add);
    let tier = rules.tiers.iter().rev().find(|tier| sum >= tier.at_least)?;
    Some(Progress { sum, tier })
}

fn exists(entry: &LedgerEntry, now: DateTime<Utc>, view: View) -> bool {
    let state = match entry.state {
        EntryState::Credited => true,
        EntryState::Pending => view == View::Projected,
        EntryState::Rejected => false,
    };
    state && entry.at <= now
}

/// What a purchase is worth: as if it had been smaller from the beginning by what came back.
fn value(rules: &Rules, purchase: &LedgerEntry, returned: Kopecks) -> Kopecks {
    let net = purchase.amount.saturating_sub(returned).max(Kopecks::ZERO);
    let excluded =
        purchase.category.as_ref().is_some_and(|category| rules.counting.excluded_categories.contains(category));
    if excluded || net < rules.counting.min_receipt.max(Kopecks::new(1)) { Kopecks::ZERO } else { net }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
