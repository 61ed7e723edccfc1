//! From the entries that exist to what each of them moves.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use crate::programme::{
    ledger::{Entry, EntryKind},
    rules::{Returns, Rules},
};

/// What an entry moves, in its place of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Nothing: its purchase is smaller from the beginning.
    Silent,
    /// Value comes.
    Purchase {
        /// In kopecks.
        value: i64,
        /// Where requirements ask about its category: the place of that.
        category: Option<usize>,
        /// Whether it is a receipt, and its day one of a visit.
        is_receipt: bool,
    },
    /// Value goes again.
    Return {
        /// In kopecks, negative.
        value: i64,
        /// The purchase's.
        category: Option<usize>,
        /// The day of the purchase of which nothing is left by this.
        empties: Option<NaiveDate>,
    },
    /// Points come, with the last day on which they are worth something, or go.
    Points(i64, Option<NaiveDate>),
    /// A tier, by its place, through a day; `None` where there is no such tier.
    Grant(Option<usize>, NaiveDate),
}

/// A movement and its day.
pub type Dated = (NaiveDate, Movement);

impl Movement {
    /// What it adds to the sum.
    pub const fn value(&self) -> i64 {
        match self {
            Self::Purchase { value, .. } | Self::Return { value, .. } => *value,
            Self::Silent | Self::Points(..) | Self::Grant(..) => 0,
        }
    }

    pub const fn category(&self) -> Option<usize> {
        match self {
            Self::Purchase { category, .. } | Self::Return { category, .. } => *category,
            Self::Silent | Self::Points(..) | Self::Grant(..) => None,
        }
    }
}

/// Which returns belong to which purchase, among entries in their order.
#[derive(Debug, Default)]
pub struct Links {
    purchases: HashMap<Arc<str>, usize>,
    /// By the purchase's id, in order.
    returns: HashMap<Arc<str>, Vec<usize>>,
}

impl Links {
    /// Takes in the entry at `place`, the last of all; adds the places whose movements it may change to `touched`.
    pub fn push(&mut self, place: usize, entry: &Entry, touched: &mut Vec<usize>) {
        touched.push(place);
        match &entry.kind {
            EntryKind::Purchase { .. } => {
                self.purchases.insert(Arc::clone(&entry.id), place);
                touched.extend(self.returns.get(&entry.id).into_iter().flatten());
            }
            EntryKind::Return { of: Some(of), .. } => {
                self.returns.entry(Arc::clone(of)).or_default().push(place);
                touched.extend(self.purchases.get(of));
            }
            EntryKind::Return { of: None, .. } | EntryKind::Grant { .. } | EntryKind::Points { .. } => {}
        }
    }

    /// What the entry at `place` moves.
    pub fn movement(&self, rules: &Rules, entries: &[Arc<Entry>], place: usize) -> Movement {
        let Some(entry) = entries.get(place) else { return Movement::Silent };
        match &entry.kind {
            EntryKind::Purchase { amount, category, .. } => {
                let bought = Bought::of(rules, entry.at.day(), category.as_deref());
                let returned = self.returned(entries, &entry.id, |of_return| match rules.returns {
                    Returns::OriginalDate => true,
                    Returns::ReturnDate => of_return < place,
                });
                let net = (i128::from(*amount) - returned).max(0);
                match rules.returns {
                    Returns::OriginalDate => {
                        let left = i64::try_from(net).unwrap_or_default();
                        let counts = bought.counts(rules, left);
                        bought.movement(if counts { bought.worth(left) } else { 0 }, counts)
                    }
                    Returns::ReturnDate => {
                        let counts = bought.counts(rules, *amount);
                        bought.movement(if counts { bought.worth(*amount) } else { 0 }, counts && net > 0)
                    }
                }
            }
            EntryKind::Return { of, amount, .. } => match rules.returns {
                Returns::OriginalDate => Movement::Silent,
                Returns::ReturnDate => self.taken_back(rules, entries, place, of.as_deref(), *amount),
            },
            EntryKind::Grant { tier, until } => Movement::Grant(rules.place(tier), *until),
            EntryKind::Points { points, expires } => Movement::Points(*points, *expires),
        }
    }

    fn taken_back(
        &self,
        rules: &Rules,
        entries: &[Arc<Entry>],
        place: usize,
        of: Option<&str>,
        amount: i64,
    ) -> Movement {
        let purchase = of.and_then(|of| self.purchases.get(of)).copied();
        let bought = purchase.and_then(|purchase| Some((purchase, entries.get(purchase)?)));
        let Some((purchase, bought)) = bought else {
            return Movement::Return { value: -amount, category: None, empties: None };
        };
        let EntryKind::Purchase { amount: whole, category, .. } = &bought.kind else { return Movement::Silent };
        let day = bought.at.day();
        let of_purchase = Bought::of(rules, day, category.as_deref());
        let before = self.returned(entries, &bought.id, |of_return| of_return < place);
        let [before, after] = [before, before + i128::from(amount)].map(|sum| sum.min(i128::from(*whole)));
        if !of_purchase.counts(rules, *whole) {
            return Movement::Return { value: 0, category: of_purchase.category, empties: None };
        }
        let worth = |part: i128| of_purchase.worth(i64::try_from(part).unwrap_or_default());
        Movement::Return {
            value: worth(before) - worth(after),
            category: of_purchase.category,
            empties: (purchase < place && before < after && after == i128::from(*whole)).then_some(day),
        }
    }

    fn returned(&self, entries: &[Arc<Entry>], purchase: &str, is_asked: impl Fn(usize) -> bool) -> i128 {
        let returns = self.returns.get(purchase).into_iter().flatten();
        returns
            .filter(|place| is_asked(**place))
            .filter_map(|place| match entries.get(*place)?.kind {
                EntryKind::Return { amount, .. } => Some(i128::from(amount)),
                _ => None,
            })
            .sum()
    }
}

/// What is the same for a purchase and its returns.
struct Bought {
    percent: i64,
    category: Option<usize>,
    is_excluded: bool,
}

impl Bought {
    fn of(rules: &Rules, day: NaiveDate, category: Option<&str>) -> Self {
        let covers = |of: &Option<Vec<String>>| {
            of.as_ref().is_none_or(|of| category.is_some_and(|category| of.iter().any(|one| one == category)))
        };
        let campaigns = rules.campaigns.iter();
        let percent = campaigns
            .filter(|campaign| (campaign.from..=campaign.until).contains(&day) && covers(&campaign.categories))
            .map(|campaign| campaign.percent)
            .max();
        Self {
            percent: percent.unwrap_or(100).into(),
            category: category.and_then(|category| rules.categories.iter().position(|known| known == category)),
            is_excluded: category
                .is_some_and(|category| rules.counting.excluded_categories.iter().any(|one| one == category)),
        }
    }

    fn counts(&self, rules: &Rules, amount: i64) -> bool {
        !self.is_excluded && amount >= rules.counting.min_receipt.max(1)
    }

    /// The amounts and percents of valid documents are far from the end of the range.
    const fn worth(&self, amount: i64) -> i64 {
        amount.saturating_mul(self.percent) / 100
    }

    const fn movement(&self, value: i64, is_receipt: bool) -> Movement {
        Movement::Purchase { value, category: self.category, is_receipt }
    }
}
