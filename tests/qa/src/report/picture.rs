//! Photographs made small enough to be embedded in a page by the dozen.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, imageops::FilterType};

/// The page with 17 photographs stays below 4 MB, where base64 makes three bytes four.
const MOST_BYTES: usize = 160_000;
const MOST_HEIGHT: u32 = 1_200;
/// Widths with the JPEG quality to try, best first; noise does not compress, and takes the last.
const ATTEMPTS: [(u32, u8); 4] = [(900, 78), (900, 62), (720, 55), (480, 45)];

/// A photograph as the page shows it.
pub struct PagePicture {
    pub jpeg: Vec<u8>,
    /// The width of the file's own picture, in whose pixels outlines are given, not the JPEG's.
    pub width: u32,
    pub height: u32,
}

/// Makes a file's picture fit for the page; nothing where it holds none that can be decoded.
///
/// Turned exactly as its pixels are stored, as a scanner sees it: an outline would else miss its code.
pub fn picture_for_page(file: &[u8]) -> Option<PagePicture> {
    let picture = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?.decode().ok()?;
    let (width, height) = (picture.width(), picture.height());
    let mut jpeg = Vec::new();
    for (most_width, quality) in ATTEMPTS {
        jpeg = encode(&picture, most_width, quality)?;
        if jpeg.len() <= MOST_BYTES {
            break;
        }
    }
    Some(PagePicture { jpeg, width, height })
}

fn encode(picture: &DynamicImage, most_width: u32, quality: u8) -> Option<Vec<u8>> {
    let fits = picture.width() <= most_width && picture.height() <= MOST_HEIGHT;
    let small =
        if fits { picture.to_rgb8() } else { picture.resize(most_width, MOST_HEIGHT, FilterType::Triangle).to_rgb8() };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&small).ok()?;
    Some(jpeg)
}
