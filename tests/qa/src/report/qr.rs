//! QR codes as one SVG path each.

use std::fmt::Write;

use super::Qr;

/// White modules on every side, without which a reader does not find the code.
const MARGIN: u32 = 4;

pub struct DrawnQr {
    /// Modules a side, with the margin.
    pub side: u32,
    /// Every run of dark modules in a row as a rectangle.
    pub path: String,
}

/// Nothing where the modules make no square: a code that is drawn wrong is worse than none.
pub fn draw(qr: &Qr) -> Option<DrawnQr> {
    let size = usize::try_from(qr.size).ok().filter(|size| *size > 0)?;
    if size.checked_mul(size) != Some(qr.modules.len()) {
        return None;
    }
    let mut path = String::new();
    for (row, y) in qr.modules.chunks(size).zip(MARGIN..) {
        let mut x = MARGIN;
        for run in row.chunk_by(|one, next| one == next) {
            let length = u32::try_from(run.len()).ok()?;
            if run.first() == Some(&true) {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            x += length;
        }
    }
    Some(DrawnQr { side: qr.size + 2 * MARGIN, path })
}
