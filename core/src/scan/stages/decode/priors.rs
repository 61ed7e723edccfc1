//! What a symbol's data codewords have in common, brought to bear on the uncertain among them.
//!
//! The data are no coin tosses. Byte segments begin in the middle of a codeword (ISO/IEC 18004, 7.4.5), so that each half
//! of a codeword is half a character: in ASCII, in UTF-8 of one alphabet, in digits, few of the sixteen halves are
//! common. Which, the symbol itself tells: their shares are estimated by expectation maximization (Dempster, Laird and
//! Rubin, 1977), and each bit's log-odds are taken anew with them. Nothing is assumed about the text; data without such a
//! pattern teach shares that change little. The rest behind the text is filled with two codewords in turn (7.4.10),
//! which are known altogether once enough of them agree.

use super::codewords::{Block, Codeword};
use super::payload::PADS;

/// How many bits must speak for pad codewords: there are some two hundred places where they may begin.
const MIN_PAD_BITS: f32 = 16.0;

/// A hidden pad, seen as something else, does not end the row of pads.
const LEAST_PAD_CHANCE: f32 = 0.004;

/// A codeword that should be a pad may be something else after all.
const PAD_CHANCE: f32 = 0.98;

/// A share's weight before anything is seen, in codewords (Laplace's rule).
const FIRST_SHARE: f32 = 1.0;

const ROUNDS: usize = 3;

/// Bounds what a bit's log-odds can become, so that no bit is beyond doubt.
const LEAST_CHANCE: f32 = 1e-6;

/// A chance or a share for each value of half a codeword.
type Halves = [f32; 16];

/// The upper and the lower half of a codeword.
type Pair = [Halves; 2];

/// The blocks with log-odds that know what the data have in common. Those of parity stay as they are.
pub(super) fn informed(blocks: &[Block]) -> Vec<Block> {
    let data = blocks.iter().flat_map(|block| block.codewords.iter().take(block.data_length()));
    let seen: Vec<Pair> = data.map(likelihoods).collect();
    let first_pad = first_pad(&seen);
    let shares = shares(seen.iter().take(first_pad));
    let mut expected = (0..seen.len()).map(|nth| match nth.checked_sub(first_pad) {
        Some(nth) => pad_shares(PADS[nth % PADS.len()]),
        None => shares,
    });
    let mut seen = seen.iter();
    let mut inform = |block: &Block| {
        let length = block.data_length();
        let data = seen.by_ref().zip(&mut expected).take(length).map(|(seen, shares)| posterior(seen, &shares));
        let mut codewords: Vec<Codeword> = data.collect();
        codewords.extend(block.codewords.iter().skip(length));
        Block { codewords, parity: block.parity }
    };
    blocks.iter().map(&mut inform).collect()
}

/// How likely each half's values made what was seen.
fn likelihoods(codeword: &Codeword) -> Pair {
    let chances: [[f32; 2]; 8] = std::array::from_fn(|bit| {
        let right = 1.0 / (1.0 + (-codeword.certainty[bit]).exp());
        if codeword.value << bit & 0x80 == 0 { [right, 1.0 - right] } else { [1.0 - right, right] }
    });
    std::array::from_fn(|half| {
        std::array::from_fn(|value| (0..4).map(|bit| chances[4 * half + bit][value >> (3 - bit) & 1]).product())
    })
}

/// Where the pad codewords begin: the end of the data when there are none to be seen.
fn first_pad(seen: &[Pair]) -> usize {
    let mut best = (MIN_PAD_BITS, seen.len());
    let mut bits = [0.0; PADS.len()];
    for (nth, pair) in seen.iter().enumerate().rev() {
        for (turn, bits) in bits.iter_mut().enumerate() {
            let pad = usize::from(PADS[(nth + turn) % PADS.len()]);
            let halves = [pair[0][pad >> 4], pair[1][pad & 15]].map(|likelihood| likelihood.max(LEAST_PAD_CHANCE));
            *bits += (256.0 * halves[0] * halves[1]).log2();
        }
        // Pads begin with the first of the two.
        if bits[nth % PADS.len()] > best.0 {
            best = (bits[nth % PADS.len()], nth);
        }
    }
    best.1
}

/// The shares of the values in both halves, those of uncertain codewords by what the others teach.
fn shares<'a>(seen: impl Iterator<Item = &'a Pair> + Clone) -> Pair {
    let mut shares = [[1.0 / 16.0; 16]; 2];
    for _ in 0..ROUNDS {
        let mut counts = [[FIRST_SHARE; 16]; 2];
        for pair in seen.clone() {
            for (half, counts) in counts.iter_mut().enumerate() {
                let joint = joint(&pair[half], &shares[half]);
                counts.iter_mut().zip(joint).for_each(|(count, chance)| *count += chance);
            }
        }
        shares = counts.map(normalized);
    }
    shares
}

fn pad_shares(pad: u8) -> Pair {
    let half = |value: u8| {
        let mut shares = [(1.0 - PAD_CHANCE) / 15.0; 16];
        shares[usize::from(value & 15)] = PAD_CHANCE;
        shares
    };
    [half(pad >> 4), half(pad)]
}

/// Bayes' rule.
fn joint(likelihoods: &Halves, shares: &Halves) -> Halves {
    normalized(std::array::from_fn(|value| likelihoods[value] * shares[value]))
}

fn normalized(values: Halves) -> Halves {
    let sum: f32 = values.iter().sum();
    let share = 1.0 / sum;
    if share.is_finite() { values.map(|value| value * share) } else { [1.0 / 16.0; 16] }
}

fn posterior(seen: &Pair, shares: &Pair) -> Codeword {
    let mut codeword = Codeword::default();
    for (half, chances) in [joint(&seen[0], &shares[0]), joint(&seen[1], &shares[1])].iter().enumerate() {
        for bit in 0..4 {
            let mut sums = [LEAST_CHANCE; 2];
            chances.iter().enumerate().for_each(|(value, chance)| sums[value >> (3 - bit) & 1] += chance);
            let odds = (sums[1] / sums[0]).ln();
            codeword.value = codeword.value << 1 | u8::from(odds > 0.0);
            codeword.certainty[4 * half + bit] = odds.abs();
        }
    }
    codeword
}
