//! Two sides on the same frames, one after the other on each, so that a busy machine troubles both alike.

use cpu_time::ThreadTime;

use crate::Frame;

/// What both sides took.
pub struct Comparison {
    /// The scanner.
    pub ours: Side,
    /// The peer.
    pub theirs: Side,
}

/// What one side took for each frame and round, and how often it read something.
#[derive(Default)]
pub struct Side {
    milliseconds: Vec<f64>,
    /// Of all frames and rounds.
    pub read: usize,
}

impl Side {
    /// Processor time that this part of all measurements does not exceed, in milliseconds; 0 without any.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.milliseconds.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (sorted.len() as f64 * part).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// All frames and rounds.
    pub fn count(&self) -> usize {
        self.milliseconds.len()
    }

    fn measure(&mut self, scan: &mut impl FnMut(&Frame) -> anyhow::Result<bool>, frame: &Frame) -> anyhow::Result<()> {
        let start = ThreadTime::now();
        let read = scan(frame)?;
        self.milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
        self.read += usize::from(read);
        Ok(())
    }
}

/// Both sides on all frames, round by round; who begins takes turns. Before the first round each side has one that
/// does not count. Each side tells whether it read something.
///
/// # Errors
/// Those of the sides.
pub fn compare(
    frames: &[Frame],
    rounds: usize,
    mut ours: impl FnMut(&Frame) -> anyhow::Result<bool>,
    mut theirs: impl FnMut(&Frame) -> anyhow::Result<bool>,
) -> anyhow::Result<Comparison> {
    if let Some(first) = frames.first() {
        ours(first)?;
        theirs(first)?;
    }
    let mut comparison = Comparison { ours: Side::default(), theirs: Side::default() };
    for round in 0..rounds {
        for (index, frame) in frames.iter().enumerate() {
            if (round + index) % 2 == 0 {
                comparison.ours.measure(&mut ours, frame)?;
                comparison.theirs.measure(&mut theirs, frame)?;
            } else {
                comparison.theirs.measure(&mut theirs, frame)?;
                comparison.ours.measure(&mut ours, frame)?;
            }
        }
    }
    Ok(comparison)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_see_every_frame_in_every_round() {
        let frames = vec![Frame { width: 1, height: 1, pixels: vec![0] }; 3];
        let comparison = compare(&frames, 4, |_| Ok(true), |_| Ok(false)).unwrap();
        assert_eq!((comparison.ours.count(), comparison.ours.read), (12, 12));
        assert_eq!((comparison.theirs.count(), comparison.theirs.read), (12, 0));
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let side = Side { milliseconds: (1..=20).rev().map(f64::from).collect(), read: 0 };
        assert_eq!((side.quantile(0.5), side.quantile(0.95), Side::default().quantile(0.5)), (10.0, 19.0, 0.0));
    }
}
