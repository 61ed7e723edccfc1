//! Soft modules → the text of a QR code.
//!
//! A code is first read as any reader reads it: each module dark or light, each block corrected within half its distance.
//! Where that fails, how sure each module is comes in, in four steps. What is too uniform to be data is taken for a stain
//! ([`stains`]); what the data have in common speaks for the uncertain among them ([`priors`]); then the likeliest words
//! of the code are searched, by codewords ([`gmd`]) and by bits ([`ordered_statistics`]); and a word found is believed
//! only if chance would hardly have given one so near ([`evidence`]).
//!
//! ```text
//! SoftMatrix -- modules -- version, format, layout --> codewords --> solving --> payload --> Decoded
//!                 |                                        ^            |
//!                 +------ stains --> log-odds --> priors --+     galois, reed_solomon, gmd,
//!                                                                ordered_statistics, evidence
//! ```

mod codewords;
mod elimination;
mod evidence;
mod format;
mod galois;
mod gmd;
mod layout;
mod modules;
mod ordered_statistics;
mod payload;
mod priors;
mod reading;
mod reed_solomon;
mod solving;
mod stains;
#[cfg(test)]
mod tests;
mod timing;
mod version;

use modules::Modules;
use reading::{Reading, Symbol};

/// Below this the timing patterns are those of no code, or of a code whose grid is lost: only the cheap way is tried.
const MIN_TIMING: f32 = 0.2;

/// How much worse than the best a format may agree to be searched for at length, and how many are.
const CLOSE: f32 = 0.25;
const MAX_SEARCHES: usize = 2;

/// How dark each module of a code was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftMatrix {
    /// Modules a side: 21 to 177, four for each version.
    pub dimension: usize,
    /// Row by row: +1 surely dark, -1 surely light, 0 unknown.
    pub modules: Vec<f32>,
}

/// What a code says, and how well it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The text of all segments.
    pub text: String,
    /// The bytes of the byte segments, as they are.
    pub bytes: Vec<u8>,
    /// Whether the code is seen from behind.
    pub mirrored: bool,
    /// Codewords that were seen otherwise than they are.
    pub corrected: usize,
    /// How well the modules agree with the code they were corrected to: 1 is perfect.
    pub agreement: f32,
    /// The bits that speak against a chance find, for the least sure of the blocks: 20 are one in a million.
    pub evidence: f32,
}

/// Reads a code as far as its softness leads. Works on any input, with the same outcome each time.
#[must_use]
pub fn decode(matrix: &SoftMatrix) -> Option<Decoded> {
    let upright = Modules::new(matrix.dimension, &matrix.modules)?;
    let transposed = upright.transposed();
    let symbol = Symbol::of(&upright)?;
    let mut readings = Vec::new();
    if let Some(decoded) = read_either_way(&symbol, &upright, &transposed, &mut readings) {
        return Some(decoded);
    }
    if timing::agreement(&upright) < MIN_TIMING {
        return None;
    }
    readings.sort_by(|a, b| b.format.agreement.total_cmp(&a.format.agreement));
    let best = readings.first()?.format.agreement;
    let likely = readings.iter().take_while(|reading| best - reading.format.agreement < CLOSE);
    likely.take(MAX_SEARCHES).find_map(Reading::soft)
}

/// Reads a code as any reader does: each module dark or light, each block corrected within half its distance.
#[must_use]
pub fn decode_plainly(matrix: &SoftMatrix) -> Option<Decoded> {
    let upright = Modules::new(matrix.dimension, &matrix.modules)?;
    let transposed = upright.transposed();
    read_either_way(&Symbol::of(&upright)?, &upright, &transposed, &mut Vec::new())
}

/// Upright, else from behind.
fn read_either_way<'a>(
    symbol: &'a Symbol,
    upright: &'a Modules,
    transposed: &'a Modules,
    unread: &mut Vec<Reading<'a>>,
) -> Option<Decoded> {
    read_plainly(symbol, upright, false, unread).or_else(|| read_plainly(symbol, transposed, true, unread))
}

/// Tries all formats one way round, and keeps what could not be read.
fn read_plainly<'a>(
    symbol: &'a Symbol,
    modules: &'a Modules,
    mirrored: bool,
    unread: &mut Vec<Reading<'a>>,
) -> Option<Decoded> {
    for format in format::candidates(modules) {
        let reading = Reading::new(symbol, modules, format, mirrored);
        if let Some(decoded) = reading.plain() {
            return Some(decoded);
        }
        unread.push(reading);
    }
    None
}
