//! Asks the engine whether a number is the one at which it changes its mind.

use std::{collections::VecDeque, sync::Arc};

use chrono::{Days, Months, NaiveDate, NaiveTime};

use super::{numbers::Number, *};
use crate::{
    fiscal::{self, CheckRules},
    programme::{
        engine::{Answer, Engine, Need},
        instant::Moment,
        ledger::{Entry, EntryKind, EntryState, Ledger},
        rules::{Campaign, Downgrade, Period, Validity},
        store,
    },
};

/// In kopecks; every percentage of it is a whole number.
const AMOUNT: i64 = 1_000_000;

pub struct Probe<'a> {
    pub document: &'a Value,
    pub rules: &'a Rules,
}

/// A day on which no campaign takes place, and which every month has.
fn base() -> NaiveDate {
    NaiveDate::from_ymd_opt(2031, 1, 15).unwrap()
}

fn noon(day: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    crate::time::moscow(day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap())).unwrap().to_utc()
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

fn entry(id: usize, day: NaiveDate, kind: EntryKind) -> Entry {
    Entry { id: Arc::from(format!("e{id}")), at: Moment::of(noon(day)), state: EntryState::Credited, kind }
}

fn purchase(id: usize, day: NaiveDate, amount: i64, category: Option<&str>) -> Entry {
    entry(id, day, EntryKind::Purchase { amount, category: category.map(Arc::from) })
}

fn points(points: i64, expires: Option<NaiveDate>) -> Entry {
    entry(0, base(), EntryKind::Points { points, expires })
}

/// A purchase on [`base`], or none.
fn purchased(amount: i64, category: Option<&str>) -> Vec<Entry> {
    if amount > 0 { vec![purchase(0, base(), amount, category)] } else { Vec::new() }
}

/// The engine's answer at noon for one who has joined on the day of the first entry.
fn asked(rules: &Rules, entries: Vec<Entry>, day: NaiveDate) -> Answer {
    let joined = entries.first().map_or(day, |entry| entry.at.day());
    Engine::new(Arc::new(rules.clone()), Ledger { joined, entries }).at(noon(day)).credited
}

fn leaves<'a>(require: &'a Value, found: &mut Vec<&'a Value>) {
    match require.get("all_of").or(require.get("any_of")).and_then(Value::as_array) {
        Some(parts) => parts.iter().for_each(|part| leaves(part, found)),
        None => found.push(require),
    }
}

