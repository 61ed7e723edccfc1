use image::{DynamicImage, ImageFormat};
use proptest::prelude::*;

use super::drawing::{RECEIPT, file, files, sheet};
use crate::scan::{FrameFault, ImageFault, Picture, scan_image, scan_luma};

#[test]
fn what_is_no_picture_says_so() {
    let rows: [(&[u8], ImageFault); 9] = [
        (b"", ImageFault::Empty),
        (b"not a picture\n", ImageFault::NotAPicture),
        (b"\x00", ImageFault::NotAPicture),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", ImageFault::UnsupportedFormat),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", ImageFault::UnsupportedFormat),
        (b"%PDF-1.7\n", ImageFault::NotAPicture),
        (b"\x89PNG\r\n\x1a\n", ImageFault::Truncated),
        (b"\xff\xd8\xff", ImageFault::Truncated),
        (b"\xff\xd8\xff\xe0\xff\xda\xff\xd9", ImageFault::Damaged),
    ];
    for (bytes, expected) in rows {
        assert_eq!(scan_image(bytes), Err(expected), "{bytes:?}");
    }
}

/// A PNG that is a header and nothing more, with the checksum it needs.
fn png_header(width: u32, height: u32, depth: u8, colour: u8) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([depth, colour, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [header, b"IDAT".to_vec(), b"IEND".to_vec()] {
        png.extend((chunk.len() as u32 - 4).to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn headers_of_giants_are_refused_before_decoding() {
    let giant = ImageFault::TooLarge { width: 30_000, height: 30_000 };
    assert_eq!(scan_image(&png_header(30_000, 30_000, 8, 0)), Err(giant));

    let mut jpeg = file(&DynamicImage::new_luma8(64, 64), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|mark| mark == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert_eq!(scan_image(&jpeg), Err(giant));

    // The extended header names the size of the canvas less one, in three bytes.
    let lossless = file(&DynamicImage::new_luma8(64, 64), ImageFormat::WebP);
    let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2f\x75\0\x2f\x75\0".to_vec();
    webp.extend(&lossless[12..]);
    let size = (webp.len() as u32 - 8).to_le_bytes();
    webp[4..8].copy_from_slice(&size);
    assert_eq!(scan_image(&webp), Err(giant));
}

#[test]
fn bombs_are_refused_by_what_they_would_take() {
    // 60 million pixels are a picture; in eight bytes each they are a bomb.
    let bomb = png_header(10_000, 6_000, 16, 6);
    assert_eq!(scan_image(&bomb), Err(ImageFault::TooLarge { width: 10_000, height: 6_000 }));
    let long = png_header(12_001, 10, 8, 0);
    assert_eq!(scan_image(&long), Err(ImageFault::TooLarge { width: 12_001, height: 10 }));
    let many = png_header(12_000, 5_334, 8, 0);
    assert_eq!(scan_image(&many), Err(ImageFault::TooLarge { width: 12_000, height: 5_334 }));
}

#[test]
fn a_file_cut_anywhere_is_an_answer_and_no_panic() {
    for (format, bytes) in files() {
        for length in (0..bytes.len()).step_by(bytes.len() / 150 + 1) {
            match scan_image(&bytes[..length]) {
                // Only a JPEG is read as far as it goes; what is read must be what was drawn.
                Ok(outcome) => {
                    assert_eq!(format, ImageFormat::Jpeg, "{length} of {}", bytes.len());
                    assert_eq!(outcome.codes[0].text, RECEIPT);
                }
                // Too little to know the format by.
                Err(ImageFault::Empty | ImageFault::NotAPicture) => assert!(length < 12, "{format:?} {length}"),
                Err(fault) => assert_eq!(fault, ImageFault::Truncated, "{format:?} {length}"),
            }
        }
    }
}

#[test]
fn a_jpeg_that_lost_only_its_end_is_read() {
    let (_, jpeg) = files().swap_remove(0);
    assert_eq!(scan_image(&jpeg[..jpeg.len() - 2]).unwrap().codes[0].text, RECEIPT);
    assert_eq!(scan_image(&jpeg[..jpeg.len() / 2]), Err(ImageFault::Truncated));
}

#[test]
fn what_a_camera_appends_does_not_make_a_jpeg_cut() {
    let mut jpeg = file(&DynamicImage::ImageLuma8(sheet(300, 240, &[])), ImageFormat::Jpeg);
    jpeg.extend(b"trailer of the camera");
    assert!(Picture::decode(&jpeg).unwrap().scan().unwrap().codes.is_empty());
}

#[test]
fn frames_that_do_not_fit_are_refused() {
    let pixels = [128; 100 * 10];
    let rows = [
        ((0, 10, 100), FrameFault::Empty),
        ((100, 0, 100), FrameFault::Empty),
        ((100, 10, 99), FrameFault::BadStride { width: 100, stride: 99 }),
        ((100, 10, 101), FrameFault::ShortBuffer { expected: 1009, actual: 1000 }),
        ((100, 11, 100), FrameFault::ShortBuffer { expected: 1100, actual: 1000 }),
        ((12_001, 1, 12_001), FrameFault::TooLarge { width: 12_001, height: 1 }),
        ((u32::MAX, u32::MAX, u32::MAX), FrameFault::TooLarge { width: u32::MAX, height: u32::MAX }),
        ((10, 12_000, u32::MAX), FrameFault::ShortBuffer { expected: 51_535_312_572_715, actual: 1000 }),
    ];
    for ((width, height, stride), expected) in rows {
        assert_eq!(scan_luma(&pixels, width, height, stride), Err(expected));
    }
    assert!(scan_luma(&pixels, 1, 1, 1).unwrap().codes.is_empty());
    assert!(scan_luma(&pixels, 98, 10, 100).unwrap().codes.is_empty());
}

/// rxing by itself takes half a minute for this, and for squares half that size as well.
#[test]
fn a_page_full_of_squares_comes_to_an_end() {
    let square = |x: u32, y: u32| match (x / 6).abs_diff(4).max((y / 6).abs_diff(4)) {
        0 | 1 | 3 => 0,
        _ => 255,
    };
    let page: Vec<u8> = (0..3000 * 4000).map(|place| square(place % 4000 % 54, place / 4000 % 54)).collect();
    assert!(scan_luma(&page, 4000, 3000, 4000).unwrap().codes.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_pixels_get_an_answer(
        width in 1..120u32,
        height in 1..120u32,
        gap in 0..9u32,
        levels in prop::sample::select(vec![2u8, 16, 255]),
        seed in prop::collection::vec(any::<u8>(), 1..4000),
    ) {
        let stride = width + gap;
        let bytes: Vec<u8> = (0..stride * height)
            .map(|place| (seed[place as usize % seed.len()] % levels).saturating_mul(255 / (levels - 1).max(1)))
            .collect();
        let outcome = scan_luma(&bytes, width, height, stride).unwrap();
        for code in outcome.codes {
            for corner in code.corners {
                prop_assert!((0.0..=width as f32).contains(&corner.x) && (0.0..=height as f32).contains(&corner.y));
            }
        }
    }

    #[test]
    fn any_damage_to_a_file_gets_an_answer(
        which in 0..3usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let (_, mut bytes) = files().swap_remove(which);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = scan_image(&bytes);
    }
}
