//! The parts that work on blocks.

use rxing::qrcode::common::Version;

use super::super::codewords::{Block, Codeword};
use super::super::evidence::Evidence;
use super::super::payload::payload;
use super::super::reed_solomon::{Correction, MAX_PARITY, Syndromes};
use super::super::{gmd, layout, ordered_statistics, priors};
use super::codes::{Chance, LEVELS};

/// A random word of the code: parity by erasing it.
fn word(length: usize, parity: usize, chance: &mut Chance) -> Vec<u8> {
    let mut word: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
    let erasures: Vec<usize> = (length - parity..length).collect();
    let corrections = Syndromes::of(&word, parity).unwrap().correct(&erasures).unwrap();
    apply(&mut word, &corrections);
    word
}

fn apply(word: &mut [u8], corrections: &[Correction]) {
    corrections.iter().for_each(|correction| word[correction.position] ^= correction.value);
}

fn sure(values: &[u8], parity: usize) -> Block {
    let codewords = values.iter().map(|value| Codeword { value: *value, certainty: [6.0; 8] });
    Block { codewords: codewords.collect(), parity }
}

#[test]
fn no_block_of_any_version_is_too_long_or_has_too_much_parity() {
    for number in 1..=40 {
        let version = Version::getVersionForNumber(number).unwrap();
        let places = layout::data_modules(version).unwrap();
        assert_eq!(places.len(), 8 * version.getTotalCodewords() as usize);
        for level in LEVELS {
            let structure = version.getECBlocksForLevel(level);
            assert!(structure.getECCodewordsPerBlock() as usize <= MAX_PARITY);
            let length = structure.getECBlocks().iter().map(|group| group.getDataCodewords()).max().unwrap();
            assert!(length + structure.getECCodewordsPerBlock() < 256);
        }
    }
}

#[test]
fn errors_and_erasures_are_corrected_up_to_the_bound() {
    let mut chance = Chance(1);
    for trial in 0..3000 {
        let parity = 2 + chance.below(MAX_PARITY - 1);
        let length = parity + 1 + chance.below(150);
        let sent = word(length, parity, &mut chance);
        assert!(Syndromes::of(&sent, parity).unwrap().are_zero());
        let erased = chance.below((parity + 1).min(length));
        let errors = ((parity - erased) / 2).min(length - erased);
        let places = chance.places(erased + errors, length);
        let mut seen = sent.clone();
        for (nth, place) in places.iter().enumerate() {
            // An erased codeword may happen to be right.
            seen[*place] ^= if nth < erased { chance.next() as u8 } else { 1 + chance.below(255) as u8 };
        }
        let corrections = Syndromes::of(&seen, parity).unwrap().correct(&places[..erased]).unwrap();
        apply(&mut seen, &corrections);
        assert_eq!(seen, sent, "trial {trial}");
    }
}

#[test]
fn beyond_the_bound_there_is_either_nothing_or_a_word_of_the_code() {
    let mut chance = Chance(2);
    for _ in 0..3000 {
        let parity = 2 + chance.below(MAX_PARITY - 1);
        let mut seen: Vec<u8> = (0..parity + 1 + chance.below(150)).map(|_| chance.next() as u8).collect();
        let erased = chance.below(parity + 2).min(seen.len());
        let erasures = chance.places(erased, seen.len());
        if let Some(corrections) = Syndromes::of(&seen, parity).unwrap().correct(&erasures) {
            apply(&mut seen, &corrections);
            assert!(Syndromes::of(&seen, parity).unwrap().are_zero());
        }
    }
}

#[test]
fn what_no_code_has_is_refused() {
    assert_eq!(Syndromes::of(&[1; 60], MAX_PARITY + 1), None);
    assert_eq!(Syndromes::of(&[1; 10], 10), None);
    assert_eq!(Syndromes::of(&[1; 256], 10), None);
    let syndromes = Syndromes::of(&[1; 30], 10).unwrap();
    assert_eq!(syndromes.correct(&[30]), None);
    assert_eq!(syndromes.correct(&(0..11).collect::<Vec<_>>()), None);
}

#[test]
fn erasing_unsure_codewords_corrects_more_than_half_the_distance() {
    let mut chance = Chance(3);
    for _ in 0..100 {
        let sent = word(100, 20, &mut chance);
        let mut block = sure(&sent, 20);
        for (nth, place) in chance.places(13, 100).into_iter().enumerate() {
            block.codewords[place].value ^= 1 + chance.below(255) as u8;
            // Ten are known to be bad, three are not.
            block.codewords[place].certainty = [if nth < 10 { 0.5 } else { 6.0 }; 8];
        }
        let syndromes = Syndromes::of(&block.values(), 20).unwrap();
        assert_eq!(syndromes.correct(&[]), None);
        let found = gmd::candidates(&block, &syndromes);
        assert!(found.iter().any(|corrections| {
            let mut values = block.values();
            apply(&mut values, corrections);
            values == sent
        }));
    }
}

