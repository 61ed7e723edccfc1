//! What a still scan allocates beside the grey picture.

use vremena_bench::{Frame, drawing};
use vremena_core::scan::scan_luma;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const MOST_BYTES: usize = 16_000_000;

/// With a code the scan ends early; text and noise go through every effort.
#[test]
fn a_still_scan_of_12_megapixels_stays_within_16_megabytes() {
    let size = drawing::PHOTOGRAPH;
    let pictures = [
        ("a receipt with its code", drawing::receipt(size, true, 12.0, 1)),
        ("a receipt without a code", drawing::receipt(size, false, 12.0, 1)),
        ("noise", drawing::noise(size, 1)),
    ];
    let peaks = pictures.map(|(name, picture)| (name, peak(&picture)));
    for (name, peak) in peaks {
        println!("{name}: {:.1} MB at the peak", peak as f64 / 1e6);
    }
    assert!(peaks.iter().all(|(_, peak)| *peak <= MOST_BYTES), "{peaks:?}, {MOST_BYTES} at most");
}

/// The profiler counts from its start: the picture itself was there before.
fn peak(picture: &Frame) -> usize {
    let _profiler = dhat::Profiler::builder().testing().build();
    let scanned = scan_luma(&picture.pixels, picture.width, picture.height, picture.width);
    assert!(scanned.is_ok());
    dhat::HeapStats::get().max_bytes
}
