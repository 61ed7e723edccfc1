//! Waiting times after failures. Pure. `jitter` is random in `0.0..1.0`. What they do to a gallery that a million phones
//! wait for is measured by `vremena fleet`.

use std::time::Duration;

/// No more is waited for, whatever the server asks for: a member who comes back must not find yesterday's queue.
pub const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);
const LONGEST_SPREAD: Duration = Duration::from_secs(10 * 60);
/// No wait is longer.
pub const LONGEST_WAIT: Duration = LONGEST_ASKED.saturating_add(LONGEST_SPREAD);
const FIRST_POLL: Duration = Duration::from_secs(15);
/// How long a phone that waits for nothing looks at nothing.
pub const LONGEST_POLL: Duration = Duration::from_secs(60 * 60);

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

/// As [`full_jitter`] until the window is at its longest; then three quarters of it are certain. Whoever has waited so
/// often is spread evenly. With waits from nothing to the longest most have little left of theirs at any instant, and a
/// gallery that is back would meet twice the mean at first.
#[must_use]
pub fn settling(first: Duration, doublings: u32, longest: Duration, jitter: f64) -> Duration {
    let window = window(first, doublings, longest);
    if window < longest { full_jitter(window, jitter) } else { window.mul_f64(0.75 + jitter / 4.0) }
}

/// What the server asks for, and up to three times as long on top: it asks everybody for the same, and a crowd that comes
/// back within less is told to go away again.
#[must_use]
pub fn asked(retry_after: Duration, jitter: f64) -> Duration {
    let certain = retry_after.min(LONGEST_ASKED);
    certain + full_jitter(certain.saturating_mul(3).min(LONGEST_SPREAD), jitter)
}

/// How many quiet pulls it has been after one more that failed. The first costs little; from then on a failure counts
/// twice, for behind each pull that fails there are eight requests of one that does not.
#[must_use]
pub const fn after_failure(quiet_pulls: u32) -> u32 {
    quiet_pulls.saturating_add(if quiet_pulls == 0 { 1 } else { 2 })
}

/// When to look again after so many looks in a row that failed or brought nothing.
#[must_use]
pub fn poll_delay(quiet_pulls: u32, jitter: f64) -> Duration {
    half_jitter(window(FIRST_POLL, quiet_pulls, LONGEST_POLL), jitter)
}

/// Half of `window` is certain, half is random: for asking again where nothing failed.
#[must_use]
pub fn half_jitter(window: Duration, jitter: f64) -> Duration {
    window.mul_f64(f64::midpoint(1.0, jitter))
}
