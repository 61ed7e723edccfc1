//! Pictures drawn for the tests.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use rxing::qrcode::QRCodeWriter;
use rxing::{BarcodeFormat, Writer};

use crate::scan::{FoundCode, PicturePoint};

pub(super) const RECEIPT: &str = "t=20260312T1847&s=48900.00&fn=7380440801290534&i=41207&fp=2876140935&n=1";
pub(super) const MENU: &str = "https://vremenagoda.example/menu";

/// Pixels of a module.
const MODULE: u32 = 4;

/// A white sheet with codes at places, black on white, and the side of each code in pixels.
pub(super) fn sheet(width: u32, height: u32, codes: &[(&str, u32, u32)]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(width, height, Luma([255]));
    for (text, left, top) in codes {
        draw(&mut sheet, text, *left, *top);
    }
    sheet
}

/// Draws a code without its margin, and gives its side.
fn draw(sheet: &mut GrayImage, text: &str, left: u32, top: u32) -> u32 {
    let bits = QRCodeWriter.encode(text, &BarcodeFormat::QR_CODE, 1, 1).unwrap();
    let margin = 4;
    let modules = bits.width() - 2 * margin;
    for y in 0..modules * MODULE {
        for x in 0..modules * MODULE {
            if bits.get(margin + x / MODULE, margin + y / MODULE) {
                sheet.put_pixel(left + x, top + y, Luma([0]));
            }
        }
    }
    modules * MODULE
}

/// The corners of a code drawn at a place.
pub(super) fn corners(text: &str, left: u32, top: u32) -> [PicturePoint; 4] {
    let side = draw(&mut GrayImage::new(2000, 2000), text, 0, 0);
    let point = |x: u32, y: u32| PicturePoint { x: (left + x) as f32, y: (top + y) as f32 };
    [point(0, 0), point(side, 0), point(side, side), point(0, side)]
}

pub(super) fn assert_corners(code: &FoundCode, expected: [PicturePoint; 4]) {
    for (actual, expected) in code.corners.iter().zip(expected) {
        let off = (actual.x - expected.x).hypot(actual.y - expected.y);
        assert!(off < 2.0, "{:?} instead of {expected:?}", code.corners);
    }
}

pub(super) fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A receipt's picture in each format.
pub(super) fn files() -> Vec<(ImageFormat, Vec<u8>)> {
    let picture = DynamicImage::ImageLuma8(sheet(300, 240, &[(RECEIPT, 60, 40)]));
    let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    formats.into_iter().map(|format| (format, file(&picture, format))).collect()
}

/// The same JPEG with an orientation in its EXIF.
pub(super) fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}
