//! Waiting times after failures. Pure.

use std::time::Duration;

/// `first`, doubled `doublings` times, at most `longest`.
#[must_use]
pub fn window(first: Duration, doublings: u32, longest: Duration) -> Duration {
    first.saturating_mul(1u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(longest)
}

/// Anywhere within `window`: a crowd that failed together does not come back together.
#[must_use]
pub fn full_jitter(window: Duration, jitter: f64) -> Duration {
    window.mul_f64(jitter)
}

/// Half of `window` is certain, half is random: for asking again where nothing failed.
#[must_use]
pub fn half_jitter(window: Duration, jitter: f64) -> Duration {
    window.mul_f64(f64::midpoint(1.0, jitter))
}
