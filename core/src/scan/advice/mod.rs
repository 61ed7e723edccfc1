//! What would help a member whose picture shows no code. Said only when the reason was measured: wrong advice is worse
//! than none.
//!
//! Of several reasons the first is told, in the order in which each spoils the measuring of those after it: without light
//! nothing is measured; of a code that is cut off or of few pixels no more than its place; glare takes the edges by which
//! blur is seen; and what is blurred shifts the modules by which a bend is seen.

mod evidence;
mod pair;
mod pixels;
mod reasons;
mod steady;

pub(super) use evidence::Evidence;
pub(super) use steady::Steady;

use super::outcome::PicturePoint;
use super::pyramid::Pyramid;
use pixels::Pixels;

/// What to do to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Hardly any light: find some, or turn on the torch.
    TooDark,
    /// A part of the code lies outside the picture: move it in.
    CutOff,
    /// The code's modules are too small: come closer.
    ComeCloser,
    /// A reflection hides a part of the code: tilt the paper or the phone.
    Glare,
    /// The code, or all of the picture, has no sharp edge: hold still, or move away until the camera focuses.
    TooBlurred,
    /// The paper is bent or crumpled: hold it flat.
    HoldFlat,
}

impl Advice {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::TooDark, Self::CutOff, Self::ComeCloser, Self::Glare, Self::TooBlurred, Self::HoldFlat];

    /// The stable name: `advice` in JSON, and part of a message's id.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooDark => "too_dark",
            Self::CutOff => "cut_off",
            Self::ComeCloser => "come_closer",
            Self::Glare => "glare",
            Self::TooBlurred => "too_blurred",
            Self::HoldFlat => "hold_flat",
        }
    }
}

/// An advice, and where in the picture its reason lies, if it has a place: a glare has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reason {
    pub advice: Advice,
    pub at: Option<PicturePoint>,
}

impl From<Advice> for Reason {
    fn from(advice: Advice) -> Self {
        Self { advice, at: None }
    }
}

/// Why nothing was read.
pub(super) fn reason(pyramid: &Pyramid<'_>, evidence: &Evidence) -> Option<Reason> {
    let pixels = Pixels::of(pyramid.whole());
    if pixels.are_dark() {
        return Some(Advice::TooDark.into());
    }
    if let Some(code) = evidence.code() {
        return reasons::of_code(pyramid, code);
    }
    let half_codes = evidence.half_codes(pyramid);
    half_codes.iter().find_map(|code| reasons::of_half_code(pyramid, code)).or_else(|| {
        let is_blurred = half_codes.is_empty() && pixels.are_blurred(pyramid.whole());
        evidence.is_small().then_some(Advice::ComeCloser).or(is_blurred.then_some(Advice::TooBlurred)).map(Reason::from)
    })
}
