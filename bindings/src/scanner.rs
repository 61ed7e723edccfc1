//! Pictures and camera frames → codes.

use std::sync::{Arc, Mutex, PoisonError};

pub use vremena_core::scan::{Advice, PicturePoint, Rotation};
use vremena_core::{
    explanation::Explanation,
    scan::{self, ImageFault},
};

use crate::{error::CoreError, fiscal::FiscalReceipt, host::Host};

/// Reads codes. Its calls work on the caller's own thread: keep them off the one that draws.
#[derive(uniffi::Object)]
pub struct Scanner {
    host: Arc<Host>,
}

impl Scanner {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Scanner {
    /// Finds and reads the codes of a picture file: JPEG, PNG or WebP. Takes its time, tenths of a second for a large
    /// photo. In Kotlin a buffer that is not direct is copied.
    ///
    /// # Errors
    /// `Internal`. A file that is no picture, and a picture without a code, are outcomes.
    pub fn picture(&self, bytes: &[u8]) -> Result<PictureOutcome, CoreError> {
        self.host.guarded(|| {
            Ok(match scan::scan_image(bytes) {
                Ok(outcome) => self.seen(outcome),
                Err(fault) => self.no_picture(fault),
            })
        })
    }

    /// A scanner for the frames of one camera.
    pub fn live(&self) -> Result<Arc<LiveScanner>, CoreError> {
        let scanner = Mutex::new(scan::LiveScanner::new());
        Ok(Arc::new(LiveScanner { host: Arc::clone(&self.host), scanner }))
    }
}

impl Scanner {
    fn seen(&self, outcome: scan::StillOutcome) -> PictureOutcome {
        match outcome.best.and_then(|best| u32::try_from(best).ok()) {
            Some(best) => PictureOutcome::Codes { codes: found(&self.host, outcome.codes), best },
            None => PictureOutcome::NoCode {
                advice: outcome.advice,
                advice_at: outcome.advice_at,
                explanation: Explanation::of_no_code(self.host.app.texts(), outcome.advice),
            },
        }
    }

    fn no_picture(&self, fault: ImageFault) -> PictureOutcome {
        PictureOutcome::NoPicture {
            reason: fault.code().to_owned(),
            explanation: Explanation::of_image(self.host.app.texts(), &fault),
        }
    }
}

/// The frames of one camera, in order.
#[derive(uniffi::Object)]
pub struct LiveScanner {
    host: Arc<Host>,
    scanner: Mutex<scan::LiveScanner>,
}

#[uniffi::export]
impl LiveScanner {
    /// Looks at the next frame: one byte of luminance a pixel, `stride` bytes a row (a camera's Y plane as it is).
    /// Corners are in pixels of the frame turned upright by `rotation`. In Kotlin a buffer that is not direct is copied.
    ///
    /// # Errors
    /// `InvalidArgument` where the buffer holds no frame of that size; the scanner can go on with the next.
    pub fn frame(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<FrameOutcome, CoreError> {
        self.host.guarded(|| {
            let mut scanner = self.scanner.lock().unwrap_or_else(PoisonError::into_inner);
            let outcome = scanner.frame(luma, width, height, stride, rotation)?;
            Ok(FrameOutcome {
                fresh: outcome.fresh.and_then(|fresh| u32::try_from(fresh).ok()),
                codes: found(&self.host, outcome.codes),
                advice: outcome.advice,
                advice_at: outcome.advice_at,
            })
        })
    }

    /// Forgets what was reported, so that a code still in view is reported again.
    pub fn forget(&self) -> Result<(), CoreError> {
        self.host.guarded(|| {
            self.scanner.lock().unwrap_or_else(PoisonError::into_inner).forget();
            Ok(())
        })
    }
}

/// What a picture file shows.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum PictureOutcome {
    /// Codes.
    Codes {
        /// Every code read, each text once for each place it stands at.
        codes: Vec<FoundCode>,
        /// The code that is meant, an index into `codes`: a receipt before all others.
        best: u32,
    },
    /// None.
    NoCode {
        /// What would help, where the reason was seen.
        advice: Option<Advice>,
        /// Where the reason for it lies, if it has a place: the middle of a glare.
        advice_at: Option<PicturePoint>,
        /// The same for the member.
        explanation: Explanation,
    },
    /// The file is no picture that can be looked at.
    NoPicture {
        /// A stable code.
        reason: String,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// What a camera's frame shows.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct FrameOutcome {
    /// Every code read in this frame, for drawing outlines.
    pub codes: Vec<FoundCode>,
    /// The code to act upon now, an index into `codes`: a receipt before all others, and only when its text comes into
    /// view, not while it is held there.
    pub fresh: Option<u32>,
    /// What would help; only without codes, and only where the reason was seen in several of the last frames.
    pub advice: Option<Advice>,
    /// Where the reason for the advice lies, if it has a place: the middle of a glare.
    pub advice_at: Option<PicturePoint>,
}

/// A QR code that was read.
#[derive(Clone, PartialEq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FoundCode {
    /// Its text, for `Receipts.capture_text`.
    pub text: String,
    /// The outer corners of the symbol: top left, top right, bottom right, bottom left, as the symbol itself stands.
    pub corners: Vec<PicturePoint>,
    /// What the text means.
    pub content: CodeContent,
}

/// What a code's text means.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum CodeContent {
    /// A receipt.
    Receipt {
        /// What it says.
        receipt: FiscalReceipt,
    },
    /// Anything else.
    NotAReceipt {
        /// A stable code.
        reason: String,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// A place in a picture, in pixels from its top left corner; the first pixel covers 0.0 to 1.0.
#[uniffi::remote(Record)]
pub struct PicturePoint {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// What to do to be read.
#[uniffi::remote(Enum)]
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

/// How far a frame must be turned clockwise to stand upright, as cameras tell it.
#[uniffi::remote(Enum)]
pub enum Rotation {
    /// It stands upright.
    None,
    /// By 90 degrees.
    Quarter,
    /// By 180 degrees.
    Half,
    /// By 270 degrees.
    ThreeQuarters,
}

impl std::fmt::Debug for FoundCode {
    /// Without the text: what strangers put into codes does not belong into logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FoundCode").field("content", &self.content).finish_non_exhaustive()
    }
}

fn found(host: &Host, codes: Vec<scan::FoundCode>) -> Vec<FoundCode> {
    let texts = host.app.texts();
    let content = |receipt| match receipt {
        Ok(receipt) => CodeContent::Receipt { receipt: FiscalReceipt::from(receipt) },
        Err(fault) => CodeContent::NotAReceipt {
            reason: vremena_core::fiscal::NotAReceipt::code(&fault).to_owned(),
            explanation: Explanation::of_code(texts, &fault),
        },
    };
    codes
        .into_iter()
        .map(|code| FoundCode { text: code.text, corners: code.corners.to_vec(), content: content(code.receipt) })
        .collect()
}
