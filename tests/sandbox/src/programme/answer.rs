use chrono::NaiveDate;
use serde_json::{Value, json};

use super::document::{Downgrade, Programme};
use super::history::{History, Kind, Measures, Moment};
use super::periods::{Validity, plus_days};
use super::timeline::{Cause, Change, Timeline};
use crate::time::next_day;

/// How far the first fall is looked for.
const SEARCHED_DAYS: u32 = 400;
const OUTLOOK_DAYS: u32 = 60;

/// All that is asked, but for the projection.
pub(super) fn answer(history: &History<'_>) -> rusqlite::Result<Value> {
    let timeline = Timeline::of(history)?;
    let Programme { tiers, calendar, .. } = history.asked.programme;
    let tier = timeline.tier();
    let granted = timeline.granted > timeline.earned.tier;
    let valid_until = if granted { last_day_of_grants(history, tier) } else { timeline.earned.valid_until };
    let first_instant = calendar.start_of(history.first_day());
    let next = tier + 1;
    Ok(json!({
        "tier": tiers[tier].id,
        "since": calendar.written(timeline.changes.last().map_or(first_instant, |change| change.at)),
        "valid_until": valid_until,
        "granted": granted,
        "to_earn": if granted { need(history, tier, history.now())? } else { Value::Null },
        "to_next": if next < tiers.len() { need(history, next, history.now())? } else { Value::Null },
        "to_keep": to_keep(history, &timeline)?,
        "outlook": outlook(history)?,
        "timeline": timeline.changes.iter().map(|change| written(history, change)).collect::<Vec<_>>(),
    }))
}

fn need(history: &History<'_>, tier: usize, moment: Moment) -> rusqlite::Result<Value> {
    let measures = Measures::at(history, moment);
    let tier = &history.asked.programme.tiers[tier];
    Ok(json!({"tier": tier.id, "need": tier.need.tree(&|metric| measures.reached(metric))?}))
}

fn last_day_of_grants(history: &History<'_>, of: usize) -> Option<NaiveDate> {
    let days = history.entries.iter().filter_map(|entry| match entry.kind {
        Kind::Grant { tier, until } if tier == Some(of) => Some(until),
        _ => None,
    });
    days.max()
}

fn to_keep(history: &History<'_>, timeline: &Timeline<'_>) -> rusqlite::Result<Value> {
    let Programme { validity, downgrade, .. } = history.asked.programme;
    let earned = timeline.earned;
    if earned.tier == 0 || *downgrade == Downgrade::Never {
        return Ok(Value::Null);
    }
    let (by, window_of) = if let Some(end) = earned.grace_end {
        let last = end.pred_opt();
        (last, last)
    } else if timeline.asks_daily() {
        let fall = first_fall(history, timeline)?;
        (fall.and_then(|fall| fall.pred_opt()), fall)
    } else if matches!(validity, Validity::Months(_) | Validity::NextYearEnd) {
        (earned.valid_until, earned.valid_until)
    } else {
        (None, None)
    };
    let Some((by, window_of)) = by.zip(window_of) else { return Ok(Value::Null) };
    let mut keep = need(history, earned.tier, history.no_more_on(window_of))?;
    keep["by"] = json!(by);
    Ok(keep)
}

/// The first day on which less than the earned tier is reached when no more happens.
fn first_fall(history: &History<'_>, timeline: &Timeline<'_>) -> rusqlite::Result<Option<NaiveDate>> {
    let today = history.asked.today();
    let mut days = history.turns();
    // Without a turn a day is as the one before it, and only today can have been left unasked.
    days.insert(next_day(today));
    for day in days.range(next_day(today)..=plus_days(today, SEARCHED_DAYS)) {
        if timeline.highest(history.no_more_on(*day))? < timeline.earned.tier {
            return Ok(Some(*day));
        }
    }
    Ok(None)
}

fn outlook(history: &History<'_>) -> rusqlite::Result<Vec<Value>> {
    let today = history.asked.today();
    let mut outlook = Vec::new();
    // On any other day nothing leaves.
    for day in history.turns().range(next_day(today)..=plus_days(today, OUTLOOK_DAYS)) {
        let sum = history.leaving_on(*day)?;
        if sum != 0 {
            outlook.push(json!({"date": day, "sum": sum}));
        }
    }
    Ok(outlook)
}

fn written(history: &History<'_>, change: &Change) -> Value {
    let Programme { tiers, calendar, .. } = history.asked.programme;
    let because = match &change.because {
        Cause::Entry(id) => json!({"entry": id}),
        Cause::Validity => json!({"rule": "validity"}),
        Cause::Window => json!({"rule": "window"}),
        Cause::GrantEnd => json!({"rule": "grant_end"}),
    };
    json!({"at": calendar.written(change.at), "tier": tiers[change.tier].id, "because": because})
}
