//! The one place that calls rxing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::DecoderResult;
use rxing::common::{BitMatrix, DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::{decoder, detector};
use rxing::{Binarizer, Luma8Source};

use super::luma::Luma;
use super::outcome::{FoundCode, PicturePoint};
use crate::fiscal;

/// The smallest code: 21 modules of one pixel.
const MIN_SIDE: usize = 21;

/// How many combinations of three squares are tried, the likeliest first. Codes were among the first two dozen in every
/// picture measured; a picture full of squares has hundreds of thousands, and would take minutes.
const MAX_TRIES: usize = 500;

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
    catch_unwind(AssertUnwindSafe(|| read(luma, threshold, scale))).ok().flatten().unwrap_or_default()
}

fn read(luma: &Luma<'_>, threshold: Threshold, scale: f32) -> Option<Vec<FoundCode>> {
    let (width, height) = (luma.width() as u32, luma.height() as u32);
    let source = Luma8Source::new_with_slice(luma.pixels(), width, height).ok()?;
    Some(match threshold {
        Threshold::Local => read_bits(HybridBinarizer::new(source).get_black_matrix().ok()?, scale),
        Threshold::Global => read_bits(GlobalHistogramBinarizer::new(source).get_black_matrix().ok()?, scale),
    })
}

/// rxing's own reader does the same without an end to its tries.
fn read_bits(bits: &BitMatrix, scale: f32) -> Vec<FoundCode> {
    let mut squares = detector::FindFinderPatterns(bits, true, min_module(bits));
    let mut used = Vec::new();
    let mut codes = Vec::new();
    for three in detector::GenerateFinderPatternSets(&mut squares).into_iter().take(MAX_TRIES) {
        let corners = [three.tl, three.tr, three.bl];
        if corners.iter().any(|square| used.contains(square)) {
            continue;
        }
        let Ok(symbol) = detector::SampleQR(bits, &three) else { continue };
        let Some(content) = decoder::Decode(symbol.getBits()).ok().filter(DecoderResult::isValid) else { continue };
        used.extend(corners);
        codes.extend(found(&content, symbol.getPoints(), bits, scale));
    }
    codes
}

/// The least pixels of a module. In a large picture smaller ones are no print, and a picture full of them would cost
/// minutes: rxing compares all squares it finds with each other.
fn min_module(bits: &BitMatrix) -> u32 {
    match u64::from(bits.width()) * u64::from(bits.height()) {
        0..=2_000_000 => 1,
        2_000_001..=8_000_000 => 2,
        _ => 3,
    }
}

fn found(content: &DecoderResult<bool>, points: &[rxing::Point], bits: &BitMatrix, scale: f32) -> Option<FoundCode> {
    // rxing projects the corners of the sampled grid, and gives them in this order.
    let [top_left, top_right, bottom_left, bottom_right] = points else { return None };
    let corners = [top_left, top_right, bottom_right, bottom_left].map(|corner| PicturePoint {
        // It adds half a pixel that it means for integer coordinates. Codes end at the picture's edge at the latest.
        x: (corner.x - 0.5).clamp(0.0, bits.width() as f32) * scale,
        y: (corner.y - 0.5).clamp(0.0, bits.height() as f32) * scale,
    });
    let finite = corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite());
    let text = text(content);
    finite.then(|| FoundCode { receipt: fiscal::parse(&text), text, corners })
}

/// Codes hardly ever name their encoding. What is UTF-8 is meant so; for the rest rxing guesses.
fn text(content: &DecoderResult<bool>) -> String {
    match std::str::from_utf8(content.content().bytes()) {
        Ok(text) if !text.is_empty() => text.to_owned(),
        _ => content.text(),
    }
}
