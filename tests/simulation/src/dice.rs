//! Chance that the seed owns.

use std::{ops::Range, time::Duration};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// What draws are for. Each purpose has a stream of its own, so that a world without one fault is otherwise the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What the world is like.
    Nature,
    /// What members do, and when.
    Members,
    /// What the network does to requests.
    Network,
    /// The phone's own randomness: keys and jitter.
    Entropy,
    /// What a disk keeps when the power is lost.
    Disk,
    /// When and how the rest goes wrong.
    Trouble,
    /// What members appeal against, and how.
    Appeals,
}

/// A stream of chance.
#[derive(Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a seed for a purpose.
    #[must_use]
    pub fn of(seed: u64, purpose: Purpose) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(purpose as u64);
        Self(generator)
    }

    /// `true` in `share` of all draws (0 to 1).
    pub fn happens(&mut self, share: f64) -> bool {
        self.0.random_bool(share.clamp(0.0, 1.0))
    }

    /// A number of the range, which must not be empty.
    pub fn number(&mut self, range: Range<u32>) -> u32 {
        self.0.random_range(range)
    }

    /// A fraction of the range.
    pub fn fraction(&mut self, range: Range<f64>) -> f64 {
        self.0.random_range(range)
    }

    /// A duration of the range, to the millisecond.
    pub fn duration(&mut self, range: Range<Duration>) -> Duration {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.0.random_range(millis(range.start)..millis(range.end).max(millis(range.start) + 1)))
    }

    /// A duration from `shortest` to the `doublings`th double of it: of each length as often as of half that.
    pub fn scaled(&mut self, shortest: Duration, doublings: u32) -> Duration {
        let shortest = shortest * (1 << self.number(0..doublings));
        self.duration(shortest..shortest * 2)
    }

    /// One of these; `None` of none.
    pub fn one_of<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        if things.is_empty() { None } else { things.get(self.0.random_range(0..things.len())) }
    }

    /// Bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}
