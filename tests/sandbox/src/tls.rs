//! The public listener's certificate, from a throw-away authority that is made anew at every start.

use std::{net::IpAddr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PublicKeyData as _, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

/// Which certificate the public listener shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// As it should be: of the first pinned key.
    #[default]
    Good,
    /// As good, of the key that lies ready.
    Backup,
    /// As good, of a key that nobody pins.
    Unpinned,
    /// Of the first pinned key, and out of date.
    Expired,
    /// Of the first pinned key, for somebody else's name.
    OtherHost,
}

/// What a client must know to trust the public listener.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The authority's certificate, in DER.
    pub root: Vec<u8>,
    /// SHA-256 of the key in use, as a certificate holds it (`SubjectPublicKeyInfo` in DER).
    pub pin: [u8; 32],
    /// The same of the key that lies ready.
    pub backup_pin: [u8; 32],
}

/// Why the listener has no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A key or a certificate could not be made.
    #[error("the certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
    /// TLS does not take them.
    #[error("the certificate cannot be used")]
    Configuration(#[from] rustls::Error),
    /// A key could not be written.
    #[error("the certificate's key cannot be written: {0}")]
    Key(&'static str),
}

/// Makes an authority and a certificate for `host`, as `certificate` says.
pub(crate) fn set_up(certificate: Certificate, host: IpAddr) -> Result<(TlsAcceptor, Trust), TlsError> {
    let root = CertifiedIssuer::self_signed(authority(), KeyPair::generate()?)?;
    let (first, backup) = (KeyPair::generate()?, KeyPair::generate()?);
    let trust = Trust { root: root.der().to_vec(), pin: pin(&first), backup_pin: pin(&backup) };
    let key = match certificate {
        Certificate::Good | Certificate::Expired | Certificate::OtherHost => first,
        Certificate::Backup => backup,
        Certificate::Unpinned => KeyPair::generate()?,
    };
    let leaf = server(certificate, host)?.signed_by(&key, &root)?.der().clone();
    Ok((acceptor(leaf, &key)?, trust))
}

fn acceptor(leaf: CertificateDer<'static>, key: &KeyPair) -> Result<TlsAcceptor, TlsError> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(TlsError::Key)?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Vremena Sandbox TLS");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn server(certificate: Certificate, host: IpAddr) -> Result<CertificateParams, TlsError> {
    let names = match certificate {
        Certificate::OtherHost => vec!["elsewhere.example".to_owned()],
        // The last is the host of an Android emulator.
        _ => vec![host.to_string(), "localhost".to_owned(), "127.0.0.1".to_owned(), "10.0.2.2".to_owned()],
    };
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Vremena Sandbox");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = date_time_ymd(2020, 1, 1);
    if certificate == Certificate::Expired {
        params.not_after = date_time_ymd(2021, 1, 1);
    }
    Ok(params)
}

fn pin(key: &KeyPair) -> [u8; 32] {
    Sha256::digest(key.subject_public_key_info()).into()
}
