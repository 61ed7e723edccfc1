//! Names that mean one file on every file system.

use super::PassFault;

/// A relative path in printable ASCII. Apple names no file of a pass otherwise, and other letters have several forms
/// that some file systems take for one. `\` and `:` part folders and drives elsewhere.
pub(super) fn safe(name: &[u8]) -> Result<&str, PassFault> {
    let name = std::str::from_utf8(name).map_err(|_| PassFault::UnsafeName)?;
    let plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\\' | b':'));
    let path = name.strip_suffix('/').unwrap_or(name);
    let inside = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if plain && inside { Ok(name) } else { Err(PassFault::UnsafeName) }
}
