//! Where the member stands, as a shell shows it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    engine::{Answer, Because, Keep, Leaving, MetricNeed, Need, Report, Rule, ToReach},
    rules::{Metric, Rules},
};
use crate::{
    account::Member,
    ids::TierId,
    locale::{Argument, Language, Texts},
    money::Kopecks,
};

/// A tier with its name in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierName {
    /// Names the tier.
    pub id: TierId,
    /// For people; the id where the rules do not know the tier.
    pub name: String,
}

/// A tier, what it takes, and what it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The tier.
    pub tier: TierName,
    /// The sum that it takes, inclusive; zero for the first, `None` where it takes something else than a sum.
    pub at_least: Option<Kopecks>,
    /// What it takes, with what there is of it today; empty for the first.
    pub need: Vec<NeedLine>,
    /// What it opens, for people.
    pub benefits: Vec<String>,
}

/// A line of a requirement: requirements of requirements stand below the group that they belong to, one deeper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedLine {
    /// 0 for the whole requirement.
    pub depth: u32,
    /// What is required.
    pub part: NeedPart,
}

/// What a line of a requirement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NeedPart {
    /// All lines that are one deeper.
    AllOf,
    /// One of the lines that are one deeper.
    AnyOf,
    /// So much of something.
    Amount {
        /// Of what.
        metric: Metric,
        /// Of a [`Metric::CategorySum`].
        category: Option<String>,
        /// What there is, in kopecks, points or as a count; never negative.
        reached: i64,
        /// What it takes.
        at_least: i64,
        /// What is left; never negative.
        missing: i64,
    },
}

/// The way to a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToNext {
    /// The tier.
    pub tier: TierName,
    /// What is left where a sum is all that it takes; `None` otherwise.
    pub missing: Option<Kopecks>,
    /// What it takes, with what there is of it.
    pub need: Vec<NeedLine>,
    /// What it opens, for people.
    pub benefits: Vec<String>,
}

/// What it takes to keep the earned tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToKeep {
    /// The earned tier.
    pub tier: TierName,
    /// The last day whose purchases still help.
    pub by: NaiveDate,
    /// What it takes, with what there will be of it without further purchases.
    pub need: Vec<NeedLine>,
}

/// Why the tier is what it is, until when, and what will change. In force while the gallery and the phone agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Since when the tier is what it is.
    pub since: DateTime<Utc>,
    /// The last day of the tier; `None` where no day is known.
    pub valid_until: Option<NaiveDate>,
    /// Whether the tier was given and not earned.
    pub is_granted: bool,
    /// What it takes to earn the tier that was given; `None` where it was earned.
    pub to_earn: Option<Rung>,
    /// What it takes to keep the earned tier; `None` where it does not end, or where everything begins anew.
    pub to_keep: Option<ToKeep>,
    /// What leaves the window on which of the next 60 days.
    pub outlook: Vec<Outlook>,
    /// Every change of the tier, the first one first.
    pub timeline: Vec<TierChange>,
}

/// What leaves the window on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The first day without it.
    pub date: NaiveDate,
    /// What counts no longer; negative where a return does not.
    pub sum: Kopecks,
}

/// A change of the tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierChange {
    /// When.
    pub at: DateTime<Utc>,
    /// To which tier.
    pub tier: TierName,
    /// Why.
    pub because: TierCause,
}

/// Why a tier changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TierCause {
    /// An entry of the ledger; that of a purchase is named as its receipt.
    Entry {
        /// Names the entry.
        id: String,
    },
    /// The tier's time was over.
    Validity,
    /// More is reached, because a return left the window.
    Window,
    /// What was given has ended.
    GrantEnd,
}

/// What would be if all that is pending were credited. Never mixed with what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// What would count today.
    pub sum: Kopecks,
    /// The tier.
    pub tier: TierName,
    /// The last day of the tier; `None` where no day is known.
    pub valid_until: Option<NaiveDate>,
    /// What it would take to reach the tier above; `None` at the top.
    pub to_next: Option<ToNext>,
}

/// Where the member stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeSnapshot {
    /// The member's tier, by the gallery's word; `None` while nobody is signed in.
    pub tier: Option<TierName>,
    /// All tiers, the lowest first; empty until rules are known.
    pub ladder: Vec<Rung>,
    /// What counts today.
    pub sum: Kopecks,
    /// The way to the tier above; `None` at the top, and without rules.
    pub to_next: Option<ToNext>,
    /// `None` without rules, and while the phone comes to another tier than the gallery.
    pub standing: Option<Standing>,
    /// `None` where nothing is pending.
    pub projected: Option<Projection>,
    /// All this in one sentence for the member; empty while nobody is signed in.
    pub sentence: String,
    /// Which rules.
    pub rules_version: Option<u32>,
}

impl ProgrammeSnapshot {
    pub(super) fn without_rules(member: &Member, texts: &Texts) -> Self {
        Self {
            tier: Some(TierName { id: member.tier.clone(), name: member.tier.as_str().to_owned() }),
            sentence: texts.text("progress-unknown", &[]),
            ..Self::default()
        }
    }

