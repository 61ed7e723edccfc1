//! From rules, ledger and circumstances to the plan. Pure.
//!
//! Each reminder is asked about at the instant at which it fires, with all that is known now and nothing that may come:
//! sums that leave the window, midnights that change tiers, what expires.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    Reminder,
    occasion::{Amount, NEWS, Occasion, start_after},
    quiet::{next_hour, quiet},
    week::Weeks,
    words::Words,
};
use crate::{
    ids::{ReminderId, TierId},
    locale::Texts,
    programme::{
        engine::{Answer, Change, Engine},
        instant::Moment,
        rules::Rules,
    },
};

/// Further ahead nothing is planned: whoever does not open the app for so long is better not told anything.
const HORIZON: TimeDelta = TimeDelta::days(60);
/// iOS keeps no more than 64 of an app, and the shell may have others.
const MOST: usize = 32;
/// Of instants at which occasions are looked for. A ledger with more future changes is none of a person.
const MOST_LOOKS: usize = 200;
/// Where the quiet hours leave no later instant: so long before them.
const BEFORE_QUIET: TimeDelta = TimeDelta::minutes(1);

/// What a plan goes by besides rules and ledger. All instants are by the gallery's clock.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// When it is planned.
    pub now: DateTime<Utc>,
    /// When the phone has last heard of rules and ledger. Later than `now`, the clock was set back: nothing is planned.
    pub last_sync: DateTime<Utc>,
    /// The member's tier by the gallery's word, and when that was spoken. Where the ledger says another one for then,
    /// nothing is planned.
    pub tier: Option<(TierId, DateTime<Utc>)>,
    /// Whether the member has consented to advertising.
    pub allows_advertising: bool,
    /// The first day on which other rules apply, where it is known: nothing is said of it and what comes after.
    pub rules_until: Option<NaiveDate>,
    /// What was shown before.
    pub fired: Vec<Fired>,
}

/// A reminder that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// As [`Planned::occasion`].
    pub occasion: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A reminder by the gallery's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When it is to be shown.
    pub fire_at: DateTime<Utc>,
    /// From then on it must not be seen any longer.
    pub valid_until: DateTime<Utc>,
    /// For the member.
    pub text: String,
    pub(super) what: Occasion,
}

impl Planned {
    /// Names the occasion: on the same one a member is reminded once.
    #[must_use]
    pub fn occasion(&self) -> String {
        self.what.key()
    }

    /// The same for a phone whose clock is behind the gallery's by `offset`.
    #[must_use]
    pub fn reminder(&self, offset: TimeDelta) -> Reminder {
        let on_phone = |instant: DateTime<Utc>| instant.checked_sub_signed(offset).unwrap_or(instant);
        let (fire_at, valid_until) = (on_phone(self.fire_at), on_phone(self.valid_until));
        let says = format!("{} {} {}", fire_at.timestamp_millis(), valid_until.timestamp_millis(), self.text);
        let id = format!("{}:{:08x}", self.occasion(), crc32fast::hash(says.as_bytes()));
        let subject = self.what.subject();
        Reminder {
            id: ReminderId::new(id),
            fire_at,
            valid_until,
            text: self.text.clone(),
            kind: subject.kind(),
            subject,
        }
    }
}

/// What a member is to be reminded of, in the order in which it fires.
#[must_use]
pub fn plan(rules: &Rules, engine: &mut Engine, circumstances: &Circumstances, texts: &Texts) -> Vec<Planned> {
    let Circumstances { now, last_sync, tier, rules_until, .. } = circumstances;
    let differs = tier.as_ref().is_some_and(|(tier, at)| engine.at(*at).credited.tier != *tier);
    if last_sync > now || differs {
        return Vec::new();
    }
    let rules_end = rules_until.map_or(DateTime::<Utc>::MAX_UTC, |day| Moment::start_of(day).instant());
    let horizon = (*now + HORIZON).min(rules_end - TimeDelta::seconds(1));
    // What fires at the horizon may be seen for as long after it.
    let last_seen = (NEWS + TimeDelta::days(1)).max(TimeDelta::days(i64::from(rules.reminders.keep_days_before) + 1));
    let timeline = engine.at(horizon + last_seen).credited.timeline;
    let mut planner = Planner { rules, engine, circumstances, texts, rules_end, horizon, timeline: &timeline };
    planner.plan()
}

