//! Pixels as a camera hands them over. Behind no file format, so that the search for codes itself is reached by every
//! mutation: a picture file's compression turns nearly all of them into damage before that.
//!
//! The first byte is the width, the second what a row has beyond it, the rest is pixels.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vremena_core::scan::{self, LiveScanner, Rotation};

fuzz_target!(|data: &[u8]| {
    let [width, beyond, luma @ ..] = data else { return };
    let width = u32::from(*width) + 1;
    let stride = width + u32::from(beyond % 4);
    let Ok(height) = u32::try_from(luma.len() / stride as usize) else { return };
    match scan::scan_luma(luma, width, height, stride) {
        Ok(outcome) => {
            assert!(outcome.best.is_none_or(|best| best < outcome.codes.len()));
            assert_eq!(outcome.best.is_none(), outcome.codes.is_empty());
        }
        Err(_) => assert_eq!(height, 0),
    }
    let live = LiveScanner::new().frame(luma, width, height, stride, Rotation::Quarter);
    if let Ok(outcome) = live {
        assert!(outcome.fresh.is_none_or(|fresh| fresh < outcome.codes.len()));
    }
});
