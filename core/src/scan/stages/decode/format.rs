//! Format information: the error correction level and the mask (ISO/IEC 18004, 7.9 and annex C).
//!
//! Its 15 bits, a word of a (15, 5) BCH code of distance 7, lie in two places. With 32 words each can be compared with
//! what was seen: correlation is maximum likelihood decoding, where counting bits would throw the soft values away.
//!
//! Each place has one arm in a row and one in a column. A stripe of failed print takes an arm of both at once, and the
//! two that are left make up nearly all of the word; so the halves are compared as well as the whole.

use rxing::qrcode::common::ErrorCorrectionLevel;

use super::modules::Modules;

const GENERATOR: u16 = 0x537;

/// Keeps the word of level M with mask 0 from being all light.
const MASK: u16 = 0x5412;

const BITS: usize = 15;

type Word = [f32; BITS];

/// How many formats are tried for one symbol.
const MAX_CANDIDATES: usize = 3;

/// The next best is a candidate when it agrees nearly as well as the best: two words differ in 7 bits of 15, so this is
/// a symbol that lost nearly half of what tells them apart.
const CLOSE: f32 = 0.5;

/// A half agrees by chance more easily than the whole.
const HALF_PENALTY: f32 = 0.15;

/// What a symbol's format information may say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Format {
    pub level: ErrorCorrectionLevel,
    /// The mask pattern, 0 to 7.
    pub mask: u8,
    /// How well it agrees with what was seen: 1 is perfect, noise gives about 0.4.
    pub agreement: f32,
}

/// The likeliest formats, the best first.
pub(super) fn candidates(modules: &Modules) -> Vec<Format> {
    let [first, second] = places(modules);
    let whole = std::array::from_fn(|bit| first[bit] + second[bit]);
    // Bit 7 lies in the corner of the first place's arms, and in the row of the second.
    let row = std::array::from_fn(|bit| if bit < 7 { first[bit] } else { second[bit] });
    let column = std::array::from_fn(|bit| if bit < 7 { second[bit] } else { first[bit] });
    let total = softness(&first) + softness(&second);
    let score = |data: u8| {
        let halves = [first, second, row, column];
        let halves = halves.map(|half| agreement(&half, data, softness(&half).max(total / 2.0)) - HALF_PENALTY);
        halves.into_iter().fold(agreement(&whole, data, total), f32::max)
    };
    let mut ranked: Vec<(u8, f32)> = (0..32).map(|data| (data, score(data))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best = ranked.first().map_or(0.0, |(_, agreement)| *agreement);
    let close = ranked.into_iter().filter(|(_, agreement)| best - agreement < CLOSE).take(MAX_CANDIDATES);
    close.filter_map(|(data, agreement)| format(data, agreement)).collect()
}

fn format(data: u8, agreement: f32) -> Option<Format> {
    let level = ErrorCorrectionLevel::forBits(data >> 3).ok()?;
    Some(Format { level, mask: data & 7, agreement })
}

fn softness(word: &Word) -> f32 {
    word.iter().map(|bit| bit.abs()).sum()
}

/// How well what was seen agrees with the word of these data, in parts of `total`.
fn agreement(seen: &Word, data: u8, total: f32) -> f32 {
    if total == 0.0 {
        return 0.0;
    }
    let word = word(data);
    let bits = seen.iter().rev().enumerate();
    bits.map(|(bit, soft)| if word >> bit & 1 == 1 { *soft } else { -soft }).sum::<f32>() / total
}

/// Five bits of data, ten of parity.
fn word(data: u8) -> u16 {
    let data = u16::from(data) << 10;
    let step = |rest: u16, bit: u16| if rest >> (bit + 10) & 1 == 1 { rest ^ GENERATOR << bit } else { rest };
    (data | (0..5).rev().fold(data, step)) ^ MASK
}

/// The bits in their two places, the most significant first.
fn places(modules: &Modules) -> [Word; 2] {
    let far = modules.dimension().saturating_sub(1);
    let first = std::array::from_fn(|bit| match bit {
        0..=5 => modules.at(bit, 8),
        6 => modules.at(7, 8),
        7 => modules.at(8, 8),
        8 => modules.at(8, 7),
        _ => modules.at(8, 14 - bit),
    });
    let second = std::array::from_fn(|bit| match bit {
        0..=6 => modules.at(8, far.saturating_sub(bit)),
        _ => modules.at((far + bit).saturating_sub(14), 8),
    });
    [first, second]
}
