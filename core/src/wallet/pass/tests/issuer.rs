//! An issuer of passes: root, intermediate, leaf, and CMS written by hand, so that every part can be written wrong.

use std::sync::LazyLock;

use der::Encode;
use der::asn1::ObjectIdentifier;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, SigningKey,
    date_time_ymd,
};
use ring::digest::{Algorithm, SHA256, digest};

use super::{TEAM, TYPE};

const UID: &[u64] = &[0, 9, 2342, 19_200_300, 100, 1, 1];

pub const SHA1: &str = "1.3.14.3.2.26";
pub const SHA256_OID: &str = "2.16.840.1.101.3.4.2.1";
pub const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
pub const DATA: &str = "1.2.840.113549.1.7.1";
const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";

/// Everything is in DER.
pub struct Issuer {
    pub root: Vec<u8>,
    pub intermediate: Vec<u8>,
    pub leaf: Vec<u8>,
    pub key: KeyPair,
}

impl Issuer {
    pub fn usual() -> &'static Self {
        static USUAL: LazyLock<Issuer> = LazyLock::new(|| Issuer::new(|_| {}));
        &USUAL
    }

    /// One whose leaf is changed before it is signed.
    pub fn new(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let root = CertifiedIssuer::self_signed(authority("Root"), KeyPair::generate().unwrap()).unwrap();
        let intermediate =
            CertifiedIssuer::signed_by(authority("Intermediate"), KeyPair::generate().unwrap(), &root).unwrap();
        let mut params = leaf_params();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &intermediate).unwrap().der().to_vec();
        Self { root: root.der().to_vec(), intermediate: intermediate.der().to_vec(), leaf, key }
    }

    pub fn sign(&self, manifest: &[u8]) -> Vec<u8> {
        Cms::new(self, manifest).to_der()
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params
}

pub fn authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

pub fn leaf_params() -> CertificateParams {
    let mut params = params("Pass");
    params.distinguished_name.push(DnType::CustomDnType(UID.to_vec()), TYPE);
    params.distinguished_name.push(DnType::OrganizationalUnitName, TEAM);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params
}

pub fn uid() -> DnType {
    DnType::CustomDnType(UID.to_vec())
}

/// What a CMS signature is made of; change a field, then write it.
pub struct Cms<'a> {
    pub key: &'a KeyPair,
    pub certificates: Vec<Vec<u8>>,
    /// Inside of `[1]`; left out if empty.
    pub signer_id: Vec<u8>,
    pub version: u8,
    pub digest: &'static str,
    pub algorithm: &'static str,
    pub content_type: &'static str,
    /// `eContent`, for a signature that is not detached.
    pub content: Option<Vec<u8>>,
    /// `None` for a signature over the content itself.
    pub attributes: Option<Vec<Vec<u8>>>,
    pub signers: usize,
    pub indefinite: bool,
}

impl<'a> Cms<'a> {
    pub fn new(issuer: &'a Issuer, manifest: &[u8]) -> Self {
        Self {
            key: &issuer.key,
            certificates: vec![issuer.leaf.clone(), issuer.intermediate.clone()],
            signer_id: issuer_and_serial(&issuer.leaf),
            version: 1,
            digest: SHA256_OID,
            algorithm: ECDSA_SHA256,
            content_type: DATA,
            content: None,
            attributes: Some(attributes(&SHA256, manifest)),
            signers: 1,
            indefinite: false,
        }
    }

    pub fn to_der(&self) -> Vec<u8> {
        let attributes = self.attributes.as_ref().map(|attributes| attributes.concat());
        let message = attributes.as_ref().map_or_else(Vec::new, |attributes| tlv(0x31, attributes));
        let signature = self.key.sign(&message).unwrap();
        let attributes = attributes.map_or_else(Vec::new, |attributes| tlv(0xA0, &attributes));
        let digest = self.sequence(&[oid(self.digest), vec![5, 0]]);
        let version = tlv(2, &[self.version]);
        let signer = self.sequence(&[
            version.clone(),
            self.signer_id.clone(),
            digest.clone(),
            attributes,
            self.sequence(&[oid(self.algorithm)]),
            tlv(4, &signature),
        ]);
        let content = self.content.as_ref().map_or_else(Vec::new, |content| self.wrap(0xA0, &tlv(4, content)));
        let data = self.sequence(&[
            version,
            self.wrap(0x31, &digest),
            self.sequence(&[oid(self.content_type), content]),
            self.wrap(0xA0, &self.certificates.concat()),
            self.wrap(0x31, &signer.repeat(self.signers)),
        ]);
        self.sequence(&[oid(SIGNED_DATA), self.wrap(0xA0, &data)])
    }

    fn sequence(&self, parts: &[Vec<u8>]) -> Vec<u8> {
        self.wrap(0x30, &parts.concat())
    }

    fn wrap(&self, tag: u8, value: &[u8]) -> Vec<u8> {
        if self.indefinite { [&[tag, 0x80], value, &[0, 0]].concat() } else { tlv(tag, value) }
    }
}

pub fn attributes(hash: &'static Algorithm, manifest: &[u8]) -> Vec<Vec<u8>> {
    vec![attribute(CONTENT_TYPE, &[oid(DATA)]), attribute(MESSAGE_DIGEST, &[tlv(4, digest(hash, manifest).as_ref())])]
}

pub fn attribute(name: &str, values: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &[oid(name), tlv(0x31, &values.concat())].concat())
}

pub fn issuer_and_serial(certificate: &[u8]) -> Vec<u8> {
    let certificate: x509_cert::Certificate = der::Decode::from_der(certificate).unwrap();
    let tbs = certificate.tbs_certificate();
    tlv(0x30, &[tbs.issuer().to_der().unwrap(), tbs.serial_number().to_der().unwrap()].concat())
}

pub fn oid(text: &str) -> Vec<u8> {
    ObjectIdentifier::new(text).unwrap().to_der().unwrap()
}

pub fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let len = value.len();
    let head = match len {
        0..=0x7F => vec![tag, len as u8],
        0x80..=0xFF => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [head, value.to_vec()].concat()
}
