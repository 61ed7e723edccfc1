use proptest::prelude::*;

use crate::scan::stages::grey::Grey;
use crate::scan::stages::threshold::{Reach, Thresholds};

const REACHES: [Reach; 3] = [Reach::Near, Reach::Middle, Reach::Far];

fn dark(pixels: &[u8], width: usize, inverted: bool, reach: Reach) -> Vec<bool> {
    let height = pixels.len() / width;
    let picture = Thresholds::of(Grey { pixels, width, height, inverted }, reach);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x as i32, y as i32)));
    places.map(|(x, y)| picture.is_dark(x, y).unwrap()).collect()
}

/// Pictures of any size, whose rows hardly ever fill whole words of bits; of even brightness, so that the middle of two
/// is the same in the negative.
fn pictures() -> impl Strategy<Value = (usize, Vec<u8>)> {
    (1..200usize, 1..40usize).prop_flat_map(|(width, height)| {
        let pixels = prop::collection::vec((0..128u8).prop_map(|half| 2 * half), width * height);
        (Just(width), pixels)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_bits_of_a_row_are_what_each_pixel_is((width, pixels) in pictures(), inverted: bool, reach in 0..3usize) {
        let height = pixels.len() / width;
        let picture = Thresholds::of(Grey { pixels: &pixels, width, height, inverted }, REACHES[reach]);
        prop_assert_eq!((picture.width(), picture.height()), (width, height));
        // What was in there before must not show.
        let mut bits = vec![u64::MAX; 7];
        for y in 0..height {
            picture.dark_bits(y, &mut bits);
            prop_assert_eq!(bits.len(), width.div_ceil(64));
            for x in 0..64 * bits.len() {
                let expected = picture.is_dark(x as i32, y as i32).unwrap_or(false);
                prop_assert_eq!(bits[x / 64] >> (x % 64) & 1 == 1, expected, "{} {}", x, y);
            }
        }
    }

    #[test]
    fn light_on_dark_looked_at_as_a_negative_is_dark_on_light((width, pixels) in pictures(), reach in 0..3usize) {
        let negative: Vec<u8> = pixels.iter().map(|pixel| 255 - pixel).collect();
        prop_assert_eq!(dark(&pixels, width, false, REACHES[reach]), dark(&negative, width, true, REACHES[reach]));
    }
}

#[test]
fn beyond_the_edges_is_nothing() {
    let pixels = [0, 200, 0, 200, 0, 200];
    let picture = Thresholds::of(Grey { pixels: &pixels, width: 3, height: 2, inverted: false }, Reach::Middle);
    assert_eq!(picture.is_dark(2, 0), Some(true));
    assert_eq!(picture.is_dark(0, 1), Some(false));
    for (x, y) in [(-1, 0), (3, 0), (0, -1), (0, 2), (i32::MAX, 0), (0, i32::MAX), (i32::MIN, i32::MIN)] {
        assert_eq!(picture.is_dark(x, y), None, "{x} {y}");
    }
}

#[test]
fn flat_paper_is_light_whatever_its_grey() {
    for grey in [0, 1, 100, 254, 255] {
        for inverted in [false, true] {
            // As grainy as paper is.
            let pixels: Vec<u8> = (0..100 * 50).map(|index| (index % 7 + grey).min(255) as u8).collect();
            for reach in REACHES {
                assert!(!dark(&pixels, 100, inverted, reach).contains(&true), "{grey} {inverted} {reach:?}");
            }
        }
    }
}

#[test]
fn lit_ink_lighter_than_paper_in_a_shadow_is_ink() {
    // Stripes of 4 pixels, ever darker to the right: at the left ink is 120, at the right paper is 60.
    let is_ink = |x: usize| x / 4 % 2 == 1;
    let value = |x: usize| (if is_ink(x) { 120.0 } else { 240.0 }) * (1.0 - 0.75 * x as f32 / 400.0);
    let pixels: Vec<u8> = (0..400 * 24).map(|index| value(index % 400) as u8).collect();
    assert!(pixels[..24].iter().min() > pixels[376..400].iter().max());
    for reach in [Reach::Near, Reach::Middle] {
        let dark = dark(&pixels, 400, false, reach);
        let wrong = (0..400 * 24).filter(|index| dark[*index] != is_ink(index % 400)).count();
        assert_eq!(wrong, 0, "{reach:?}");
    }
}

#[test]
fn how_far_it_reaches_is_how_wide_a_dark_square_stays_whole() {
    // A black square of 6 blocks: from its middle to the paper it is three to each side.
    let pixels: Vec<u8> = (0..160 * 160)
        .map(|index| if (56..104).contains(&(index % 160)) && (56..104).contains(&(index / 160)) { 10 } else { 240 })
        .collect();
    let middle = |reach: Reach| dark(&pixels, 160, false, reach)[80 * 160 + 80];
    assert_eq!(REACHES.map(middle), [false, false, true]);
}
