use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The only source of chance: the same seed and the same question give the same answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// A number that follows from the seed, the purpose and what it is about.
    pub(crate) fn draw(self, purpose: &str, about: &[&str]) -> u64 {
        let hash = self.hash(purpose, about);
        hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// 32 hexadecimal digits that follow from the seed, the purpose and what it is about.
    pub(crate) fn token(self, purpose: &str, about: &[&str]) -> String {
        short_hex(&self.hash(purpose, about))
    }

    fn hash(self, purpose: &str, about: &[&str]) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hasher.update(self.0.to_be_bytes());
        for part in std::iter::once(&purpose).chain(about) {
            // The length first, or ("ab", "c") would be ("a", "bc").
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_vec()
    }
}

/// The first 32 hexadecimal digits of the bytes' SHA-256.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    short_hex(&Sha256::digest(bytes))
}

fn short_hex(hash: &[u8]) -> String {
    let mut digits = hex(hash);
    digits.truncate(32);
    digits
}

/// The bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
