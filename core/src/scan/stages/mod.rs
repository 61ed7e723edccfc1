//! The scanner's stages, one a file, each of use alone. What brings how much stands in `core/src/scan/README.md`.
//!
//! ```text
//! Grey -- threshold --> Thresholds -- finder --> Finder -- triples --> Triple -- outline, grid --> Grid
//!   |                                                                                               |
//!   +------------------------------ patch --> Patch <-- pattern, align ------------------------------+
//!                                             |
//!                                   mesh, sample, equalize --> SoftMatrix -- decode --> Decoded
//! ```

pub mod align;
pub mod decode;
pub mod equalize;
pub mod finder;
pub mod geometry;
pub mod grey;
pub mod grid;
mod linear;
pub mod mesh;
pub mod outline;
pub mod pairs;
pub mod patch;
pub mod pattern;
pub mod sample;
mod search;
#[cfg(test)]
pub(super) mod tests;
pub mod threshold;
pub mod triples;
