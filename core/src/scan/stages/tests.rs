//! Each stage by itself, on codes drawn here.

mod align;
pub(in crate::scan) mod drawing;
mod equalize;
mod finder;
mod geometry;
mod grey;
mod grid;
mod mesh;
mod outline;
mod patch;
mod pattern;
mod sample;
mod threshold;
mod triples;
