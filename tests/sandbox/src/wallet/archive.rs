//! A zip archive, written here because a forged one must be able to hold what a library would rightly
//! refuse to write: a name twice, a name that leaves the folder, far more than anybody would inflate.

use crate::seed::hex;

/// A file of the archive, as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// For the manifest.
    pub(crate) sha1: String,
    method: u16,
    crc: u32,
    size: u32,
    stored: Vec<u8>,
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// How much the bomb inflates to.
const BOMB_BYTES: usize = 210_000_000;
/// `head -c 210000000 /dev/zero | sha1sum`: at every start it would take seconds.
const BOMB_SHA1: &str = "3516d626e11eb58b10262cd2b5202680ce4062a9";

impl Entry {
    /// A file, deflated where that makes it smaller.
    pub(crate) fn new(name: &str, bytes: &[u8]) -> Self {
        let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
        Self { sha1: hex(sha1.as_ref()), ..Self::pack(name, bytes, 6) }
    }

    /// A file of nothing but zeros, in an archive of some hundred kilobytes.
    pub(crate) fn bomb(name: &str) -> Self {
        Self { sha1: BOMB_SHA1.to_owned(), ..Self::pack(name, &vec![0; BOMB_BYTES], 1) }
    }

    fn pack(name: &str, bytes: &[u8], level: u8) -> Self {
        let deflated = miniz_oxide::deflate::compress_to_vec(bytes, level);
        let (method, stored) =
            if deflated.len() < bytes.len() { (DEFLATED, deflated) } else { (STORED, bytes.to_vec()) };
        Self {
            name: name.to_owned(),
            sha1: String::new(),
            method,
            crc: crc32fast::hash(bytes),
            size: bytes.len() as u32,
            stored,
        }
    }

    /// What its two headers have in common, from the version that reads it to the lengths.
    fn description(&self) -> Vec<u8> {
        let mut description = Vec::new();
        // Version 2.0, no flags, how it is stored, and the first day a zip can name.
        for number in [20, 0, self.method, 0, 0x21] {
            description.extend(u16::to_le_bytes(number));
        }
        for number in [self.crc, self.stored.len() as u32, self.size] {
            description.extend(u32::to_le_bytes(number));
        }
        // The name, and no further fields.
        description.extend(u16::to_le_bytes(self.name.len() as u16));
        description.extend(u16::to_le_bytes(0));
        description
    }
}

/// The archive of these files, in this order.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = archive.len() as u32;
        archive.extend(b"PK\x03\x04");
        archive.extend(entry.description());
        archive.extend(entry.name.as_bytes());
        archive.extend(&entry.stored);

        directory.extend(b"PK\x01\x02");
        directory.extend(u16::to_le_bytes(20));
        directory.extend(entry.description());
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let start = archive.len() as u32;
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        archive.extend(u16::to_le_bytes(entries.len() as u16));
    }
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend(u16::to_le_bytes(0));
    archive
}
