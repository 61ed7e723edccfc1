//! The picture in its own size, in half, in a quarter, and so on.

use super::luma::Luma;
use super::outcome::PicturePoint;
use super::stages::geometry::Point;
use super::stages::grey::Grey;

/// Below this a code of the least modules does not fit.
const LEAST_SIDE: usize = 60;

/// Levels up to this size are looked at first, in pixels: a receipt's code fills enough of them.
const WORKING_PIXELS: usize = 1_500_000;

/// A picture in several sizes. The whole of the smaller ones is a third of it.
pub(super) struct Pyramid<'a> {
    whole: &'a Luma<'a>,
    smaller: Vec<Luma<'static>>,
}

impl<'a> Pyramid<'a> {
    /// Down to the smallest size that can show a code.
    pub(super) fn of(whole: &'a Luma<'a>) -> Self {
        let mut smaller: Vec<Luma<'static>> = Vec::new();
        loop {
            let last = smaller.last().unwrap_or(whole);
            if last.width().min(last.height()) < 2 * LEAST_SIDE {
                return Self { whole, smaller };
            }
            let half = last.halved();
            smaller.push(half);
        }
    }

    /// All levels, those of working size first, from the largest down; then the larger ones, from the smallest up.
    pub(super) fn order(&self) -> Vec<usize> {
        let is_large = |level: &usize| self.level(*level).pixels().len() > WORKING_PIXELS;
        let (large, working): (Vec<usize>, Vec<usize>) = (0..=self.smaller.len()).partition(is_large);
        working.into_iter().chain(large.into_iter().rev()).collect()
    }

    fn level(&self, level: usize) -> &Luma<'_> {
        level.checked_sub(1).and_then(|level| self.smaller.get(level)).unwrap_or(self.whole)
    }

    /// A level to look at.
    pub(super) fn grey(&self, level: usize, inverted: bool) -> Grey<'_> {
        self.level(level).grey(inverted)
    }

    /// The picture in its own size.
    pub(super) fn whole(&self) -> &Luma<'a> {
        self.whole
    }

    /// The smallest level.
    pub(super) fn last(&self) -> usize {
        self.smaller.len()
    }

    /// Where a place of a level lies in the whole picture.
    pub(super) fn place(place: Point, level: usize) -> PicturePoint {
        let Point { x, y } = place * Self::scale(level);
        PicturePoint { x, y }
    }

    /// Pixels of the whole picture a pixel of a level.
    pub(super) fn scale(level: usize) -> f32 {
        (1u32 << level) as f32
    }
}
