//! The card: its number, its status, and its code as modules for a shell to draw.

use std::fmt;

use rxing::{BarcodeFormat, EncodeHints, Writer as _, qrcode::QRCodeWriter};

use crate::{codes::coded_enum, ids::TierId};

coded_enum! {
    /// Whether the card opens anything.
    pub enum CardStatus {
        /// It does.
        Active = "active",
        /// It does not; reception knows why.
        Blocked = "blocked",
    }
}

/// The member's card. `Debug` leaves number and code out: they are as good as the card.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// As it is printed.
    pub number: String,
    /// Whether it opens anything.
    pub status: CardStatus,
    /// The member's tier.
    pub tier: TierId,
    /// To be shown at the till; `None` where the gallery wants a kind of code that this version cannot draw.
    pub code: Option<QrMatrix>,
}

/// A QR code as modules, without a margin: a shell adds four modules of white around it.
#[derive(Clone, PartialEq, Eq)]
pub struct QrMatrix {
    /// Modules a side.
    pub size: u32,
    /// Row by row from the top left; `true` is dark.
    pub modules: Vec<bool>,
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Card({})", self.status.code())
    }
}

impl fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrMatrix({} modules a side)", self.size)
    }
}

impl QrMatrix {
    /// Encodes `text`; `error_correction` is L, M, Q or H. `None` where it does not fit into a code.
    #[must_use]
    pub fn encode(text: &str, error_correction: &str) -> Option<Self> {
        let hints = EncodeHints {
            ErrorCorrection: Some(error_correction.to_owned()),
            Margin: Some("0".to_owned()),
            ..EncodeHints::default()
        };
        let bits = QRCodeWriter.encode_with_hints(text, &BarcodeFormat::QR_CODE, 1, 1, &hints).ok()?;
        let size = bits.width();
        let modules = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).map(|(x, y)| bits.get(x, y)).collect();
        Some(Self { size, modules })
    }
}

/// Fills the placeholders of the gallery's template. One that this version does not know leaves no code at all: a
/// wrong code at the till is worse than none.
#[must_use]
pub fn fill_template(template: &str, number: &str, tier: &TierId) -> Option<String> {
    let text = template.replace("{number}", number).replace("{tier}", tier.as_str());
    (!text.contains(['{', '}']) && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan_luma;

    #[test]
    fn the_code_that_is_drawn_is_read_again() {
        for error_correction in ["L", "M", "Q", "H"] {
            let text = fill_template("VG1*{number}*{tier}", "7000000000000017", &TierId::new("leto")).unwrap();
            let matrix = QrMatrix::encode(&text, error_correction).unwrap();
            let (scale, margin) = (4usize, 4usize);
            let side = (matrix.size as usize + 2 * margin) * scale;
            let mut luma = vec![255u8; side * side];
            for (place, _) in matrix.modules.iter().enumerate().filter(|(_, dark)| **dark) {
                let (x, y) = (place % matrix.size as usize + margin, place / matrix.size as usize + margin);
                for row in y * scale..(y + 1) * scale {
                    luma[row * side + x * scale..row * side + (x + 1) * scale].fill(0);
                }
            }
            let side = u32::try_from(side).unwrap();
            let outcome = scan_luma(&luma, side, side, side).unwrap();
            assert_eq!(outcome.codes[0].text, "VG1*7000000000000017*leto");
        }
    }

    #[test]
    fn what_cannot_be_drawn_gives_no_code() {
        assert_eq!(QrMatrix::encode(&"x".repeat(5_000), "L"), None);
        assert_eq!(QrMatrix::encode("", "L"), None);
        assert_eq!(QrMatrix::encode("text", "X"), None);
        assert_eq!(fill_template("VG2*{number}*{totp}", "7", &TierId::new("leto")), None);
        assert_eq!(fill_template("", "7", &TierId::new("leto")), None);
    }
}
