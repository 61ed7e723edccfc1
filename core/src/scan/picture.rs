//! A picture file → grey pixels, with nothing trusted that the file says about itself.

use std::io::Cursor;

use image::error::ImageError;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::limits::{ImageFault, MAX_DECODER_BYTES, is_too_large};
use super::luma::Luma;
use super::outcome::StillOutcome;
use super::still;

/// A decoded picture: grey, upright.
#[derive(Clone)]
pub struct Picture {
    grey: GrayImage,
    cut_short: bool,
}

impl Picture {
    /// Decodes a JPEG, PNG or WebP file, whatever its name; of an animation the first frame.
    ///
    /// # Errors
    /// When there is nothing to look at; see [`ImageFault`]. A JPEG that ends early is decoded as far as it goes.
    pub fn decode(bytes: &[u8]) -> Result<Self, ImageFault> {
        let format = format(bytes)?;
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(MAX_DECODER_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(fault)?;
        let (width, height) = decoder.dimensions();
        if is_too_large(width, height) || decoder.total_bytes() > MAX_DECODER_BYTES {
            return Err(ImageFault::TooLarge { width, height });
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let image = DynamicImage::from_decoder(decoder).map_err(|error| match fault(error) {
            ImageFault::TooLarge { .. } => ImageFault::TooLarge { width, height },
            other => other,
        })?;
        let mut upright = DynamicImage::ImageLuma8(grey(image));
        upright.apply_orientation(orientation);
        let cut_short = format == ImageFormat::Jpeg && !jpeg_is_whole(bytes);
        Ok(Self { grey: upright.into_luma8(), cut_short })
    }

    /// Pixels.
    pub fn width(&self) -> u32 {
        self.grey.width()
    }

    /// Pixels.
    pub fn height(&self) -> u32 {
        self.grey.height()
    }

    /// One byte of luminance a pixel, row by row without gaps.
    pub fn luma(&self) -> &[u8] {
        self.grey.as_raw()
    }

    /// Finds and reads its codes.
    ///
    /// # Errors
    /// [`ImageFault::Truncated`] if the file ended early and what there was shows no code.
    pub fn scan(&self) -> Result<StillOutcome, ImageFault> {
        let luma = Luma::of_pixels(self.luma(), self.width() as usize, self.height() as usize);
        let outcome = still::scan(&luma);
        if self.cut_short && outcome.codes.is_empty() { Err(ImageFault::Truncated) } else { Ok(outcome) }
    }
}

fn format(bytes: &[u8]) -> Result<ImageFormat, ImageFault> {
    if bytes.is_empty() {
        return Err(ImageFault::Empty);
    }
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => Ok(format),
        Ok(_) => Err(ImageFault::UnsupportedFormat),
        // HEIC, as iPhones take it: the box that all files of its family begin with.
        Err(_) if bytes.get(4..8) == Some(b"ftyp") => Err(ImageFault::UnsupportedFormat),
        Err(_) => Err(ImageFault::NotAPicture),
    }
}

/// What the decoder says, in our words. Limits are told apart without numbers: the caller knows them.
fn fault(error: ImageError) -> ImageFault {
    match error {
        ImageError::Limits(_) => ImageFault::TooLarge { width: 0, height: 0 },
        ImageError::Unsupported(_) => ImageFault::UnsupportedFormat,
        error if ends_early(&error) => ImageFault::Truncated,
        _ => ImageFault::Damaged,
    }
}

fn ends_early(error: &ImageError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Luminance as on white paper: stickers and screenshots of codes are often black on nothing.
fn grey(image: DynamicImage) -> GrayImage {
    if !image.color().has_alpha() || matches!(image.color(), ColorType::L8 | ColorType::Rgb8) {
        return image.into_luma8();
    }
    let pixels = image.into_luma_alpha8();
    let (width, height) = pixels.dimensions();
    let on_white = pixels.pixels().map(|pixel| {
        let [luma, alpha] = pixel.0.map(u16::from);
        ((luma * alpha + 255 * (255 - alpha)) / 255).min(255) as u8
    });
    GrayImage::from_raw(width, height, on_white.collect()).unwrap_or_default()
}

/// Whether the picture's data comes to its end. Cameras append things, so the end is not always the last two bytes;
/// thumbnails have ends of their own, but before the picture's data begins. Neither mark occurs within the data.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    const START_OF_SCAN: [u8; 2] = [0xff, 0xda];
    const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];
    let last = |mark: [u8; 2]| bytes.windows(2).rposition(|pair| pair == mark);
    last(END_OF_IMAGE) > last(START_OF_SCAN)
}
