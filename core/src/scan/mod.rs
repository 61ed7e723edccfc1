//! Pixels → the texts of QR codes, the receipt first.
//!
//! Pure: no I/O, no clock, no state but a [`LiveScanner`]'s memory of what it has reported. Two efforts: a *still*
//! picture is gone over again and again in several ways ([`scan_image`], [`scan_luma`]); of a *live* camera the next
//! frame is the second chance ([`LiveScanner`]).
//!
//! ```text
//! bytes -- picture --> Picture -+
//!                               +--> still --> decode (rxing) --> FoundCode
//! grey pixels in memory -- luma +--> live  -->        |
//!                                                  advice
//! ```

mod advice;
mod attempt;
mod examine;
mod limits;
mod live;
mod luma;
mod outcome;
mod picture;
mod pyramid;
pub mod stages;
mod still;
mod sum;
#[cfg(test)]
mod tests;

pub use advice::Advice;
pub use examine::{Examination, Lever, Levers, SeenGrid, SeenSquare, examine};
pub use limits::{FrameFault, ImageFault, MAX_PIXELS, MAX_SIDE};
pub use live::{HELD_FRAMES, LiveScanner};
pub use outcome::{FoundCode, FrameOutcome, PicturePoint, Rotation, StillOutcome};
pub use picture::Picture;
pub(crate) use picture::{decode_colour, upright_frame};

/// Finds and reads the codes of a picture file: JPEG, PNG or WebP.
///
/// Corners are in pixels of the upright picture, its EXIF orientation applied.
///
/// # Errors
/// When the bytes are no picture that can be looked at. A picture without a code is no error.
pub fn scan_image(bytes: &[u8]) -> Result<StillOutcome, ImageFault> {
    Picture::decode(bytes)?.scan()
}

/// Finds and reads the codes of a picture in memory: one byte of luminance a pixel, `stride` bytes a row, the last
/// row may end with its last pixel.
///
/// # Errors
/// When the buffer does not hold a picture of that size.
pub fn scan_luma(luma: &[u8], width: u32, height: u32, stride: u32) -> Result<StillOutcome, FrameFault> {
    let luma = luma::Luma::of_frame(luma, width, height, stride)?;
    Ok(still::scan(&luma))
}
