//! Pictures made small enough to be sent, with nothing in them but what they show: encoding anew leaves no EXIF. Pure.

use std::fmt;

use image::{DynamicImage, GrayImage, codecs::jpeg::JpegEncoder, imageops::FilterType};

use crate::scan::{FrameFault, ImageFault, Picture, Rotation, decode_colour, upright_frame};

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

/// A small grey picture of what was before the camera, to be kept beside a receipt. `Debug` shows its size alone.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptPicture {
    jpeg: Vec<u8>,
}

impl ReceiptPicture {
    /// Of a picture file: JPEG, PNG or WebP.
    ///
    /// # Errors
    /// As [`Picture::decode`].
    pub fn of_file(bytes: &[u8]) -> Result<Self, ImageFault> {
        let picture = Picture::decode(bytes)?;
        let (width, height) = (picture.width(), picture.height());
        let grey = GrayImage::from_raw(width, height, picture.luma().to_vec()).ok_or(ImageFault::Damaged)?;
        Self::of_grey(grey).ok_or(ImageFault::Damaged)
    }

    /// Of a camera's frame, as [`crate::scan::LiveScanner::frame`] takes it.
    ///
    /// # Errors
    /// When the buffer does not hold a frame of that size.
    pub fn of_frame(
        luma: &[u8],
        (width, height): (u32, u32),
        stride: u32,
        rotation: Rotation,
    ) -> Result<Self, FrameFault> {
        let grey = upright_frame(luma, (width, height), stride, rotation)?;
        Self::of_grey(grey).ok_or(FrameFault::Empty)
    }

    fn of_grey(grey: GrayImage) -> Option<Self> {
        let jpeg = jpeg(&DynamicImage::ImageLuma8(grey), &PICTURE_SIZES, MOST_PICTURE_BYTES)?;
        Some(Self { jpeg })
    }

    pub(super) fn into_jpeg(self) -> Vec<u8> {
        self.jpeg
    }
}

impl fmt::Debug for ReceiptPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptPicture({} bytes)", self.jpeg.len())
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
