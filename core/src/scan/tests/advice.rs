use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

use super::drawing::{RECEIPT, corners, sheet};
use crate::scan::{Advice, FrameOutcome, LiveScanner, PicturePoint, Rotation, StillOutcome, scan_luma};

const WIDTH: u32 = 600;
const HEIGHT: u32 = 400;

/// Where the code lies in the pictures here.
const LEFT: u32 = 200;
const TOP: u32 = 100;

fn receipt() -> GrayImage {
    sheet(WIDTH, HEIGHT, &[(RECEIPT, LEFT, TOP)])
}

fn side() -> u32 {
    let [left, right, ..] = corners(RECEIPT, 0, 0);
    (right.x - left.x) as u32
}

fn scan(picture: &GrayImage) -> StillOutcome {
    scan_luma(picture, picture.width(), picture.height(), picture.width()).unwrap()
}

/// Of a picture in which nothing was read.
fn advice(picture: &GrayImage) -> Option<Advice> {
    let StillOutcome { codes, advice, .. } = scan(picture);
    assert_eq!(codes, []);
    advice
}

/// Paper that is not quite white, and a disc of light on it.
fn with_glare(picture: &GrayImage, x: u32, y: u32, radius: u32) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |px, py| {
        let is_lit = px.abs_diff(x).pow(2) + py.abs_diff(y).pow(2) < radius.pow(2);
        Luma([if is_lit { 255 } else { picture.get_pixel(px, py).0[0] / 4 * 3 + 20 }])
    })
}

/// A receipt whose code's middle has a glare, and where that is.
fn glare() -> (GrayImage, PicturePoint) {
    let (x, y) = (LEFT + side() / 2, TOP + side() / 2);
    (with_glare(&receipt(), x, y, 30), PicturePoint { x: x as f32, y: y as f32 })
}

/// With a thumb on a square, neither dark nor light.
fn covered(picture: &GrayImage, left: u32, top: u32, side: u32) -> GrayImage {
    let mut picture = picture.clone();
    let places = (left..left + side).flat_map(|x| (top..top + side).map(move |y| (x, y)));
    places.for_each(|(x, y)| picture.put_pixel(x, y, Luma([128])));
    picture
}

/// Paper in waves, so many pixels high.
fn wavy(picture: &GrayImage, height: f32) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let from = |at: u32, other: u32, side: u32| {
            let shifted = at as f32 + (other as f32 / 25.0).sin() * height;
            (shifted.max(0.0) as u32).min(side - 1)
        };
        *picture.get_pixel(from(x, y, picture.width()), from(y, x, picture.height()))
    })
}

/// Words of a receipt: strokes in lines, with gaps between letters and words.
fn text() -> GrayImage {
    GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (letter, line) = (x / 9, y / 18);
        let has_stroke = (letter * 7 + line * 5 + x % 9 / 2 * 3 + y % 18 / 3 * 11) % 5 < 3;
        let is_ink = letter * 3 % 7 != line % 7 && x % 9 < 7 && y % 18 < 12 && has_stroke;
        Luma([if is_ink { 20 } else { 230 }])
    })
}

fn is_near(at: Option<PicturePoint>, expected: PicturePoint) -> bool {
    at.is_some_and(|at| (at.x - expected.x).hypot(at.y - expected.y) < 3.0)
}

#[test]
fn what_is_read_needs_no_advice() {
    let StillOutcome { codes, advice, advice_at, .. } = scan(&receipt());
    assert_eq!((codes.len(), advice, advice_at), (1, None, None));
}

#[test]
fn nothing_is_advised_without_a_reason() {
    let covered = covered(&receipt(), LEFT + side() / 2, TOP + side() / 2, side() / 2);
    for (name, picture) in [("paper", sheet(WIDTH, HEIGHT, &[])), ("text", text()), ("a thumb", covered)] {
        assert_eq!(advice(&picture), None, "{name}");
    }
}

#[test]
fn hardly_any_light_is_told_before_anything_else() {
    let mut night = glare().0;
    night.pixels_mut().for_each(|pixel| pixel.0[0] /= 6);
    assert_eq!(advice(&night), Some(Advice::TooDark));
}

#[test]
fn a_code_cut_by_the_pictures_edge_is_to_be_moved_in() {
    for (width, height) in [(LEFT + side() * 2 / 3, HEIGHT), (WIDTH, TOP + side() / 2)] {
        let picture = imageops::crop_imm(&receipt(), 0, 0, width, height).to_image();
        for turned in [picture.clone(), imageops::rotate90(&picture), imageops::flip_horizontal(&picture)] {
            assert_eq!(advice(&turned), Some(Advice::CutOff), "{width} x {height}");
        }
    }
}

#[test]
fn a_code_near_the_edge_of_which_a_finder_pattern_is_covered_is_not_cut_off() {
    let whole = covered(&receipt(), LEFT, TOP + side() - 32, 32);
    let beside = imageops::crop_imm(&whole, LEFT - 8, TOP - 8, side() + 16, side() + 16).to_image();
    assert_ne!(advice(&beside), Some(Advice::CutOff));
}

