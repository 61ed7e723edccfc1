//! What one side took, measured by the clock on the wall: waiting for the disk counts.

use std::time::{Duration, Instant};

/// Durations of one side.
#[derive(Clone, Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// One more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// One more, from `start` until now.
    pub fn since(&mut self, start: Instant) {
        self.add(start.elapsed());
    }

    /// What this part of all does not exceed, in milliseconds; 0 without any.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort();
        let rank = (sorted.len() as f64 * part).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }

    /// In milliseconds.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Prints a line, with the ratio of its median to that of `base`.
    pub fn print(&self, title: &str, base: &Self) {
        let (median, p95) = (self.median(), self.quantile(0.95));
        println!("{title:<46} {median:>9.3} {p95:>9.3}   {:>6.2}   {:>5}", median / base.median(), self.0.len());
    }

    /// Prints what stands above such lines.
    pub fn print_head(title: &str) {
        println!("{title:<46} {:>9} {:>9}   {:>6}   {:>5}", "median ms", "p95 ms", "ratio", "of");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut samples = Samples::default();
        (1..=20).rev().for_each(|took| samples.add(Duration::from_millis(took)));
        assert_eq!((samples.median(), samples.quantile(0.95), Samples::default().median()), (10.0, 19.0, 0.0));
    }
}
