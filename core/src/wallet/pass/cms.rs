//! `signature`: CMS `SignedData` (RFC 5652), detached, over `manifest.json`.
//!
//! In DER, or in BER if it begins with an indefinite length, as issuers in Java (Bouncy Castle) write it. BER lets
//! some bits vary that mean nothing; what is signed, and each certificate, is in DER either way.

use der::asn1::{Any, AnyRef, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Sequence, Tag, TagNumber, Tagged, ValueOrd};
use ring::digest::{Algorithm, digest};
use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;
use x509_cert::attr::Attribute;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierRef;

use super::PassFault;
use scheme::Verifier;

pub(super) use scheme::certificate_verifiers;

mod scheme;

pub(super) const NAME: &str = "signature";

/// One made by Apple's own tool takes 4 KB, with its two certificates.
const MAX_BYTES: usize = 64 << 10;
const MAX_CERTIFICATES: usize = 8;

/// X.690, 8.1.3.6: a length that only the end will tell.
const INDEFINITE: u8 = 0x80;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

#[derive(Sequence)]
struct ContentInfo<'a> {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: SignedData<'a>,
}

#[derive(Sequence)]
struct SignedData<'a> {
    version: u8,
    digests: SetOfVec<AlgorithmIdentifierRef<'a>>,
    content: EncapsulatedContent<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<SetOfVec<AnyRef<'a>>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    crls: Option<SetOfVec<AnyRef<'a>>>,
    signers: SetOfVec<SignerInfo<'a>>,
}

#[derive(Sequence)]
struct EncapsulatedContent<'a> {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    content: Option<AnyRef<'a>>,
}

#[derive(Sequence, ValueOrd)]
struct SignerInfo<'a> {
    version: u8,
    id: AnyRef<'a>,
    digest: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    signed: Option<SetOfVec<Attribute>>,
    algorithm: AlgorithmIdentifierRef<'a>,
    signature: OctetString,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    unsigned: Option<SetOfVec<AnyRef<'a>>>,
}

#[derive(Sequence)]
struct IssuerAndSerial {
    issuer: Name,
    serial: SerialNumber,
}

/// Which of the certificates is the signer's.
pub(super) enum SignerId<'a> {
    IssuerAndSerial(Name, SerialNumber),
    KeyId(&'a [u8]),
}

/// A signature that is well-formed and of one signer; nothing of it is believed yet.
pub(super) struct Signature<'a> {
    pub signer: SignerId<'a>,
    /// As they came: the signer's, and those that may lead from it to the root.
    pub certificates: Vec<CertificateDer<'static>>,
    hash: &'static Algorithm,
    verifiers: Vec<Verifier>,
    attributes: SetOfVec<Attribute>,
    value: OctetString,
}

pub(super) fn read(signature: &[u8]) -> Result<Signature<'_>, PassFault> {
    if signature.len() > MAX_BYTES {
        return Err(PassFault::BadSignature);
    }
    let is_indefinite = signature.get(1) == Some(&INDEFINITE);
    let outer = if is_indefinite { ContentInfo::from_ber(signature) } else { ContentInfo::from_der(signature) };
    let outer = outer.map_err(|_| PassFault::BadSignature)?;
    let data = outer.content;
    let is_detached = data.content.content_type == DATA && data.content.content.is_none();
    let certificates = data.certificates.unwrap_or_default();
    if outer.content_type != SIGNED_DATA || !is_detached || certificates.len() > MAX_CERTIFICATES {
        return Err(PassFault::BadSignature);
    }
    let [info] = <[_; 1]>::try_from(data.signers.into_vec()).map_err(|_| PassFault::NotOneSigner)?;
    let hash = scheme::hash(info.digest.oid)?;
    let verifiers = scheme::verifiers(info.digest.oid, info.algorithm.oid)?;
    let plain = [&info.digest, &info.algorithm].iter().all(|it| it.parameters.is_none_or(AnyRef::is_null));
    let (version, signer) = signer_id(info.id)?;
    let versions = (data.version, info.version) == (version, version);
    if !versions || !plain || !data.digests.iter().any(|digest| *digest == info.digest) {
        return Err(PassFault::BadSignature);
    }
    // RFC 5652, 5.4: they are signed in the order of DER, in whichever they are written.
    let attributes = info.signed.ok_or(PassFault::BadSignedAttributes)?.into_vec();
    let attributes = SetOfVec::try_from(attributes).map_err(|_| PassFault::BadSignedAttributes)?;
    let certificates = certificates.iter().map(|certificate| certificate.to_der().map(CertificateDer::from));
    Ok(Signature {
        signer,
        certificates: certificates.collect::<Result<_, _>>().map_err(|_| PassFault::BadSignature)?,
        hash,
        verifiers,
        attributes,
        value: info.signature,
    })
}

/// With the version of the structure that RFC 5652 asks for (5.1, 5.3).
fn signer_id(id: AnyRef<'_>) -> Result<(u8, SignerId<'_>), PassFault> {
    match id.tag() {
        Tag::Sequence => id
            .decode_as::<IssuerAndSerial>()
            .map(|id| (1, SignerId::IssuerAndSerial(id.issuer, id.serial)))
            .map_err(|_| PassFault::BadSignature),
        Tag::ContextSpecific { number: TagNumber(0), constructed: false } => Ok((3, SignerId::KeyId(id.value()))),
        _ => Err(PassFault::BadSignature),
    }
}

impl Signature<'_> {
    /// Whether it is over this manifest, if it is genuine: the signed attributes hold the manifest's digest.
    pub(super) fn covers(&self, manifest: &[u8]) -> Result<(), PassFault> {
        let content_type = self.attribute(CONTENT_TYPE)?.decode_as::<ObjectIdentifier>();
        let message_digest = self.attribute(MESSAGE_DIGEST)?.decode_as::<OctetString>();
        match (content_type, message_digest) {
            (Ok(DATA), Ok(sum)) if sum.as_bytes() == digest(self.hash, manifest).as_ref() => Ok(()),
            (Ok(DATA), Ok(_)) => Err(PassFault::OtherManifest),
            _ => Err(PassFault::BadSignedAttributes),
        }
    }

    /// The one value of an attribute that must stand once.
    fn attribute(&self, oid: ObjectIdentifier) -> Result<&Any, PassFault> {
        let mut values =
            self.attributes.iter().filter(|attribute| attribute.oid == oid).map(|found| found.values.as_slice());
        match (values.next(), values.next()) {
            (Some([value]), None) => Ok(value),
            _ => Err(PassFault::BadSignedAttributes),
        }
    }

    /// Whether the key of this certificate made it.
    pub(super) fn is_of(&self, signer: &EndEntityCert<'_>) -> Result<(), PassFault> {
        let signed = self.attributes.to_der().map_err(|_| PassFault::BadSignedAttributes)?;
        let verify = |with: &Verifier| signer.verify_signature(*with, &signed, self.value.as_bytes()).is_ok();
        if self.verifiers.iter().any(verify) { Ok(()) } else { Err(PassFault::ForgedSignature) }
    }
}
