//! What the benchmarks share: pictures, the peer, and a way to compare two that is fair on a busy machine.

pub mod compare;
pub mod drawing;
pub mod folder;
pub mod peer;

/// Grey pixels, one byte each, rows without gaps.
#[derive(Clone)]
pub struct Frame {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `width * height` bytes.
    pub pixels: Vec<u8>,
}
