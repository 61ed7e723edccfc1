//! TLS of our own: which roots are trusted, and which keys beyond them.
//!
//! The platform's verifier needs an initialised JVM on Android and panics without one, so the roots are
//! webpki's, plus those of the configuration (a gallery's own authority, a sandbox's).

use std::{fmt, sync::Arc};

use der::{Any, Encode, Tag};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring::default_provider},
    pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime},
};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath};

use super::{PinSet, pins::Verdict};
use crate::{
    log::LogRecord,
    ports::{Clock, LogLevel, LogSink},
};

const TARGET: &str = "tls";

/// The configuration of TLS was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the TLS configuration is invalid: {0}")]
pub struct TlsError(String);

impl TlsError {
    pub(super) fn new(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// Pins, with what judging by them needs.
#[derive(Clone)]
pub struct Pinning {
    /// The keys.
    pub pins: PinSet,
    /// Says whether they have expired.
    pub clock: Arc<dyn Clock>,
    /// Hears of servers without a pinned key.
    pub log: Arc<dyn LogSink>,
}

impl fmt::Debug for Pinning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pinning({:?})", self.pins)
    }
}

/// A configuration that trusts webpki's roots and `extra_roots` (DER), and of those only paths with a pinned key.
pub(super) fn client_config(extra_roots: &[Vec<u8>], pinning: Option<Pinning>) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(default_provider());
    let roots = Arc::new(roots(extra_roots)?);
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::new)?;
    Ok(match pinning {
        None => builder.with_root_certificates(roots).with_no_client_auth(),
        Some(pinning) => {
            let verifier = PinnedVerifier::new(roots, provider, pinning)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
    })
}

fn roots(extra: &[Vec<u8>]) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in extra {
        roots.add(CertificateDer::from(root.clone())).map_err(TlsError::new)?;
    }
    Ok(roots)
}

/// The usual verification, and then the pins.
#[derive(Debug)]
struct PinnedVerifier {
    usual: Arc<WebPkiServerVerifier>,
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
    pinning: Pinning,
}

impl PinnedVerifier {
    fn new(roots: Arc<RootCertStore>, provider: Arc<CryptoProvider>, pinning: Pinning) -> Result<Self, TlsError> {
        pinning.pins.check()?;
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider))
            .build()
            .map_err(TlsError::new)?;
        Ok(Self { usual, roots, provider, pinning })
    }

    fn tell(&self, refused: bool) {
        self.pinning.log.log(&LogRecord::new(LogLevel::Warn, TARGET, "no-pinned-key").with("refused", refused));
    }

    /// Looks for a path to a root that the pins let pass. Certificates that merely lie beside a path prove nothing:
    /// anybody can send the gallery's along with their own.
    fn judge(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), webpki::Error> {
        let pins = &self.pinning.pins;
        let instant = self.pinning.clock.now();
        let pinned = |path: &VerifiedPath<'_>| match pins.verdict(keys(path), instant) {
            Verdict::Pinned => Ok(()),
            Verdict::Reported | Verdict::Refused => Err(webpki::Error::UnknownIssuer),
        };
        EndEntityCert::try_from(end_entity)?
            .verify_for_usage(
                self.provider.signature_verification_algorithms.all,
                &self.roots.roots,
                intermediates,
                now,
                KeyUsage::server_auth(),
                None,
                Some(&pinned),
            )
            .map(drop)
    }
}

impl ServerCertVerifier for PinnedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        if self.judge(end_entity, intermediates, now).is_ok() {
            return Ok(verified);
        }
        let no_keys: [&[u8]; 0] = [];
        match self.pinning.pins.verdict(no_keys, self.pinning.clock.now()) {
            Verdict::Reported => {
                self.tell(false);
                Ok(verified)
            }
            Verdict::Pinned | Verdict::Refused => {
                self.tell(true);
                Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.usual.root_hint_subjects()
    }
}

/// The keys of a path, the root's too: a `SubjectPublicKeyInfo` in DER each.
fn keys(path: &VerifiedPath<'_>) -> Vec<Vec<u8>> {
    let intermediates =
        path.intermediate_certificates().map(|certificate| certificate.subject_public_key_info().to_vec());
    let mut keys = vec![path.end_entity().subject_public_key_info().to_vec()];
    keys.extend(intermediates);
    keys.extend(root_key(path.anchor()));
    keys
}

/// A root is kept without the outermost tag of its key.
fn root_key(anchor: &TrustAnchor<'_>) -> Option<Vec<u8>> {
    Any::new(Tag::Sequence, anchor.subject_public_key_info.as_ref()).and_then(|key| key.to_der()).ok()
}

#[cfg(test)]
mod tests;
