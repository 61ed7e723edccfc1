//! The digests and signatures that are taken: SHA-2, by RSA with PKCS#1 padding or by ECDSA. Apple's keys for passes
//! are RSA of 2,048 bits.

use der::asn1::ObjectIdentifier;
use ring::digest::{self, Algorithm};
use rustls::pki_types::SignatureVerificationAlgorithm;
use webpki::ring as verify;

use super::PassFault;

pub(super) type Verifier = &'static dyn SignatureVerificationAlgorithm;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const MD5: ObjectIdentifier = oid("1.2.840.113549.2.5");
const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

/// RFC 3370, 3.2: the bare name of the key's algorithm, with the digest named elsewhere. Most signers write this.
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");

/// Which digest and which signature go together, and who verifies them. ring has no ECDSA over SHA-512.
static SCHEMES: [(ObjectIdentifier, ObjectIdentifier, Verifier); 10] = [
    (SHA256, RSA, verify::RSA_PKCS1_2048_8192_SHA256),
    (SHA256, RSA_SHA256, verify::RSA_PKCS1_2048_8192_SHA256),
    (SHA384, RSA, verify::RSA_PKCS1_2048_8192_SHA384),
    (SHA384, RSA_SHA384, verify::RSA_PKCS1_2048_8192_SHA384),
    (SHA512, RSA, verify::RSA_PKCS1_2048_8192_SHA512),
    (SHA512, RSA_SHA512, verify::RSA_PKCS1_2048_8192_SHA512),
    (SHA256, ECDSA_SHA256, verify::ECDSA_P256_SHA256),
    (SHA256, ECDSA_SHA256, verify::ECDSA_P384_SHA256),
    (SHA384, ECDSA_SHA384, verify::ECDSA_P256_SHA384),
    (SHA384, ECDSA_SHA384, verify::ECDSA_P384_SHA384),
];

/// Those that certificates may be signed with: the same.
pub(in crate::wallet::pass) fn certificate_verifiers() -> Vec<Verifier> {
    SCHEMES.iter().map(|(.., verifier)| *verifier).collect()
}

/// How a signature is verified. The key decides between the curves.
pub(super) fn verifiers(digest: ObjectIdentifier, algorithm: ObjectIdentifier) -> Result<Vec<Verifier>, PassFault> {
    let found: Vec<_> = SCHEMES.iter().filter(|(with, by, _)| (*with, *by) == (digest, algorithm)).collect();
    if found.is_empty() { Err(PassFault::UnsupportedAlgorithm) } else { Ok(found.iter().map(|(.., it)| *it).collect()) }
}

/// Of MD5 and SHA-1, somebody can make two manifests of one digest.
pub(super) fn hash(digest: ObjectIdentifier) -> Result<&'static Algorithm, PassFault> {
    match digest {
        SHA256 => Ok(&digest::SHA256),
        SHA384 => Ok(&digest::SHA384),
        SHA512 => Ok(&digest::SHA512),
        MD5 | SHA1 => Err(PassFault::WeakDigest),
        _ => Err(PassFault::UnsupportedAlgorithm),
    }
}
