use super::drawing::{MENU, RECEIPT, assert_corners, corners, sheet};
use crate::scan::{FrameFault, FrameOutcome, HELD_FRAMES, LiveScanner, PicturePoint, Rotation};

const SIZE: u32 = 320;

fn show(scanner: &mut LiveScanner, codes: &[(&str, u32, u32)]) -> FrameOutcome {
    scanner.frame(&sheet(SIZE, SIZE, codes), SIZE, SIZE, SIZE, Rotation::None).unwrap()
}

fn fresh(outcome: &FrameOutcome) -> Option<&str> {
    outcome.fresh.map(|fresh| outcome.codes[fresh].text.as_str())
}

#[test]
fn a_code_held_in_view_is_reported_once() {
    let mut scanner = LiveScanner::new();
    assert_eq!(fresh(&show(&mut scanner, &[(RECEIPT, 60, 40)])), Some(RECEIPT));
    for frame in 0..2 * HELD_FRAMES {
        // A shaking hand: some frames show nothing.
        let codes: &[(&str, u32, u32)] = if frame % 3 == 0 { &[] } else { &[(RECEIPT, 62, 41)] };
        let outcome = show(&mut scanner, codes);
        assert_eq!((outcome.codes.len(), outcome.fresh), (codes.len(), None), "{frame}");
    }
}

#[test]
fn one_receipt_in_two_spellings_is_reported_once() {
    let mut fields: Vec<&str> = RECEIPT.split('&').collect();
    fields.reverse();
    let other = fields.join("&");
    let mut scanner = LiveScanner::new();
    assert_eq!(fresh(&show(&mut scanner, &[(RECEIPT, 60, 40)])), Some(RECEIPT));
    let outcome = show(&mut scanner, &[(&other, 60, 40)]);
    assert_eq!((outcome.codes[0].text.as_str(), outcome.fresh), (other.as_str(), None));
}

#[test]
fn what_was_seen_stays_out_of_logs() {
    let mut scanner = LiveScanner::new();
    show(&mut scanner, &[(MENU, 60, 40)]);
    assert_eq!(format!("{scanner:?}"), "LiveScanner { frames: 1, .. }");
}

#[test]
fn a_code_that_comes_back_is_reported_again() {
    let mut scanner = LiveScanner::new();
    assert_eq!(fresh(&show(&mut scanner, &[(RECEIPT, 60, 40)])), Some(RECEIPT));
    (0..HELD_FRAMES).for_each(|_| assert_eq!(show(&mut scanner, &[]).fresh, None));
    assert_eq!(fresh(&show(&mut scanner, &[(RECEIPT, 60, 40)])), Some(RECEIPT));
}

#[test]
fn forgetting_reports_a_code_still_in_view() {
    let mut scanner = LiveScanner::new();
    show(&mut scanner, &[(RECEIPT, 60, 40)]);
    scanner.forget();
    assert_eq!(fresh(&show(&mut scanner, &[(RECEIPT, 60, 40)])), Some(RECEIPT));
}

#[test]
fn a_receipt_takes_the_word_from_other_codes() {
    let mut scanner = LiveScanner::new();
    assert_eq!(fresh(&show(&mut scanner, &[(MENU, 10, 10)])), Some(MENU));
    let both = [(MENU, 10, 10), (RECEIPT, 140, 150)];
    assert_eq!(fresh(&show(&mut scanner, &both)), Some(RECEIPT));
    assert_eq!(fresh(&show(&mut scanner, &both)), None);
    assert_eq!(fresh(&show(&mut scanner, &[(MENU, 10, 10)])), None);
}

#[test]
fn rows_may_be_padded() {
    let (width, height, stride) = (301, 240, 320);
    let picture = sheet(width, height, &[(RECEIPT, 60, 40)]);
    let mut padded = vec![0; (stride * (height - 1) + width) as usize];
    for (x, y, pixel) in picture.enumerate_pixels() {
        padded[(y * stride + x) as usize] = pixel.0[0];
    }
    let outcome = LiveScanner::new().frame(&padded, width, height, stride, Rotation::None).unwrap();
    assert_corners(&outcome.codes[0], corners(RECEIPT, 60, 40));
}

#[test]
fn corners_are_those_of_the_upright_frame() {
    let upright = sheet(320, 240, &[(RECEIPT, 60, 40)]);
    let expected = corners(RECEIPT, 60, 40);
    let frames = [
        (Rotation::None, upright.clone()),
        (Rotation::Quarter, image::imageops::rotate270(&upright)),
        (Rotation::Half, image::imageops::rotate180(&upright)),
        (Rotation::ThreeQuarters, image::imageops::rotate90(&upright)),
    ];
    for (rotation, frame) in frames {
        let (width, height) = frame.dimensions();
        let outcome = LiveScanner::new().frame(&frame, width, height, width, rotation).unwrap();
        assert_eq!(outcome.codes.len(), 1, "{rotation:?}");
        assert_corners(&outcome.codes[0], expected);
    }
}

#[test]
fn large_frames_are_read_with_corners_in_their_own_pixels() {
    let frame = image::imageops::resize(
        &sheet(320, 240, &[(RECEIPT, 60, 40)]),
        1920,
        1440,
        image::imageops::FilterType::Triangle,
    );
    let outcome = LiveScanner::new().frame(&frame, 1920, 1440, 1920, Rotation::None).unwrap();
    let PicturePoint { x, y } = outcome.codes[0].corners[0];
    assert!((x - 360.0).hypot(y - 240.0) < 8.0);
}

#[test]
fn degrees_are_those_of_cameras() {
    let known: Vec<u32> = (0..720).filter(|degrees| Rotation::from_degrees(*degrees).is_some()).collect();
    assert_eq!(known, [0, 90, 180, 270]);
}

#[test]
fn a_bad_frame_does_not_end_the_scanning() {
    let mut scanner = LiveScanner::new();
    let short = scanner.frame(&[0; 9], SIZE, SIZE, SIZE, Rotation::None);
    assert!(matches!(short, Err(FrameFault::ShortBuffer { actual: 9, .. })));
    assert_eq!(fresh(&show(&mut scanner, &[(RECEIPT, 60, 40)])), Some(RECEIPT));
}
