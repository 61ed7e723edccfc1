//! A phone whose core plans, and whose scheduler does what the differences say and shows what its time has come for.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use vremena_core::{
    ids::{ReminderId, TierId},
    locale::{Language, Texts},
    programme::{
        engine::Engine,
        ledger::{Entry, Ledger},
        rules::Rules,
    },
    reminders::{self, Circumstances, Fired, Planned, Reminder, ReminderChanges, ReminderKind, ReminderSubject},
    time::{in_moscow, moscow_date},
};

use crate::{
    history::{Happening, History, count},
    planted::Planted,
    said::{self, named},
    truth::Known,
};

/// Its own clock shows `now + skew`, and it takes the gallery's for `now + skew + offset`.
pub struct Phone {
    planted: Option<Planted>,
    rules: Value,
    next_rules: Option<(NaiveDate, Value)>,
    known: Vec<Value>,
    unknown: Vec<Value>,
    joined: Value,
    /// What the gallery's clock shows.
    now: DateTime<Utc>,
    skew: TimeDelta,
    offset: TimeDelta,
    last_sync: DateTime<Utc>,
    tells_tier: bool,
    /// What the gallery said then.
    tier: Option<TierId>,
    allows_advertising: bool,
    language: Language,
    /// What was handed out last, by occasion.
    handed_out: BTreeMap<String, DateTime<Utc>>,
    fired: Vec<Fired>,
    scheduler: BTreeMap<ReminderId, Reminder>,
}

impl Phone {
    pub fn new(history: &History, planted: Option<Planted>) -> Self {
        let now = history.case.at.parse().unwrap();
        let entries = history.case.ledger["entries"].as_array().unwrap();
        let (known, unknown) = entries.split_at(entries.len() * history.known / 100);
        let mut phone = Self {
            planted,
            rules: history.case.rules.clone(),
            next_rules: None,
            known: known.to_vec(),
            unknown: unknown.to_vec(),
            joined: history.case.ledger["joined"].clone(),
            now,
            skew: TimeDelta::zero(),
            offset: TimeDelta::zero(),
            last_sync: now,
            tells_tier: history.tells_tier,
            tier: None,
            allows_advertising: history.allows_advertising,
            language: if history.is_english { Language::En } else { Language::Ru },
            handed_out: BTreeMap::new(),
            fired: Vec::new(),
            scheduler: BTreeMap::new(),
        };
        phone.hears();
        phone
    }

    fn believed(&self) -> DateTime<Utc> {
        self.now + self.skew + self.offset
    }

    fn rules_at(&self, at: DateTime<Utc>) -> &Value {
        match &self.next_rules {
            Some((day, next)) if moscow_date(at) >= *day => next,
            _ => &self.rules,
        }
    }

