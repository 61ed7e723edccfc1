//! When members are reminded, and how often at most.

use chrono::NaiveTime;

use crate::programme::{fault::FaultKind, place::Place};

const MOST_A_WEEK: u32 = 50;
const MOST_HOURS: u32 = 8_760;
const MOST_DAYS: u32 = 365;
const TIME: &str = "a time such as 21:00";

/// When members are reminded. What a document does not say is cautious: seldom, by day, and with no sum that is old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderRules {
    /// How much of a tier must be reached for a member to be close to it.
    pub approach_percent: u32,
    /// So many days before a last day they are reminded of it.
    pub keep_days_before: u32,
    /// In any seven days; with 0 there are none.
    pub max_per_week: u32,
    /// Whoever has not heard of the gallery for longer is told no sum.
    pub max_sync_age_hours: u32,
    /// The first minute in which nobody is disturbed, by Moscow's clocks.
    pub quiet_from: NaiveTime,
    /// The first minute in which they may be again; never `quiet_from`.
    pub quiet_until: NaiveTime,
}

impl Default for ReminderRules {
    fn default() -> Self {
        let hour = |hour| NaiveTime::MIN + chrono::TimeDelta::hours(hour);
        Self {
            approach_percent: 90,
            keep_days_before: 14,
            max_per_week: 2,
            max_sync_age_hours: 48,
            quiet_from: hour(21),
            quiet_until: hour(10),
        }
    }
}

impl ReminderRules {
    pub(super) fn read(place: &Place<'_>) -> Option<Self> {
        place.object()?;
        let default = Self::default();
        let count = |name, least, most, default| match place.member(name).if_there() {
            Some(number) => number.count(least, most),
            None => Some(default),
        };
        let approach_percent = count("approach_percent", 1, 99, default.approach_percent);
        let keep_days_before = count("keep_days_before", 1, MOST_DAYS, default.keep_days_before);
        let max_per_week = count("max_per_week", 0, MOST_A_WEEK, default.max_per_week);
        let max_sync_age_hours = count("max_sync_age_hours", 0, MOST_HOURS, default.max_sync_age_hours);
        let quiet_from = time(&place.member("quiet_from"), default.quiet_from);
        let until = place.member("quiet_until");
        let quiet_until = time(&until, default.quiet_until);
        if quiet_from.is_some() && quiet_from == quiet_until {
            until.fault(FaultKind::Form("another time than quiet_from"));
        }
        Some(Self {
            approach_percent: approach_percent?,
            keep_days_before: keep_days_before?,
            max_per_week: max_per_week?,
            max_sync_age_hours: max_sync_age_hours?,
            quiet_from: quiet_from?,
            quiet_until: quiet_until?,
        })
    }
}

fn time(place: &Place<'_>, default: NaiveTime) -> Option<NaiveTime> {
    let Some(place) = place.if_there() else { return Some(default) };
    let text = place.text()?;
    let time = if text.len() == 5 { NaiveTime::parse_from_str(text, "%H:%M").ok() } else { None };
    if time.is_none() {
        place.fault(FaultKind::Form(TIME));
    }
    time
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::programme::{
        fault::{Fault, Refused},
        rules::{Rules, tests::DEFAULT},
    };

    fn read(section: Value) -> Result<ReminderRules, Refused> {
        let mut document: Value = serde_json::from_str(DEFAULT).unwrap();
        document["reminders"] = section;
        Rules::read(&serde_json::to_vec(&document).unwrap()).map(|rules| rules.reminders)
    }

    #[test]
    fn what_is_not_said_is_cautious() {
        let default = ReminderRules::default();
        assert_eq!(
            (default.quiet_from.to_string(), default.quiet_until.to_string()),
            ("21:00:00".into(), "10:00:00".into())
        );
        assert_eq!(read(json!({})).unwrap(), default);
        assert_eq!(read(Value::Null).unwrap(), default);
    }

    #[test]
    fn everything_can_be_said() {
        let said = read(json!({
            "approach_percent": 80, "keep_days_before": 30, "max_per_week": 0, "max_sync_age_hours": 0,
            "quiet_from": "00:30", "quiet_until": "23:59", "something_new": true,
        }));
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        assert_eq!(
            said.unwrap(),
            ReminderRules {
                approach_percent: 80,
                keep_days_before: 30,
                max_per_week: 0,
                max_sync_age_hours: 0,
                quiet_from: time(0, 30),
                quiet_until: time(23, 59),
            }
        );
    }

    #[test]
    fn each_fault_is_named_at_its_place() {
        let range = |least, most| FaultKind::Range { least, most };
        let differs = FaultKind::Form("another time than quiet_from");
        for (section, name, kind) in [
            (json!({"approach_percent": 0}), "/approach_percent", range(1, 99)),
            (json!({"approach_percent": 100}), "/approach_percent", range(1, 99)),
            (json!({"keep_days_before": 0}), "/keep_days_before", range(1, 365)),
            (json!({"max_per_week": 51}), "/max_per_week", range(0, 50)),
            (json!({"max_sync_age_hours": -1}), "/max_sync_age_hours", range(0, 8_760)),
            (json!({"quiet_from": "9:00"}), "/quiet_from", FaultKind::Form(TIME)),
            (json!({"quiet_from": "24:00"}), "/quiet_from", FaultKind::Form(TIME)),
            (json!({"quiet_from": 9}), "/quiet_from", FaultKind::Form("a text")),
            (json!({"quiet_until": "10:61"}), "/quiet_until", FaultKind::Form(TIME)),
            (json!({"quiet_until": "21:00"}), "/quiet_until", differs),
            (json!([]), "", FaultKind::Form("an object")),
        ] {
            let fault = Fault { pointer: format!("/reminders{name}"), kind };
            assert_eq!(read(section.clone()), Err(Refused(vec![fault])), "{section}");
        }
        let Err(Refused(faults)) = read(json!({"max_per_week": "two", "quiet_from": "late"})) else {
            panic!("refused")
        };
        assert_eq!(faults.len(), 2);
    }
}
