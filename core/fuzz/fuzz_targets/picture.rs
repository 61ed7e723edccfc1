//! Files that say they are pictures: no panic, no memory beyond what the limits allow (libFuzzer watches that), and
//! nothing said about a picture that is not in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vremena_core::scan;

fuzz_target!(|data: &[u8]| {
    if let Ok(outcome) = scan::scan_image(data) {
        assert!(outcome.best.is_none_or(|best| best < outcome.codes.len()));
        assert_eq!(outcome.best.is_none(), outcome.codes.is_empty());
        for code in outcome.codes {
            assert!(code.corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite()));
        }
    }
});
