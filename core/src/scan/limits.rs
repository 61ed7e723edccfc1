//! What is refused before any work is done, and why.

use thiserror::Error;

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 12_000;

/// The most pixels of a picture: more than any phone's camera takes.
pub const MAX_PIXELS: u64 = 64_000_000;

/// What a picture's decoder may allocate: the largest picture in four bytes a pixel.
pub(super) const MAX_DECODER_BYTES: u64 = 4 * MAX_PIXELS;

/// Why a picture file cannot be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum ImageFault {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Bytes of no picture format.
    #[error("the file is no picture")]
    NotAPicture,
    /// A picture, but none of JPEG, PNG and WebP (or a kind of these that nobody uses).
    #[error("the picture's format is not supported")]
    UnsupportedFormat,
    /// Above [`MAX_SIDE`] or [`MAX_PIXELS`], by what its header says, or too much memory for its decoder.
    #[error("the picture is too large: {width} x {height}")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The file ends early, and what is left shows no code.
    #[error("the picture is cut short")]
    Truncated,
    /// The file contradicts its own format.
    #[error("the picture is damaged")]
    Damaged,
}

impl ImageFault {
    /// The stable name of the fault: `reason` in JSON, and part of a message's id.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAPicture => "not_a_picture",
            Self::UnsupportedFormat => "unsupported_format",
            Self::TooLarge { .. } => "too_large",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
        }
    }
}

/// Why pixels in memory cannot be looked at: a mistake of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum FrameFault {
    /// A width or height of 0.
    #[error("the frame is empty")]
    Empty,
    /// Above [`MAX_SIDE`] or [`MAX_PIXELS`].
    #[error("the frame is too large: {width} x {height}")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The rows overlap.
    #[error("a stride of {stride} is less than the width {width}")]
    BadStride {
        /// Pixels.
        width: u32,
        /// Bytes.
        stride: u32,
    },
    /// Fewer bytes than the rows take.
    #[error("the buffer has {actual} bytes of {expected}")]
    ShortBuffer {
        /// Bytes that the frame takes.
        expected: u64,
        /// Bytes that there are.
        actual: u64,
    },
}

impl FrameFault {
    /// The stable name of the fault: `reason` in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::BadStride { .. } => "bad_stride",
            Self::ShortBuffer { .. } => "short_buffer",
        }
    }
}

/// Whether a picture of that size may be looked at.
pub(super) fn is_too_large(width: u32, height: u32) -> bool {
    width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS
}
