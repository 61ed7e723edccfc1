//! The picture in its own size, in half, in a quarter, and so on.

use std::cell::OnceCell;

use super::luma::Luma;
use super::outcome::PicturePoint;
use super::stages::geometry::Point;
use super::stages::grey::Grey;

/// The smallest code has so many modules, and none is smaller than a pixel.
const LEAST_CODE: usize = 21;

/// In halves that are smaller than this only codes would show that fill more than the picture.
const LEAST_SIDE: usize = 60;

/// Levels up to this size are looked at first, in pixels: a receipt's code fills enough of them.
const WORKING_PIXELS: usize = 1_500_000;

/// Larger levels are not sharpened: what is blurred shows as well in smaller ones, which cost less.
const SHARPENED_PIXELS: usize = 400_000;

/// A way to see a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// How often it is halved.
    pub level: usize,
    /// Whether as its negative.
    pub inverted: bool,
    /// Whether what blur has mixed is set apart again.
    pub sharpened: bool,
}

/// A picture in several sizes. The whole of the smaller ones is a third of it.
pub(super) struct Pyramid<'a> {
    whole: &'a Luma<'a>,
    smaller: Vec<Luma<'static>>,
    /// By level; made when first looked at.
    sharpened: Vec<OnceCell<Luma<'static>>>,
}

impl<'a> Pyramid<'a> {
    /// Down to the smallest size that can show a code. `None` when the whole is too small for one.
    pub(super) fn of(whole: &'a Luma<'a>) -> Option<Self> {
        if whole.width().min(whole.height()) < LEAST_CODE {
            return None;
        }
        let mut smaller: Vec<Luma<'static>> = Vec::new();
        loop {
            let last = smaller.last().unwrap_or(whole);
            if last.width().min(last.height()) < 2 * LEAST_SIDE {
                let sharpened = (0..=smaller.len()).map(|_| OnceCell::new()).collect();
                return Some(Self { whole, smaller, sharpened });
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

    /// Whether a level is of a size that is worth sharpening.
    pub(super) fn is_sharpened(&self, level: usize) -> bool {
        self.level(level).pixels().len() <= SHARPENED_PIXELS
    }

    fn level(&self, level: usize) -> &Luma<'_> {
        level.checked_sub(1).and_then(|level| self.smaller.get(level)).unwrap_or(self.whole)
    }

    /// What is to be looked at.
    pub(super) fn grey(&self, view: View) -> Grey<'_> {
        let level = self.level(view.level);
        let sharpened = self.sharpened.get(view.level).filter(|_| view.sharpened);
        sharpened.map_or(level, |cell| cell.get_or_init(|| level.sharpened())).grey(view.inverted)
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
