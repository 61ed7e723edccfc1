//! From each rule to its sentence. What has no effect has no sentence.

use super::{
    super::rules::{Campaign, Downgrade, Metric, Period, Requirement, Returns, Rules, Tier, Validity},
    RuleSentence, RulebookSection,
};
use crate::{
    locale::{Argument, Texts},
    money::Kopecks,
};

pub struct Writer<'a> {
    pub rules: &'a Rules,
    pub texts: &'a Texts,
}

impl Writer<'_> {
    pub fn sections(&self) -> Vec<RulebookSection> {
        let sections = [
            ("tiers", self.tiers()),
            ("benefits", self.benefits()),
            ("counting", self.counting()),
            ("keeping", self.keeping()),
            ("receipts", self.receipts()),
            ("about", self.about()),
        ];
        let told = sections.into_iter().filter(|(_, sentences)| !sentences.is_empty());
        told.map(|(key, sentences)| RulebookSection {
            key: key.to_owned(),
            title: self.texts.text(&format!("rulebook-title-{key}"), &[]),
            sentences,
        })
        .collect()
    }

    fn tiers(&self) -> Vec<RuleSentence> {
        let mut sentences: Vec<_> = self.rules.tiers.iter().map(|tier| self.tier(tier)).collect();
        let mut required = self.rules.tiers.iter().filter_map(|tier| tier.require.as_ref()).peekable();
        if required.peek().is_some() {
            sentences.push(self.plain("upgrade", "rulebook-upgrade"));
        }
        if required.any(asks_for_points) {
            sentences.push(self.plain("points", "rulebook-points"));
        }
        sentences
    }

    fn tier(&self, tier: &Tier) -> RuleSentence {
        let key = format!("tier:{}", tier.id.as_str());
        let name = ("tier", Argument::Text(tier.name(self.texts.language())));
        match &tier.require {
            None => self.sentence(&key, "rulebook-tier-first", &[name]),
            Some(requirement) => {
                let need = self.need(requirement);
                self.sentence(&key, "rulebook-tier", &[name, ("need", Argument::Text(&need))])
            }
        }
    }

    /// A requirement as a part of a sentence. Of groups within groups only those of another kind stand in brackets: the
    /// others say the same without.
    fn need(&self, requirement: &Requirement) -> String {
        let (text, parts, is_all) = match requirement {
            Requirement::Metric { metric, category, at_least } => return self.metric(*metric, *category, *at_least),
            Requirement::AllOf(parts) => ("rulebook-all-of", parts, true),
            Requirement::AnyOf(parts) => ("rulebook-any-of", parts, false),
        };
        let mut flat = Vec::new();
        flatten(parts, is_all, &mut flat);
        let Some((last, parts)) = flat.split_last() else { return String::new() };
        if parts.is_empty() {
            return self.need(last);
        }
        let bracketed = |part: &&Requirement| match part {
            Requirement::Metric { .. } => self.need(part),
            Requirement::AllOf(_) | Requirement::AnyOf(_) => format!("({})", self.need(part)),
        };
        let (parts, last) = (parts.iter().map(bracketed).collect::<Vec<_>>().join(", "), bracketed(last));
        self.texts.text(text, &[("parts", Argument::Text(&parts)), ("last", Argument::Text(&last))])
    }

    fn metric(&self, metric: Metric, category: Option<usize>, at_least: i64) -> String {
        let amount = self.texts.money(Kopecks::new(at_least));
        let amount = ("amount", Argument::Text(&amount));
        let counted = |text| {
            let number = self.texts.number(at_least);
            self.texts.text(text, &[("count", Argument::Count(at_least)), ("number", Argument::Text(&number))])
        };
        match metric {
            Metric::Sum => self.texts.text("rulebook-need-sum", &[amount]),
            Metric::CategorySum => {
                let category = category.and_then(|place| self.rules.category(place)).unwrap_or_default();
                let category = self.category(category);
                self.texts.text("rulebook-need-category-sum", &[amount, ("category", Argument::Text(&category))])
            }
            Metric::Visits => counted("rulebook-need-visits"),
            Metric::Receipts => counted("rulebook-need-receipts"),
            Metric::Points => counted("rulebook-need-points"),
        }
    }

    fn benefits(&self) -> Vec<RuleSentence> {
        let language = self.texts.language();
        let mut sentences = Vec::new();
        for tier in &self.rules.tiers {
            for benefit in self.rules.benefits.iter().filter(|benefit| benefit.tier == tier.id) {
                let text = ("text", Argument::Text(benefit.text(language)));
                let arguments = [("tier", Argument::Text(tier.name(language))), text];
                sentences.push(self.sentence(&format!("benefit:{}", benefit.id), "rulebook-benefit", &arguments));
            }
        }
        sentences
    }

    fn counting(&self) -> Vec<RuleSentence> {
        let mut sentences = vec![match self.rules.period {
            Period::RollingMonths(n) => self.counted("period", "rulebook-period-rolling-months", n),
            Period::RollingDays(n) => self.counted("period", "rulebook-period-rolling-days", n),
            Period::CalendarYear => self.plain("period", "rulebook-period-calendar-year"),
            Period::Anniversary => self.plain("period", "rulebook-period-anniversary"),
            Period::Lifetime => self.plain("period", "rulebook-period-lifetime"),
        }];
        let counting = &self.rules.counting;
        let (min_receipt, returns) = match self.rules.returns {
            Returns::OriginalDate => ("rulebook-min-receipt-original-date", "rulebook-returns-original-date"),
            Returns::ReturnDate => ("rulebook-min-receipt-return-date", "rulebook-returns-return-date"),
        };
        // No purchase is below one kopeck.
        if counting.min_receipt > 1 {
            let amount = self.texts.money(Kopecks::new(counting.min_receipt));
            sentences.push(self.sentence("min_receipt", min_receipt, &[("amount", Argument::Text(&amount))]));
        }
        if !counting.excluded_categories.is_empty() {
            let (count, names) = self.categories(&counting.excluded_categories);
            let arguments = [("count", count), ("categories", Argument::Text(&names))];
            sentences.push(self.sentence("excluded", "rulebook-excluded", &arguments));
        }
        sentences.push(self.plain("returns", returns));
        let campaigns = self.rules.campaigns.iter().filter(|campaign| has_effect(campaign));
        let campaigns: Vec<_> = campaigns.map(|campaign| self.campaign(campaign)).collect();
        let coincide = campaigns.len() > 1;
        sentences.extend(campaigns);
        if coincide {
            sentences.push(self.plain("campaigns", "rulebook-campaigns"));
        }
        sentences
    }

    fn campaign(&self, campaign: &Campaign) -> RuleSentence {
        let (from, until) = (self.texts.day(campaign.from), self.texts.day(campaign.until));
        let days = if from == until {
            from
        } else {
            let arguments = [("from", Argument::Text(&from)), ("until", Argument::Text(&until))];
            self.texts.text("rulebook-campaign-days", &arguments)
        };
        let (count, names) = self.categories(campaign.categories.as_deref().unwrap_or_default());
        let number = self.texts.hundredths(campaign.percent);
        let how = [("percent", Argument::Count(campaign.percent.into())), ("number", Argument::Text(&number))];
        let how = self.texts.text("rulebook-campaign-how", &how);
        let arguments = [
            ("days", Argument::Text(&days)),
            ("count", count),
            ("categories", Argument::Text(&names)),
            ("how", Argument::Text(&how)),
        ];
        self.sentence(&format!("campaign:{}", campaign.id), "rulebook-campaign", &arguments)
    }

    /// What is said of the end of tiers; nothing where there is none.
    fn keeping(&self) -> Vec<RuleSentence> {
        if self.rules.tiers.len() < 2 {
            return Vec::new();
        }
        let is_never = self.rules.downgrade == Downgrade::Never;
        let (validity, renewal) = match (self.rules.validity, self.rules.period) {
            (Validity::Months(n), _) => {
                (self.counted("validity", "rulebook-validity-months", n), Some("rulebook-renewal"))
            }
            (Validity::NextYearEnd, _) => {
                (self.plain("validity", "rulebook-validity-next-year-end"), Some("rulebook-renewal"))
            }
            (Validity::PeriodEnd, Period::CalendarYear) => {
                (self.plain("validity", "rulebook-validity-calendar-year"), Some("rulebook-renewal-anew"))
            }
            (Validity::PeriodEnd, Period::Anniversary) => {
                (self.plain("validity", "rulebook-validity-anniversary"), Some("rulebook-renewal-anew"))
            }
            (Validity::PeriodEnd, _) if !is_never => (self.plain("validity", "rulebook-validity-daily"), None),
            (Validity::PeriodEnd | Validity::Forever, _) => {
                return vec![self.plain("validity", "rulebook-validity-forever")];
            }
        };
        if is_never {
            return vec![validity, self.plain("downgrade", "rulebook-downgrade-never")];
        }
        let downgrade = match self.rules.downgrade {
            Downgrade::OneStep => "rulebook-downgrade-one-step",
            Downgrade::ByBalance | Downgrade::Never => "rulebook-downgrade-by-balance",
        };
        let grace = self.rules.grace_days;
        let grace = (grace > 0).then(|| self.counted("grace", "rulebook-grace", grace));
        let renewal = renewal.map(|text| self.plain("renewal", text));
        [Some(validity), renewal, grace, Some(self.plain("downgrade", downgrade))].into_iter().flatten().collect()
    }

    fn receipts(&self) -> Vec<RuleSentence> {
        let receipts = self.rules.receipts;
        let max_age = receipts.max_age_days.map(|days| self.counted("max_age", "rulebook-max-age", days));
        let not_found = receipts.not_found_after_days;
        let not_found = not_found.map(|days| self.counted("not_found_after", "rulebook-not-found-after", days));
        [max_age, not_found].into_iter().flatten().collect()
    }

    fn about(&self) -> Vec<RuleSentence> {
        let (version, day) = (self.rules.version.to_string(), self.texts.day(self.rules.effective_from));
        let arguments = [("version", Argument::Text(&version)), ("day", Argument::Text(&day))];
        vec![self.sentence("effective_from", "rulebook-effective-from", &arguments)]
    }

    fn categories(&self, ids: &[String]) -> (Argument<'static>, String) {
        let names: Vec<_> = ids.iter().map(|id| self.category(id)).collect();
        (Argument::Count(i64::try_from(names.len()).unwrap_or(i64::MAX)), names.join(", "))
    }

    fn category(&self, id: &str) -> String {
        let name = self.texts.text("category", &[("id", Argument::Text(id))]);
        self.texts.text("rulebook-category", &[("name", Argument::Text(&name))])
    }

    fn counted(&self, key: &str, text: &str, count: u32) -> RuleSentence {
        let number = self.texts.number(count.into());
        self.sentence(key, text, &[("count", Argument::Count(count.into())), ("number", Argument::Text(&number))])
    }

    fn plain(&self, key: &str, text: &str) -> RuleSentence {
        self.sentence(key, text, &[])
    }

    fn sentence(&self, key: &str, text: &str, arguments: &[(&str, Argument<'_>)]) -> RuleSentence {
        RuleSentence { key: key.to_owned(), text: self.texts.text(text, arguments) }
    }
}

/// The parts of a group, with those of groups of the same kind within it, and groups of one part as that part.
fn flatten<'a>(parts: &'a [Requirement], is_all: bool, flat: &mut Vec<&'a Requirement>) {
    for part in parts {
        match part {
            Requirement::AllOf(inner) if is_all || inner.len() == 1 => flatten(inner, is_all, flat),
            Requirement::AnyOf(inner) if !is_all || inner.len() == 1 => flatten(inner, is_all, flat),
            _ => flat.push(part),
        }
    }
}

fn asks_for_points(requirement: &Requirement) -> bool {
    match requirement {
        Requirement::Metric { metric, .. } => *metric == Metric::Points,
        Requirement::AllOf(parts) | Requirement::AnyOf(parts) => parts.iter().any(asks_for_points),
    }
}

/// A campaign in which a purchase counts as it does without, or that covers nothing, changes nothing.
fn has_effect(campaign: &Campaign) -> bool {
    campaign.percent > 100 && campaign.categories.as_ref().is_none_or(|categories| !categories.is_empty())
}