impl Probe<'_> {
    /// Checks the numbers of the sentence `key`; gives back those for which there is no check.
    pub fn check(&self, key: &str, numbers: Vec<Number>) -> Vec<Number> {
        let mut numbers = VecDeque::from(numbers);
        match key.split_once(':').unwrap_or((key, "")) {
            ("tier", id) => self.tier(id, &mut numbers),
            ("campaign", id) => self.campaign(id, &mut numbers),
            ("min_receipt", _) => self.min_receipt(money(&mut numbers).unwrap()),
            ("period", _) => self.period(&mut numbers),
            ("validity", _) => self.validity(&mut numbers),
            ("grace", _) => self.fall(count(&mut numbers).unwrap()),
            // Zero days are said in words.
            ("max_age", _) => self.max_age(count(&mut numbers).unwrap_or(0)),
            // The gallery's to keep, whose test is beside it.
            ("not_found_after", _) => {
                let days = count(&mut numbers).unwrap_or(0);
                assert_eq!(self.rules.receipts.not_found_after_days.map(u64::from), Some(days));
            }
            ("effective_from", _) => self.effective_from(count(&mut numbers).unwrap(), day(&mut numbers)),
            _ => {}
        }
        numbers.into()
    }

    /// What nothing is said of is not there: no minimum, no oldest receipt, no grace, no campaign.
    pub fn check_what_is_not_said(&self, rulebook: &Rulebook) {
        let says = |key: &str| rulebook.sentences().any(|sentence| sentence.key == key);
        if !says("min_receipt") {
            let rules = self.with(json!({"metric": "sum", "at_least": 1}), json!({}));
            assert_eq!(asked(&rules, purchased(1, None), base()).sum, 1);
        }
        if !says("max_age") {
            self.takes(4_000, true);
        }
        for campaign in self.rules.campaigns.iter().filter(|campaign| !says(&format!("campaign:{}", campaign.id))) {
            for day in [campaign.from, campaign.until] {
                assert_eq!(self.value(campaign, day), AMOUNT, "{campaign:?}");
            }
        }
        if self.rules.tiers.len() > 1 && !says("grace") {
            let falls = says("downgrade") && self.rules.downgrade != Downgrade::Never;
            if falls { self.fall(0) } else { self.never_falls() }
        }
    }

    /// The document's rules with one tier that asks for `require`, and some other members replaced.
    fn with(&self, require: Value, members: Value) -> Rules {
        let mut document = self.document.clone();
        document["tiers"] = json!([{"id": "below", "name": {"ru": "Н", "en": "L"}},
            {"id": "above", "name": {"ru": "В", "en": "H"}, "require": require}]);
        document["benefits"] = json!(null);
        for (name, value) in members.as_object().unwrap() {
            document[name] = value.clone();
        }
        read(&document)
    }

    fn tier(&self, id: &str, numbers: &mut VecDeque<Number>) {
        let tiers = self.document["tiers"].as_array().unwrap();
        let place = tiers.iter().position(|tier| tier["id"] == id).unwrap();
        let Some(require) = tiers[place].get("require") else { return };
        let mut found = Vec::new();
        leaves(require, &mut found);
        for leaf in found {
            let category = leaf["category"].as_str();
            let at_least = match leaf["metric"].as_str() {
                Some("sum" | "category_sum") => money(numbers).unwrap(),
                _ => i64::try_from(count(numbers).unwrap()).unwrap(),
            };
            // What the text says is asked of the engine, not what the document says.
            let lifetime = json!({"period": {"kind": "lifetime"}, "downgrade": "by_balance", "counting": null});
            let alone = self.with(leaf.clone(), lifetime);
            for (number, reached) in [(at_least - 1, "below"), (at_least, "above")] {
                let many = |step: u64| {
                    let days = (0..u64::try_from(number).unwrap()).map(|place| later(base(), place * step));
                    days.enumerate().map(|(place, day)| purchase(place, day, AMOUNT, None)).collect()
                };
                let entries: Vec<Entry> = match leaf["metric"].as_str() {
                    Some("sum" | "category_sum") => purchased(number, category),
                    Some("visits") => many(1),
                    Some("receipts") => many(0),
                    _ if number > 0 => vec![points(number, None)],
                    _ => Vec::new(),
                };
                let last = entries.last().map_or(base(), |entry| entry.at.day());
                assert_eq!(asked(&alone, entries, last).tier.as_str(), reached, "{number} of {leaf}");
            }
        }
        if require["metric"] == "sum" {
            self.plain_sum(place, require["at_least"].as_i64().unwrap());
        }
    }

    /// The same among all other rules of the document: what is missing to the kopeck.
    fn plain_sum(&self, place: usize, at_least: i64) {
        for (amount, left) in [(at_least - 1, 1), (at_least, 0)] {
            if amount >= self.rules.counting.min_receipt.max(1) {
                let answer = asked(self.rules, purchased(amount, None), base());
                let Some(Need::Metric(need)) = &answer.needs[place] else { panic!("a plain sum") };
                assert_eq!(need.missing, left, "{amount}");
            }
        }
    }

    fn min_receipt(&self, least: i64) {
        let rules = self.with(json!({"metric": "sum", "at_least": 1}), json!({}));
        let sum = |entries| asked(&rules, entries, base()).sum;
        assert_eq!(sum(purchased(least - 1, None)), 0);
        assert_eq!(sum(purchased(least, None)), least);
        let mut returned = purchased(least, None);
        returned.push(entry(1, base(), EntryKind::Return { of: Some(Arc::from("e0")), amount: 1 }));
        let matters = self.document["returns"] == "original_date";
        assert_eq!(sum(returned), if matters { 0 } else { least - 1 });
    }

    fn campaign(&self, id: &str, numbers: &mut VecDeque<Number>) {
        let campaign = self.rules.campaigns.iter().find(|campaign| campaign.id == id).unwrap();
        let from = day(numbers);
        // One day is named once.
        let until = if let Some(Number::Day(_)) = numbers.front() { day(numbers) } else { from };
        let Some(Number::Plain(percent)) = numbers.pop_front() else { panic!("how much counts") };
        for (day, value) in [
            (from - Days::new(1), AMOUNT),
            (from, AMOUNT / 100 * percent),
            (until, AMOUNT / 100 * percent),
            (later(until, 1), AMOUNT),
        ] {
            assert_eq!(self.value(campaign, day), value, "{campaign:?} on {day}");
        }
    }

    /// What a purchase of [`AMOUNT`] counts on a day, if this is the only campaign.
    fn value(&self, campaign: &Campaign, day: NaiveDate) -> i64 {
        let mut rules = self.with(json!({"metric": "sum", "at_least": 1}), json!({"counting": null}));
        rules.campaigns = vec![campaign.clone()];
        let category = campaign.categories.as_ref().and_then(|categories| categories.first());
        asked(&rules, vec![purchase(0, day, AMOUNT, category.map(String::as_str))], day).sum
    }

    fn period(&self, numbers: &mut VecDeque<Number>) {
        let next = match self.rules.period {
            // One day and one month are said in words.
            Period::RollingDays(_) => later(base(), count(numbers).unwrap_or(1)),
            Period::RollingMonths(_) => base() + months(count(numbers).unwrap_or(1)),
            Period::CalendarYear => NaiveDate::from_ymd_opt(2032, 1, 1).unwrap(),
            Period::Anniversary => NaiveDate::from_ymd_opt(2032, 1, 15).unwrap(),
            Period::Lifetime => return,
        };
        let rules = self.with(json!({"metric": "sum", "at_least": 1}), json!({"counting": null}));
        for (day, sum) in [(next - Days::new(1), AMOUNT), (next, 0)] {
            assert_eq!(asked(&rules, purchased(AMOUNT, None), day).sum, sum, "{:?} on {day}", self.rules.period);
        }
    }

    fn validity(&self, numbers: &mut VecDeque<Number>) {
        let rules = self.with(json!({"metric": "sum", "at_least": 1}), json!({"counting": null}));
        let until = asked(&rules, purchased(AMOUNT, None), base()).valid_until;
        if let Validity::Months(_) = rules.validity {
            let next = base() + months(count(numbers).unwrap());
            assert_eq!(until, Some(next - Days::new(1)));
        }
    }

    /// A tier whose requirements are met on [`base`] alone is kept so many days longer, and not one more.
    fn fall(&self, grace: u64) {
        let (rules, entries) = self.held_on_the_first_day();
        let until = asked(&rules, entries.clone(), base()).valid_until;
        // Without an end it is asked each day, and is met until the evening.
        let last = later(until.unwrap_or(base()), grace);
        for (day, tier) in [(last, "above"), (later(last, 1), "below")] {
            assert_eq!(asked(&rules, entries.clone(), day).tier.as_str(), tier, "{grace} on {day}");
        }
    }

    fn never_falls(&self) {
        let (rules, entries) = self.held_on_the_first_day();
        assert_eq!(asked(&rules, entries, later(base(), 5_000)).tier.as_str(), "above");
    }

    fn held_on_the_first_day(&self) -> (Rules, Vec<Entry>) {
        (self.with(json!({"metric": "points", "at_least": 1}), json!({})), vec![points(1, Some(base()))])
    }

    fn max_age(&self, days: u64) {
        self.takes(days, true);
        self.takes(days + 1, false);
    }

    fn takes(&self, days: u64, is_taken: bool) {
        let day = base() - Days::new(days);
        let text = format!("t={}T1200&s=100.00&fn=7380440801290534&i=1&fp=1880975916&n=1", day.format("%Y%m%d"));
        let rules = CheckRules { max_age_days: self.rules.receipts.max_age_days };
        let checked = fiscal::check(&fiscal::parse(&text).unwrap(), noon(base()), &rules);
        assert_eq!(checked.is_ok(), is_taken, "{days} days: {checked:?}");
    }

    fn effective_from(&self, version: u64, first: NaiveDate) {
        assert_eq!(u64::from(self.rules.version), version);
        let mut file = rusqlite::Connection::open_in_memory().unwrap();
        file.execute_batch(include_str!("../../../../migrations/member/001_line.sql")).unwrap();
        let tx = file.transaction().unwrap();
        store::keep_rules(&tx, self.rules.version, &self.rules.effective_from.to_string(), "").unwrap();
        for (day, is_in_force) in [(first - Days::new(1), false), (first, true)] {
            assert_eq!(store::rules_in_force(&tx, &day.to_string()).unwrap().is_some(), is_in_force, "{day}");
        }
    }
}

fn months(count: u64) -> Months {
    Months::new(u32::try_from(count).unwrap())
}

fn money(numbers: &mut VecDeque<Number>) -> Option<i64> {
    match numbers.pop_front()? {
        Number::Money(kopecks) => Some(kopecks),
        other => panic!("{other:?} is no amount"),
    }
}

fn count(numbers: &mut VecDeque<Number>) -> Option<u64> {
    match numbers.pop_front()? {
        Number::Plain(hundredths) if hundredths % 100 == 0 => Some(u64::try_from(hundredths / 100).unwrap()),
        other => panic!("{other:?} is no count"),
    }
}

fn day(numbers: &mut VecDeque<Number>) -> NaiveDate {
    match numbers.pop_front() {
        Some(Number::Day(day)) => day,
        other => panic!("{other:?} is no day"),
    }
}
