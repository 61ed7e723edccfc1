//! Numbers of many measurements.

/// What many values come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub p95: f64,
    pub max: f64,
}

impl Spread {
    /// `None` of no values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        // By nearest rank: a value that was measured, never one between two.
        let quantile = |percent: usize| values.get((values.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Some(Self { median: quantile(50)?, p95: quantile(95)?, max: quantile(100)? })
    }
}

/// Rounded down: 100 is said of all only.
pub fn percent(part: usize, whole: usize) -> Option<usize> {
    (part * 100).checked_div(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let spread = Spread::of((1..=100).rev().map(f64::from)).unwrap();
        assert_eq!(spread, Spread { median: 50.0, p95: 95.0, max: 100.0 });
        assert_eq!(Spread::of([3.0]), Some(Spread { median: 3.0, p95: 3.0, max: 3.0 }));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_hundred_percent_are_all() {
        assert_eq!((percent(999, 1000), percent(5, 5), percent(0, 0)), (Some(99), Some(100), None));
    }
}
