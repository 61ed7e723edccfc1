//! The programme's engine on a ledger of 10,000 entries, beside a plain sum over the same entries.

use std::{hint::black_box, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use cpu_time::ThreadTime;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use vremena_core::programme::{
    engine::Engine,
    ledger::{Entry, EntryKind, Ledger},
    rules::Rules,
};

const ENTRIES: i64 = 10_000;
/// Ten years.
const MINUTES: i64 = 10 * 365 * 24 * 60;
const ROUNDS: usize = 31;

fn rules(returns: &str) -> Arc<Rules> {
    let tier = |id: &str, require: Value| json!({"id": id, "name": {"ru": id, "en": id}, "require": require});
    let mut document = json!({
        "version": 1, "effective_from": "2016-01-01", "zone": "Europe/Moscow",
        "period": {"kind": "rolling_months", "n": 12}, "validity": {"kind": "period_end"},
        "downgrade": "by_balance", "grace_days": 0, "returns": returns,
        "campaigns": [{"id": "a", "from": "2020-03-01", "until": "2020-03-31", "percent": 200}],
        "tiers": [{"id": "vesna", "name": {"ru": "vesna", "en": "vesna"}}],
    });
    document["tiers"].as_array_mut().into_iter().for_each(|tiers| {
        tiers.push(tier("leto", json!({"metric": "sum", "at_least": 30_000_000})));
        tiers.push(tier("osen", json!({"all_of": [
            {"metric": "sum", "at_least": 100_000_000},
            {"any_of": [{"metric": "visits", "at_least": 12},
                        {"metric": "category_sum", "category": "restaurants", "at_least": 5_000_000}]}]})));
        tiers.push(tier("zima", json!({"metric": "points", "at_least": 100_000})));
    });
    match Rules::read(document.to_string().as_bytes()) {
        Ok(rules) => Arc::new(rules),
        Err(refused) => unreachable!("{refused}"),
    }
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_452_000_000, 0).unwrap_or_default()
}

/// Seven of ten are purchases, one is a return, two are points; one of fifty is pending.
fn ledger() -> Ledger {
    let mut dice = ChaCha8Rng::seed_from_u64(9);
    let entries = (0..ENTRIES).filter_map(|number| {
        let at = start() + TimeDelta::minutes(MINUTES * number / ENTRIES + dice.random_range(0..400));
        let category = ["fashion", "restaurants", "beauty"][dice.random_range(0..3)];
        let state = if dice.random_range(0..50) == 0 { "pending" } else { "credited" };
        let amount = dice.random_range(1_000..400_000);
        let id = format!("e{number:05}");
        let entry = match dice.random_range(0..10) {
            0..7 => json!({"id": id, "kind": "purchase", "at": at, "amount": amount, "category": category, "state": state}),
            7 => {
                let of = format!("e{:05}", dice.random_range(0..=number));
                json!({"id": id, "kind": "return", "at": at, "of": of, "amount": amount, "state": state})
            }
            _ => json!({"id": id, "kind": "points", "at": at, "points": dice.random_range(1..900), "expires": (at + TimeDelta::days(365)).date_naive()}),
        };
        Entry::of_value(&entry).ok()
    });
    Ledger { joined: start().date_naive(), entries: entries.collect() }
}

fn latest(number: usize) -> Option<Entry> {
    let at = start() + TimeDelta::minutes(MINUTES + 500 + i64::try_from(number).unwrap_or_default());
    let entry = json!({"id": format!("z{number:05}"), "kind": "purchase", "at": at, "amount": 100_000, "category": "fashion"});
    Entry::of_value(&entry).ok()
}

fn plain_sum(ledger: &Ledger) -> i64 {
    let amount = |entry: &Entry| match entry.kind {
        EntryKind::Purchase { amount, .. } => amount,
        EntryKind::Return { amount, .. } => -amount,
        EntryKind::Grant { .. } | EntryKind::Points { .. } => 0,
    };
    ledger.entries.iter().map(amount).sum()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let before = ThreadTime::now();
    black_box(work());
    before.elapsed()
}

fn main() {
    let ledger = ledger();
    let now = start() + TimeDelta::minutes(MINUTES + 100_000);
    println!("| rules | what | CPU time, median of {ROUNDS} | in plain sums |\n|---|---|---|---|");
    for returns in ["original_date", "return_date"] {
        let rules = rules(returns);
        let [mut sums, mut wholes, mut steps] = [const { Vec::new() }; 3];
        let mut engine = Engine::new(Arc::clone(&rules), ledger.clone());
        engine.at(now);
        for round in 0..ROUNDS {
            sums.push(timed(|| plain_sum(black_box(&ledger))));
            let copy = ledger.clone();
            wholes.push(timed(|| Engine::new(Arc::clone(&rules), copy).at(now)));
            steps.extend(latest(round).map(|entry| {
                timed(|| {
                    engine.put(entry);
                    engine.at(now)
                })
            }));
        }
        let sum = median(sums);
        for (what, time) in [("plain sum", sum), ("all from nothing", median(wholes)), ("one more latest entry", median(steps))] {
            println!("| {returns} | {what} | {time:.1?} | {:.1} |", time.as_secs_f64() / sum.as_secs_f64());
        }
    }
}
