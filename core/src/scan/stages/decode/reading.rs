//! One way to read a symbol: which way round, and in which format.

use rxing::qrcode::common::VersionRef;

use super::codewords::{Block, blocks};
use super::format::Format;
use super::layout::{Place, data_modules};
use super::modules::Modules;
use super::payload::{Payload, payload};
use super::solving::{self, Solved};
use super::{Decoded, priors, stains, version};

/// The bits of evidence with which a block is believed: chance gives them to one unreadable block in sixteen million.
const SURE: f32 = 24.0;

/// With these a block is believed that was corrected within half the distance, if the code is padded as it should be. The
/// smallest codes give no more than 20 bits there, and any reader believes them.
const WEAK: f32 = 16.0;

/// Less than what is left of a code that is half hidden under a stain.
const MIN_AGREEMENT: f32 = 0.5;

/// Where more blocks than this need a search, it is not worth its time.
const MAX_SEARCHES: usize = 16;

/// What all readings have in common.
pub(super) struct Symbol {
    version: VersionRef,
    places: Vec<Place>,
}

impl Symbol {
    pub(super) fn of(modules: &Modules) -> Option<Self> {
        let version = version::version(modules)?;
        Some(Self { version, places: data_modules(version)? })
    }
}

/// A way to read a symbol, and its blocks as seen.
pub(super) struct Reading<'a> {
    symbol: &'a Symbol,
    modules: &'a Modules,
    pub format: Format,
    mirrored: bool,
    blocks: Vec<Block>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(symbol: &'a Symbol, modules: &'a Modules, format: Format, mirrored: bool) -> Self {
        let blocks = blocks(modules, &symbol.places, format, symbol.version);
        Self { symbol, modules, format, mirrored, blocks }
    }

    /// Each block within half its distance.
    pub(super) fn plain(&self) -> Option<Decoded> {
        let solved: Vec<Solved> = self.blocks.iter().map(solving::plain).collect::<Option<_>>()?;
        let (decoded, is_padded_well) = self.decoded(&solved)?;
        (decoded.evidence >= SURE || decoded.evidence >= WEAK && is_padded_well).then_some(decoded)
    }

    /// All that softness, stains and priors give.
    pub(super) fn soft(&self) -> Option<Decoded> {
        let stained = stains::chances(self.modules, &self.symbol.places);
        let odds = self.modules.log_odds(&stained);
        let blocks = priors::informed(&blocks(&odds, &self.symbol.places, self.format, self.symbol.version));
        let sure = |solved: &Solved| solved.evidence >= SURE;
        let mut solved: Vec<Option<Solved>> = blocks.iter().map(|block| solving::plain(block).filter(sure)).collect();
        let mut open: Vec<usize> = (0..blocks.len()).filter(|nth| solved[*nth].is_none()).collect();
        if open.len() > MAX_SEARCHES {
            return None;
        }
        // The worst first: if one cannot be solved, the others are spared.
        let certainty =
            |nth: &usize| blocks[*nth].codewords.iter().flat_map(|codeword| codeword.certainty).sum::<f32>();
        open.sort_by(|a, b| certainty(a).total_cmp(&certainty(b)));
        for nth in open {
            solved[nth] = Some(solving::soft(&blocks[nth]).filter(sure)?);
        }
        let solved: Vec<Solved> = solved.into_iter().collect::<Option<_>>()?;
        self.decoded(&solved).map(|(decoded, _)| decoded)
    }

    /// The payload of corrected blocks, and whether it is padded well.
    fn decoded(&self, solved: &[Solved]) -> Option<(Decoded, bool)> {
        let agreement = self.agreement(solved);
        if agreement < MIN_AGREEMENT {
            return None;
        }
        let pairs = || self.blocks.iter().zip(solved);
        let data = pairs().flat_map(|(block, solved)| solved.values.iter().take(block.data_length()));
        let data: Vec<u8> = data.copied().collect();
        let Payload { text, bytes, is_padded_well } = payload(&data, self.symbol.version, self.format.level)?;
        let seen = pairs().flat_map(|(block, solved)| block.codewords.iter().zip(&solved.values));
        let corrected = seen.filter(|(seen, value)| seen.value != **value).count();
        let evidence = solved.iter().map(|block| block.evidence).fold(f32::INFINITY, f32::min);
        let decoded = Decoded { text, bytes, mirrored: self.mirrored, corrected, agreement, evidence };
        Some((decoded, is_padded_well))
    }

    /// How well the modules as seen agree with the corrected code.
    fn agreement(&self, solved: &[Solved]) -> f32 {
        let (mut sum, mut total) = (0.0, 0.0);
        for (block, solved) in self.blocks.iter().zip(solved) {
            for (codeword, value) in block.codewords.iter().zip(&solved.values) {
                sum += codeword.agreement(*value).iter().sum::<f32>();
                total += codeword.certainty.iter().sum::<f32>();
            }
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }
}
