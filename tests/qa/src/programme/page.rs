//! The answer as a page to read in a terminal.

use std::fmt;

use chrono::{DateTime, Utc};
use owo_colors::OwoColorize as _;
use vremena_core::{
    ids::TierId,
    locale::{Language, Texts},
    money::Kopecks,
    programme::{
        engine::{Answer, Because, MetricNeed, Need, Report, Rule, ToReach},
        rules::{Metric, Rules},
    },
};

const BAR: usize = 24;

pub struct Page<'a> {
    pub rules: &'a Rules,
    pub texts: &'a Texts,
    pub report: &'a Report,
    pub at: DateTime<Utc>,
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}, {}", self.say("Правила", "Rules"), self.rules.version, self.texts.instant(self.at))?;
        self.answer(f, &self.report.credited)?;
        if self.report.projected != self.report.credited {
            writeln!(f, "\n{}", self.say("Со всем, что проверяется", "With all that is pending").bold())?;
            self.answer(f, &self.report.projected)?;
        }
        Ok(())
    }
}

impl Page<'_> {
    fn answer(&self, f: &mut fmt::Formatter<'_>, answer: &Answer) -> fmt::Result {
        let how = if answer.granted { self.say("дан", "given") } else { self.say("заслужен", "earned") };
        let since = self.say("с", "since");
        write!(
            f,
            "\n{}, {how}, {since} {}",
            self.name(&answer.tier).bold(),
            self.texts.instant(answer.since.instant())
        )?;
        match answer.valid_until {
            Some(until) => writeln!(f, ", {} {}", self.say("по", "until"), self.texts.day(until))?,
            None => writeln!(f)?,
        }
        let to_reach = |f: &mut fmt::Formatter<'_>, what: &str, to: &Option<ToReach>| match to {
            Some(ToReach { tier, need }) => {
                writeln!(f, "\n{what} {}", self.name(tier))?;
                self.need(f, need, 1)
            }
            None => Ok(()),
        };
        to_reach(f, self.say("Чтобы заслужить", "To earn"), &answer.to_earn)?;
        to_reach(f, self.say("Чтобы получить", "To reach"), &answer.to_next)?;
        if let Some(keep) = &answer.to_keep {
            let (to_keep, by) = (self.say("Чтобы сохранить", "To keep"), self.say("до конца дня", "by"));
            writeln!(f, "\n{to_keep} {}, {by} {}", self.name(&keep.tier), self.texts.day(keep.by))?;
            self.need(f, &keep.need, 1)?;
        }
        if !answer.outlook.is_empty() {
            writeln!(f, "\n{}", self.say("Перестанет учитываться", "Leaves the window"))?;
        }
        for leaving in &answer.outlook {
            writeln!(f, "  {}  {}", self.texts.day(leaving.date), self.texts.money(Kopecks::new(leaving.sum)))?;
        }
        if !answer.timeline.is_empty() {
            writeln!(f, "\n{}", self.say("Что было", "So far"))?;
        }
        for change in answer.timeline.iter() {
            let because = match &change.because {
                Because::Entry(id) => format!("{} {id}", self.say("запись", "by entry")),
                Because::Rule(Rule::Validity) => self.say("истёк срок", "its time was over").to_owned(),
                Because::Rule(Rule::Window) => {
                    self.say("возврат перестал учитываться", "a return left the window").to_owned()
                }
                Because::Rule(Rule::GrantEnd) => {
                    self.say("истёк срок того, что было дано", "what was given has ended").to_owned()
                }
            };
            writeln!(f, "  {}  {}  {because}", self.texts.instant(change.at.instant()), self.name(&change.tier))?;
        }
        Ok(())
    }

    fn need(&self, f: &mut fmt::Formatter<'_>, need: &Need, depth: usize) -> fmt::Result {
        let (what, parts) = match need {
            Need::Metric(metric) => return self.metric(f, metric, depth),
            Need::AllOf { all_of } => (self.say("всё из этого", "all of"), all_of),
            Need::AnyOf { any_of } => (self.say("одно из этого", "one of"), any_of),
        };
        writeln!(f, "{:indent$}{what}", "", indent = depth * 2)?;
        parts.iter().try_for_each(|part| self.need(f, part, depth + 1))
    }

    fn metric(&self, f: &mut fmt::Formatter<'_>, need: &MetricNeed, depth: usize) -> fmt::Result {
        let figure = |number: i64| match need.metric {
            Metric::Sum | Metric::CategorySum => self.texts.money(Kopecks::new(number)),
            Metric::Visits | Metric::Receipts | Metric::Points => number.to_string(),
        };
        let what = match need.metric {
            Metric::Sum => self.say("сумма", "sum"),
            Metric::Visits => self.say("дни с покупками", "visits"),
            Metric::Receipts => self.say("чеки", "receipts"),
            Metric::Points => self.say("баллы", "points"),
            Metric::CategorySum => need.category.as_deref().unwrap_or_default(),
        };
        let filled = bar(need.reached, need.at_least);
        write!(
            f,
            "{:indent$}{}{}  {what}: {} {} {}",
            "",
            "█".repeat(filled),
            "░".repeat(BAR - filled),
            figure(need.reached),
            self.say("из", "of"),
            figure(need.at_least),
            indent = depth * 2
        )?;
        if need.missing > 0 {
            match self.texts.language() {
                Language::Ru => write!(f, ", не хватает {}", figure(need.missing))?,
                Language::En => write!(f, ", {} missing", figure(need.missing))?,
            }
        }
        writeln!(f)
    }

    fn say(&self, russian: &'static str, english: &'static str) -> &'static str {
        match self.texts.language() {
            Language::Ru => russian,
            Language::En => english,
        }
    }

    fn name(&self, tier: &TierId) -> String {
        let language = self.texts.language();
        self.rules.tier(tier).map_or_else(|| tier.as_str().to_owned(), |tier| tier.name(language).to_owned())
    }
}

/// Full only where all is reached.
fn bar(reached: i64, at_least: i64) -> usize {
    let share = i128::from(reached.min(at_least)) * BAR as i128 / i128::from(at_least.max(1));
    usize::try_from(share).unwrap_or_default()
}
