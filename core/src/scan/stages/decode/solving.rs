//! A block as seen → a word of the code, by the cheapest way that finds one sure enough.

use super::codewords::Block;
use super::evidence::{BEYOND_DOUBT, Evidence};
use super::reed_solomon::{Correction, Syndromes};
use super::{gmd, ordered_statistics};

/// A word of the code, and the bits of evidence for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Solved {
    pub values: Vec<u8>,
    pub evidence: f32,
}

/// Within half the code's distance.
pub(super) fn plain(block: &Block) -> Option<Solved> {
    let syndromes = Syndromes::of(&block.values(), block.parity)?;
    if syndromes.are_zero() {
        return Some(Solved { values: block.values(), evidence: 8.0 * block.parity as f32 });
    }
    solved(block, &syndromes.correct(&[])?)
}

/// As far as the certainties lead.
pub(super) fn soft(block: &Block) -> Option<Solved> {
    let syndromes = Syndromes::of(&block.values(), block.parity)?;
    let evidence = Evidence::of(block);
    let rated = |corrections: Vec<Correction>| (evidence.bits(&corrections), corrections);
    let surest = |a: (f32, Vec<Correction>), b: (f32, Vec<Correction>)| if b.0 > a.0 { b } else { a };
    let erased = gmd::candidates(block, &syndromes).into_iter().map(rated).reduce(surest);
    let best = match erased {
        Some(erased) if erased.0 >= BEYOND_DOUBT => Some(erased),
        erased => {
            erased.into_iter().chain(ordered_statistics::corrections(block, &syndromes).map(rated)).reduce(surest)
        }
    };
    solved(block, &best?.1)
}

/// The corrected word, if it is one of the code: the parity is computed anew from it.
fn solved(block: &Block, corrections: &[Correction]) -> Option<Solved> {
    let mut values = block.values();
    for correction in corrections {
        *values.get_mut(correction.position)? ^= correction.value;
    }
    let is_of_code = Syndromes::of(&values, block.parity)?.are_zero();
    is_of_code.then(|| Solved { values, evidence: Evidence::of(block).bits(corrections) })
}
