//! What a scan has found.

use super::advice::Advice;
use super::pyramid::Pyramid;
use super::stages::decode::Decoded;
use super::stages::grid::Grid;
use crate::fiscal::{self, FiscalReceipt, NotAReceipt};

/// A place in a picture, in pixels from its top left corner; the first pixel covers 0.0 to 1.0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PicturePoint {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// A QR code that was read.
#[derive(Clone, PartialEq)]
pub struct FoundCode {
    /// Its text. Bytes that are no UTF-8 are read in the encoding the code names, else in the likeliest one.
    pub text: String,
    /// The outer corners of the symbol: top left, top right, bottom right, bottom left, as the symbol itself stands
    /// (its top left is where its three squares meet), so a turned code has a turned order. A corner that is cut off lies
    /// outside the picture.
    pub corners: [PicturePoint; 4],
    /// What the text means.
    pub receipt: Result<FiscalReceipt, NotAReceipt>,
}

impl std::fmt::Debug for FoundCode {
    /// Without the text: what strangers put into codes does not belong into logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let receipt = self.receipt.as_ref().map(|_| "a receipt");
        f.debug_struct("FoundCode").field("corners", &self.corners).field("receipt", &receipt).finish_non_exhaustive()
    }
}

/// What a still picture shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StillOutcome {
    /// Every code read, each text once for each place it stands at.
    pub codes: Vec<FoundCode>,
    /// The code that is meant, an index into `codes`: a receipt before all others. `None` without codes.
    pub best: Option<usize>,
    /// What would help; only without codes, and only where the reason was seen.
    pub advice: Option<Advice>,
    /// Where the reason for the advice lies, if it has a place: the middle of a glare.
    pub advice_at: Option<PicturePoint>,
}

/// What a camera's frame shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameOutcome {
    /// Every code read in this frame, for drawing outlines.
    pub codes: Vec<FoundCode>,
    /// The code to act upon now, an index into `codes`: a receipt before all others, and only when its text comes
    /// into view, not while it is held there.
    pub fresh: Option<usize>,
    /// What would help; only without codes, and only where the reason was seen in several of the last frames.
    pub advice: Option<Advice>,
    /// Where the reason for the advice lies, if it has a place: the middle of a glare.
    pub advice_at: Option<PicturePoint>,
}

/// How far a frame must be turned clockwise to stand upright, as cameras tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rotation {
    /// It stands upright.
    #[default]
    None,
    /// By 90 degrees.
    Quarter,
    /// By 180 degrees.
    Half,
    /// By 270 degrees.
    ThreeQuarters,
}

impl Rotation {
    /// Of 0, 90, 180 or 270 degrees.
    pub fn from_degrees(degrees: u32) -> Option<Self> {
        match degrees {
            0 => Some(Self::None),
            90 => Some(Self::Quarter),
            180 => Some(Self::Half),
            270 => Some(Self::ThreeQuarters),
            _ => None,
        }
    }

    /// Where a point of a frame of that size is once the frame stands upright.
    pub(super) fn upright(self, point: PicturePoint, width: f32, height: f32) -> PicturePoint {
        let PicturePoint { x, y } = point;
        match self {
            Self::None => point,
            Self::Quarter => PicturePoint { x: height - y, y: x },
            Self::Half => PicturePoint { x: width - x, y: height - y },
            Self::ThreeQuarters => PicturePoint { x: y, y: width - x },
        }
    }
}

/// Which code is meant: the first that is a receipt, else the first.
pub(super) fn best(codes: &[FoundCode]) -> Option<usize> {
    let receipt = codes.iter().position(|code| code.receipt.is_ok());
    receipt.or((!codes.is_empty()).then_some(0))
}

impl FoundCode {
    /// A code read in a level of the picture.
    pub(super) fn of(level: usize, decoded: &Decoded, grid: &Grid) -> Self {
        let corners = grid.corners().map(|corner| Pyramid::place(corner, level));
        Self { receipt: fiscal::parse(&decoded.text), text: decoded.text.clone(), corners }
    }

    /// Whether two looks have read one code: the same text at the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let (a, b) = (self.centre(), other.centre());
        let [first, _, opposite, _] = self.corners;
        let side = (first.x - opposite.x).abs().max((first.y - opposite.y).abs());
        self.text == other.text && (a.x - b.x).abs() < side / 2.0 && (a.y - b.y).abs() < side / 2.0
    }

    /// The middle of its corners.
    fn centre(&self) -> PicturePoint {
        let mean = |coordinate: fn(&PicturePoint) -> f32| self.corners.iter().map(coordinate).sum::<f32>() / 4.0;
        PicturePoint { x: mean(|corner| corner.x), y: mean(|corner| corner.y) }
    }
}
