//! The CMS around the signature.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA384, SHA512};

use super::good::{with_cms, with_signature};
use super::issuer::{Cms, SHA1, attribute, attributes, oid, tlv};
use super::*;

fn manifest() -> Vec<u8> {
    files::manifest_of(&pass_files(&pass_json()))
}

fn fault(change: impl FnOnce(&mut Cms<'_>)) -> PassFault {
    judged(&with_cms(change)).unwrap_err()
}

#[test]
fn what_is_no_signature_is_refused() {
    let good = Issuer::usual().sign(&manifest());
    for bytes in [b"".to_vec(), b"signature".to_vec(), vec![0x30, 0x80], [good.as_slice(), &[0]].concat()] {
        assert_eq!(judged(&with_signature(bytes)).unwrap_err(), PassFault::BadSignature);
    }
    for len in (0..good.len()).step_by(7) {
        assert_eq!(judged(&with_signature(good[..len].to_vec())).unwrap_err(), PassFault::BadSignature);
    }
    let long = [good.as_slice(), &[0; 65_536]].concat();
    assert_eq!(judged(&with_signature(long)).unwrap_err(), PassFault::BadSignature);
    assert_eq!(judged(&with_signature([0x30, 0x80].repeat(30_000))).unwrap_err(), PassFault::BadSignature);
}

#[test]
fn it_is_detached_and_over_plain_data() {
    assert_eq!(fault(|cms| cms.content = Some(manifest())), PassFault::BadSignature);
    // SignedData, and a time-stamp's content.
    for content_type in ["1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"] {
        assert_eq!(fault(|cms| cms.content_type = content_type), PassFault::BadSignature);
    }
    assert_eq!(fault(|cms| cms.version = 3), PassFault::BadSignature);
    assert_eq!(fault(|cms| cms.signer_id = tlv(0x80, b"another key")), PassFault::BadSignature);
    assert_eq!(fault(|cms| cms.signer_id = vec![5, 0]), PassFault::BadSignature);
    let by_key = |cms: &mut Cms<'_>| (cms.signer_id, cms.version) = (tlv(0x80, b"another key"), 3);
    assert_eq!(fault(by_key), PassFault::NoSignerCertificate);
}

#[test]
fn one_signs() {
    assert_eq!(fault(|cms| cms.signers = 0), PassFault::NotOneSigner);
    assert_eq!(fault(|cms| cms.signers = 2), PassFault::NotOneSigner);
}

#[test]
fn only_sound_algorithms() {
    let weak = |cms: &mut Cms<'_>| {
        cms.digest = SHA1;
        cms.attributes = Some(attributes(&SHA1_FOR_LEGACY_USE_ONLY, &manifest()));
    };
    assert_eq!(fault(weak), PassFault::WeakDigest);
    assert_eq!(fault(|cms| cms.digest = "1.2.840.113549.2.5"), PassFault::WeakDigest);
    assert_eq!(fault(|cms| cms.digest = "2.16.840.1.101.3.4.2.8"), PassFault::UnsupportedAlgorithm);
    // ECDSA over SHA-1, RSA-PSS, RSA over SHA-1.
    for algorithm in ["1.2.840.10045.4.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.5"] {
        assert_eq!(fault(|cms| cms.algorithm = algorithm), PassFault::UnsupportedAlgorithm);
    }
    // The digest of the attributes is not that of the signature.
    let mixed = |cms: &mut Cms<'_>| {
        cms.digest = "2.16.840.1.101.3.4.2.2";
        cms.attributes = Some(attributes(&SHA384, &manifest()));
    };
    assert_eq!(fault(mixed), PassFault::UnsupportedAlgorithm);
    let ecdsa_sha512 = |cms: &mut Cms<'_>| {
        (cms.digest, cms.algorithm) = ("2.16.840.1.101.3.4.2.3", "1.2.840.10045.4.3.4");
        cms.attributes = Some(attributes(&SHA512, &manifest()));
    };
    assert_eq!(fault(ecdsa_sha512), PassFault::UnsupportedAlgorithm);
    assert_eq!(fault(|cms| cms.algorithm = "1.2.840.113549.1.1.11"), PassFault::ForgedSignature);
}

#[test]
fn the_attributes_are_signed_and_stand_once() {
    assert_eq!(fault(|cms| cms.attributes = None), PassFault::BadSignedAttributes);
    let with = |change: fn(&mut Vec<Vec<u8>>)| fault(|cms| change(cms.attributes.as_mut().unwrap()));
    assert_eq!(with(|attributes| attributes.clear()), PassFault::BadSignedAttributes);
    assert_eq!(with(|attributes| drop(attributes.remove(0))), PassFault::BadSignedAttributes);
    assert_eq!(with(|attributes| drop(attributes.remove(1))), PassFault::BadSignedAttributes);
    assert_eq!(with(|attributes| attributes.push(attributes[1].clone())), PassFault::BadSignedAttributes);
    let other_type = |attributes: &mut Vec<Vec<u8>>| {
        attributes[0] = attribute("1.2.840.113549.1.9.3", &[oid("1.2.840.113549.1.7.2")]);
    };
    assert_eq!(with(other_type), PassFault::BadSignedAttributes);
    let no_digest = |attributes: &mut Vec<Vec<u8>>| attributes[1] = attribute("1.2.840.113549.1.9.4", &[]);
    assert_eq!(with(no_digest), PassFault::BadSignedAttributes);
    let two_digests = |attributes: &mut Vec<Vec<u8>>| {
        attributes[1] = attribute("1.2.840.113549.1.9.4", &[tlv(4, &[0; 32]), tlv(4, &[1; 32])]);
    };
    assert_eq!(with(two_digests), PassFault::BadSignedAttributes);
    let short_digest = |attributes: &mut Vec<Vec<u8>>| {
        attributes[1] = attribute("1.2.840.113549.1.9.4", &[tlv(4, &[])]);
    };
    assert_eq!(with(short_digest), PassFault::OtherManifest);
}

#[test]
fn the_attributes_may_hold_a_time() {
    let time = attribute("1.2.840.113549.1.9.5", &[tlv(0x17, b"260601000000Z")]);
    judged(&with_cms(|cms| cms.attributes.as_mut().unwrap().insert(1, time))).unwrap();
}
