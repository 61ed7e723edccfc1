//! How surely a corrected block is the one that was printed, in bits.
//!
//! A decoder that searches far finds a word of the code near any noise. What counts is not how it was found, but how many
//! patterns of errors are at least as likely as the one found: each of them makes noise a word of the code with chance
//! 2^(-8 × parity), so 8 × parity − log₂(their number) bits speak against chance, whatever the search (the union bound
//! over a decoding region). The number is bounded in two ways, of which the better counts: by how many codewords are
//! wrong, and by how sure the wrong bits were. The second holds for certainties that do not depend on the word itself;
//! those by stains and priors do so a little, which the number of bits asked for must cover.

use super::codewords::{Block, Codeword};
use super::reed_solomon::Correction;

/// With so many bits nothing better needs to be looked for.
pub(super) const BEYOND_DOUBT: f32 = 40.0;

/// Certainties are counted in twelfths of their mean; all above `LEVELS` of them are alike.
const MEAN: f32 = 12.0;
const LEVELS: usize = 32;

/// A wrong codeword costs at most as much as 1⅔ wrong bits: what covers one of its modules often covers more.
const BURST: f32 = 20.0;

/// The exponents tried for Chernoff's bound, per mean certainty.
const EXPONENTS: [f32; 10] = [0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0];

/// A block's certainties, made comparable.
pub(super) struct Evidence {
    levels: Vec<[u8; 8]>,
    parity: usize,
}

impl Evidence {
    pub(super) fn of(block: &Block) -> Self {
        let all = || block.codewords.iter().flat_map(|codeword| codeword.certainty);
        let mean = all().sum::<f32>() / all().count().max(1) as f32;
        let scale = if mean > 0.0 { MEAN / mean } else { 0.0 };
        let level = |certainty: f32| (certainty * scale).min(LEVELS as f32 - 1.0) as u8;
        let levels = block.codewords.iter().map(|Codeword { certainty, .. }| certainty.map(level)).collect();
        Self { levels, parity: block.parity }
    }

    /// The bits that speak for these corrections; about zero or less for what chance gives.
    pub(super) fn bits(&self, corrections: &[Correction]) -> f32 {
        let all = 8.0 * self.parity as f32;
        let by_count = all - self.log_patterns_by_count(corrections.len());
        if by_count >= BEYOND_DOUBT {
            return by_count;
        }
        by_count.max(all - self.log_patterns_by_certainty(corrections))
    }

    /// As many codewords wrong or less, whichever and however: log₂ Σ C(n, k) 255^k.
    fn log_patterns_by_count(&self, wrong: usize) -> f32 {
        let length = self.levels.len() as f32;
        let (mut term, mut sum) = (0.0f32, 0.0f32);
        for count in 1..=wrong {
            term += (255.0 * (length - count as f32 + 1.0) / count as f32).log2();
            sum = term + (1.0 + (sum - term).exp2()).log2();
        }
        sum
    }

    /// Patterns of wrong bits whose certainties sum up to no more, by Chernoff's bound: for any b > 0 their number is at
    /// most e^(b × sum) × Π (1 + Σ e^(−b × cost)), the product over codewords, the sum over the ways to be wrong.
    fn log_patterns_by_certainty(&self, corrections: &[Correction]) -> f32 {
        let cost: f32 = corrections.iter().map(|correction| self.cost(*correction)).sum();
        let bound = |exponent: f32| {
            let exponent = exponent / MEAN;
            let factors: [f32; LEVELS] = std::array::from_fn(|level| 1.0 + (-exponent * level as f32).exp());
            let burst = 255.0 * (-exponent * BURST).exp();
            let of_bit = |level: &u8| factors.get(usize::from(*level)).copied().unwrap_or(1.0);
            let of_codeword = |levels: &[u8; 8]| (levels.iter().map(of_bit).product::<f32>() + burst).log2();
            self.levels.iter().map(of_codeword).sum::<f32>() + exponent * cost * std::f32::consts::LOG2_E
        };
        EXPONENTS.into_iter().map(bound).fold(f32::MAX, f32::min)
    }

    fn cost(&self, correction: Correction) -> f32 {
        let Some(levels) = self.levels.get(correction.position) else { return BURST };
        let wrong = |bit: &usize| correction.value << bit & 0x80 != 0;
        (0..8).filter(wrong).map(|bit| f32::from(levels[bit])).sum::<f32>().min(BURST)
    }
}
