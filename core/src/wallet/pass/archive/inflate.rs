//! The content of an entry, of exactly the size that was declared and passed the limits.

use std::borrow::Cow;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::PassFault;
use super::entry::{Entry, STORED};

pub(super) fn content<'a>(entry: &Entry<'_>, packed: &'a [u8]) -> Result<Cow<'a, [u8]>, PassFault> {
    let is_stored = entry.header.method == STORED;
    let content = if is_stored { Cow::Borrowed(packed) } else { Cow::Owned(inflate(packed, entry.header.size)?) };
    // PassKit's reader checks the sum too, and its refusal comes without a reason.
    if content.len() != entry.header.size || crc32fast::hash(&content) != entry.header.crc {
        return Err(PassFault::DamagedZip);
    }
    Ok(content)
}

fn inflate(packed: &[u8], size: usize) -> Result<Vec<u8>, PassFault> {
    let mut content = vec![0; size];
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    match decompress(&mut Box::<DecompressorOxide>::default(), packed, &mut content, 0, flags) {
        (TINFLStatus::Done, read, written) if read == packed.len() && written == size => Ok(content),
        (TINFLStatus::HasMoreOutput, ..) => Err(PassFault::InflatesTooLarge),
        _ => Err(PassFault::DamagedZip),
    }
}
