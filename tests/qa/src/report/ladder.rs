//! The figures of the ladder of tiers, in per cent of its length.
//!
//! Every tier takes an equal share, and inside of it a sum stands in proportion: on one even scale the
//! first tiers, where most members are, would be a sliver.

use super::{Rung, TierCard};

/// The ladder with a member's way on it.
pub struct Ladder<'a> {
    pub tiers: Vec<Stretch<'a>>,
    pub before: String,
    pub after: String,
}

/// One tier's share of the ladder.
pub struct Stretch<'a> {
    pub rung: &'a Rung,
    pub reached: bool,
    pub left: String,
    pub width: String,
    /// What the member held before, within this share.
    pub held: String,
    /// Where what was won or lost begins, within this share.
    pub change_left: String,
    pub change: String,
}

/// Lays a member's way out on the ladder.
pub fn lay_out<'a>(rungs: &'a [Rung], before: &TierCard, after: &TierCard) -> Ladder<'a> {
    let from = position(rungs, before.sum_kopecks);
    let to = position(rungs, after.sum_kopecks);
    let share = share(rungs);
    let mut left = 0.0;
    let mut tiers = Vec::new();
    for rung in rungs {
        let within = |position: f64| position.clamp(left, left + share);
        let (low, high) = (within(from.min(to)), within(from.max(to)));
        tiers.push(Stretch {
            rung,
            reached: after.sum_kopecks >= rung.at_least_kopecks,
            left: percent(left),
            width: percent(share),
            held: percent(low - left),
            change_left: percent(low),
            change: percent(high - low),
        });
        left += share;
    }
    Ladder { tiers, before: percent(from), after: percent(to) }
}

/// Where a sum stands, from 0 to 100. The last tier has no end: its share is drawn up to twice its
/// threshold, and a larger sum stands at its edge.
fn position(rungs: &[Rung], kopecks: i64) -> f64 {
    let share = share(rungs);
    let mut left = 0.0;
    for (index, rung) in rungs.iter().enumerate() {
        let low = rung.at_least_kopecks;
        let high = rungs.get(index + 1).map_or(low.saturating_mul(2), |next| next.at_least_kopecks);
        if kopecks < high || index + 1 == rungs.len() {
            let part = as_f64(kopecks.saturating_sub(low)) / as_f64(high.saturating_sub(low)).max(1.0);
            return left + share * part.clamp(0.0, 1.0);
        }
        left += share;
    }
    left
}

fn share(rungs: &[Rung]) -> f64 {
    100.0 / f64::from(u32::try_from(rungs.len()).unwrap_or(u32::MAX).max(1))
}

#[expect(clippy::cast_precision_loss, reason = "a place on a screen needs no kopecks")]
fn as_f64(kopecks: i64) -> f64 {
    kopecks as f64
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}
