//! On what occasion a member is reminded, and whether it is there.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};

use super::{ReminderKind, ReminderSubject};
use crate::{
    ids::TierId,
    programme::{
        engine::{Answer, MetricNeed, Need, Report},
        instant::Moment,
        rules::{Metric, Rules},
    },
};

/// A fall that is older is no news.
pub const NEWS: TimeDelta = TimeDelta::days(7);

/// An occasion. The same one is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The next tier is close, in a quarter of a year: once in each is no pestering.
    Approach { tier: TierId, quarter: (i32, u32) },
    /// The earned tier ends after a day, if nothing is bought.
    Keep { tier: TierId, by: NaiveDate },
    /// The tier became a lower one.
    Fall { from: TierId, to: TierId, at: Moment },
    /// Points expire after a day.
    Points { by: NaiveDate },
    /// A tier that was given ends after a day.
    Grant { tier: TierId, by: NaiveDate },
}

/// How much of something is said: of what, and how much.
pub type Amount = (Metric, i64);

impl Occasion {
    pub fn approach(tier: TierId, day: NaiveDate) -> Self {
        Self::Approach { tier, quarter: (day.year(), day.month0() / 3 + 1) }
    }

    /// What it is remembered by. It is stored: the form never changes.
    pub fn key(&self) -> String {
        match self {
            Self::Approach { tier, quarter: (year, quarter) } => format!("approach:{year}-{quarter}:{}", tier.as_str()),
            Self::Keep { tier, by } => format!("keep:{by}:{}", tier.as_str()),
            Self::Fall { to, at, .. } => format!("fall:{}:{}", at.instant().timestamp(), to.as_str()),
            Self::Points { by } => format!("points:{by}"),
            Self::Grant { tier, by } => format!("grant:{by}:{}", tier.as_str()),
        }
    }

    pub const fn subject(&self) -> ReminderSubject {
        match self {
            Self::Approach { .. } => ReminderSubject::Approach,
            Self::Keep { .. } => ReminderSubject::Keep,
            Self::Fall { .. } => ReminderSubject::Fall,
            Self::Points { .. } => ReminderSubject::Points,
            Self::Grant { .. } => ReminderSubject::Grant,
        }
    }

    /// Which matter more than others, where there are too many: the danger, then what has happened.
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Keep { .. } => 0,
            Self::Fall { .. } => 1,
            Self::Grant { .. } => 2,
            Self::Points { .. } => 3,
            Self::Approach { .. } => 4,
        }
    }

    /// The last day that it is about, where it is about one.
    pub const fn by(&self) -> Option<NaiveDate> {
        match self {
            Self::Keep { by, .. } | Self::Points { by } | Self::Grant { by, .. } => Some(*by),
            Self::Approach { .. } | Self::Fall { .. } => None,
        }
    }

    /// From when on it is worth telling.
    pub fn due(&self, days_before: u32) -> Moment {
        match self {
            Self::Fall { at, .. } => *at,
            _ => self.by().map_or(Moment::of(DateTime::<Utc>::MIN_UTC), |by| {
                Moment::start_of(by.checked_sub_days(Days::new(days_before.into())).unwrap_or(by))
            }),
        }
    }

    /// When it is over at the latest, told at `instant`.
    pub fn ends(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Fall { at, .. } => at.instant() + NEWS,
            // What is missing changes at midnights.
            _ => start_after(self.by().unwrap_or_else(|| Moment::of(instant).day())),
        }
    }

    /// Whether it is there, by what is credited and by what is pending too: what a receipt that is still checked may
    /// undo is not told. With how much there is to say of it; `None` of something where the two differ in that.
    pub fn is_there(&self, report: &Report, rules: &Rules, instant: DateTime<Utc>) -> Option<Option<Amount>> {
        let credited = self.is_in(&report.credited, rules, instant)?;
        let projected = self.is_in(&report.projected, rules, instant)?;
        Some(credited.filter(|credited| projected == Some(*credited)))
    }

    fn is_in(&self, answer: &Answer, rules: &Rules, instant: DateTime<Utc>) -> Option<Option<Amount>> {
        match self {
            Self::Approach { tier, .. } => {
                let next = answer.to_next.as_ref().filter(|next| next.tier == *tier)?;
                let is_close = is_close(&next.need, rules.reminders.approach_percent);
                if is_close { left_of(&next.need) } else { None }
            }
            Self::Keep { tier, by } => {
                let keep = answer.to_keep.as_ref().filter(|keep| keep.tier == *tier && keep.by == *by)?;
                if answer.granted { None } else { left_of(&keep.need) }
            }
            Self::Fall { from, to, at } => {
                let is_news = instant < at.instant() + NEWS;
                let last = answer.timeline.last().filter(|last| is_news && last.at == *at && last.tier == *to)?;
                let before = answer.timeline.iter().rev().find(|change| change.at < last.at);
                let before =
                    before.map_or_else(|| rules.tiers.first().map(|tier| &tier.id), |change| Some(&change.tier));
                (before == Some(from)).then_some(None)
            }
            Self::Points { by } => {
                let lot = answer.expiring.iter().find(|lot| lot.by == *by)?;
                Some(Some((Metric::Points, lot.points)))
            }
            Self::Grant { tier, by } => {
                let is_given = answer.granted && answer.tier == *tier && answer.valid_until == Some(*by);
                is_given.then_some(None)
            }
        }
    }
}

impl ReminderSubject {
    /// Approaching is an invitation to buy more. All else tells members of what they have, without inviting to anything.
    pub const fn kind(self) -> ReminderKind {
        match self {
            Self::Approach => ReminderKind::Advertising,
            Self::Keep | Self::Fall | Self::Points | Self::Grant => ReminderKind::Service,
        }
    }
}

/// The first instant after a day.
pub fn start_after(day: NaiveDate) -> DateTime<Utc> {
    Moment::start_of(day.succ_opt().unwrap_or(day)).instant()
}

fn is_close(need: &Need, percent: u32) -> bool {
    match need {
        Need::Metric(MetricNeed { reached, at_least, .. }) => {
            i128::from(*reached) * 100 >= i128::from(*at_least) * i128::from(percent)
        }
        Need::AllOf { all_of } => all_of.iter().all(|part| is_close(part, percent)),
        Need::AnyOf { any_of } => any_of.iter().any(|part| is_close(part, percent)),
    }
}

/// What is left of a requirement: `None` where nothing is; where it cannot be said in one number, none of something.
fn left_of(need: &Need) -> Option<Option<Amount>> {
    match need {
        Need::Metric(MetricNeed { missing: 0, .. }) => None,
        // A category has no name for people.
        Need::Metric(MetricNeed { metric: Metric::CategorySum, .. }) => Some(None),
        Need::Metric(MetricNeed { metric, missing, .. }) => Some(Some((*metric, *missing))),
        Need::AllOf { all_of } => {
            let mut left = all_of.iter().filter_map(left_of);
            let first = left.next()?;
            Some(first.filter(|_| left.next().is_none()))
        }
        Need::AnyOf { any_of } => {
            let left: Vec<_> = any_of.iter().map(left_of).collect::<Option<_>>()?;
            match left.as_slice() {
                [one] => Some(*one),
                _ => Some(None),
            }
        }
    }
}
