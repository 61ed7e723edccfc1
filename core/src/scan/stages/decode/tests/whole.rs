//! Clear codes of all kinds.

use rxing::EncodeHints;
use rxing::qrcode::common::ErrorCorrectionLevel;

use super::super::{Decoded, SoftMatrix, decode};
use super::codes::{Chance, LEVELS, RECEIPT, code, drawn, read_by_rxing};

#[test]
fn a_clear_code_is_read_without_corrections() {
    let decoded = decode(&code(RECEIPT, ErrorCorrectionLevel::L, None, None)).unwrap();
    let expected = Decoded {
        text: RECEIPT.to_owned(),
        bytes: RECEIPT.into(),
        mirrored: false,
        corrected: 0,
        agreement: 1.0,
        evidence: 160.0,
    };
    assert_eq!(decoded, expected);
}

#[test]
fn all_versions_and_levels_are_read_upright_and_mirrored() {
    for version in 1..=40 {
        for (nth, level) in LEVELS.into_iter().enumerate() {
            let text = &RECEIPT[..RECEIPT.len().min(7 * version)];
            let mask = (version + 3 * nth) % 8;
            let matrix = code(text, level, Some(version as u32), Some(mask as u32));
            let decoded = decode(&matrix).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.mirrored), (text, false), "version {version}, {level}");
            let decoded = decode(&matrix.transposed()).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.mirrored), (text, true), "version {version}, {level}");
        }
    }
}

#[test]
fn all_masks_and_levels_are_read() {
    for mask in 0..8 {
        for level in LEVELS {
            assert_eq!(decode(&code(RECEIPT, level, None, Some(mask))).unwrap().text, RECEIPT);
        }
    }
}

#[test]
fn texts_of_all_modes_and_encodings_are_what_rxing_reads() {
    let texts = [
        "1",
        "12345678901234567890123",
        "HTTP://EXAMPLE.COM/A-1",
        "https://vremenagoda.example/menu",
        "Времена года, чек № 5 — 48 900 ₽",
        "Überweisung café",
        "点茗",
        "mixed 0123456789012345678901234567890 and ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ];
    let mut count = 0;
    for text in texts {
        for set in [None, Some("UTF-8"), Some("ISO-8859-1"), Some("ISO-8859-5"), Some("Shift_JIS")] {
            let hints = EncodeHints { CharacterSet: set.map(str::to_owned), ..EncodeHints::default() };
            let Some(matrix) = drawn(text, ErrorCorrectionLevel::M, &hints) else { continue };
            count += 1;
            let decoded = decode(&matrix).unwrap();
            assert_eq!(Some(decoded.text), read_by_rxing(&matrix), "{text} in {set:?}");
        }
    }
    assert!(count >= 25, "{count}");
}

#[test]
fn a_long_text_fills_the_largest_code() {
    let text: String = RECEIPT.chars().cycle().take(2953).collect();
    let decoded = decode(&code(&text, ErrorCorrectionLevel::L, None, None)).unwrap();
    assert_eq!(decoded.text, text);
    assert_eq!(decoded.bytes, text.as_bytes());
}

#[test]
fn what_is_no_square_of_modules_is_no_code() {
    let sound = code(RECEIPT, ErrorCorrectionLevel::L, None, None);
    for dimension in [0, 1, 16, 17, 20, 22, 23, 24, 34, 37, 181, usize::MAX] {
        assert_eq!(decode(&SoftMatrix { dimension, modules: sound.modules.clone() }), None);
        let fitting = vec![1.0; dimension.checked_mul(dimension).filter(|size| *size < 40_000).unwrap_or(0)];
        assert_eq!(decode(&SoftMatrix { dimension, modules: fitting }), None);
    }
    assert_eq!(decode(&SoftMatrix { modules: sound.modules[1..].to_vec(), ..sound }), None);
}

#[test]
fn numbers_beyond_the_range_and_no_numbers_do_no_harm() {
    let mut matrix = code(RECEIPT, ErrorCorrectionLevel::L, None, None);
    matrix.modules.iter_mut().step_by(2).for_each(|soft| *soft *= f32::INFINITY);
    matrix.modules.iter_mut().skip(500).step_by(60).for_each(|soft| *soft = f32::NAN);
    assert_eq!(decode(&matrix).unwrap().text, RECEIPT);
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, 0.0, -0.0, 1.0, -1.0] {
        for dimension in [21, 45, 177] {
            assert_eq!(decode(&SoftMatrix { dimension, modules: vec![value; dimension * dimension] }), None);
        }
    }
}

#[test]
fn the_outcome_is_the_same_each_time() {
    let mut chance = Chance(4);
    for _ in 0..20 {
        let matrix = code(RECEIPT, ErrorCorrectionLevel::L, None, None).noisy(0.45, &mut chance);
        assert_eq!(decode(&matrix), decode(&matrix));
    }
}
