//! What was seen: the gallery's requests a second, and each phone's day.

use super::{Rule, phone::Phone, scenario::Scenario, server::Fate};

/// A peak is of a mean over so many seconds: a single second is chance.
pub const SMOOTHED_OVER: usize = 10;

/// Requests of each second.
pub(super) struct Series {
    asked: Vec<u32>,
    served: Vec<u32>,
}

impl Series {
    pub(super) fn new(horizon: u32) -> Self {
        let seconds = (horizon / 1_000) as usize + 1;
        Self { asked: vec![0; seconds], served: vec![0; seconds] }
    }

    pub(super) fn count(&mut self, now: u32, fate: Fate) {
        let second = (now / 1_000) as usize;
        if let Some(asked) = self.asked.get_mut(second) {
            *asked += 1;
        }
        if let Some(served) = self.served.get_mut(second)
            && fate == Fate::Served
        {
            *served += 1;
        }
    }
}

/// Of all phones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// Ninety-nine of a hundred have no more.
    pub p99: u32,
    /// The most that one has.
    pub max: u32,
}

/// What one rule made of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The rule.
    pub rule: Rule,
    /// Requests a second that phones made, carried out or not, second by second.
    pub asked: Vec<u32>,
    /// Entries that waited when the recovery began, and the phones that had them.
    pub backlog: u64,
    /// The phones that had them.
    pub holders: u64,
    /// Seconds from then until 99.9 % of them were carried out; `None` if they were not.
    pub drained: Option<f64>,
    /// Seconds that the same number of requests needs at the gallery's full capacity.
    pub limit: f64,
    /// The most requests a second in the recovery, over ten seconds.
    pub peak: f64,
    /// The mean from the recovery's beginning until drained.
    pub mean: f64,
    /// The most requests a second of the whole scenario from the return or the opening on, over ten seconds.
    pub crest: f64,
    /// Requests in the recovery that were not carried out.
    pub wasted: u64,
    /// A phone's requests.
    pub requests: Spread,
    /// A phone's bytes, both ways.
    pub bytes: Spread,
    /// How often the system woke the app that was put away.
    pub wake_ups: Spread,
}

impl Measured {
    pub(super) fn new(
        scenario: &Scenario,
        rule: Rule,
        series: Series,
        phones: &[Phone],
        (backlog, holders): (u64, u64),
        drained_at: Option<u32>,
    ) -> Self {
        let from = scenario.recovery_from() as usize;
        let drained = drained_at.map(|at| f64::from(at - scenario.recovery_from) / 1_000.0);
        let until = drained.map_or(series.asked.len(), |drained| from + drained.ceil() as usize);
        let recovery = series.asked.get(from..until).unwrap_or_default();
        let served = series.served.get(from..until).unwrap_or_default();
        let sum = |counts: &[u32]| counts.iter().map(|count| u64::from(*count)).sum::<u64>();
        let crest_from = scenario.minute_zero() as usize;
        Self {
            rule,
            backlog,
            holders,
            drained,
            limit: scenario.limit(backlog, holders),
            peak: peak(recovery),
            mean: sum(recovery) as f64 / recovery.len().max(1) as f64,
            crest: peak(series.asked.get(crest_from..).unwrap_or_default()),
            wasted: sum(recovery) - sum(served),
            requests: spread(phones, |phone| phone.requests.into()),
            bytes: spread(phones, |phone| phone.bytes),
            wake_ups: spread(phones, |phone| phone.wake_ups.into()),
            asked: series.asked,
        }
    }

    /// The peak over the mean.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.peak / self.mean
    }
}

/// The highest mean over [`SMOOTHED_OVER`] seconds.
fn peak(counts: &[u32]) -> f64 {
    let sums = counts.windows(SMOOTHED_OVER.min(counts.len().max(1)));
    sums.map(|window| window.iter().sum::<u32>() as f64 / window.len() as f64).fold(0.0, f64::max)
}

fn spread(phones: &[Phone], of: impl Fn(&Phone) -> u32) -> Spread {
    let mut values: Vec<u32> = phones.iter().map(of).collect();
    let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len().max(1) as f64;
    let place = values.len() * 99 / 100;
    let p99 = if place < values.len() { *values.select_nth_unstable(place).1 } else { 0 };
    Spread { mean, p99, max: values.into_iter().max().unwrap_or_default() }
}
