//! One entry, by its two headers: that of the directory, and that before its content.

use super::{Bytes, PassFault, name};

pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";

/// The flags for encrypted entries: plainly, strongly, and with the headers masked.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
/// The sizes follow the content instead of preceding it.
const SIZES_FOLLOW: u16 = 1 << 3;
/// Two bits about how hard a deflating writer tried, and one for names in UTF-8.
const HARMLESS: u16 = 0b110 | 1 << 11;

/// Extra fields that replace the sizes (Zip64) or the name (Info-ZIP) for those readers that know them.
const REPLACING_EXTRAS: [u16; 2] = [0x0001, 0x7075];

/// The kinds of a file in the upper half of the external attributes, as Unix writes them; 0 where another system wrote.
const KIND: u32 = 0o170_000 << 16;
const REGULAR: u32 = 0o100_000 << 16;
const FOLDER: u32 = 0o040_000 << 16;

pub(super) const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// What both headers of an entry say.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Header {
    flags: u16,
    pub method: u16,
    pub crc: u32,
    packed_size: usize,
    /// Of the content, in bytes.
    pub size: usize,
}

impl Header {
    /// With the lengths of the name and of the extra fields, which follow in both.
    fn read(bytes: &mut Bytes<'_>) -> Result<(Self, usize, usize), PassFault> {
        let (flags, method) = (bytes.u16()?, bytes.u16()?);
        let _modified = bytes.u32()?;
        let (crc, packed_size, size) = (bytes.u32()?, bytes.size()?, bytes.size()?);
        let (name, extra) = (bytes.u16()?, bytes.u16()?);
        Ok((Self { flags, method, crc, packed_size, size }, name.into(), extra.into()))
    }

    fn check(&self) -> Result<(), PassFault> {
        if self.flags & ENCRYPTED != 0 {
            return Err(PassFault::Encrypted);
        }
        if !matches!(self.method, STORED | DEFLATED) || self.flags & !(SIZES_FOLLOW | HARMLESS) != 0 {
            return Err(PassFault::UnsupportedZip);
        }
        // A reader that goes from front to back cannot tell where a stored content ends if its size follows it.
        if self.method == STORED && self.sizes_follow() { Err(PassFault::AmbiguousZip) } else { Ok(()) }
    }

    fn sizes_follow(&self) -> bool {
        self.flags & SIZES_FOLLOW != 0
    }
}

pub(super) struct Entry<'a> {
    pub name: &'a str,
    pub is_folder: bool,
    pub header: Header,
    /// Where the entry begins in the file.
    pub offset: usize,
}

impl<'a> Entry<'a> {
    /// Reads one record of the directory.
    pub(super) fn read(bytes: &mut Bytes<'a>) -> Result<Self, PassFault> {
        signature(bytes, CENTRAL)?;
        let _versions = bytes.u32()?;
        let (header, name, extra) = Header::read(bytes)?;
        let (comment, disk, _internal) = (bytes.u16()?, bytes.u16()?, bytes.u16()?);
        let kind = bytes.u32()? & KIND;
        let offset = bytes.size()?;
        let name = name::safe(bytes.take(name)?)?;
        extras(bytes.take(extra)?)?;
        bytes.take(comment.into())?;
        header.check()?;
        let is_folder = name.ends_with('/');
        let is_plain = kind == 0 || kind == if is_folder { FOLDER } else { REGULAR };
        match (disk, is_folder && header.size != 0, is_plain) {
            (0, false, true) => Ok(Self { name, is_folder, header, offset }),
            (0, ..) => Err(PassFault::NotAFile),
            _ => Err(PassFault::AmbiguousZip),
        }
    }

    /// Its content as packed, and where the next entry begins. `bodies` is all that stands before the directory.
    pub(super) fn packed<'b>(&self, bodies: &'b [u8]) -> Result<(&'b [u8], usize), PassFault> {
        let mut bytes = Bytes(bodies.get(self.offset..).ok_or(PassFault::DamagedZip)?);
        signature(&mut bytes, LOCAL)?;
        let _version = bytes.u16()?;
        let (header, name, extra) = Header::read(&mut bytes)?;
        let name = bytes.take(name)?;
        extras(bytes.take(extra)?)?;
        let unsized_header = Header { crc: 0, packed_size: 0, size: 0, ..self.header };
        let agree = header == self.header || (header.sizes_follow() && header == unsized_header);
        if !agree || name != self.name.as_bytes() {
            return Err(PassFault::AmbiguousZip);
        }
        let packed = bytes.take(self.header.packed_size)?;
        if header.sizes_follow() {
            signature(&mut bytes, DESCRIPTOR)?;
            let sums = (bytes.u32()?, bytes.size()?, bytes.size()?);
            if sums != (self.header.crc, self.header.packed_size, self.header.size) {
                return Err(PassFault::AmbiguousZip);
            }
        }
        Ok((packed, bodies.len() - bytes.0.len()))
    }
}

fn signature(bytes: &mut Bytes<'_>, expected: &[u8]) -> Result<(), PassFault> {
    if bytes.take(expected.len())? == expected { Ok(()) } else { Err(PassFault::DamagedZip) }
}

fn extras(extra: &[u8]) -> Result<(), PassFault> {
    let mut extra = Bytes(extra);
    while !extra.0.is_empty() {
        let (id, len) = (extra.u16()?, extra.u16()?);
        if REPLACING_EXTRAS.contains(&id) {
            return Err(PassFault::UnsupportedZip);
        }
        extra.take(usize::from(len))?;
    }
    Ok(())
}
