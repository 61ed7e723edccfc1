//! Whether what a reminder says is so, from rules and ledger as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use vremena_core::{
    locale::Language,
    programme::{engine::Engine, ledger::Ledger, rules::Rules},
    reminders::ReminderSubject,
    time::moscow_date,
};

use crate::said::{Figure, Said, named};

/// What the phone knows.
pub struct Known<'a> {
    pub rules: &'a Value,
    pub ledger: &'a Value,
    pub language: Language,
}

fn days(text: &Value) -> NaiveDate {
    text.as_str().unwrap().parse().unwrap()
}

impl Known<'_> {
    pub fn answer(&self, at: DateTime<Utc>) -> Value {
        let rules = Rules::read(&serde_json::to_vec(self.rules).unwrap()).unwrap();
        let ledger = Ledger::read(&serde_json::to_vec(self.ledger).unwrap()).unwrap();
        serde_json::to_value(Engine::new(rules.into(), ledger).at(at)).unwrap()
    }

    fn place(&self, tier: &Value) -> usize {
        self.rules["tiers"].as_array().unwrap().iter().position(|one| one["id"] == *tier).unwrap()
    }

    fn name(&self, tier: &Value) -> &str {
        let language = match self.language {
            Language::Ru => "ru",
            Language::En => "en",
        };
        self.rules["tiers"][self.place(tier)]["name"][language].as_str().unwrap()
    }

    fn named(&self, day: NaiveDate) -> String {
        named(self.language, day)
    }

    /// Why what is said is not so at an instant; by what is credited, and where it is just told by what is pending too.
    pub fn lie(&self, subject: ReminderSubject, said: &Said, at: DateTime<Utc>, is_just_told: bool) -> Option<String> {
        let answer = self.answer(at);
        let views = [Some(&answer), is_just_told.then(|| &answer["projected"])];
        for (pending, view) in views.into_iter().flatten().enumerate() {
            if let Some(lie) = self.lie_of(subject, said, view, at, pending > 0) {
                return Some(format!("{lie}; at {at} the answer is {view}"));
            }
        }
        None
    }

    fn lie_of(
        &self,
        subject: ReminderSubject,
        said: &Said,
        answer: &Value,
        at: DateTime<Utc>,
        pending: bool,
    ) -> Option<String> {
        let tier = |value: &Value| (!value.is_null()).then(|| self.name(value));
        let says_tier = |place: usize| said.tiers.get(place).map(String::as_str);
        let says = |value: &Value, day: &Value| {
            tier(value) == says_tier(0) && !day.is_null() && said.day == Some(self.named(days(day)))
        };
        let is_so = match subject {
            ReminderSubject::Keep => {
                let keep = &answer["to_keep"];
                says(&keep["tier"], &keep["by"])
                    && answer["granted"] == false
                    && moscow_date(at) <= days(&keep["by"])
                    && is_missing(&keep["need"], said.figure)
            }
            ReminderSubject::Approach => {
                let next = &answer["to_next"];
                tier(&next["tier"]) == says_tier(0)
                    && is_close(&next["need"], self.rules["reminders"]["approach_percent"].as_i64().unwrap())
                    && is_missing(&next["need"], said.figure)
            }
            ReminderSubject::Grant => answer["granted"] == true && says(&answer["tier"], &answer["valid_until"]),
            ReminderSubject::Fall => {
                let timeline = answer["timeline"].as_array().unwrap();
                let first = &self.rules["tiers"][0]["id"];
                timeline.last().is_some_and(|last| {
                    let before = timeline.iter().rev().find(|change| change["at"] != last["at"]);
                    let before = before.map_or(first, |change| &change["tier"]);
                    let since: DateTime<Utc> = last["at"].as_str().unwrap().parse().unwrap();
                    self.place(before) > self.place(&last["tier"])
                        && tier(&last["tier"]) == says_tier(0)
                        && tier(before) == says_tier(1)
                        && said.day == Some(self.named(moscow_date(since)))
                        && since <= at
                        && last["tier"] == answer["tier"]
                })
            }
            ReminderSubject::Points => self.lots(at, pending).into_iter().any(|(by, left)| {
                Some(self.named(by)) == said.day
                    && by >= moscow_date(at)
                    && said.figure.is_none_or(|figure| figure == ("points", left))
            }),
        };
        (!is_so).then(|| format!("{said:?}"))
    }

    /// What is left of points that expire, by last day.
    fn lots(&self, at: DateTime<Utc>, with_pending: bool) -> BTreeMap<NaiveDate, i64> {
        let exists = |entry: &&Value| match entry["state"].as_str() {
            None | Some("credited") => true,
            Some("pending") => with_pending,
            _ => false,
        };
        let instant = |entry: &Value| entry["at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        let entries = self.ledger["entries"].as_array().unwrap().iter();
        let mut entries: Vec<_> =
            entries.filter(|entry| entry["kind"] == "points" && instant(entry) <= at).filter(exists).collect();
        entries.sort_by_key(|entry| (instant(entry), entry["id"].as_str().unwrap()));
        let mut lots: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for entry in entries {
            let today = moscow_date(instant(entry));
            lots.retain(|by, left| *by >= today && *left > 0);
            let mut points = entry["points"].as_i64().unwrap();
            if points > 0 {
                let by = if entry["expires"].is_null() { NaiveDate::MAX } else { days(&entry["expires"]) };
                if by >= today {
                    *lots.entry(by).or_default() += points;
                }
                continue;
            }
            for left in lots.values_mut() {
                let used = (*left).min(-points);
                *left -= used;
                points += used;
            }
        }
        lots.retain(|by, left| *by >= moscow_date(at) && *left > 0);
        lots.remove(&NaiveDate::MAX);
        lots
    }
}

/// Whether so much more, and no less, would do; without a figure, whether anything is missing.
fn is_missing(need: &Value, figure: Option<Figure>) -> bool {
    match figure {
        Some((of_what, number)) => {
            number > 0 && is_met(need, Some((of_what, number))) && !is_met(need, Some((of_what, number - 1)))
        }
        None => !is_met(need, None),
    }
}

fn is_met(need: &Value, more: Option<Figure>) -> bool {
    let each = |parts: &Value| parts.as_array().unwrap().iter().map(|part| is_met(part, more)).collect::<Vec<_>>();
    if need["all_of"].is_array() {
        return each(&need["all_of"]).into_iter().all(|met| met);
    }
    if need["any_of"].is_array() {
        return each(&need["any_of"]).into_iter().any(|met| met);
    }
    let more = more.filter(|(of_what, _)| need["metric"] == *of_what).map_or(0, |(_, number)| number);
    need["reached"].as_i64().unwrap() + more >= need["at_least"].as_i64().unwrap()
}

fn is_close(need: &Value, percent: i64) -> bool {
    if let Some(parts) = need["all_of"].as_array() {
        return parts.iter().all(|part| is_close(part, percent));
    }
    if let Some(parts) = need["any_of"].as_array() {
        return parts.iter().any(|part| is_close(part, percent));
    }
    need["reached"].as_i64().unwrap() * 100 >= need["at_least"].as_i64().unwrap() * percent
}
