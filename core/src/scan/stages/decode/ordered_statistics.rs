//! Decoding by ordered statistics (Fossorier and Lin, 1995) of the code's binary image.
//!
//! Over bits, a block is a linear code with 8 × parity equations. So many of the least sure bits — as far as the
//! equations tell them apart — are taken as unknown and follow from the rest. Where codewords are hurt in one or two
//! bits, as noise and the rim of a stain hurt them, this reaches much further than erasing whole codewords. In case the
//! rest is not all right, the least sure bits of it are turned over, one and two at a time. The cheapest pattern is kept,
//! whose wrong bits have the least log-odds in sum: of all patterns tried the likeliest.

use super::codewords::Block;
use super::elimination::{Basis, Bits, WORDS, members, sum};
use super::galois::alpha;
use super::reed_solomon::{Correction, Syndromes};

/// How many bits besides the unknown ones are turned over alone, and in pairs. Measured on noise that is nearly too much:
/// 160 and 160 read a tenth less, 300 and 300 a fiftieth more, and triples give nothing.
const SINGLES: usize = 300;
const PAIRS: usize = 200;

/// The surer half of the unknown bits comes out right but for a few, or else half wrong like coin tosses. By so many
/// standard deviations it must differ from these before a pattern's cost is worth summing up.
const BETTER_THAN_CHANCE: f32 = 4.0;

/// One bit of a block: 2^exponent of the codeword at a position.
#[derive(Debug, Clone, Copy)]
struct Bit {
    position: usize,
    exponent: usize,
    certainty: f32,
}

/// Bits turned over besides the unknown ones, and which of these follow.
#[derive(Debug, Clone, Copy)]
struct Turned {
    bit: Option<Bit>,
    certainty: f32,
    followers: Bits,
}

/// The cheapest corrections found.
pub(super) fn corrections(block: &Block, syndromes: &Syndromes) -> Option<Vec<Correction>> {
    let (unknown, basis, turned) = split(block);
    let start = basis.express(&packed(syndromes.values()))?;
    let costs = Costs::of(&unknown);
    let mut best = (costs.of_set(&start), start, [None; 2]);
    for (nth, first) in turned.iter().enumerate() {
        let with_first = sum(&start, &first.followers);
        let seconds = if nth <= PAIRS { nth } else { 1 };
        for second in turned.iter().take(seconds) {
            let set = sum(&with_first, &second.followers);
            if costs.is_chance(&set) {
                continue;
            }
            let cost = first.certainty + second.certainty + costs.of_set(&set);
            if cost < best.0 {
                best = (cost, set, [first.bit, second.bit]);
            }
        }
    }
    let (_, set, turned) = best;
    let followers = members(&set).filter_map(|index| unknown.get(index).copied());
    Some(gathered(block.codewords.len(), followers.chain(turned.into_iter().flatten())))
}

/// The unknown bits, their columns, and what turning over others does to them. The first of these is to turn over none.
fn split(block: &Block) -> (Vec<Bit>, Basis, Vec<Turned>) {
    let mut unknown = Vec::with_capacity(8 * block.parity);
    let mut basis = Basis::new();
    let mut turned = vec![Turned { bit: None, certainty: 0.0, followers: [0; WORDS] }];
    for bit in ordered(block) {
        if turned.len() > SINGLES {
            break;
        }
        match basis.admit(&column(block, bit)) {
            Some(followers) => turned.push(Turned { bit: Some(bit), certainty: bit.certainty, followers }),
            None => unknown.push(bit),
        }
    }
    (unknown, basis, turned)
}

/// The least sure bits first.
fn ordered(block: &Block) -> Vec<Bit> {
    let mut bits: Vec<Bit> = Vec::with_capacity(8 * block.codewords.len());
    for (position, codeword) in block.codewords.iter().enumerate() {
        let certainties = codeword.certainty.iter().enumerate();
        bits.extend(certainties.map(|(place, certainty)| Bit { position, exponent: 7 - place, certainty: *certainty }));
    }
    bits.sort_by(|a, b| a.certainty.total_cmp(&b.certainty));
    bits
}

/// What a bit adds to the syndromes: 2^e is αᵉ, as e is below 8.
fn column(block: &Block, bit: Bit) -> Bits {
    let power = block.codewords.len() - 1 - bit.position;
    let mut values = [0; 8 * WORDS];
    values
        .iter_mut()
        .take(block.parity)
        .enumerate()
        .for_each(|(root, value)| *value = alpha(bit.exponent + root * power));
    packed(&values)
}

fn packed(syndromes: &[u8]) -> Bits {
    let mut bits = [0; WORDS];
    for (word, values) in bits.iter_mut().zip(syndromes.chunks(8)) {
        *word = values.iter().rev().fold(0, |word, value| word << 8 | u64::from(*value));
    }
    bits
}

fn gathered(length: usize, bits: impl Iterator<Item = Bit>) -> Vec<Correction> {
    let mut values = vec![0u8; length];
    for bit in bits {
        if let Some(value) = values.get_mut(bit.position) {
            *value ^= 1 << bit.exponent;
        }
    }
    let wrong = values.into_iter().enumerate().filter(|(_, value)| *value != 0);
    wrong.map(|(position, value)| Correction { position, value }).collect()
}

/// Sums of certainties over sets of unknown bits, looked up byte by byte.
struct Costs {
    bytes: Vec<[f32; 256]>,
    surer_half: Bits,
    /// Sets with more members in the surer half are like chance.
    few: u32,
}

impl Costs {
    fn of(unknown: &[Bit]) -> Self {
        let table = |bits: &[Bit]| {
            let mut table = [0.0; 256];
            for set in 1..256usize {
                let certainty = bits.get(set.trailing_zeros() as usize).map_or(0.0, |bit| bit.certainty);
                table[set] = table[set & (set - 1)] + certainty;
            }
            table
        };
        let half = unknown.len() / 2;
        let mut surer_half = [0; WORDS];
        (unknown.len() - half..unknown.len()).for_each(|index| surer_half[index / 64] |= 1 << (index % 64));
        let few = half as f32 / 2.0 - BETTER_THAN_CHANCE * (half as f32).sqrt() / 2.0;
        Self { bytes: unknown.chunks(8).map(table).collect(), surer_half, few: few.max(0.0) as u32 }
    }

    fn is_chance(&self, set: &Bits) -> bool {
        set.iter().zip(&self.surer_half).map(|(word, half)| (word & half).count_ones()).sum::<u32>() > self.few
    }

    fn of_set(&self, set: &Bits) -> f32 {
        let bytes = set.iter().flat_map(|word| word.to_le_bytes());
        self.bytes.iter().zip(bytes).map(|(table, byte)| table[usize::from(byte)]).sum()
    }
}
