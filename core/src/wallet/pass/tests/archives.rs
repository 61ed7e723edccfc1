//! Zips that have two readings, that lead out of the pass, or that cost too much.

use miniz_oxide::MZFlush;
use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;

use super::zipped::end;
use super::*;

fn entries() -> Vec<Entry> {
    let files = signed(Issuer::usual(), pass_files(&pass_json()));
    files.iter().map(|(name, content)| Entry::deflated(name, content)).collect()
}

/// The usual pass, its entries changed.
fn fault(change: impl FnOnce(&mut Vec<Entry>)) -> PassFault {
    let mut entries = entries();
    change(&mut entries);
    judged(&zip(&entries)).unwrap_err()
}

fn fault_of_one(change: impl FnOnce(&mut Entry)) -> PassFault {
    fault(|entries| change(&mut entries[1]))
}

#[test]
fn what_is_no_zip_is_refused() {
    for bytes in [b"".as_slice(), b"PK", b"<html>not found</html>", b"\x89PNG\r\n\x1a\n", b"PK\x05\x06"] {
        assert_eq!(judged(bytes).unwrap_err(), PassFault::NotAZip);
    }
    let good = good_pass(Issuer::usual());
    assert_eq!(judged(&[b"MZ".as_slice(), &good].concat()).unwrap_err(), PassFault::NotAZip);
    assert_eq!(judged(&zip(&[])).unwrap_err(), PassFault::NotAZip);
}

#[test]
fn a_cut_zip_is_refused_wherever_it_was_cut() {
    let good = good_pass(Issuer::usual());
    for len in 4..good.len() {
        assert_eq!(judged(&good[..len]).unwrap_err(), PassFault::DamagedZip, "{len} of {}", good.len());
    }
}

#[test]
fn nothing_stands_around_the_entries() {
    let good = good_pass(Issuer::usual());
    assert_eq!(judged(&[good.as_slice(), b"\0"].concat()).unwrap_err(), PassFault::AmbiguousZip);
    assert_eq!(judged(&[good.as_slice(), &good].concat()).unwrap_err(), PassFault::AmbiguousZip);
    assert_eq!(fault(|entries| entries[3].gap = vec![0]), PassFault::AmbiguousZip);
    let hidden = zip(&[Entry::stored("pass.json", b"{}")]);
    assert_eq!(fault(|entries| entries[0].gap = hidden.clone()), PassFault::AmbiguousZip);
    assert_eq!(fault(|entries| entries[3].gap = hidden), PassFault::AmbiguousZip);
    let mut commented = good.clone();
    let len = commented.len();
    commented[len - 2] = 1;
    commented.push(0);
    assert_eq!(judged(&commented).unwrap_err(), PassFault::AmbiguousZip);
}

#[test]
fn the_directory_counts_and_measures_itself() {
    let good = good_pass(Issuer::usual());
    let at = good.len() - 22;
    // The number of this disk, both counts, size and offset.
    for field in [4, 6, 8, 10, 12, 16] {
        let mut bad = good.clone();
        bad[at + field] ^= 1;
        let fault = judged(&bad).unwrap_err();
        assert!(matches!(fault, PassFault::AmbiguousZip | PassFault::DamagedZip), "{field}: {fault:?}");
    }
    let mut fewer = good;
    fewer[at + 8] -= 1;
    fewer[at + 10] -= 1;
    assert_eq!(judged(&fewer).unwrap_err(), PassFault::AmbiguousZip);
}

#[test]
fn two_entries_never_share_bytes() {
    let body = zip(&[Entry::stored("a", b"a")]);
    let bodies = &body[..body.len() - 22 - 47];
    let record = &body[bodies.len()..body.len() - 22];
    let other = [&record[..46], b"b"].concat();
    let overlapping = end(bodies, &[record, &other].concat(), 2);
    assert_eq!(judged(&overlapping).unwrap_err(), PassFault::AmbiguousZip);
}

