use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::*;

/// Noise: nothing is harder to make small.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [red, green, blue, ..] = state.to_le_bytes();
        Rgb([red, green, blue])
    })
}

fn file(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG as phones write them: a quarter turn to the right, and where it was taken.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    tiff.extend(b"\x01\x0e\0\x02\0\0\0\x20\0\0\0\x26");
    tiff.extend(b"\0\0\0\0");
    tiff.extend(b"55.7558 N, 37.6173 E, a balcony\0");
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &segment, &jpeg[2..]].concat()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn three_photographs_of_the_worst_kind_are_two_megabytes_together() {
    let photographs = vec![file(&noise(2_600, 1_900), ImageFormat::Jpeg); 3];
    assert!(photographs.iter().map(Vec::len).sum::<usize>() > 3 * MOST_BYTES);
    let taken = MOST_PICTURE_BYTES;
    let small = made_small(&photographs, taken).unwrap();
    assert_eq!(small.len(), 3);
    assert!(small.iter().map(Vec::len).sum::<usize>() + taken <= MOST_BYTES);
    for jpeg in &small {
        let decoded = decode_colour(jpeg).unwrap();
        assert!(decoded.width() >= 600 && decoded.width() <= 2_048, "{}", decoded.width());
    }
}

#[test]
fn what_is_small_keeps_its_size_in_pixels() {
    let [small] = made_small(&[file(&noise(300, 200), ImageFormat::Png)], 0).unwrap().try_into().unwrap();
    assert_eq!(decode_colour(&small).unwrap().dimensions(), (300, 200));
}

#[test]
fn a_photograph_stands_upright_and_says_nothing_but_what_it_shows() {
    let mut picture = RgbImage::from_pixel(64, 32, Rgb([250, 250, 250]));
    // Dark where the top right corner is once it stands upright.
    for (x, y) in (0..16).flat_map(|x| (0..16).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Rgb([10, 10, 10]));
    }
    let taken = with_exif(&file(&picture, ImageFormat::Jpeg));
    assert!(contains(&taken, b"balcony"));
    let [sent] = made_small(&[taken], 0).unwrap().try_into().unwrap();
    assert!(!contains(&sent, b"Exif") && !contains(&sent, b"balcony"));
    let decoded = decode_colour(&sent).unwrap();
    assert_eq!(decoded.dimensions(), (32, 64));
    assert!(decoded.get_pixel(28, 3).0[0] < 60 && decoded.get_pixel(3, 60).0[0] > 200);
}

#[test]
fn every_format_is_taken_and_what_is_transparent_is_white() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let made = made_small(&[file(&noise(40, 30), format)], 0).unwrap();
        assert_eq!(made.first().unwrap().get(..2), Some(&[0xff, 0xd8][..]), "{format:?}");
    }
    let clear = image::RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 0]));
    let mut png = Cursor::new(Vec::new());
    clear.write_to(&mut png, ImageFormat::Png).unwrap();
    let [white] = made_small(&[png.into_inner()], 0).unwrap().try_into().unwrap();
    assert!(decode_colour(&white).unwrap().pixels().all(|pixel| pixel.0.iter().all(|part| *part > 250)));
}

#[test]
fn the_one_that_cannot_be_read_is_named() {
    let good = file(&noise(20, 20), ImageFormat::Png);
    let refused = |bad: Vec<u8>| made_small(&[good.clone(), bad], 0).unwrap_err();
    assert_eq!(refused(Vec::new()), (1, ImageFault::Empty));
    assert_eq!(refused(b"not a picture".to_vec()), (1, ImageFault::NotAPicture));
    assert_eq!(refused(good[..40].to_vec()).0, 1);
}

#[test]
fn the_picture_beside_a_receipt_is_grey_and_small() {
    let jpeg = CapturedPicture::File(file(&noise(3_000, 2_000), ImageFormat::Jpeg)).small().unwrap();
    assert!(jpeg.len() <= MOST_PICTURE_BYTES, "{}", jpeg.len());
    assert_eq!(image::load_from_memory(&jpeg).unwrap().color(), image::ColorType::L8);
}

#[test]
fn a_frame_is_turned_upright_and_its_padding_left_out() {
    let (width, height, stride) = (64_u32, 32_u32, 80_usize);
    let mut luma = vec![7; stride * height as usize];
    for row in luma.chunks_mut(stride) {
        row[..width as usize].fill(240);
    }
    luma[..stride * 8].chunks_mut(stride).for_each(|row| row[..16].fill(10));
    let frame = |height, rotation| {
        let frame = CapturedPicture::Frame { luma: luma.clone(), width, height, stride: stride as u32, rotation };
        frame.small()
    };
    let kept = |rotation| image::load_from_memory(&frame(height, rotation).unwrap()).unwrap().into_luma8();
    for (rotation, size, dark) in [
        (Rotation::None, (64, 32), (3, 3)),
        (Rotation::Quarter, (32, 64), (28, 3)),
        (Rotation::Half, (64, 32), (60, 28)),
        (Rotation::ThreeQuarters, (32, 64), (3, 60)),
    ] {
        let picture = kept(rotation);
        assert_eq!(picture.dimensions(), size, "{rotation:?}");
        assert!(picture.get_pixel(dark.0, dark.1).0[0] < 60, "{rotation:?}");
        assert!(picture.pixels().filter(|pixel| pixel.0[0] < 60).count() < 200, "no padding: {rotation:?}");
    }
    assert_eq!(frame(height + 1, Rotation::None), None, "it is not there");
    assert_eq!(CapturedPicture::File(b"text".to_vec()).small(), None);
}