    fn ledger<'a>(&self, entries: impl IntoIterator<Item = &'a Value>) -> Value {
        json!({"joined": self.joined, "entries": entries.into_iter().collect::<Vec<_>>()})
    }

    pub fn happens(&mut self, happening: &Happening) {
        match happening {
            Happening::Opened => return,
            Happening::ClockSet(minutes) => {
                self.skew += TimeDelta::minutes(*minutes);
                return;
            }
            Happening::Consents(allows) => {
                self.allows_advertising = *allows;
                return;
            }
            Happening::Heard => {}
            Happening::Learns(which) => {
                if !self.unknown.is_empty() {
                    let entry = self.unknown.remove(which.index(self.unknown.len()));
                    self.known.push(entry);
                }
            }
            Happening::Decided(which, state) => {
                if !self.known.is_empty() {
                    let place = which.index(self.known.len());
                    self.known[place]["state"] = json!(state);
                }
            }
            Happening::Rules(rules) => self.rules = Value::clone(rules),
            Happening::NextRules(days, rules) => {
                self.rules = self.rules_at(self.now).clone();
                let day = moscow_date(self.now) + TimeDelta::days(*days);
                self.next_rules = Some((day, Value::clone(rules)));
            }
        }
        self.hears();
    }

    fn hears(&mut self) {
        self.offset = -self.skew;
        self.last_sync = self.now;
        if self.tells_tier {
            let ledger = self.ledger(self.known.iter().chain(&self.unknown));
            let known = Known { rules: self.rules_at(self.now), ledger: &ledger, language: self.language };
            self.tier = Some(TierId::new(known.answer(self.now)["tier"].as_str().unwrap()));
        }
    }

    fn plan(&self) -> Vec<Planned> {
        let has = |bug| self.planted == Some(bug);
        let at = self.believed();
        let mut rules = Rules::read(&serde_json::to_vec(self.rules_at(at)).unwrap()).unwrap();
        if has(Planted::NoQuiet) {
            rules.reminders.quiet_from = NaiveTime::MIN;
            rules.reminders.quiet_until = NaiveTime::MIN;
        }
        let entries = self.known.iter().map(|entry| Entry::of_value(entry).unwrap()).collect();
        let ledger = Ledger { joined: self.joined.as_str().unwrap().parse().unwrap(), entries };
        let next_rules = self.next_rules.as_ref().map(|(day, _)| *day).filter(|day| *day > moscow_date(at));
        let circumstances = Circumstances {
            now: at,
            last_sync: if has(Planted::AlwaysFresh) { at } else { self.last_sync },
            tier: self.tier.clone().map(|tier| (tier, self.last_sync)).filter(|_| !has(Planted::NoTier)),
            allows_advertising: self.allows_advertising || has(Planted::AlwaysConsent),
            rules_until: next_rules.filter(|_| !has(Planted::SameRules)),
            fired: if has(Planted::Forgetful) { Vec::new() } else { self.fired.clone() },
        };
        let mut engine = Engine::new(Arc::new(rules.clone()), ledger);
        reminders::plan(&rules, &mut engine, &circumstances, &Texts::new(self.language))
    }

    /// What the service does, and then what a shell does.
    pub fn plans_again(&mut self) -> Result<(), TestCaseError> {
        let now = self.believed();
        for (occasion, at) in std::mem::take(&mut self.handed_out) {
            if at <= now {
                self.fired.push(Fired { occasion, at });
            }
        }
        let planned = self.plan();
        self.handed_out = planned.iter().map(|one| (one.occasion(), one.fire_at)).collect();
        let offset = if self.planted == Some(Planted::OneClock) { TimeDelta::zero() } else { self.offset };
        let plan: Vec<_> = planned.iter().map(|one| one.reminder(offset)).collect();
        let scheduled: Vec<_> = self.scheduler.keys().cloned().collect();
        let changes = ReminderChanges::between(&scheduled, &plan);
        for id in changes.cancel.iter().filter(|_| self.planted != Some(Planted::NoCancel)) {
            prop_assert!(self.scheduler.remove(id).is_some());
        }
        let clock = self.now + self.skew;
        for reminder in changes.schedule {
            prop_assert!(reminder.fire_at > clock && reminder.valid_until > reminder.fire_at, "{reminder:?} {clock}");
            prop_assert!(self.scheduler.insert(reminder.id.clone(), reminder).is_none());
        }
        // Nothing has changed: the same plan, and so no difference.
        prop_assert_eq!(self.plan(), planned);
        prop_assert!(self.planted.is_some() || self.scheduler.len() == plan.len());
        Ok(())
    }

    /// Time passes: the scheduler shows what it holds by the phone's clock, whatever the app does.
    pub fn time_passes(&mut self, minutes: i64) -> Result<(), TestCaseError> {
        self.now += TimeDelta::minutes(minutes);
        let clock = self.now + self.skew;
        let mut due: Vec<_> = self.scheduler.values().filter(|one| one.fire_at <= clock).cloned().collect();
        due.sort_by_key(|one| one.fire_at);
        for reminder in due {
            self.scheduler.remove(&reminder.id);
            self.fires(&reminder)?;
        }
        Ok(())
    }

    fn fires(&self, reminder: &Reminder) -> Result<(), TestCaseError> {
        let Reminder { text, kind, subject, .. } = reminder;
        let (fire_at, last) =
            (reminder.fire_at + self.offset, reminder.valid_until + self.offset - TimeDelta::seconds(1));
        let said = said::read(self.language, text);
        if self.planted.is_none() {
            count(*subject, &said, self.language);
        }
        let rules = self.rules_at(fire_at);
        prop_assert!(!is_quiet(rules, fire_at), "quiet: {reminder:?}");
        prop_assert!(*kind == ReminderKind::Service || self.allows_advertising, "no consent: {reminder:?}");
        prop_assert_eq!(*kind == ReminderKind::Advertising, *subject == ReminderSubject::Approach);
        let hours = rules["reminders"]["max_sync_age_hours"].as_i64().unwrap();
        let is_old = fire_at - self.last_sync > TimeDelta::hours(hours);
        prop_assert!(said.figure.is_none() || !is_old, "an old sum: {reminder:?}");
        let known = is_old.then(|| named(self.language, moscow_date(self.last_sync)));
        prop_assert_eq!(&said.known, &known, "{}", text);
        let ledger = self.ledger(&self.known);
        for (at, is_just_told) in [(fire_at, true), (last, false)] {
            let known = Known { rules: self.rules_at(at), ledger: &ledger, language: self.language };
            let lie = known.lie(*subject, &said, at, is_just_told);
            prop_assert!(lie.is_none(), "{reminder:?}: {lie:?}");
        }
        if let Some(tier) = &self.tier {
            let at = self.last_sync;
            let known = Known { rules: self.rules_at(at), ledger: &ledger, language: self.language };
            prop_assert_eq!(&known.answer(at)["tier"], tier.as_str(), "the gallery says otherwise: {}", text);
        }
        if let Some((day, _)) = self.next_rules.as_ref().filter(|(day, _)| *day > moscow_date(fire_at)) {
            // What is foretold of a day is foretold by the rules of today. No reminder looks further ahead than so many
            // days; a text names no year.
            let is_after =
                (0..=61).any(|days| said.day.as_ref() == Some(&named(self.language, *day + TimeDelta::days(days))));
            prop_assert!(*subject == ReminderSubject::Fall || !is_after, "by other rules: {reminder:?}");
            prop_assert!(moscow_date(last) < *day, "by other rules: {reminder:?}");
        }
        self.is_not_too_much(reminder, rules)
    }

    fn is_not_too_much(&self, reminder: &Reminder, rules: &Value) -> Result<(), TestCaseError> {
        let fire_at = reminder.fire_at + self.offset;
        let occasion = reminder.id.as_str().rsplit_once(':').unwrap().0;
        prop_assert!(self.fired.iter().all(|fired| fired.occasion != occasion), "twice: {reminder:?}");
        let most = usize::try_from(rules["reminders"]["max_per_week"].as_u64().unwrap()).unwrap();
        let handed_out = self.handed_out.iter().filter(|(other, _)| *other != occasion).map(|(_, at)| at);
        let others = self.fired.iter().map(|fired| &fired.at).chain(handed_out);
        let week = fire_at - TimeDelta::days(7);
        let before = others.filter(|at| **at > week && **at <= fire_at).count();
        prop_assert!(before < most, "too many in a week: {reminder:?}");
        Ok(())
    }
}

fn is_quiet(rules: &Value, at: DateTime<Utc>) -> bool {
    let time = |name: &str| {
        let text = format!("{}:00", rules["reminders"][name].as_str().unwrap());
        text.parse::<NaiveTime>().unwrap()
    };
    let (from, until, now) = (time("quiet_from"), time("quiet_until"), in_moscow(at).time());
    if from < until { from <= now && now < until } else { from <= now || now < until }
}
