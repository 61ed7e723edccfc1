//! The effort for a camera: little for each frame, since the next one comes at once.

use std::collections::HashMap;

use super::advice;
use super::decode::{self, Threshold};
use super::limits::FrameFault;
use super::luma::Luma;
use super::outcome::{FoundCode, FrameOutcome, Rotation, best};

/// A code that was reported and seen no longer ago than this many frames is still held in view: about a second.
pub const HELD_FRAMES: u64 = 30;

/// Larger frames are halved first: a frame has a few dozen milliseconds.
const FRAME_PIXELS: usize = 1_300_000;

/// The frames of one camera, in order.
#[derive(Debug, Default)]
pub struct LiveScanner {
    frames: u64,
    /// Texts that were reported, and the frame each was last seen in.
    reported: HashMap<String, u64>,
}

impl LiveScanner {
    /// A scanner that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the next frame: one byte of luminance a pixel, `stride` bytes a row (a camera's Y plane as it is).
    ///
    /// Corners are in pixels of the frame turned upright by `rotation`.
    ///
    /// # Errors
    /// When the buffer does not hold a frame of that size; the scanner can go on with the next.
    pub fn frame(
        &mut self,
        luma: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation: Rotation,
    ) -> Result<FrameOutcome, FrameFault> {
        let luma = Luma::of_frame(luma, width, height, stride)?;
        self.frames += 1;
        let half = (luma.pixels().len() > FRAME_PIXELS).then(|| luma.halved());
        let mut codes = self.look(&luma, half.as_ref());
        for corner in codes.iter_mut().flat_map(|code| &mut code.corners) {
            *corner = rotation.upright(*corner, width as f32, height as f32);
        }
        let advice = if codes.is_empty() { advice::of(half.as_ref().unwrap_or(&luma)) } else { None };
        Ok(FrameOutcome { fresh: self.fresh(&codes), codes, advice })
    }

    /// Forgets what was reported, so that a code still in view is reported again.
    pub fn forget(&mut self) {
        self.reported.clear();
    }

    /// The way that reads most codes, and one of the others in turn.
    fn look(&self, luma: &Luma<'_>, half: Option<&Luma<'_>>) -> Vec<FoundCode> {
        let (working, scale) = half.map_or((luma, 1.0), |half| (half, 2.0));
        let codes = decode::codes(working, Threshold::Local, scale);
        if !codes.is_empty() {
            return codes;
        }
        match self.frames % 4 {
            0 => decode::codes(&working.inverted(), Threshold::Local, scale),
            1 => decode::codes(&working.boosted(), Threshold::Local, scale),
            2 => decode::codes(working, Threshold::Global, scale),
            _ if half.is_some() => decode::codes(luma, Threshold::Local, 1.0),
            _ => decode::codes(&working.halved(), Threshold::Local, 2.0 * scale),
        }
    }

    /// The best code, unless it is held in view since it was reported.
    fn fresh(&mut self, codes: &[FoundCode]) -> Option<usize> {
        let now = self.frames;
        self.reported.retain(|_, seen| now - *seen <= HELD_FRAMES);
        for code in codes {
            if let Some(seen) = self.reported.get_mut(&code.text) {
                *seen = now;
            }
        }
        let best = best(codes)?;
        let text = &codes.get(best)?.text;
        if self.reported.contains_key(text) {
            return None;
        }
        self.reported.insert(text.clone(), now);
        Some(best)
    }
}