#[test]
fn both_headers_say_the_same() {
    assert_eq!(fault_of_one(|entry| entry.local_name = b"icom.png".to_vec()), PassFault::AmbiguousZip);
    let good = good_pass(Issuer::usual());
    // Flags, method, sum and both sizes of the first local header, then those of the directory.
    let central = good.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    for at in [6, 8, 14, 18, 22, central + 8, central + 16, central + 20, central + 24] {
        let mut bad = good.clone();
        bad[at] ^= 2;
        judged(&bad).unwrap_err();
    }
}

#[test]
fn sizes_that_follow_are_checked_too() {
    let streamed: Vec<_> = signed(Issuer::usual(), pass_files(&pass_json()))
        .iter()
        .map(|(name, content)| Entry::streamed(name, content))
        .collect();
    let good = zip(&streamed);
    judged(&good).unwrap();
    let descriptor = good.windows(4).position(|bytes| bytes == b"PK\x07\x08").unwrap();
    for at in descriptor..descriptor + 16 {
        let mut bad = good.clone();
        bad[at] ^= 1;
        judged(&bad).unwrap_err();
    }
    assert_eq!(fault_of_one(|entry| (entry.flags, entry.method) = (8, 0)), PassFault::AmbiguousZip);
}

#[test]
fn names_stay_inside_the_pass() {
    let names = [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "..",
        ".",
        "./icon.png",
        "a//b",
        "a/./b",
        "",
        "/",
        "a\\b",
        "..\\evil",
        "C:evil",
        "иконка.png",
        "icon\0.png",
        "icon\n.png",
        "../",
    ];
    for name in names {
        let found = fault(|entries| entries.push(Entry::stored(name, b"")));
        assert_eq!(found, PassFault::UnsafeName, "{name:?}");
    }
    let latin = Entry { name: vec![0xE9], local_name: vec![0xE9], ..Entry::stored("", b"") };
    assert_eq!(fault(|entries| entries.push(latin)), PassFault::UnsafeName);
}

#[test]
fn a_name_stands_once() {
    for name in ["pass.json", "Pass.JSON", "ICON.png", "ru.lproj/PASS.strings"] {
        let found = fault(|entries| entries.push(Entry::stored(name, b"")));
        assert_eq!(found, PassFault::DuplicateName, "{name}");
    }
    let folder = Entry::folder("signature/");
    assert_eq!(fault(|entries| entries.push(folder)), PassFault::DuplicateName);
}

#[test]
fn only_plain_files_and_empty_folders() {
    for kind in [0o120_777, 0o040_755, 0o020_644, 0o060_644, 0o010_644, 0o140_644] {
        assert_eq!(fault_of_one(|entry| entry.attributes = kind << 16), PassFault::NotAFile, "{kind:o}");
    }
    let full = Entry { attributes: 0, ..Entry::stored("folder/", b"full") };
    assert_eq!(fault(|entries| entries.push(full)), PassFault::NotAFile);
}

#[test]
fn only_what_every_reader_can_read() {
    for flag in [1, 1 << 6, 1 << 13] {
        assert_eq!(fault_of_one(|entry| entry.flags |= flag), PassFault::Encrypted, "{flag:b}");
    }
    for flag in [1 << 4, 1 << 5, 1 << 12, 1 << 15] {
        assert_eq!(fault_of_one(|entry| entry.flags |= flag), PassFault::UnsupportedZip, "{flag:b}");
    }
    // Deflate64, bzip2, LZMA, zstd, AES.
    for method in [1, 9, 12, 14, 93, 99] {
        assert_eq!(fault_of_one(|entry| entry.method = method), PassFault::UnsupportedZip, "{method}");
    }
    // Zip64, and another name for Info-ZIP.
    for id in [[1, 0], [0x75, 0x70]] {
        assert_eq!(fault_of_one(|entry| entry.extra = [id, [0, 0]].concat()), PassFault::UnsupportedZip);
    }
    for extra in [vec![9], vec![9, 9, 1], vec![9, 9, 1, 0]] {
        assert_eq!(fault_of_one(|entry| entry.extra = extra), PassFault::DamagedZip);
    }
}

