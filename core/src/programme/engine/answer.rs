//! The answer, in the words of the specification; as JSON it is exactly what that names.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    tally::Tally,
    walk::{Cause, Turn},
};
use crate::{
    ids::TierId,
    programme::{
        instant::Moment,
        ledger::Entry,
        rules::{Metric, Requirement, Rules},
    },
};

/// Where a member stands, and where with all that is pending: always apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What is.
    #[serde(flatten)]
    pub credited: Answer,
    /// What would be if all that is pending were credited.
    pub projected: Answer,
}

/// Where a member stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The higher of what was earned and what was given.
    pub tier: TierId,
    /// Since when.
    pub since: Moment,
    /// The last day, grace not added; of a tier that was given, its last day. `None` where no day is known.
    pub valid_until: Option<NaiveDate>,
    /// Whether it was given and not earned.
    pub granted: bool,
    /// What it takes to earn the tier that was given.
    pub to_earn: Option<ToReach>,
    /// What it takes to reach the tier above; `None` at the top.
    pub to_next: Option<ToReach>,
    /// What it takes to keep the earned tier; `None` where it does not end, or where everything begins anew.
    pub to_keep: Option<Keep>,
    /// What leaves the window on which of the next 60 days.
    pub outlook: Vec<Leaving>,
    /// Every change of the tier, the first one first.
    pub timeline: Arc<[Change]>,
    /// What counts today, in kopecks; the specification does not name it.
    #[serde(skip)]
    pub sum: i64,
    /// What each tier takes, and how much of it there is; `None` for the first.
    #[serde(skip)]
    pub needs: Vec<Option<Need>>,
    /// What is left of the points that expire, the first to expire first; the specification does not name it.
    #[serde(skip)]
    pub expiring: Vec<Expiring>,
}

/// Points that expire together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiring {
    /// The last day on which they are worth something.
    pub by: NaiveDate,
    /// How many are left; at least 1.
    pub points: i64,
}

/// A tier and what it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToReach {
    /// The tier.
    pub tier: TierId,
    /// What it takes, and how much of it there is.
    pub need: Need,
}

/// The earned tier, and what it takes to keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Keep {
    /// The tier.
    pub tier: TierId,
    /// The last day whose purchases still help.
    pub by: NaiveDate,
    /// What it takes, and how much of it there will be without further entries.
    pub need: Need,
}

/// A requirement with what is reached of it, in the shape of the rules document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Need {
    /// So much of something.
    Metric(MetricNeed),
    /// All of these.
    AllOf {
        /// At least one.
        all_of: Vec<Need>,
    },
    /// One of these.
    AnyOf {
        /// At least one.
        any_of: Vec<Need>,
    },
}

/// How much there is of something, and how much it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MetricNeed {
    /// Of what.
    pub metric: Metric,
    /// Of a `category_sum`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Kopecks, points or a count; never negative.
    pub reached: i64,
    /// What it takes.
    pub at_least: i64,
    /// What is left; never negative.
    pub missing: i64,
}

/// What leaves the window on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Leaving {
    /// The first day without it.
    pub date: NaiveDate,
    /// In kopecks; negative where a return leaves. Never 0.
    pub sum: i64,
}

/// A change of the tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// To which tier.
    pub tier: TierId,
    /// Why.
    pub because: Because,
}

/// Why a tier changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// An entry.
    Entry(Arc<str>),
    /// A midnight.
    Rule(Rule),
}

/// What can happen at a midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The earned tier ended.
    Validity,
    /// More is reached, because a return left the window.
    Window,
    /// The tier was given until the day before.
    GrantEnd,
}

impl Change {
    pub(super) fn of(turn: Turn, rules: &Rules, entries: &[Arc<Entry>]) -> Self {
        let because = match turn.cause {
            Cause::Entry(place) => {
                Because::Entry(entries.get(place).map_or_else(|| Arc::from(""), |entry| Arc::clone(&entry.id)))
            }
            Cause::Rule(rule) => Because::Rule(rule),
        };
        Self { at: turn.at, tier: rules.id(turn.tier), because }
    }
}

impl Need {
    pub(super) fn of(requirement: &Requirement, rules: &Rules, tally: &Tally) -> Self {
        let all = |parts: &[Requirement]| parts.iter().map(|part| Self::of(part, rules, tally)).collect();
        match requirement {
            Requirement::Metric { metric, category, at_least } => {
                let reached = tally.reached(*metric, *category);
                Self::Metric(MetricNeed {
                    metric: *metric,
                    category: category.and_then(|place| rules.category(place)).map(str::to_owned),
                    reached,
                    at_least: *at_least,
                    missing: at_least.saturating_sub(reached).max(0),
                })
            }
            Requirement::AllOf(parts) => Self::AllOf { all_of: all(parts) },
            Requirement::AnyOf(parts) => Self::AnyOf { any_of: all(parts) },
        }
    }
}
