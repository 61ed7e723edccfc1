//! A zip writer that writes whatever it is told.

use miniz_oxide::deflate::compress_to_vec;

#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    /// In the header before the content.
    pub local_name: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    pub packed: Vec<u8>,
    /// As declared, in bytes.
    pub size: u32,
    pub extra: Vec<u8>,
    pub attributes: u32,
    /// Stands before the entry and belongs to none.
    pub gap: Vec<u8>,
}

impl Entry {
    pub fn stored(name: &str, content: &[u8]) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            local_name: name.as_bytes().to_vec(),
            method: 0,
            flags: 0,
            crc: crc32fast::hash(content),
            packed: content.to_vec(),
            size: content.len() as u32,
            extra: Vec::new(),
            attributes: 0o100_644 << 16,
            gap: Vec::new(),
        }
    }

    pub fn deflated(name: &str, content: &[u8]) -> Self {
        Self { method: 8, packed: compress_to_vec(content, 6), ..Self::stored(name, content) }
    }

    pub fn folder(name: &str) -> Self {
        Self { attributes: 0o040_755 << 16, ..Self::stored(name, b"") }
    }

    /// With its sizes after the content, as those write who do not know them before.
    pub fn streamed(name: &str, content: &[u8]) -> Self {
        Self { flags: 8, ..Self::deflated(name, content) }
    }

    fn sums(&self) -> Vec<u8> {
        [self.crc, self.packed.len() as u32, self.size].map(u32::to_le_bytes).concat()
    }

    fn header(&self, name: &[u8], sums: &[u8]) -> Vec<u8> {
        let mut out = vec![20, 0];
        out.extend([self.flags, self.method, 0x6000, 0x5CC1].map(u16::to_le_bytes).concat());
        out.extend(sums);
        out.extend([name.len() as u16, self.extra.len() as u16].map(u16::to_le_bytes).concat());
        out
    }

    fn local(&self) -> Vec<u8> {
        let follow = self.flags & 8 != 0;
        let sums = if follow { vec![0; 12] } else { self.sums() };
        let after = if follow { [b"PK\x07\x08".to_vec(), self.sums()].concat() } else { Vec::new() };
        let header = self.header(&self.local_name, &sums);
        [&self.gap, b"PK\x03\x04".as_slice(), &header, &self.local_name, &self.extra, &self.packed, &after].concat()
    }

    fn central(&self, offset: u32) -> Vec<u8> {
        let header = self.header(&self.name, &self.sums());
        let rest = [&[0; 6], self.attributes.to_le_bytes().as_slice(), &offset.to_le_bytes()].concat();
        [b"PK\x01\x02\x14\x03".as_slice(), &header, &rest, &self.name, &self.extra].concat()
    }
}

pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut bodies, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        directory.extend(entry.central((bodies.len() + entry.gap.len()) as u32));
        bodies.extend(entry.local());
    }
    end(&bodies, &directory, entries.len() as u16)
}

pub fn end(bodies: &[u8], directory: &[u8], count: u16) -> Vec<u8> {
    let counts = [0, 0, count, count].map(u16::to_le_bytes).concat();
    let sizes = [directory.len() as u32, bodies.len() as u32].map(u32::to_le_bytes).concat();
    [bodies, directory, b"PK\x05\x06", &counts, &sizes, &[0, 0]].concat()
}
