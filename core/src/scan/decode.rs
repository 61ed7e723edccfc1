//! The one place that calls rxing.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, RXingResult};

use super::luma::Luma;
use super::outcome::{FoundCode, Point};
use crate::fiscal;

/// The smallest code: 21 modules of one pixel.
const MIN_SIDE: usize = 21;

/// How grey becomes black or white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Threshold {
    /// One for each place: follows shadows.
    Local,
    /// One for the whole picture: steady where the paper is even and noisy.
    Global,
}

/// All codes that one look at the pixels gives. Corners are in the pixels of `luma` times `scale`.
///
/// rxing indexes and unwraps on what the pixels make it believe, and so may panic on pictures nobody has thought of. A
/// picture must not end the app: a panic inside counts as nothing found. (This needs unwinding, which the workspace's
/// profiles keep for UniFFI's sake.) Nothing shared is left half-changed: all it works on is made here.
pub(super) fn codes(luma: &Luma<'_>, threshold: Threshold, scale: f32) -> Vec<FoundCode> {
    if luma.width() < MIN_SIDE || luma.height() < MIN_SIDE {
        return Vec::new();
    }
    let results = catch_unwind(AssertUnwindSafe(|| read(luma, threshold))).unwrap_or_default();
    let extent = Point { x: luma.width() as f32, y: luma.height() as f32 };
    results.iter().filter_map(|result| found(result, extent, scale)).collect()
}

fn read(luma: &Luma<'_>, threshold: Threshold) -> Vec<RXingResult> {
    let (width, height) = (luma.width() as u32, luma.height() as u32);
    let Ok(source) = Luma8Source::new_with_slice(luma.pixels(), width, height) else {
        return Vec::new();
    };
    match threshold {
        Threshold::Local => read_bits(HybridBinarizer::new(source)),
        Threshold::Global => read_bits(GlobalHistogramBinarizer::new(source)),
    }
}

fn read_bits(binarizer: impl Binarizer) -> Vec<RXingResult> {
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        MinimumModuleSize: Some(min_module(binarizer.get_width() * binarizer.get_height())),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(binarizer);
    QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default()
}

/// The least pixels of a module. In a large picture smaller ones are no print, and a picture full of them would cost
/// minutes: rxing compares all squares it finds with each other.
fn min_module(pixels: usize) -> u32 {
    match pixels {
        0..=2_000_000 => 1,
        2_000_001..=8_000_000 => 2,
        _ => 3,
    }
}

fn found(result: &RXingResult, extent: Point, scale: f32) -> Option<FoundCode> {
    // rxing projects the corners of the sampled grid, and names them in this order.
    let [top_left, top_right, bottom_left, bottom_right] = result.getPoints() else {
        return None;
    };
    let corners = [top_left, top_right, bottom_right, bottom_left].map(|corner| Point {
        // It adds half a pixel that it means for integer coordinates. Codes end at the picture's edge at the latest.
        x: (corner.x - 0.5).clamp(0.0, extent.x) * scale,
        y: (corner.y - 0.5).clamp(0.0, extent.y) * scale,
    });
    let finite = corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite());
    let text = text(result);
    finite.then(|| FoundCode { receipt: fiscal::parse(&text), text, corners })
}

/// Codes hardly ever name their encoding. What is UTF-8 is meant so; for the rest rxing guesses.
fn text(result: &RXingResult) -> String {
    match std::str::from_utf8(result.getRawBytes()) {
        Ok(text) if !text.is_empty() => text.to_owned(),
        _ => result.getText().to_owned(),
    }
}
