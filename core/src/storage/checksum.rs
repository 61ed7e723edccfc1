//! What an entry of the queue says, in one number: SQLite does not notice a bit that the disk has turned over.

/// CRC-32 of the entry's texts (idempotency key, member, kind, subject, payload) and of its payload's version, as
/// it stands in the column `checksum`.
pub fn of_entry(says: [&str; 5], payload_version: u32) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for text in says {
        // With their lengths: a character that moved from one text into its neighbour is a change too.
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(&payload_version.to_le_bytes());
    hasher.finalize()
}
