//! The throw-away authority that signs the passes: made anew at every start, trusted by nobody but
//! who asks for its root.

use std::time::Duration;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Any, OctetString, SetOfVec};
use der::oid::ObjectIdentifier;
use der::oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA, ID_SIGNING_TIME};
use der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256};
use der::{DateTime, Decode, Encode, EncodeValue, Tagged};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SigningKey, date_time_ymd,
};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use super::{PASS_TYPE, TEAM};

/// Why the authority could not be made, or could not sign.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A key could not be made or used.
    #[error("the wallet authority's keys do not work")]
    Key(#[from] rcgen::Error),
    /// A certificate or a signature could not be written.
    #[error("the wallet authority's signature cannot be written")]
    Encoding(#[from] der::Error),
}

/// A root, an intermediate, and the leaf that signs passes.
#[derive(Debug)]
pub(crate) struct Authority {
    root: Vec<u8>,
    intermediate: Certificate,
    leaf: Certificate,
    key: KeyPair,
}

impl Authority {
    /// Its certificates are valid in all the years the sandbox's clock can be moved to.
    pub(crate) fn new() -> Result<Self, AuthorityError> {
        let root = CertifiedIssuer::self_signed(issuer("Vremena Sandbox Root", None), KeyPair::generate()?)?;
        let intermediate =
            CertifiedIssuer::signed_by(issuer("Vremena Sandbox Passes", Some(0)), KeyPair::generate()?, &root)?;
        let key = KeyPair::generate()?;
        let leaf = leaf().signed_by(&key, &intermediate)?;
        Ok(Self {
            root: root.der().to_vec(),
            intermediate: Certificate::from_der(intermediate.der())?,
            leaf: Certificate::from_der(leaf.der())?,
            key,
        })
    }

    /// The root's certificate, in DER.
    pub(crate) fn root(&self) -> &[u8] {
        &self.root
    }

    /// A detached signature of the content (CMS, in DER), which says when it was made.
    pub(crate) fn sign(&self, content: &[u8], now: i64) -> Result<Vec<u8>, AuthorityError> {
        let signed_at = DateTime::from_unix_duration(Duration::from_secs(now.max(0).unsigned_abs()))?;
        let digest = OctetString::new(Sha256::digest(content).to_vec())?;
        let signed_at = match Time::from(signed_at) {
            Time::UtcTime(time) => attribute(ID_SIGNING_TIME, &time)?,
            Time::GeneralTime(time) => attribute(ID_SIGNING_TIME, &time)?,
        };
        let signed = SetOfVec::try_from(vec![
            attribute(ID_CONTENT_TYPE, &ID_DATA)?,
            attribute(ID_MESSAGE_DIGEST, &digest)?,
            signed_at,
        ])?;
        let signature = OctetString::new(self.key.sign(&signed.to_der()?)?)?;
        let leaf = self.leaf.tbs_certificate();
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: leaf.issuer().clone(),
                serial_number: leaf.serial_number().clone(),
            }),
            digest_alg: algorithm(ID_SHA_256),
            signed_attrs: Some(signed),
            signature_algorithm: algorithm(ECDSA_WITH_SHA_256),
            signature,
            unsigned_attrs: None,
        };
        let certificates = [&self.leaf, &self.intermediate].map(|one| CertificateChoices::Certificate(one.clone()));
        let signed_data = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![algorithm(ID_SHA_256)])?,
            encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
            certificates: Some(certificates.to_vec().try_into()?),
            crls: None,
            signer_infos: vec![signer].try_into()?,
        };
        Ok(ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed_data)? }.to_der()?)
    }
}

fn attribute(oid: ObjectIdentifier, value: &(impl Tagged + EncodeValue)) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::encode_from(value)?])? })
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn issuer(name: &str, path_length: Option<u8>) -> CertificateParams {
    let mut params = params(names(name));
    params.is_ca = IsCa::Ca(path_length.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf() -> CertificateParams {
    let user_id = DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 1]);
    let mut params = params(names(&format!("Pass Type ID: {PASS_TYPE}")));
    params.distinguished_name.push(user_id, PASS_TYPE);
    params.distinguished_name.push(DnType::OrganizationalUnitName, TEAM);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // As Apple's certificates of pass types: for the pass's web service, and for signing passes.
    let pass_signing = ExtendedKeyUsagePurpose::Other(vec![1, 2, 840, 113_635, 100, 4, 14]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, pass_signing];
    params
}

/// From the first instant of the clock on; rcgen's own end is later than its last.
fn params(names: DistinguishedName) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = names;
    params.not_before = date_time_ymd(1970, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}

fn names(common_name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CountryName, "RU");
    names.push(DnType::OrganizationName, "Vremena Sandbox");
    names.push(DnType::CommonName, common_name);
    names
}
