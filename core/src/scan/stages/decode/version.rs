//! Which version a symbol is (ISO/IEC 18004, 7.10 and annex D).
//!
//! The dimension says it. From version 7 on the symbol says it too, twice, in 18 modules of a (18, 6) BCH code of
//! distance 8; a clear word for another version means that the grid was laid over it with a wrong number of modules.

use rxing::qrcode::common::{VERSION_DECODE_INFO, Version, VersionRef};

use super::modules::Modules;

const FIRST_WITH_INFORMATION: u32 = 7;

/// How well another version's word must be seen to be believed, and how far it must be ahead: two words differ in 8 bits
/// of 18, which is 0.9 between them where all is clear.
const CLEAR: f32 = 0.7;
const CLEAR_LEAD: f32 = 0.3;

/// The version of a symbol of this size, unless its version information clearly names another.
pub(super) fn version(modules: &Modules) -> Option<VersionRef> {
    let dimension = u32::try_from(modules.dimension()).ok()?;
    let version = Version::getProvisionalVersionForDimension(dimension).ok()?;
    (!is_contradicted(modules, version.getVersionNumber())).then_some(version)
}

fn is_contradicted(modules: &Modules, number: u32) -> bool {
    let Some(own) = number.checked_sub(FIRST_WITH_INFORMATION) else { return false };
    let seen = information(modules);
    let total: f32 = seen.iter().map(|bit| bit.abs()).sum();
    if total == 0.0 {
        return false;
    }
    let agreement = |word: &u32| {
        let bits = seen.iter().enumerate();
        bits.map(|(bit, soft)| if word >> bit & 1 == 1 { *soft } else { -soft }).sum::<f32>() / total
    };
    let own = VERSION_DECODE_INFO.get(own as usize).map_or(0.0, agreement);
    let best = VERSION_DECODE_INFO.iter().map(agreement).fold(f32::MIN, f32::max);
    best >= CLEAR && best - own >= CLEAR_LEAD
}

/// The 18 bits, the least significant first, each the sum of its two places. They lie mirrored to one another, and so
/// read the same in a mirrored symbol.
fn information(modules: &Modules) -> [f32; 18] {
    let far = modules.dimension().saturating_sub(11);
    std::array::from_fn(|bit| {
        let (along, across) = (bit / 3, far + bit % 3);
        modules.at(along, across) + modules.at(across, along)
    })
}
