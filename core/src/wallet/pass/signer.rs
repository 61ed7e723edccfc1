//! Who signed: a certificate for passes, of the expected type and team, that leads to the configured root.

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use der::{Decode, Tag, Tagged};
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{self, SubjectKeyIdentifier};
use x509_cert::name::Name;

use super::cms::{Signature, SignerId, certificate_verifiers};
use super::{Expectation, PassFault};

/// Apple's extended key usage for passes, 1.2.840.113635.100.4.14. Apple's own certificates for passes always have it;
/// one that limits its usage to other things, such as push messages, is refused.
const PASS_SIGNING: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x63, 0x64, 0x04, 0x0E];

const USER_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1");
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// Verifies the signature and its signer. The root's own dates do not count: it is trusted by being configured.
pub(super) fn check(
    signature: &Signature<'_>,
    expected: &Expectation<'_>,
    now: DateTime<Utc>,
) -> Result<(), PassFault> {
    let (der, certificate) = find(signature)?;
    let leaf = EndEntityCert::try_from(der).map_err(fault)?;
    chain(&leaf, &signature.certificates, expected.root, now)?;
    let usage =
        certificate.tbs_certificate().get_extension::<pkix::KeyUsage>().map_err(|_| PassFault::UnfitCertificate)?;
    if usage.is_some_and(|(_, usage)| !usage.digital_signature()) {
        return Err(PassFault::UnfitCertificate);
    }
    signature.is_of(&leaf)?;
    let subject = certificate.tbs_certificate().subject();
    if !names(subject, USER_ID, expected.pass_type_identifier) {
        return Err(PassFault::SignerOfOtherType);
    }
    if !names(subject, ORGANIZATIONAL_UNIT, expected.team_identifier) {
        return Err(PassFault::SignerOfOtherTeam);
    }
    Ok(())
}

fn find<'a>(signature: &'a Signature<'_>) -> Result<(&'a CertificateDer<'static>, Certificate), PassFault> {
    let parsed = signature.certificates.iter().filter_map(|der| Some((der, Certificate::from_der(der).ok()?)));
    parsed
        .into_iter()
        .find(|(_, certificate)| {
            let tbs = certificate.tbs_certificate();
            match &signature.signer {
                SignerId::IssuerAndSerial(issuer, serial) => tbs.issuer() == issuer && tbs.serial_number() == serial,
                SignerId::KeyId(id) => tbs
                    .get_extension::<SubjectKeyIdentifier>()
                    .is_ok_and(|found| found.is_some_and(|(_, found)| found.0.as_bytes() == *id)),
            }
        })
        .ok_or(PassFault::NoSignerCertificate)
}

fn chain(
    leaf: &EndEntityCert<'_>,
    certificates: &[CertificateDer<'_>],
    root: &[u8],
    now: DateTime<Utc>,
) -> Result<(), PassFault> {
    let root = CertificateDer::from(root);
    let anchor = anchor_from_trusted_cert(&root).map_err(|_| PassFault::BadRoot)?;
    let now = UnixTime::since_unix_epoch(now.signed_duration_since(DateTime::UNIX_EPOCH).to_std().unwrap_or_default());
    let usage = KeyUsage::required_if_present(PASS_SIGNING);
    leaf.verify_for_usage(&certificate_verifiers(), &[anchor], certificates, now, usage, None, None).map_err(fault)?;
    Ok(())
}

fn fault(error: Error) -> PassFault {
    match error {
        Error::CertExpired { .. } => PassFault::CertificateExpired,
        Error::CertNotValidYet { .. } => PassFault::CertificateNotYetValid,
        Error::CaUsedAsEndEntity
        | Error::EmptyEkuExtension
        | Error::RequiredEkuNotFoundContext(_)
        | Error::UnsupportedCriticalExtension => PassFault::UnfitCertificate,
        _ => PassFault::UntrustedSigner,
    }
}

/// Whether the subject has exactly one such attribute, of this text.
fn names(subject: &Name, oid: ObjectIdentifier, expected: &str) -> bool {
    let mut values = subject.iter().filter(|attribute| attribute.oid == oid).map(|attribute| &attribute.value);
    match (values.next(), values.next()) {
        (Some(value), None) => {
            matches!(value.tag(), Tag::Utf8String | Tag::PrintableString) && value.value() == expected.as_bytes()
        }
        _ => false,
    }
}
