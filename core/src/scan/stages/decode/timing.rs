//! The timing patterns (ISO/IEC 18004, 6.3.5): the only modules besides the finder patterns that every symbol has, and
//! which a grid laid over something else hardly ever meets.

use super::modules::Modules;

/// The row and the column of the patterns.
const LINE: usize = 6;

/// How well both patterns are seen: 1 is perfect, 0 is noise.
pub(super) fn agreement(modules: &Modules) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for along in 8..modules.dimension().saturating_sub(8) {
        for seen in [modules.at(along, LINE), modules.at(LINE, along)] {
            sum += if along % 2 == 0 { seen } else { -seen };
            total += seen.abs();
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}
