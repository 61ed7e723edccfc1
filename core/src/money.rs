//! Money: whole kopecks, never a float.

use serde::{Deserialize, Serialize};

/// An amount in kopecks. Sums above 32 bits are legal; a negative one is a balance, never a receipt's total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kopecks(i64);

impl Kopecks {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of so many kopecks.
    #[must_use]
    pub const fn new(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// The amount in kopecks.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, held at the ends of the range: an amount that large is wrong in any case, and must not panic.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, held at the ends of the range.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}
