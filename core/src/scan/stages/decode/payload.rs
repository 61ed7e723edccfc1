//! The corrected data codewords → text (ISO/IEC 18004, 7.4).

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::DecoderResult;
use rxing::qrcode::common::{ErrorCorrectionLevel, Mode, VersionRef};
use rxing::qrcode::cpp_port::decoder;

/// Pad codewords in turn.
pub(super) const PADS: [u8; 2] = [0xec, 0x11];

/// What the data codewords say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Payload {
    pub text: String,
    pub bytes: Vec<u8>,
    /// Whether all behind the last segment is as the standard has it: a terminator, zero bits to the codeword's end, and
    /// pad codewords. Some encoders pad otherwise.
    pub is_padded_well: bool,
}

/// The segments' text. `None` for data that are no segments, and for a symbol that says nothing.
pub(super) fn payload(data: &[u8], version: VersionRef, level: ErrorCorrectionLevel) -> Option<Payload> {
    let (end, bytes) = segments(data, version)?;
    let content = content(data, version, level)?;
    let text = text(&content);
    (!text.is_empty()).then(|| Payload { text, bytes, is_padded_well: is_padded_well(data, end) })
}

/// rxing indexes and unwraps on what the data make it believe, and so may panic on codes nobody has thought of. A code
/// must not end the app: a panic inside counts as no content. (This needs unwinding, which the workspace's profiles keep
/// for UniFFI's sake.) Nothing shared is left half-changed: all it works on is made there.
fn content(data: &[u8], version: VersionRef, level: ErrorCorrectionLevel) -> Option<DecoderResult<bool>> {
    let content = catch_unwind(AssertUnwindSafe(|| decoder::DecodeBitStream(data, version, level)));
    content.ok()?.ok().filter(DecoderResult::isValid)
}

/// Codes hardly ever name their encoding. What is UTF-8 is meant so; for the rest rxing guesses.
fn text(content: &DecoderResult<bool>) -> String {
    match std::str::from_utf8(content.content().bytes()) {
        Ok(text) if !text.is_empty() => text.to_owned(),
        _ => content.text(),
    }
}

/// Where the segments end, in bits, and the bytes of those that are bytes.
fn segments(data: &[u8], version: VersionRef) -> Option<(usize, Vec<u8>)> {
    let mut at = 0;
    let mut bytes = Vec::new();
    while let Some(indicator) = bits(data, at, 4).filter(|indicator| *indicator != 0) {
        let mode = Mode::forBits(u8::try_from(indicator).ok()?).ok()?;
        at += 4;
        at += match mode {
            Mode::TERMINATOR | Mode::FNC1_FIRST_POSITION => 0,
            Mode::FNC1_SECOND_POSITION => 8,
            Mode::STRUCTURED_APPEND => 16,
            // One to three codewords, as many as the first has leading ones.
            Mode::ECI => match bits(data, at, 8)? {
                0x00..0x80 => 8,
                0x80..0xc0 => 16,
                _ => 24,
            },
            _ => {
                // Which of the Chinese characters.
                at += if mode == Mode::HANZI { 4 } else { 0 };
                let width = usize::from(mode.getCharacterCountBits(version));
                let count = bits(data, at, width)? as usize;
                at += width;
                if mode == Mode::BYTE {
                    bytes.extend((0..count).map_while(|nth| bits(data, at + 8 * nth, 8)).map(|byte| byte as u8));
                }
                match mode {
                    Mode::NUMERIC => count / 3 * 10 + [0, 4, 7][count % 3],
                    Mode::ALPHANUMERIC => count / 2 * 11 + count % 2 * 6,
                    Mode::BYTE => 8 * count,
                    _ => 13 * count,
                }
            }
        };
    }
    (at <= 8 * data.len()).then_some((at, bytes))
}

/// `None` beyond the end.
fn bits(data: &[u8], at: usize, width: usize) -> Option<u32> {
    (at..at + width).try_fold(0, |value, bit| Some(value << 1 | u32::from(data.get(bit / 8)? >> (7 - bit % 8) & 1)))
}

/// The terminator may be cut short by the end of the data.
fn is_padded_well(data: &[u8], end: usize) -> bool {
    let filled = (end + 4).min(8 * data.len()).next_multiple_of(8);
    let mut pads = data.iter().skip(filled / 8).zip(PADS.into_iter().cycle());
    (end..filled).all(|bit| bits(data, bit, 1) == Some(0)) && pads.all(|(codeword, pad)| *codeword == pad)
}
