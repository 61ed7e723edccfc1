//! Whether the files are those that were signed.

use std::collections::BTreeMap;
use std::fmt::Write;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::*;

pub fn manifest_of(files: &NamedFiles) -> Vec<u8> {
    let sums = files.iter().map(|(name, content)| (name.as_str(), hex(content)));
    serde_json::to_vec(&sums.collect::<BTreeMap<_, _>>()).unwrap()
}

fn hex(content: &[u8]) -> String {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, content).as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The usual pass, its files changed after they were signed.
fn fault(change: impl FnOnce(&mut NamedFiles)) -> PassFault {
    let mut files = signed(Issuer::usual(), pass_files(&pass_json()));
    change(&mut files);
    judged(&packed(&files)).unwrap_err()
}

/// The usual files, under this manifest, properly signed.
fn under(manifest: &str) -> Result<VerifiedPass, PassFault> {
    let mut files = pass_files(&pass_json());
    files.push(("manifest.json".to_owned(), manifest.as_bytes().to_vec()));
    files.push(("signature".to_owned(), Issuer::usual().sign(manifest.as_bytes())));
    judged(&packed(&files))
}

fn usual_manifest() -> String {
    String::from_utf8(manifest_of(&pass_files(&pass_json()))).unwrap()
}

#[test]
fn a_file_changed_after_signing_is_refused() {
    for at in 0..6 {
        assert_eq!(fault(|files| files[at].1[0] ^= 1), PassFault::ChangedFile);
        assert_eq!(fault(|files| files[at].1.push(0)), PassFault::ChangedFile);
    }
}

#[test]
fn files_are_neither_more_nor_fewer() {
    let extra = ("background.png".to_owned(), b"?".to_vec());
    assert_eq!(fault(|files| files.push(extra.clone())), PassFault::ExtraFile);
    for at in 0..6 {
        let fault = fault(|files| {
            files.remove(at);
        });
        assert_eq!(fault, PassFault::MissingFile);
    }
    assert_eq!(fault(|files| drop(files.remove(6))), PassFault::NoManifest);
    assert_eq!(fault(|files| drop(files.remove(7))), PassFault::NoSignature);
    assert_eq!(fault(|files| files[1].0.insert(0, 'x')), PassFault::MissingFile);
}

#[test]
fn another_manifest_is_refused() {
    let other = manifest_of(&vec![("pass.json".to_owned(), b"{}".to_vec())]);
    assert_eq!(fault(|files| files[6].1 = other.clone()), PassFault::OtherManifest);
    assert_eq!(fault(|files| files[7].1 = Issuer::usual().sign(&other)), PassFault::OtherManifest);
    assert_eq!(fault(|files| files[6].1.push(b' ')), PassFault::OtherManifest);
}

#[test]
fn a_manifest_names_files_and_their_sums() {
    under(&usual_manifest()).unwrap();
    let sums: BTreeMap<String, String> = serde_json::from_str(&usual_manifest()).unwrap();
    let capitals: BTreeMap<_, _> = sums.iter().map(|(name, sum)| (name, sum.to_uppercase())).collect();
    under(&serde_json::to_string(&capitals).unwrap()).unwrap();
    for manifest in ["", "[]", "null", "{", r#"{"pass.json":1}"#] {
        assert_eq!(under(manifest).unwrap_err(), PassFault::BadManifest, "{manifest}");
    }
    assert_eq!(under("{}").unwrap_err(), PassFault::ExtraFile);
    let sum = hex(pass_json().to_string().as_bytes());
    for bad in ["", "00", &sum[1..], &format!("{sum}00"), &format!("+{}", &sum[1..]), &format!("{}я", &sum[2..])] {
        assert_eq!(under(&usual_manifest().replace(&sum, bad)).unwrap_err(), PassFault::ChangedFile, "{bad}");
    }
    for name in ["manifest.json", "signature"] {
        let manifest = usual_manifest().replacen('{', &format!(r#"{{"{name}":"{sum}","#), 1);
        assert_eq!(under(&manifest).unwrap_err(), PassFault::BadManifest);
    }
}

#[test]
fn a_pass_without_contents_is_refused() {
    let mut files = pass_files(&pass_json());
    files.remove(0);
    assert_eq!(judged(&packed(&signed(Issuer::usual(), files))).unwrap_err(), PassFault::BadPass);
}
