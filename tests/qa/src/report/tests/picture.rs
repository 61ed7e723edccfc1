use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage};

use super::*;

/// The worst to compress: every pixel is drawn by chance.
pub fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, r, g, b] = state.to_le_bytes();
        image::Rgb([r, g, b])
    });
    encode(picture, ImageFormat::Jpeg)
}

fn encode(picture: RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn shown_size(picture: &PagePicture) -> (u32, u32) {
    image::load_from_memory_with_format(&picture.jpeg, ImageFormat::Jpeg).unwrap().dimensions()
}

#[test]
fn a_large_picture_is_shown_smaller_but_keeps_its_own_pixels() {
    let picture = picture_for_page(&encode(RgbImage::new(3000, 2000), ImageFormat::Png)).unwrap();
    assert_eq!((picture.width, picture.height), (3000, 2000));
    assert_eq!(shown_size(&picture), (900, 600));
}

#[test]
fn a_long_receipt_is_bounded_in_height() {
    let picture = picture_for_page(&encode(RgbImage::new(600, 4800), ImageFormat::Png)).unwrap();
    assert_eq!((picture.width, picture.height), (600, 4800));
    assert_eq!(shown_size(&picture), (150, 1200));
}

#[test]
fn a_small_picture_is_not_blown_up() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let picture = picture_for_page(&encode(RgbImage::new(40, 30), format)).unwrap();
        assert_eq!(shown_size(&picture), (40, 30), "{format:?}");
    }
}

#[test]
fn noise_is_pressed_below_the_limit() {
    let picture = picture_for_page(&noise(1600, 1200)).unwrap();
    assert!(picture.jpeg.len() <= 160_000, "{}", picture.jpeg.len());
}

#[test]
fn what_is_no_picture_gives_none() {
    let whole = encode(RgbImage::new(40, 30), ImageFormat::Png);
    for bytes in [&b""[..], b"not a picture", &whole[..20]] {
        assert!(picture_for_page(bytes).is_none());
    }
}
