//! What the benchmarks share. For the scanner: pictures, the peer, and a way to compare two that is fair on a busy
//! machine. For the core's files: a phone, a gallery that answers at once, and databases of any size.

pub mod compare;
pub mod drawing;
pub mod filling;
pub mod folder;
pub mod gallery;
pub mod peer;
pub mod phone;
pub mod samples;

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
