//! A zip that every reader reads alike.
//!
//! PassKit reads the file again after this, with a reader of its own. Zip readers differ in what they forgive (bytes
//! before the first entry or after the last, two headers that disagree, Zip64, comments that hold another directory),
//! and libraries forgive by design. So this reader takes only the plain form, that of APPNOTE 6.3 without its
//! extensions: entries without gaps from the first byte, then the directory, then its end as the last 22 bytes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::fault::PassFault;
use super::{MAX_CONTENT_BYTES, MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_FILE_BYTES, contents};
use entry::Entry;

mod entry;
mod inflate;
mod name;

const END: &[u8; 4] = b"PK\x05\x06";
const PASS_EXTENSION: &str = ".pkpass";

/// The files of a pass by name, folders left out.
pub(super) type Files<'a> = BTreeMap<&'a str, Cow<'a, [u8]>>;

/// Reads all files. The sizes that the zip declares only ever shorten what is read, and memory is taken for no more
/// than the limits.
pub(super) fn read(file: &[u8]) -> Result<Files<'_>, PassFault> {
    if file.len() > MAX_FILE_BYTES {
        return Err(PassFault::FileTooLarge);
    }
    if !file.starts_with(entry::LOCAL) {
        return Err(PassFault::NotAZip);
    }
    let (directory, count, bodies) = split(file)?;
    let entries = list(directory, count)?;
    let mut at = 0;
    let mut files = Files::new();
    for entry in &entries {
        if entry.offset != at {
            return Err(PassFault::AmbiguousZip);
        }
        let (packed, end) = entry.packed(bodies)?;
        at = end;
        let content = inflate::content(entry, packed)?;
        if !entry.is_folder {
            files.insert(entry.name, content);
        }
    }
    if at == bodies.len() { Ok(files) } else { Err(PassFault::AmbiguousZip) }
}

/// The directory, the number of its entries, and what stands before it.
fn split(file: &[u8]) -> Result<(&[u8], usize, &[u8]), PassFault> {
    let at = file.windows(END.len()).rposition(|bytes| bytes == END).ok_or(PassFault::DamagedZip)?;
    let (before, end) = file.split_at(at);
    let mut end = Bytes(end);
    end.take(END.len())?;
    let disks = end.u32()?;
    let (here, count) = (end.u16()?, end.u16()?);
    let (size, offset) = (end.size()?, end.size()?);
    let comment = end.u16()?;
    if disks != 0 || here != count || comment != 0 || !end.0.is_empty() || offset.checked_add(size) != Some(at) {
        return Err(PassFault::AmbiguousZip);
    }
    let (bodies, directory) = before.split_at(offset);
    Ok((directory, usize::from(count), bodies))
}

/// The entries of the directory, in the order of the file, with all that can be refused before anything is inflated.
fn list(directory: &[u8], count: usize) -> Result<Vec<Entry<'_>>, PassFault> {
    if count > MAX_ENTRIES {
        return Err(PassFault::TooManyEntries);
    }
    let mut rest = Bytes(directory);
    let mut entries = (0..count).map(|_| Entry::read(&mut rest)).collect::<Result<Vec<_>, _>>()?;
    if !rest.0.is_empty() {
        return Err(PassFault::AmbiguousZip);
    }
    // The file systems of phones do not tell capital letters apart.
    let names: BTreeSet<_> =
        entries.iter().map(|entry| entry.name.trim_end_matches('/').to_ascii_lowercase()).collect();
    if names.len() != count {
        return Err(PassFault::DuplicateName);
    }
    if !names.contains(contents::NAME) && names.iter().any(|name| name.ends_with(PASS_EXTENSION)) {
        return Err(PassFault::Bundle);
    }
    let total = entries.iter().try_fold(0_usize, |sum, entry| sum.checked_add(entry.header.size));
    if entries.iter().any(|entry| entry.header.size > MAX_ENTRY_BYTES)
        || total.is_none_or(|sum| sum > MAX_CONTENT_BYTES)
    {
        return Err(PassFault::InflatesTooLarge);
    }
    entries.sort_by_key(|entry| entry.offset);
    Ok(entries)
}

/// What is left of a record; numbers are little-endian.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], PassFault> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(PassFault::DamagedZip)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PassFault> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(PassFault::DamagedZip)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u16(&mut self) -> Result<u16, PassFault> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, PassFault> {
        self.array().map(u32::from_le_bytes)
    }

    fn size(&mut self) -> Result<usize, PassFault> {
        usize::try_from(self.u32()?).map_err(|_| PassFault::InflatesTooLarge)
    }
}