#[test]
fn unsure_bits_spread_over_most_codewords_are_found() {
    let mut chance = Chance(4);
    for trial in 0..50 {
        let sent = word(100, 20, &mut chance);
        let mut block = sure(&sent, 20);
        for place in chance.places(110, 800) {
            block.codewords[place / 8].value ^= (chance.below(2) << (7 - place % 8)) as u8;
            block.codewords[place / 8].certainty[place % 8] = chance.unit();
        }
        // Two that seem nearly sure.
        for place in chance.places(2, 100) {
            block.codewords[place].value ^= 0x80;
            block.codewords[place].certainty[0] = 2.0;
        }
        let mut values = block.values();
        let syndromes = Syndromes::of(&values, 20).unwrap();
        let corrections = ordered_statistics::corrections(&block, &syndromes).unwrap();
        let evidence = Evidence::of(&block).bits(&corrections);
        apply(&mut values, &corrections);
        assert_eq!(values, sent, "trial {trial}");
        assert!(evidence > 24.0, "trial {trial}: {evidence}");
    }
}

#[test]
fn evidence_falls_with_each_correction_and_is_what_it_should_be() {
    // Of 256^26 words of 26 codewords, those with 3 wrong make up C(26, 3) × 255³ for each word of the code.
    let block = sure(&[0; 26], 7);
    let evidence = Evidence::of(&block);
    let correction = |position| Correction { position, value: 0xff };
    let bits: Vec<f32> = (0..=4).map(|count| evidence.bits(&(0..count).map(correction).collect::<Vec<_>>())).collect();
    assert_eq!(bits[0], 56.0);
    assert!((bits[3] - (56.0 - (2600.0 * 255f32.powi(3)).log2())).abs() < 0.1, "{bits:?}");
    assert!(bits.windows(2).all(|pair| pair[1] < pair[0]), "{bits:?}");
}

#[test]
fn noise_is_never_believed() {
    let mut chance = Chance(5);
    for trial in 0..300 {
        let parity = [7, 10, 18, 20, 26, 30][trial % 6];
        let length = parity + 16 + chance.below(100);
        let codeword = |chance: &mut Chance| Codeword {
            value: chance.next() as u8,
            certainty: std::array::from_fn(|_| if trial % 2 == 0 { 6.0 * chance.unit() } else { 6.0 }),
        };
        let block = Block { codewords: (0..length).map(|_| codeword(&mut chance)).collect(), parity };
        let syndromes = Syndromes::of(&block.values(), parity).unwrap();
        let corrections = ordered_statistics::corrections(&block, &syndromes).unwrap();
        let evidence = Evidence::of(&block);
        assert!(evidence.bits(&corrections) < 12.0);
        assert!(gmd::candidates(&block, &syndromes).iter().all(|corrections| evidence.bits(corrections) < 12.0));
    }
}

#[test]
fn digits_and_pads_speak_for_the_uncertain_among_them() {
    let mut data = vec![0x42, 0x83];
    data.extend((0..40).map(|nth| (nth % 10) << 4 | 3));
    data.extend([0xec, 0x11].repeat(10));
    let mut block = sure(&data, 0);
    block.parity = 1;
    block.codewords.push(Codeword::default());
    for position in [10, 20, 30] {
        block.codewords[position].certainty[4..].fill(0.0);
        block.codewords[position].value &= 0xf0;
    }
    block.codewords[55] = Codeword::default();
    // One module that says otherwise, for sure.
    block.codewords[15].value ^= 0x08;
    let informed = &priors::informed(&[block])[0].codewords;
    for position in [10, 20, 30] {
        assert_eq!(informed[position].value, data[position]);
    }
    assert_eq!(informed[55].value, data[55]);
    assert!(informed[55].certainty.iter().all(|certainty| *certainty > 3.0));
    assert!(informed[15].certainty[4] < 4.0 && informed[16].certainty[4] > 6.0);
}

#[test]
fn data_without_a_pattern_teach_nothing() {
    let mut chance = Chance(6);
    let mut block = sure(&(0..100).map(|_| chance.next() as u8).collect::<Vec<_>>(), 20);
    block.codewords[7].certainty = [0.0; 8];
    let informed = &priors::informed(&[block.clone()])[0];
    assert_eq!(informed.codewords[80..], block.codewords[80..]);
    assert!(informed.codewords[7].certainty.iter().all(|certainty| *certainty < 1.0));
    assert!(informed.codewords.iter().zip(&block.codewords).all(|(a, b)| a.value == b.value || b.certainty[0] == 0.0));
}

#[test]
fn padding_is_told_from_what_follows_the_text_otherwise() {
    let version = Version::getVersionForNumber(1).unwrap();
    let read = |data: &[u8]| payload(data, version, LEVELS[0]);
    // Mode 4, two characters, "hi", the terminator.
    let text = [0x40, 0x26, 0x86, 0x90];
    let padded = |pads: &[u8]| read(&[&text[..], pads].concat()).unwrap();
    assert!(padded(&[0xec, 0x11, 0xec]).is_padded_well);
    assert_eq!((padded(&[]).text.as_str(), padded(&[]).bytes.as_slice()), ("hi", &b"hi"[..]));
    assert!(padded(&[]).is_padded_well);
    assert!(!padded(&[0x11, 0xec]).is_padded_well);
    assert!(!padded(&[0, 0]).is_padded_well);
    // The data end in the terminator, or where it should begin.
    assert!(read(&[0x10, 0x04, 0x40]).unwrap().is_padded_well);
    // No such mode, a count beyond the end, nothing said.
    assert_eq!(read(&[0x60, 0, 0]), None);
    assert_eq!(read(&[0x4f, 0xf6, 0x86]), None);
    assert_eq!(read(&[0; 19]), None);
}
