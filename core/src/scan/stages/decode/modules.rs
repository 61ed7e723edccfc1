//! The modules as the stages read them: in their range, the right way round, and as log-odds.

/// What part of a bit's log-odds under Gaussian noise is believed, and the bounds for log-odds per mean softness. Clipping
/// at full softness and uneven light spoil the measure: it comes out too high for noise, and has no end where there is
/// hardly any.
const BELIEVED: f32 = 0.3;
const MIN_STEEPNESS: f32 = 4.0;
const MAX_STEEPNESS: f32 = 12.0;

/// No module is believed more than this: what is wrong in a clean picture is not noise.
const LEAST_DOUBT: f32 = 0.001;

/// Signed values, row by row: above zero for dark, below for light, further off the surer.
#[derive(Debug, Clone)]
pub(super) struct Modules {
    dimension: usize,
    values: Vec<f32>,
}

impl Modules {
    /// `None` when they are not `dimension` rows of `dimension` modules. What is no number is unknown.
    pub(super) fn new(dimension: usize, values: &[f32]) -> Option<Self> {
        if dimension.checked_mul(dimension) != Some(values.len()) {
            return None;
        }
        let sound = |value: &f32| if value.is_nan() { 0.0 } else { value.clamp(-1.0, 1.0) };
        Some(Self { dimension, values: values.iter().map(sound).collect() })
    }

    pub(super) fn dimension(&self) -> usize {
        self.dimension
    }

    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// Outside nothing is known.
    pub(super) fn at(&self, x: usize, y: usize) -> f32 {
        self.values.get(y * self.dimension + x).copied().unwrap_or(0.0)
    }

    /// Rows for columns: how a mirrored code is read.
    pub(super) fn transposed(&self) -> Self {
        let side = 0..self.dimension;
        let values = side.clone().flat_map(|y| side.clone().map(move |x| self.at(y, x))).collect();
        Self { dimension: self.dimension, values }
    }

    /// The logarithms of dark's odds, when `stained` says how likely each module is hidden under a stain.
    ///
    /// For two levels blurred by Gaussian noise they are 2 × mean / variance × softness, both measured on what is known.
    pub(super) fn log_odds(&self, stained: &[f32]) -> Self {
        let known = || self.values.iter().map(|value| value.abs()).filter(|softness| *softness > 0.0);
        let count = known().count().max(1) as f32;
        let mean = known().sum::<f32>() / count;
        let variance = known().map(|softness| (softness - mean).powi(2)).sum::<f32>() / count;
        let of_noise = 2.0 * mean * mean / variance;
        let steepness = (BELIEVED * of_noise).clamp(MIN_STEEPNESS, MAX_STEEPNESS) / mean;
        let odds = |(value, stained): (&f32, &f32)| {
            if *value == 0.0 {
                return 0.0;
            }
            let wrong = (1.0 / (1.0 + (steepness * value.abs()).exp())).max(LEAST_DOUBT);
            let wrong = wrong + stained * (0.5 - wrong);
            ((1.0 - wrong) / wrong).ln().copysign(*value)
        };
        Self { dimension: self.dimension, values: self.values.iter().zip(stained).map(odds).collect() }
    }
}
