//! The verifier against certificates made here; over a real connection it is tried in `tests/e2e`.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PublicKeyData as _};
use ring::digest::{SHA256, digest};
use rustls::pki_types::PrivateKeyDer;

use super::*;

const HOST: &str = "gallery.example";

struct Chain {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    key: KeyPair,
    leaf: CertificateDer<'static>,
}

fn issuer(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn leaf(key: &KeyPair, by: &CertifiedIssuer<'static, KeyPair>) -> CertificateDer<'static> {
    CertificateParams::new(vec![HOST.to_owned()]).unwrap().signed_by(key, by).unwrap().der().clone()
}

fn chain(name: &str) -> Chain {
    let root = CertifiedIssuer::self_signed(issuer(name), KeyPair::generate().unwrap()).unwrap();
    let intermediate =
        CertifiedIssuer::signed_by(issuer(&format!("{name} intermediate")), KeyPair::generate().unwrap(), &root)
            .unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = leaf(&key, &intermediate);
    Chain { root, intermediate, key, leaf }
}

fn pin(key: &KeyPair) -> [u8; 32] {
    digest(&SHA256, &key.subject_public_key_info()).as_ref().try_into().unwrap()
}

fn expiry() -> DateTime<Utc> {
    "2026-09-01T00:00:00Z".parse().unwrap()
}

struct At(DateTime<Utc>);

impl Clock for At {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl LogSink for Lines {
    fn log(&self, record: &LogRecord) {
        self.0.lock().unwrap().push(format!("{:?} {}: {record}", record.level, record.target));
    }
}

/// What comes of a connection, and what was logged.
fn connect(
    roots: &[&Chain],
    sha256: &[[u8; 32]],
    at: DateTime<Utc>,
    end_entity: &CertificateDer<'_>,
    sent: &[CertificateDer<'_>],
) -> (Result<(), Error>, Vec<String>) {
    let roots = super::roots(&roots.iter().map(|chain| chain.root.der().to_vec()).collect::<Vec<_>>()).unwrap();
    let log = Arc::new(Lines::default());
    let pinning = Pinning {
        pins: PinSet { sha256: sha256.to_vec(), expires_at: expiry() },
        clock: Arc::new(At(at)),
        log: Arc::clone(&log) as _,
    };
    let verifier = PinnedVerifier::new(Arc::new(roots), Arc::new(default_provider()), pinning).unwrap();
    let host = ServerName::try_from(HOST).unwrap();
    let verified = verifier.verify_server_cert(end_entity, sent, &host, &[], UnixTime::now());
    (verified.map(drop), std::mem::take(&mut log.0.lock().unwrap()))
}

const REFUSED: Error = Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
const OTHER: [u8; 32] = [7; 32];

#[test]
fn any_key_of_the_path_may_be_the_pinned_one() {
    let chain = chain("Ours");
    let sent = [chain.intermediate.der().clone()];
    let before = expiry() - TimeDelta::seconds(1);
    for key in [&chain.key, chain.intermediate.key(), chain.root.key()] {
        let pins = [OTHER, pin(key)];
        assert_eq!(connect(&[&chain], &pins, before, &chain.leaf, &sent), (Ok(()), vec![]));
    }
}

#[test]
fn another_key_of_the_same_authority_is_refused_until_the_pins_expire() {
    let chain = chain("Ours");
    let other = leaf(&KeyPair::generate().unwrap(), &chain.intermediate);
    let sent = [chain.intermediate.der().clone()];
    let pins = [pin(&chain.key), OTHER];
    let before = expiry() - TimeDelta::seconds(1);
    let refused = (Err(REFUSED), vec!["Warn tls: no-pinned-key refused=true".to_owned()]);
    assert_eq!(connect(&[&chain], &pins, before, &other, &sent), refused);
    let reported = (Ok(()), vec!["Warn tls: no-pinned-key refused=false".to_owned()]);
    assert_eq!(connect(&[&chain], &pins, expiry(), &other, &sent), reported);
}

#[test]
fn pinned_certificates_beside_the_path_prove_nothing() {
    let (ours, theirs) = (chain("Ours"), chain("Theirs"));
    let pins = [pin(&ours.key), pin(ours.intermediate.key())];
    // All are public: anybody can send them along with a certificate from another trusted authority.
    let sent = [theirs.intermediate.der().clone(), ours.leaf.clone(), ours.intermediate.der().clone()];
    let (verified, _) = connect(&[&ours, &theirs], &pins, expiry() - TimeDelta::seconds(1), &theirs.leaf, &sent);
    assert_eq!(verified, Err(REFUSED));
}

#[test]
fn expired_pins_trust_no_unknown_root() {
    let (ours, theirs) = (chain("Ours"), chain("Theirs"));
    let pins = [pin(&theirs.key), pin(theirs.root.key())];
    let sent = [theirs.intermediate.der().clone()];
    for at in [expiry() - TimeDelta::days(1), expiry() + TimeDelta::days(1)] {
        let (verified, lines) = connect(&[&ours], &pins, at, &theirs.leaf, &sent);
        assert_eq!(verified, Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)), "pinned or not");
        assert_eq!(lines, [""; 0]);
    }
}

#[test]
fn a_root_that_is_no_certificate_is_a_fault_of_the_configuration() {
    let chain = chain("Ours");
    assert!(client_config(&[chain.root.der().to_vec()], None).is_ok());
    assert!(client_config(&[b"no certificate".to_vec()], None).is_err());
    let key = PrivateKeyDer::try_from(chain.key.serialize_der()).unwrap();
    assert!(client_config(&[key.secret_der().to_vec()], None).is_err());
}
