//! Generalized minimum distance decoding (Forney, 1966): the least sure codewords are erased, two more each time, since
//! an erasure costs one codeword of parity where an error costs two.
//!
//! This is for codewords that are wrong altogether, under a stain that looks like data.

use super::codewords::{Block, Codeword};
use super::reed_solomon::{Correction, Syndromes};

/// The words of the code that erasing leads to, each once.
pub(super) fn candidates(block: &Block, syndromes: &Syndromes) -> Vec<Vec<Correction>> {
    let mut order: Vec<(usize, f32)> = block.codewords.iter().map(doubt).enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let order: Vec<usize> = order.into_iter().map(|(position, _)| position).collect();
    let mut found: Vec<Vec<Correction>> = Vec::new();
    // An odd parity has one codeword that errors alone cannot use.
    for erased in (block.parity % 2..=block.parity).step_by(2) {
        let corrected = order.get(..erased).and_then(|erasures| syndromes.correct(erasures));
        found.extend(corrected.filter(|corrections| !found.contains(corrections)));
    }
    found
}

/// About how likely a codeword is wrong: the sum of the chances of its bits, from their log-odds.
fn doubt(codeword: &Codeword) -> f32 {
    codeword.certainty.iter().map(|certainty| (-certainty).exp()).sum()
}