#[test]
fn a_code_of_hardly_any_pixels_is_to_be_come_closer_to() {
    let far = imageops::resize(&receipt(), WIDTH * 9 / 40, HEIGHT * 9 / 40, FilterType::CatmullRom);
    assert_eq!(advice(&far), Some(Advice::ComeCloser));
}

#[test]
fn glare_is_told_with_its_place() {
    let (picture, place) = glare();
    let StillOutcome { codes, advice, advice_at, .. } = scan(&picture);
    assert_eq!((codes.len(), advice), (0, Some(Advice::Glare)));
    assert!(is_near(advice_at, place), "{advice_at:?}");
}

#[test]
fn glare_over_a_finder_pattern_is_told_too() {
    let picture = with_glare(&receipt(), LEFT + side(), TOP, 45);
    assert_eq!(advice(&picture), Some(Advice::Glare));
}

#[test]
fn white_paper_is_no_glare() {
    let picture = covered(&receipt(), LEFT + side() / 2, TOP + side() / 2, side() / 2);
    assert_ne!(advice(&picture), Some(Advice::Glare));
}

#[test]
fn blur_is_told_of_print_and_of_the_whole_picture() {
    // Of a code's size, and of a hand's width.
    for (scale, sigma) in [(2, 7.2), (1, 14.0)] {
        let near = imageops::resize(&receipt(), WIDTH * scale, HEIGHT * scale, FilterType::Triangle);
        assert_eq!(advice(&imageops::blur(&near, sigma)), Some(Advice::TooBlurred), "{sigma}");
    }
}

#[test]
fn a_soft_light_in_the_dark_is_no_blur() {
    let light = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let distance = (x as f32 - 300.0).hypot(y as f32 - 200.0);
        Luma([(10.0 + 230.0 / (1.0 + ((distance - 80.0) / 2.8).exp())) as u8])
    });
    assert_eq!(advice(&light), None);
}

#[test]
fn bent_paper_is_to_be_held_flat() {
    assert_eq!(advice(&wavy(&receipt(), 4.0)), Some(Advice::HoldFlat));
}

/// So many frames of one picture, and what is advised after each.
fn show(scanner: &mut LiveScanner, picture: &GrayImage, frames: usize) -> Vec<Option<Advice>> {
    let (width, height) = picture.dimensions();
    let frame = |_| scanner.frame(picture, width, height, width, Rotation::None).unwrap().advice;
    (0..frames).map(frame).collect()
}

#[test]
fn a_camera_advises_what_it_saw_several_times() {
    let mut scanner = LiveScanner::new();
    let night = GrayImage::from_pixel(WIDTH, HEIGHT, Luma([12]));
    let paper = sheet(WIDTH, HEIGHT, &[]);
    let dark = Some(Advice::TooDark);
    assert_eq!(show(&mut scanner, &night, 5), [None, None, None, dark, dark]);
    // What was told stays for a while, and comes back no sooner than it came.
    let told = show(&mut scanner, &paper, 9);
    let stayed = told.iter().take_while(|told| **told == dark).count();
    assert!((2..8).contains(&stayed) && told[stayed..].iter().all(Option::is_none), "{told:?}");
    assert_eq!(show(&mut scanner, &night, 3), [None; 3]);
}

#[test]
fn a_frame_in_between_does_not_change_what_is_told() {
    let mut scanner = LiveScanner::new();
    let night = GrayImage::from_pixel(WIDTH, HEIGHT, Luma([12]));
    show(&mut scanner, &night, 4);
    for _ in 0..4 {
        assert_eq!(show(&mut scanner, &sheet(WIDTH, HEIGHT, &[]), 1), [Some(Advice::TooDark)]);
        assert_eq!(show(&mut scanner, &night, 2), [Some(Advice::TooDark); 2]);
    }
}

#[test]
fn a_code_that_is_read_ends_the_advice() {
    let mut scanner = LiveScanner::new();
    let night = GrayImage::from_pixel(WIDTH, HEIGHT, Luma([12]));
    show(&mut scanner, &night, 8);
    assert_eq!(show(&mut scanner, &receipt(), 1), [None]);
    assert_eq!(show(&mut scanner, &night, 1), [None]);
}

#[test]
fn the_place_of_a_glare_is_that_of_the_upright_frame() {
    let (upright, place) = glare();
    let frames = [
        (Rotation::None, upright.clone()),
        (Rotation::Quarter, imageops::rotate270(&upright)),
        (Rotation::Half, imageops::rotate180(&upright)),
        (Rotation::ThreeQuarters, imageops::rotate90(&upright)),
    ];
    for (rotation, frame) in frames {
        let (width, height) = frame.dimensions();
        let mut scanner = LiveScanner::new();
        let mut last = FrameOutcome::default();
        for _ in 0..8 {
            last = scanner.frame(&frame, width, height, width, rotation).unwrap();
        }
        assert_eq!(last.advice, Some(Advice::Glare), "{rotation:?}");
        assert!(is_near(last.advice_at, place), "{rotation:?}: {:?}", last.advice_at);
    }
}
