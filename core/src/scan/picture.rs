//! A picture file → grey pixels, with nothing trusted that the file says about itself.

use std::io::Cursor;

use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, imageops};

use super::limits::{FrameFault, ImageFault, MAX_DECODER_BYTES, is_too_large};
use super::luma::Luma;
use super::outcome::{Rotation, StillOutcome};
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
        let Decoded { image, orientation, cut_short } = decode(bytes)?;
        let mut upright = DynamicImage::ImageLuma8(grey(image));
        upright.apply_orientation(orientation);
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

/// What a file holds, not yet turned.
struct Decoded {
    image: DynamicImage,
    orientation: Orientation,
    cut_short: bool,
}

/// Decodes a picture in colour, within the limits of [`Picture::decode`]: upright, as on white paper.
///
/// # Errors
/// As [`Picture::decode`].
pub fn decode_colour(bytes: &[u8]) -> Result<RgbImage, ImageFault> {
    let Decoded { image, orientation, .. } = decode(bytes)?;
    let mut upright = DynamicImage::ImageRgb8(colour(image));
    upright.apply_orientation(orientation);
    Ok(upright.into_rgb8())
}

/// A camera's frame, turned upright.
///
/// # Errors
/// When the buffer does not hold a frame of that size.
pub fn upright_frame(
    luma: &[u8],
    (width, height): (u32, u32),
    stride: u32,
    rotation: Rotation,
) -> Result<GrayImage, FrameFault> {
    let luma = Luma::of_frame(luma, width, height, stride)?;
    let grey = GrayImage::from_raw(width, height, luma.pixels().to_vec()).ok_or(FrameFault::Empty)?;
    Ok(match rotation {
        Rotation::None => grey,
        Rotation::Quarter => imageops::rotate90(&grey),
        Rotation::Half => imageops::rotate180(&grey),
        Rotation::ThreeQuarters => imageops::rotate270(&grey),
    })
}

fn decode(bytes: &[u8]) -> Result<Decoded, ImageFault> {
    let format = format(bytes)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let cut_short = is_cut_short(format, bytes);
    let mut decoder = reader.into_decoder().map_err(|error| fault(&error, cut_short))?;
    let (width, height) = decoder.dimensions();
    if is_too_large(width, height) || decoder.total_bytes() > MAX_DECODER_BYTES {
        return Err(ImageFault::TooLarge { width, height });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| match error {
        ImageError::Limits(_) => ImageFault::TooLarge { width, height },
        error => fault(&error, cut_short),
    })?;
    Ok(Decoded { image, orientation, cut_short })
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

/// What the decoder says, in our words. It does not tell a file that ends early from one that is wrong.
fn fault(error: &ImageError, cut_short: bool) -> ImageFault {
    match error {
        ImageError::Unsupported(_) => ImageFault::UnsupportedFormat,
        _ if cut_short => ImageFault::Truncated,
        _ => ImageFault::Damaged,
    }
}

/// Luminance as on white paper: stickers and screenshots of codes are often black on nothing.
fn grey(image: DynamicImage) -> GrayImage {
    if !image.color().has_alpha() {
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

/// Colours as on white paper.
fn colour(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let pixels = image.into_rgba8();
    let (width, height) = pixels.dimensions();
    let on_white = pixels.pixels().flat_map(|pixel| {
        let [red, green, blue, alpha] = pixel.0.map(u16::from);
        [red, green, blue].map(|part| ((part * alpha + 255 * (255 - alpha)) / 255).min(255) as u8)
    });
    RgbImage::from_raw(width, height, on_white.collect()).unwrap_or_default()
}

/// Whether a file ends before its format says so.
fn is_cut_short(format: ImageFormat, bytes: &[u8]) -> bool {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|part| part == mark);
    match format {
        ImageFormat::Png => last(b"IEND").is_none(),
        ImageFormat::WebP => {
            let size = bytes.get(4..8).and_then(|size| size.try_into().ok()).map_or(u32::MAX, u32::from_le_bytes);
            u64::from(size) + 8 > bytes.len() as u64
        }
        // Cameras append things, so the end is not always the last two bytes; thumbnails have ends of their own, but
        // before the picture's scan starts. Neither mark occurs within a scan.
        _ => last(&[0xff, 0xd9]) <= last(&[0xff, 0xda]),
    }
}
