use image::{DynamicImage, ImageFormat, imageops};

use super::drawing::{MENU, RECEIPT, assert_corners, corners, file, files, sheet, with_orientation};
use crate::scan::{ImageFault, Picture, scan_image, scan_luma};

#[test]
fn every_format_is_read_with_the_codes_outer_corners() {
    for (format, bytes) in files() {
        let outcome = scan_image(&bytes).unwrap();
        assert_eq!((outcome.codes.len(), outcome.best, outcome.advice), (1, Some(0), None), "{format:?}");
        assert_eq!(outcome.codes[0].text, RECEIPT);
        assert_eq!(outcome.codes[0].receipt.as_ref().unwrap().total.get(), 4_890_000);
        assert_corners(&outcome.codes[0], corners(RECEIPT, 60, 40));
    }
}

#[test]
fn a_receipt_comes_before_other_codes() {
    let picture = sheet(500, 240, &[(MENU, 40, 40), (RECEIPT, 260, 60)]);
    let outcome = scan_luma(&picture, 500, 240, 500).unwrap();
    assert_eq!(outcome.codes.len(), 2);
    assert_eq!(outcome.codes[outcome.best.unwrap()].text, RECEIPT);
    let menu = outcome.codes.iter().find(|code| code.text == MENU).unwrap();
    assert_eq!(menu.receipt.as_ref().unwrap_err().code(), "not_a_receipt");
    assert_corners(menu, corners(MENU, 40, 40));
}

#[test]
fn the_same_text_at_two_places_is_two_codes() {
    let picture = sheet(500, 240, &[(MENU, 40, 40), (MENU, 300, 60)]);
    assert_eq!(scan_luma(&picture, 500, 240, 500).unwrap().codes.len(), 2);
}

#[test]
fn exif_stands_the_picture_upright_and_corners_follow() {
    let upright = sheet(300, 240, &[(RECEIPT, 60, 40)]);
    let lying = DynamicImage::ImageLuma8(imageops::rotate270(&upright));
    let bytes = with_orientation(&file(&lying, ImageFormat::Jpeg), 6);
    let picture = Picture::decode(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (300, 240));
    assert_corners(&picture.scan().unwrap().codes[0], corners(RECEIPT, 60, 40));
}

#[test]
fn black_on_nothing_is_black_on_white() {
    let mut sticker = DynamicImage::ImageLuma8(sheet(300, 240, &[(RECEIPT, 60, 40)])).into_rgba8();
    for pixel in sticker.pixels_mut() {
        pixel.0 = [0, 0, 0, 255 - pixel.0[0]];
    }
    let bytes = file(&DynamicImage::ImageRgba8(sticker), ImageFormat::Png);
    assert_eq!(scan_image(&bytes).unwrap().codes[0].text, RECEIPT);
}

#[test]
fn pale_inverted_small_and_large_codes_are_read() {
    let picture = sheet(300, 240, &[(RECEIPT, 60, 40)]);
    let mut pale = picture.clone();
    pale.pixels_mut().for_each(|pixel| pixel.0[0] = 200 + pixel.0[0] / 12);
    let mut inverted = picture.clone();
    image::imageops::invert(&mut inverted);
    let small = imageops::resize(&picture, 120, 96, imageops::FilterType::Triangle);
    let large = imageops::resize(&picture, 4000, 3200, imageops::FilterType::Triangle);
    for (name, picture, scale) in
        [("pale", pale, 1.0), ("inverted", inverted, 1.0), ("small", small, 0.4), ("large", large, 40.0 / 3.0)]
    {
        let (width, height) = picture.dimensions();
        let outcome = scan_luma(&picture, width, height, width).unwrap();
        let code = outcome.codes.first().expect(name);
        assert_eq!(code.text, RECEIPT, "{name}");
        for (actual, expected) in code.corners.iter().zip(corners(RECEIPT, 60, 40)) {
            let off = (actual.x - expected.x * scale).hypot(actual.y - expected.y * scale);
            assert!(off < 1.0 + 2.0 * scale, "{name}: {:?}", code.corners);
        }
    }
}

#[test]
fn texts_of_other_alphabets_are_read() {
    for text in ["Меню ресторана «Времена года»", "Crème brûlée", "季節"] {
        let picture = sheet(300, 240, &[(text, 60, 40)]);
        assert_eq!(scan_luma(&picture, 300, 240, 300).unwrap().codes[0].text, text);
    }
}

#[test]
fn the_texts_of_codes_stay_out_of_logs() {
    let picture = sheet(300, 240, &[(RECEIPT, 60, 40)]);
    let said = format!("{:?}", scan_luma(&picture, 300, 240, 300).unwrap());
    assert!(!said.contains("41207") && !said.contains("7380440801290534"), "{said}");
}

#[derive(serde::Deserialize)]
struct StoryPicture {
    file: String,
    text: Option<String>,
    receipt: bool,
}

#[test]
fn the_pictures_of_the_story_are_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/pictures");
    let list = std::fs::read(folder.join("pictures.json")).unwrap();
    let pictures: Vec<StoryPicture> = serde_json::from_slice(&list).unwrap();
    assert_eq!(pictures.len(), 17);
    for picture in pictures {
        let outcome = scan_image(&std::fs::read(folder.join(&picture.file)).unwrap());
        if picture.file.starts_with("17-") {
            assert_eq!(outcome, Err(ImageFault::Truncated));
            continue;
        }
        let outcome = outcome.unwrap();
        let best = outcome.best.map(|best| &outcome.codes[best]);
        assert_eq!(best.map(|code| code.text.as_str()), picture.text.as_deref(), "{}", picture.file);
        assert_eq!(best.is_some_and(|code| code.receipt.is_ok()), picture.receipt, "{}", picture.file);
        assert_eq!(outcome.advice, None, "{}", picture.file);
    }
}
