//! Passes that are taken, however their issuer happens to write them.

use std::io::{Cursor, Write};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use rcgen::KeyIdMethod;

use super::issuer::{Cms, tlv};
use super::*;

#[test]
fn a_good_pass_is_taken_with_what_a_shell_shows() {
    let pkpass = good_pass(Issuer::usual());
    let pass = judged(&pkpass).unwrap();
    assert_eq!(pass.bytes(), pkpass);
    assert_eq!(pass.description(), "Карта Лето");
    assert_eq!(pass.organization_name(), "Времена года");
    assert_eq!(pass.serial_number(), SERIAL);
    assert!(!format!("{pass:?}").contains(SERIAL));
    assert_eq!(pass.into_bytes(), pkpass);
}

#[test]
fn entries_may_be_stored_streamed_or_in_folders() {
    let files = signed(Issuer::usual(), pass_files(&pass_json()));
    for make in [Entry::stored, Entry::deflated, Entry::streamed] {
        judged(&zip(&files.iter().map(|(name, content)| make(name, content)).collect::<Vec<_>>())).unwrap();
    }
    let mut entries: Vec<_> = files.iter().map(|(name, content)| Entry::deflated(name, content)).collect();
    entries.insert(0, Entry::folder("ru.lproj/"));
    // Times, as Info-ZIP adds them.
    entries[1].extra = [b"UT\x05\x00\x03".as_slice(), &[1, 2, 3, 4]].concat();
    judged(&zip(&entries)).unwrap();
}

#[test]
fn another_writer_is_understood() {
    let files = signed(Issuer::usual(), pass_files(&pass_json()));
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &files {
            writer.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
        judged(&writer.finish().unwrap().into_inner()).unwrap();
    }
}

/// With the keys and the extensions that Apple's certificates have; see `foreign/make.sh`.
#[test]
fn what_openssl_and_bouncy_castle_sign_is_taken() {
    let root = include_bytes!("foreign/root.der");
    let passes: [&[u8]; 4] = [
        include_bytes!("foreign/smime.pkpass"),
        include_bytes!("foreign/key-id-sha512.pkpass"),
        include_bytes!("foreign/p384.pkpass"),
        include_bytes!("foreign/bouncy-castle.pkpass"),
    ];
    for pkpass in passes {
        let when = "2030-01-01T00:00:00Z".parse().unwrap();
        verify(pkpass, &expectation(root), when).unwrap();
    }
}

#[test]
fn the_signature_may_have_indefinite_lengths() {
    judged(&with_cms(|cms| cms.indefinite = true)).unwrap();
}

#[test]
fn the_signer_may_be_named_by_its_key() {
    let issuer = Issuer::new(|leaf| leaf.key_identifier_method = KeyIdMethod::PreSpecified(b"the key".to_vec()));
    let manifest = files::manifest_of(&pass_files(&pass_json()));
    let mut cms = Cms::new(&issuer, &manifest);
    (cms.signer_id, cms.version) = (tlv(0x80, b"the key"), 3);
    let pkpass = with_signature(cms.to_der());
    verify(&pkpass, &expectation(&issuer.root), now()).unwrap();
}

#[test]
fn the_root_itself_may_stand_among_the_certificates() {
    judged(&with_cms(|cms| cms.certificates.push(Issuer::usual().root.clone()))).unwrap();
}

/// The usual files with this signature instead of their own.
pub fn with_signature(signature: Vec<u8>) -> Vec<u8> {
    let mut files = signed(Issuer::usual(), pass_files(&pass_json()));
    files.last_mut().unwrap().1 = signature;
    packed(&files)
}

/// The usual pass with a signature that is made otherwise.
pub fn with_cms(change: impl FnOnce(&mut Cms<'_>)) -> Vec<u8> {
    let mut cms = Cms::new(Issuer::usual(), &files::manifest_of(&pass_files(&pass_json())));
    change(&mut cms);
    with_signature(cms.to_der())
}