#[test]
fn damaged_contents_are_refused() {
    assert_eq!(fault_of_one(|entry| entry.crc ^= 1), PassFault::DamagedZip);
    assert_eq!(fault_of_one(|entry| entry.size += 1), PassFault::DamagedZip);
    assert_eq!(fault_of_one(|entry| entry.size -= 1), PassFault::InflatesTooLarge);
    assert_eq!(fault_of_one(|entry| entry.packed.push(0)), PassFault::DamagedZip);
    assert_eq!(fault_of_one(|entry| entry.packed.truncate(5)), PassFault::DamagedZip);
    assert_eq!(fault_of_one(|entry| entry.packed = vec![0xFF; 8]), PassFault::DamagedZip);
    assert_eq!(fault_of_one(|entry| entry.method = 0), PassFault::DamagedZip);
}

#[test]
fn limits_are_inclusive() {
    let large = vec![0; MAX_ENTRY_BYTES];
    let mut files = pass_files(&pass_json());
    files.push(("strip.png".to_owned(), large.clone()));
    files.push(("background.png".to_owned(), large));
    judged(&packed(&signed(Issuer::usual(), files.clone()))).unwrap();
    files[6].1.push(0);
    assert_eq!(judged(&packed(&signed(Issuer::usual(), files.clone()))).unwrap_err(), PassFault::InflatesTooLarge);
    files[6].1.pop();
    files.push(("thumbnail.png".to_owned(), vec![0; 2 << 20]));
    assert_eq!(judged(&packed(&signed(Issuer::usual(), files))).unwrap_err(), PassFault::InflatesTooLarge);

    let many = |count: usize| {
        let folders = (entries().len()..count).map(|at| Entry::folder(&format!("f{at}/")));
        judged(&zip(&entries().into_iter().chain(folders).collect::<Vec<_>>()))
    };
    many(MAX_ENTRIES).unwrap();
    assert_eq!(many(MAX_ENTRIES + 1).unwrap_err(), PassFault::TooManyEntries);

    let padded = |len: usize| zip(&[Entry::stored("pad", &vec![0; len - 22 - 46 - 30 - 6])]);
    assert_eq!(padded(MAX_FILE_BYTES).len(), MAX_FILE_BYTES);
    assert_eq!(judged(&padded(MAX_FILE_BYTES + 1)).unwrap_err(), PassFault::FileTooLarge);
    assert_ne!(judged(&padded(MAX_FILE_BYTES)).unwrap_err(), PassFault::FileTooLarge);
}

/// 1.5 GiB of zeros in 1.6 MB: a MiB that ends at a whole byte, again and again, and an empty last block.
fn bomb() -> Vec<u8> {
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(6, -15, 0));
    let mut mebibyte = vec![0; 8_000];
    let written = deflate(&mut compressor, &vec![0; 1 << 20], &mut mebibyte, MZFlush::Sync).bytes_written;
    [mebibyte[..written].repeat(1_536).as_slice(), &[3, 0]].concat()
}

/// Inflating it whole would take seconds here, and all the memory of a phone.
#[test]
fn a_bomb_is_not_inflated() {
    let packed = bomb();
    let bomb = |name: &str, size: u32| {
        let bomb = Entry { packed: packed.clone(), size, attributes: 0, ..Entry::deflated(name, b"") };
        fault(|entries| entries.insert(0, bomb))
    };
    assert_eq!(bomb("bomb.png", 1_536 << 20), PassFault::InflatesTooLarge, "as declared");
    assert_eq!(bomb("bomb.png", u32::MAX), PassFault::InflatesTooLarge, "as Zip64 declares");
    assert_eq!(bomb("bomb.png", 4 << 20), PassFault::InflatesTooLarge, "by more than was declared");
    assert_eq!(bomb("bomb.png", 0), PassFault::InflatesTooLarge, "though nothing was declared");
    assert_eq!(bomb("folder/", 0), PassFault::InflatesTooLarge, "in a folder");
}

#[test]
fn a_bundle_is_told_apart() {
    let pass = good_pass(Issuer::usual());
    let bundle = zip(&[Entry::stored("1.pkpass", &pass), Entry::stored("2.pkpass", &pass)]);
    assert_eq!(judged(&bundle).unwrap_err(), PassFault::Bundle);
}
