use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;

use super::calendar::Calendar;
use super::needs::Need;
use super::periods::{Period, Validity};

/// What a rules document says of tiers.
///
/// The sandbox serves invalid documents too, because clients must cope with them, and no request may
/// fail for one: what is missing or of an unknown kind is as in the default programme, a number out of its
/// range is the nearest within it, a requirement that cannot be read never holds, and a campaign that cannot
/// be read is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Programme {
    pub(super) calendar: Calendar,
    pub(super) period: Period,
    pub(super) validity: Validity,
    pub(super) downgrade: Downgrade,
    pub(super) grace_days: u32,
    pub(super) returns: Returns,
    pub(super) campaigns: Vec<Campaign>,
    /// From the lowest up, at least one.
    pub(super) tiers: Vec<Tier>,
    /// In kopecks, at least 1.
    pub(crate) min_receipt: i64,
    pub(crate) excluded_categories: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Downgrade {
    ByBalance,
    OneStep,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Returns {
    OriginalDate,
    ReturnDate,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Campaign {
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) percent: i64,
    /// `None`: all.
    pub(super) categories: Option<Vec<String>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tier {
    pub(super) id: String,
    pub(super) need: Need,
}

impl Programme {
    /// `None` when it has no tiers with ids.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        let tiers = document.get("tiers")?.as_array()?.iter().map(tier).collect::<Option<Vec<_>>>()?;
        let text = |pointer| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let number = |pointer| document.pointer(pointer).and_then(Value::as_i64);
        let within = |pointer, default, most| number(pointer).unwrap_or(default).clamp(1, most) as u32;
        (!tiers.is_empty()).then(|| Self {
            calendar: Calendar(text("/zone").parse().unwrap_or(Tz::Europe__Moscow)),
            period: match text("/period/kind") {
                "rolling_days" => Period::RollingDays(within("/period/n", 365, 36_600)),
                "calendar_year" => Period::CalendarYear,
                "anniversary" => Period::Anniversary,
                "lifetime" => Period::Lifetime,
                "rolling_months" => Period::RollingMonths(within("/period/n", 12, 1200)),
                _ => Period::RollingMonths(12),
            },
            validity: match text("/validity/kind") {
                "months" => Validity::Months(within("/validity/n", 12, 1200)),
                "next_year_end" => Validity::NextYearEnd,
                "forever" => Validity::Forever,
                _ => Validity::PeriodEnd,
            },
            downgrade: match text("/downgrade") {
                "one_step" => Downgrade::OneStep,
                "never" => Downgrade::Never,
                _ => Downgrade::ByBalance,
            },
            grace_days: number("/grace_days").unwrap_or(0).clamp(0, i64::from(u32::MAX)) as u32,
            returns: match text("/returns") {
                "return_date" => Returns::ReturnDate,
                _ => Returns::OriginalDate,
            },
            campaigns: list(document.get("campaigns")).filter_map(campaign).collect(),
            tiers,
            min_receipt: number("/counting/min_receipt").unwrap_or(0).max(1),
            excluded_categories: texts(document.pointer("/counting/excluded_categories")),
        })
    }

    /// What counts of a purchase with its returns, in kopecks, campaigns apart.
    pub(crate) fn counted(&self, amount: i64, returned: i64, category: Option<&str>) -> i64 {
        let net = (amount - returned).max(0);
        let looked_at = match self.returns {
            Returns::OriginalDate => net,
            Returns::ReturnDate => amount,
        };
        let is_excluded = self.excluded_categories.iter().any(|excluded| Some(excluded.as_str()) == category);
        if is_excluded || looked_at < self.min_receipt { 0 } else { net }
    }

    pub(crate) fn tier_ids(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.tiers.iter().map(|tier| tier.id.as_str())
    }
}

fn tier(tier: &Value) -> Option<Tier> {
    let id = tier.get("id")?.as_str()?.to_owned();
    Some(Tier { id, need: tier.get("require").map_or(Need::Unknown, Need::read) })
}

fn campaign(campaign: &Value) -> Option<Campaign> {
    let day = |name: &str| campaign.get(name)?.as_str()?.parse().ok();
    Some(Campaign {
        from: day("from")?,
        until: day("until")?,
        percent: campaign.get("percent")?.as_i64().filter(|percent| (100..=10_000).contains(percent))?,
        categories: campaign.get("categories").filter(|all| !all.is_null()).map(|categories| texts(Some(categories))),
    })
}

fn texts(value: Option<&Value>) -> Vec<String> {
    list(value).filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
