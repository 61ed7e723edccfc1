//! Looking over the scanner's shoulder: what it saw on its way, and how it does without one of its means.
//!
//! For people who look why a picture did not read, and for the table of what each means brings.

use super::luma::Luma;
use super::outcome::{PicturePoint, StillOutcome};
use super::picture::Picture;
use super::still;

/// A means of the still effort that can be switched off, to measure what it brings and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lever {
    /// Looking at the picture in halves, quarters and eighths of its size.
    Pyramid,
    /// Light codes on dark ground.
    Inverted,
    /// Thresholds from neighbourhoods of other sizes.
    Neighbourhoods,
    /// Differences from the mean around made larger.
    Sharpened,
    /// Two finder patterns where the third is not seen.
    TwoFinders,
    /// The alignment pattern as a further fixed point.
    Alignment,
    /// A grid that bends with the paper.
    Mesh,
    /// The filter that undoes blur.
    Equalizer,
    /// Decoding with how sure each module is.
    SoftDecoding,
}

impl Lever {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pyramid,
        Self::Inverted,
        Self::Neighbourhoods,
        Self::Sharpened,
        Self::TwoFinders,
        Self::Alignment,
        Self::Mesh,
        Self::Equalizer,
        Self::SoftDecoding,
    ];

    /// The stable name, as in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pyramid => "pyramid",
            Self::Inverted => "inverted",
            Self::Neighbourhoods => "neighbourhoods",
            Self::Sharpened => "sharpened",
            Self::TwoFinders => "two_finders",
            Self::Alignment => "alignment",
            Self::Mesh => "mesh",
            Self::Equalizer => "equalizer",
            Self::SoftDecoding => "soft_decoding",
        }
    }
}

/// Which means are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levers(u16);

impl Levers {
    /// All, as in the product.
    pub const ALL: Self = Self(u16::MAX);

    /// All of these but one.
    #[must_use]
    pub fn without(self, lever: Lever) -> Self {
        Self(self.0 & !(1 << lever as u16))
    }

    /// Whether one is in use.
    pub fn has(self, lever: Lever) -> bool {
        self.0 & 1 << lever as u16 != 0
    }
}

/// A still picture's outcome, and what was seen on the way to it. Places are in pixels of the upright picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Examination {
    /// As [`Picture::scan`] gives it.
    pub outcome: StillOutcome,
    /// Finder patterns.
    pub squares: Vec<SeenSquare>,
    /// Places that looked like a code, in the order of looking.
    pub grids: Vec<SeenGrid>,
}

/// What looked like a finder pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenSquare {
    /// Its middle.
    pub centre: PicturePoint,
    /// Pixels a module.
    pub module: f32,
}

/// What looked like a code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenGrid {
    /// Top left, top right, bottom right, bottom left of the symbol.
    pub corners: [PicturePoint; 4],
    /// Modules a side.
    pub dimension: u32,
    /// How well the timing patterns were seen: 1 is perfect, 0 is noise.
    pub timing: f32,
    /// Whether it was read.
    pub read: bool,
}

/// Scans a picture as [`Picture::scan`] does (but for a file cut short, which is no error here), and keeps what was seen.
pub fn examine(picture: &Picture, levers: Levers) -> Examination {
    let luma = Luma::of_pixels(picture.luma(), picture.width() as usize, picture.height() as usize);
    still::examine(&luma, levers)
}
