//! Whatever the bytes are: no panic, and no pass that was not issued.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use ::zip::ZipArchive;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// As another reader sees it.
fn contents(pkpass: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(pkpass)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// Bytes that no check covers (times, versions, permissions) may change; what they are about may not.
fn assert_harmless(good: &[u8], bad: &[u8]) {
    if judged(bad).is_ok() {
        assert_eq!(contents(bad), contents(good));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_flipped_bit_changes_no_pass(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let good = good_pass(Issuer::usual());
        let mut bad = good.clone();
        bad[at.index(good.len())] ^= 1 << bit;
        assert_harmless(&good, &bad);
    }

    #[test]
    fn some_bytes_replaced_change_no_pass(at in any::<prop::sample::Index>(), bytes in vec(any::<u8>(), 1..40)) {
        let good = good_pass(Issuer::usual());
        let mut bad = good.clone();
        let at = at.index(good.len());
        bad.splice(at..(at + bytes.len()).min(good.len()), bytes);
        assert_harmless(&good, &bad);
    }

    #[test]
    fn noise_is_no_pass(bytes in vec(any::<u8>(), 0..4_096)) {
        prop_assert!(judged(&bytes).is_err());
        prop_assert!(judged(&[b"PK\x03\x04".as_slice(), &bytes].concat()).is_err());
        prop_assert!(judged(&good::with_signature(bytes)).is_err());
    }

    #[test]
    fn noise_in_entries_is_no_pass(name in any::<String>(), bytes in vec(any::<u8>(), 0..4_096)) {
        let deflated = Entry { packed: bytes.clone(), ..Entry::deflated(&name, &bytes) };
        prop_assert!(judged(&zip(&[deflated, Entry::stored("pass.json", &bytes)])).is_err());
    }
}

/// Inside of the signature nothing is left uncovered. Bit 5 of a tag is apart: it says whether a value has parts.
#[test]
fn any_flipped_bit_breaks_the_signature() {
    let mut files = signed(Issuer::usual(), pass_files(&pass_json()));
    for at in 0..files[7].1.len() {
        for bit in [5, at % 8] {
            files[7].1[at] ^= 1 << bit;
            assert!(judged(&packed(&files)).is_err(), "bit {bit} of byte {at}");
            files[7].1[at] ^= 1 << bit;
        }
    }
}