struct Planner<'a> {
    rules: &'a Rules,
    engine: &'a mut Engine,
    circumstances: &'a Circumstances,
    texts: &'a Texts,
    rules_end: DateTime<Utc>,
    horizon: DateTime<Utc>,
    /// With all changes that will come if nothing else does, while anything may be seen.
    timeline: &'a [Change],
}

impl Planner<'_> {
    fn plan(&mut self) -> Vec<Planned> {
        let Circumstances { now, allows_advertising, fired, .. } = self.circumstances;
        let days_before = self.rules.reminders.keep_days_before;
        let mut occasions: Vec<_> = self.occasions();
        occasions.retain(|(occasion, _)| {
            let is_allowed = *allows_advertising || occasion.subject().kind() != super::ReminderKind::Advertising;
            is_allowed && fired.iter().all(|fired| fired.occasion != occasion.key())
        });
        let due = |(occasion, from): &(Occasion, DateTime<Utc>)| {
            (*from).max(occasion.due(days_before).instant()).max(next_hour(*now))
        };
        occasions.sort_by_cached_key(|one| (one.0.rank(), due(one), one.0.key()));
        let mut weeks = Weeks::new(self.rules.reminders.max_per_week, fired.iter().map(|fired| fired.at).collect());
        let mut plan = Vec::new();
        for one in occasions {
            let due = due(&one);
            if let Some(planned) = self.place(one.0, due, &weeks) {
                weeks.take(planned.fire_at);
                plan.push(planned);
            }
        }
        plan.sort_by_key(|planned| planned.fire_at);
        plan.truncate(MOST);
        plan
    }

    /// What there may be to tell, each occasion with the instant from which on it is there.
    fn occasions(&mut self) -> Vec<(Occasion, DateTime<Utc>)> {
        let now = self.circumstances.now;
        let mut found: Vec<(Occasion, DateTime<Utc>)> = Vec::new();
        let mut add = |occasion: Occasion, from| {
            if found.iter().all(|(known, _)| *known != occasion) {
                found.push((occasion, from));
            }
        };
        let mut lower: Option<(Moment, usize)> = None;
        let place = |change: &Change| self.rules.place(&change.tier).unwrap_or_default();
        // Several changes of one instant are one.
        for those in self.timeline.chunk_by(|one, other| one.at == other.at) {
            let (Some(last), before) = (those.last(), lower.map_or(0, |(_, tier)| tier)) else { continue };
            let tier = place(last);
            if let Some(from) = self.rules.tiers.get(before).filter(|_| tier < before) {
                add(Occasion::Fall { from: from.id.clone(), to: last.tier.clone(), at: last.at }, last.at.instant());
            }
            lower = Some((last.at, tier));
        }
        let mut instants = BTreeSet::from([now]);
        instants.extend(self.timeline.iter().map(|change| change.at.instant()));
        instants.extend(self.engine.moments_after(now).map(Moment::instant));
        for _ in 0..MOST_LOOKS {
            let Some(instant) = instants.pop_first().filter(|instant| *instant <= self.horizon) else { break };
            if instant < now {
                continue;
            }
            let answer = self.engine.at(instant).credited;
            for occasion in self.occasions_of(&answer, instant) {
                instants.extend(occasion.by().map(start_after).filter(|after| *after > instant));
                add(occasion, instant);
            }
        }
        found
    }

    fn occasions_of(&self, answer: &Answer, instant: DateTime<Utc>) -> Vec<Occasion> {
        let latest = self.horizon + TimeDelta::days(self.rules.reminders.keep_days_before.into());
        let mut found = Vec::new();
        if instant == self.circumstances.now {
            let day = Moment::of(self.slots(next_hour(instant)).next().unwrap_or(instant)).day();
            found.extend(answer.to_next.as_ref().map(|next| Occasion::approach(next.tier.clone(), day)));
        }
        if let Some(keep) = &answer.to_keep {
            found.push(Occasion::Keep { tier: keep.tier.clone(), by: keep.by });
        }
        if let Some(by) = answer.valid_until.filter(|_| answer.granted) {
            found.push(Occasion::Grant { tier: answer.tier.clone(), by });
        }
        let lots = answer.expiring.iter().take_while(|lot| start_after(lot.by) <= latest);
        found.extend(lots.map(|lot| Occasion::Points { by: lot.by }));
        found
    }

    /// At the first instant that is due, not quiet, not one too many, and at which it is there.
    fn place(&mut self, what: Occasion, mut due: DateTime<Utc>, weeks: &Weeks) -> Option<Planned> {
        loop {
            let slots: Vec<_> = self.slots(due).collect();
            let told = slots.into_iter().find_map(|slot| Some((slot, self.amount(&what, slot)?)));
            let (fire_at, amount) = told?;
            match weeks.full_until(fire_at) {
                None => return Some(self.planned(what, fire_at, amount)),
                // One that was moved to before the quiet hours has nowhere to go.
                Some(until) if until <= due => return None,
                Some(until) => due = until,
            }
        }
    }

    /// `due`; where it is quiet then, the end of that, or else the last instant before.
    fn slots(&self, due: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let now = self.circumstances.now;
        let slots = match quiet(&self.rules.reminders, due) {
            None => [Some(due), None],
            Some((from, until)) => [Some(until), Some(from - BEFORE_QUIET).filter(|before| *before > now)],
        };
        let horizon = self.horizon;
        slots.into_iter().flatten().filter(move |slot| *slot <= horizon)
    }

    fn amount(&mut self, what: &Occasion, instant: DateTime<Utc>) -> Option<Option<Amount>> {
        // The first instant at which it is over; other rules may say something else.
        if what.by().is_some_and(|by| start_after(by) > self.rules_end) {
            return None;
        }
        let report = self.engine.at(instant);
        what.is_there(&report, self.rules, instant)
    }

    fn planned(&self, what: Occasion, fire_at: DateTime<Utc>, amount: Option<Amount>) -> Planned {
        let rules = &self.rules.reminders;
        let next_change = self.timeline.iter().map(|change| change.at.instant()).find(|at| *at > fire_at);
        let next_entry = self.engine.moments_after(fire_at).min().map(Moment::instant);
        let ends = what.ends(fire_at).min(self.rules_end);
        let valid_until = [next_change, next_entry].into_iter().flatten().fold(ends, DateTime::min);
        let last_sync = self.circumstances.last_sync;
        let is_stale = fire_at - last_sync > TimeDelta::hours(rules.max_sync_age_hours.into());
        let words = Words { rules: self.rules, texts: self.texts, known_on: is_stale.then_some(last_sync) };
        Planned { fire_at, valid_until, text: words.of(&what, amount), what }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{
        locale::Language,
        programme::{ledger::Ledger, rules::tests::DEFAULT},
        reminders::ReminderSubject,
    };

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_changes_beyond_the_horizon_ends_what_fires_before_it() {
        let now = instant("2026-03-01T12:00:00+03:00");
        // The return leaves the window on 5 May, and the sum rises; the purchase on 10 May.
        let ledger = json!({"joined": "2025-01-14", "entries": [
            {"id": "e1", "kind": "return", "at": "2025-05-05T12:00:00+03:00", "amount": 20_000_000, "of": null},
            {"id": "e2", "kind": "purchase", "at": "2025-05-10T12:00:00+03:00", "amount": 110_000_000, "category": null},
        ]});
        let rules = DEFAULT.replace("original_date", "return_date");
        let rules = Arc::new(Rules::read(rules.as_bytes()).unwrap());
        let ledger = Ledger::read(&serde_json::to_vec(&ledger).unwrap()).unwrap();
        let circumstances = Circumstances {
            now,
            last_sync: now,
            tier: None,
            allows_advertising: false,
            rules_until: None,
            fired: Vec::new(),
        };
        let mut engine = Engine::new(Arc::clone(&rules), ledger);
        let plan = plan(&rules, &mut engine, &circumstances, &Texts::new(Language::Ru));
        let keep = plan.iter().find(|planned| planned.what.subject() == ReminderSubject::Keep).unwrap();
        assert!(keep.text.contains("«Лето»"), "{}", keep.text);
        assert_eq!(keep.fire_at, instant("2026-04-25T10:00:00+03:00"));
        assert_eq!(keep.valid_until, instant("2026-05-05T00:00:00+03:00"));
    }
}