    pub(super) fn of(member: &Member, rules: &Rules, report: &Report, texts: &Texts) -> Self {
        let words = Words { rules, language: texts.language() };
        let Report { credited, projected } = report;
        let tier = words.tier(&member.tier);
        let to_next = rules.above(&member.tier).and_then(|above| words.to_next(&above.id, credited));
        let sentence = match &to_next {
            Some(ToNext { tier, missing: Some(missing), .. }) => texts.text(
                "progress-to-next",
                &[("tier", Argument::Text(&tier.name)), ("missing", Argument::Text(&texts.money(*missing)))],
            ),
            Some(ToNext { tier, .. }) => texts.text("progress-next", &[("tier", Argument::Text(&tier.name))]),
            None => texts.text("progress-top", &[("tier", Argument::Text(&tier.name))]),
        };
        Self {
            ladder: rules.tiers.iter().map(|tier| words.rung(&tier.id, credited)).collect(),
            sum: Kopecks::new(credited.sum),
            standing: (credited.tier == member.tier).then(|| words.standing(credited)),
            projected: Some(words.projection(projected)).filter(|would_be| *would_be != words.projection(credited)),
            tier: Some(tier),
            to_next,
            sentence,
            rules_version: Some(rules.version),
        }
    }
}

struct Words<'a> {
    rules: &'a Rules,
    language: Language,
}

impl Words<'_> {
    fn tier(&self, id: &TierId) -> TierName {
        let name = self.rules.tier(id).map_or(id.as_str(), |tier| tier.name(self.language));
        TierName { id: id.clone(), name: name.to_owned() }
    }

    fn rung(&self, id: &TierId, answer: &Answer) -> Rung {
        let need = self.rules.place(id).and_then(|place| answer.needs.get(place)?.as_ref());
        let at_least = match need {
            None => Some(0),
            Some(Need::Metric(MetricNeed { metric: Metric::Sum, at_least, .. })) => Some(*at_least),
            Some(_) => None,
        };
        let benefits = self.rules.benefits.iter().filter(|benefit| benefit.tier == *id);
        Rung {
            tier: self.tier(id),
            at_least: at_least.map(Kopecks::new),
            need: need.map(lines).unwrap_or_default(),
            benefits: benefits.map(|benefit| benefit.text(self.language).to_owned()).collect(),
        }
    }

    fn to_next(&self, id: &TierId, answer: &Answer) -> Option<ToNext> {
        let Rung { tier, need, benefits, .. } = self.rung(id, answer);
        let missing = match need.first()?.part {
            NeedPart::Amount { metric: Metric::Sum, missing, .. } => Some(Kopecks::new(missing)),
            NeedPart::Amount { .. } | NeedPart::AllOf | NeedPart::AnyOf => None,
        };
        Some(ToNext { tier, missing, need, benefits })
    }

    fn standing(&self, answer: &Answer) -> Standing {
        let keep = |keep: &Keep| ToKeep { tier: self.tier(&keep.tier), by: keep.by, need: lines(&keep.need) };
        let outlook = |leaving: &Leaving| Outlook { date: leaving.date, sum: Kopecks::new(leaving.sum) };
        Standing {
            since: answer.since.instant(),
            valid_until: answer.valid_until,
            is_granted: answer.granted,
            to_earn: answer.to_earn.as_ref().map(|ToReach { tier, .. }| self.rung(tier, answer)),
            to_keep: answer.to_keep.as_ref().map(keep),
            outlook: answer.outlook.iter().map(outlook).collect(),
            timeline: answer
                .timeline
                .iter()
                .map(|change| TierChange {
                    at: change.at.instant(),
                    tier: self.tier(&change.tier),
                    because: match &change.because {
                        Because::Entry(id) => TierCause::Entry { id: id.to_string() },
                        Because::Rule(Rule::Validity) => TierCause::Validity,
                        Because::Rule(Rule::Window) => TierCause::Window,
                        Because::Rule(Rule::GrantEnd) => TierCause::GrantEnd,
                    },
                })
                .collect(),
        }
    }

    fn projection(&self, answer: &Answer) -> Projection {
        let above = answer.to_next.as_ref().and_then(|ToReach { tier, .. }| self.to_next(tier, answer));
        Projection {
            sum: Kopecks::new(answer.sum),
            tier: self.tier(&answer.tier),
            valid_until: answer.valid_until,
            to_next: above,
        }
    }
}

fn lines(need: &Need) -> Vec<NeedLine> {
    let mut lines = Vec::new();
    add_lines(need, 0, &mut lines);
    lines
}

fn add_lines(need: &Need, depth: u32, lines: &mut Vec<NeedLine>) {
    let (part, parts): (_, &[Need]) = match need {
        Need::AllOf { all_of } => (NeedPart::AllOf, all_of),
        Need::AnyOf { any_of } => (NeedPart::AnyOf, any_of),
        Need::Metric(MetricNeed { metric, category, reached, at_least, missing }) => {
            let part = NeedPart::Amount {
                metric: *metric,
                category: category.clone(),
                reached: *reached,
                at_least: *at_least,
                missing: *missing,
            };
            (part, &[])
        }
    };
    lines.push(NeedLine { depth, part });
    parts.iter().for_each(|part| add_lines(part, depth + 1, lines));
}
