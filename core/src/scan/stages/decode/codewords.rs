//! Modules → blocks of codewords with the certainty of each bit (ISO/IEC 18004, 7.5.1 and 7.6).

use rxing::qrcode::common::VersionRef;

use super::format::Format;
use super::layout::{Place, is_masked};
use super::modules::Modules;

/// A codeword as seen: its likeliest value, and how sure each bit is, the most significant first.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Codeword {
    pub value: u8,
    pub certainty: [f32; 8],
}

impl Codeword {
    /// Each bit's certainty, below zero where the bit is not `value`'s.
    pub(super) fn agreement(&self, value: u8) -> [f32; 8] {
        let wrong = self.value ^ value;
        std::array::from_fn(|bit| if wrong << bit & 0x80 == 0 { self.certainty[bit] } else { -self.certainty[bit] })
    }
}

/// A block as seen: its data codewords, then those of parity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub codewords: Vec<Codeword>,
    pub parity: usize,
}

impl Block {
    pub(super) fn values(&self) -> Vec<u8> {
        self.codewords.iter().map(|codeword| codeword.value).collect()
    }

    pub(super) fn data_length(&self) -> usize {
        self.codewords.len().saturating_sub(self.parity)
    }
}

/// The blocks of a symbol. They are interleaved, so that a stain hurts each of them a little: first all data codewords,
/// where short blocks have one less than long ones, then all of parity.
pub(super) fn blocks(modules: &Modules, places: &[Place], format: Format, version: VersionRef) -> Vec<Block> {
    let structure = version.getECBlocksForLevel(format.level);
    let parity = structure.getECCodewordsPerBlock() as usize;
    let groups = structure.getECBlocks().iter();
    let lengths: Vec<usize> = groups
        .flat_map(|group| std::iter::repeat_n(group.getDataCodewords() as usize, group.getCount() as usize))
        .collect();
    let block = |length: &usize| Block { codewords: Vec::with_capacity(length + parity), parity };
    let mut blocks: Vec<Block> = lengths.iter().map(block).collect();
    let mut codewords = places.chunks_exact(8).map(|places| codeword(modules, places, format.mask));
    for row in 0..lengths.iter().max().copied().unwrap_or(0) {
        let reaching = blocks.iter_mut().zip(&lengths).filter(|(_, length)| row < **length);
        reaching.zip(&mut codewords).for_each(|((block, _), codeword)| block.codewords.push(codeword));
    }
    for _ in 0..parity {
        blocks.iter_mut().zip(&mut codewords).for_each(|(block, codeword)| block.codewords.push(codeword));
    }
    blocks
}

fn codeword(modules: &Modules, places: &[Place], mask: u8) -> Codeword {
    let mut codeword = Codeword::default();
    for (certainty, place) in codeword.certainty.iter_mut().zip(places) {
        let seen = modules.at(usize::from(place.0), usize::from(place.1));
        codeword.value = codeword.value << 1 | u8::from((seen > 0.0) != is_masked(mask, *place));
        *certainty = seen.abs();
    }
    codeword
}
