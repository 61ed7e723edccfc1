//! The rules document as a model. What a field means stands in the specification of the programme's rules; what this
//! reader chose where that is silent stands in this folder's README.

mod periods;
mod read;
mod reminders;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

pub use self::{
    periods::{Period, Validity},
    reminders::ReminderRules,
};
use crate::{ids::TierId, locale::Language};

/// A rules document that is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Verdicts refer to it.
    pub version: u32,
    /// The first day on which it applies.
    pub effective_from: NaiveDate,
    /// The days whose entries count.
    pub period: Period,
    /// How long a tier is kept.
    pub validity: Validity,
    /// Where a tier that ends leads.
    pub downgrade: Downgrade,
    /// Days after its end on which a tier is still held.
    pub grace_days: u32,
    /// How a return counts.
    pub returns: Returns,
    /// What counts.
    pub counting: Counting,
    /// Days on which more counts.
    pub campaigns: Vec<Campaign>,
    /// From the first, which asks for nothing, upwards.
    pub tiers: Vec<Tier>,
    /// What the tiers bring.
    pub benefits: Vec<Benefit>,
    /// Which receipts are taken.
    pub receipts: ReceiptRules,
    /// The document behind the rules, where they name one.
    pub legal: Option<Legal>,
    /// When members are reminded.
    pub reminders: ReminderRules,
    /// The categories that requirements ask about.
    pub(super) categories: Vec<String>,
}

/// Where a tier that ends leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Downgrade {
    /// To what the balance is worth.
    ByBalance,
    /// One tier lower, or to what the balance is worth where that is higher.
    OneStep,
    /// Nowhere.
    Never,
}

/// How a return counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// As if the purchase had been smaller from the beginning.
    OriginalDate,
    /// On its own day.
    ReturnDate,
}

/// What counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counting {
    /// A smaller purchase does not count, in kopecks.
    pub min_receipt: i64,
    /// Shops of these categories do not count.
    pub excluded_categories: Vec<String>,
}

/// Days on which more counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Names the campaign.
    pub id: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// How much a purchase counts; at least 100.
    pub percent: u32,
    /// In shops of which categories; `None`: in all.
    pub categories: Option<Vec<String>>,
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Names the tier.
    pub id: TierId,
    /// What it takes; `None` for the first.
    pub require: Option<Requirement>,
    names: Bilingual,
}

/// What a tier takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// So much of something.
    Metric {
        /// Of what.
        metric: Metric,
        /// Of a [`Metric::CategorySum`]: its place among [`Rules::category`].
        category: Option<usize>,
        /// Kopecks, points or a count; at least 1.
        at_least: i64,
    },
    /// All of these, at least one.
    AllOf(Vec<Requirement>),
    /// One of these, at least one.
    AnyOf(Vec<Requirement>),
}

/// What is measured over a window of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The value of what counts, in kopecks.
    Sum,
    /// Days with a purchase.
    Visits,
    /// Purchases, as many.
    Receipts,
    /// Points that have not expired.
    Points,
    /// The value of what counts of one category, in kopecks.
    CategorySum,
}

/// Something that a tier brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Benefit {
    /// Names the benefit.
    pub id: String,
    /// The tier that brings it; the tiers above bring it too where they do not bring something else in its place.
    pub tier: TierId,
    texts: Bilingual,
}

/// Which receipts are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiptRules {
    /// An older receipt is refused.
    pub max_age_days: Option<u32>,
    /// A receipt that the tax service has not found for so long is rejected.
    pub not_found_after_days: Option<u32>,
}

/// The legal document behind the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legal {
    /// Where it lies: `https`.
    pub url: String,
    /// SHA-256 of what lies there, 64 hexadecimal digits in lower case. Names the document's version; it cannot be
    /// computed from the texts here.
    pub sha256: String,
    texts: Bilingual,
}

/// A text in the languages of the app.
type Bilingual = BTreeMap<&'static str, String>;

impl Rules {
    /// The place of a tier.
    #[must_use]
    pub fn place(&self, id: &TierId) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.id == *id)
    }

    /// The id of the tier at a place that there is.
    pub(super) fn id(&self, place: usize) -> TierId {
        self.tiers.get(place).map_or_else(|| TierId::new(""), |tier| tier.id.clone())
    }

    /// A tier by its id.
    #[must_use]
    pub fn tier(&self, id: &TierId) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.id == *id)
    }

    /// The tier above `id`.
    #[must_use]
    pub fn above(&self, id: &TierId) -> Option<&Tier> {
        self.tiers.get(self.place(id)? + 1)
    }

    /// The category at a place, which a requirement names.
    #[must_use]
    pub fn category(&self, place: usize) -> Option<&str> {
        self.categories.get(place).map(String::as_str)
    }

    /// Whether a tier is asked about each day, because it has no day on which it ends.
    #[must_use]
    pub fn asks_daily(&self) -> bool {
        self.validity == Validity::PeriodEnd && self.period.is_sliding()
    }
}

impl Tier {
    /// The tier's name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language.tag()).map_or("", String::as_str)
    }
}

impl Benefit {
    /// What it is.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        self.texts.get(language.tag()).map_or("", String::as_str)
    }
}

impl Legal {
    /// What it says, as far as it is told in the app.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        self.texts.get(language.tag()).map_or("", String::as_str)
    }
}

#[cfg(test)]
pub(crate) mod tests;
