//! Pictures made small enough to be sent, with nothing in them but what they show: encoding anew leaves no EXIF. Pure.

use std::fmt;

use image::{DynamicImage, GrayImage, codecs::jpeg::JpegEncoder, imageops::FilterType};

use crate::scan::{ImageFault, Picture, Rotation, decode_colour, upright_frame};

/// The most bytes of all photographs of an appeal together.
pub const MOST_BYTES: usize = 2_000_000;
/// The most bytes of the picture that is kept beside a receipt.
pub const MOST_PICTURE_BYTES: usize = 150_000;

/// What is tried, one after another, until the file is small enough: the longest edge, in pixels, and JPEG's quality.
const SIZES: [(u32, u8); 8] =
    [(2_048, 85), (2_048, 70), (1_600, 75), (1_600, 60), (1_200, 65), (900, 65), (640, 60), (320, 50)];
/// Where a text of a receipt is still read by eye.
const PICTURE_SIZES: [(u32, u8); 5] = [(1_280, 70), (1_280, 50), (1_000, 50), (720, 50), (320, 50)];

/// Makes JPEGs of picture files: upright, without metadata, at most [`MOST_BYTES`] less `taken` in all.
///
/// # Errors
/// Which one cannot be read, and why.
pub fn made_small(pictures: &[Vec<u8>], taken: usize) -> Result<Vec<Vec<u8>>, (u32, ImageFault)> {
    let each = MOST_BYTES.saturating_sub(taken) / pictures.len().max(1);
    let numbered = (0..).zip(pictures);
    numbered
        .map(|(number, picture)| {
            let colour = decode_colour(picture).map_err(|fault| (number, fault))?;
            jpeg(&DynamicImage::ImageRgb8(colour), &SIZES, each).ok_or((number, ImageFault::Damaged))
        })
        .collect()
}

/// What a receipt was captured from, as the scanner was given it. `Debug` shows its size alone.
#[derive(Clone, PartialEq, Eq)]
pub enum CapturedPicture {
    /// A picture file: JPEG, PNG or WebP.
    File(Vec<u8>),
    /// A camera's frame, as [`crate::scan::LiveScanner::frame`] takes it.
    Frame {
        /// One byte of luminance a pixel.
        luma: Vec<u8>,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Bytes a row.
        stride: u32,
        /// How far it must be turned to stand upright.
        rotation: Rotation,
    },
}

impl CapturedPicture {
    /// A small grey JPEG of it; `None` where it is no picture.
    #[must_use]
    pub fn small(&self) -> Option<Vec<u8>> {
        let grey = match self {
            Self::File(bytes) => {
                let picture = Picture::decode(bytes).ok()?;
                GrayImage::from_raw(picture.width(), picture.height(), picture.luma().to_vec())?
            }
            Self::Frame { luma, width, height, stride, rotation } => {
                upright_frame(luma, (*width, *height), *stride, *rotation).ok()?
            }
        };
        jpeg(&DynamicImage::ImageLuma8(grey), &PICTURE_SIZES, MOST_PICTURE_BYTES)
    }
}

impl fmt::Debug for CapturedPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(bytes) => write!(f, "CapturedPicture({} bytes)", bytes.len()),
            Self::Frame { width, height, .. } => write!(f, "CapturedPicture({width} x {height})"),
        }
    }
}

/// The first of `sizes` in which the picture needs no more than `most` bytes.
fn jpeg(image: &DynamicImage, sizes: &[(u32, u8)], most: usize) -> Option<Vec<u8>> {
    let mut smaller: Option<DynamicImage> = None;
    for (edge, quality) in sizes {
        let present = smaller.as_ref().unwrap_or(image);
        if present.width().max(present.height()) > *edge {
            smaller = Some(present.resize(*edge, *edge, FilterType::Triangle));
        }
        let file = encoded(smaller.as_ref().unwrap_or(image), *quality)?;
        if file.len() <= most {
            return Some(file);
        }
    }
    None
}

fn encoded(image: &DynamicImage, quality: u8) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality)).ok()?;
    Some(file)
}

#[cfg(test)]
mod tests;
