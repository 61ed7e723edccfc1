//! Who may sign.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use super::issuer::{Cms, issuer_and_serial, leaf_params, uid};
use super::*;

fn issued_by(issuer: &Issuer) -> Result<VerifiedPass, PassFault> {
    verify(&good_pass(issuer), &expectation(&issuer.root), now())
}

/// A pass of an issuer whose leaf is changed.
fn fault(change: impl FnOnce(&mut CertificateParams)) -> PassFault {
    issued_by(&Issuer::new(change)).unwrap_err()
}

fn named(name: DnType, value: impl Into<DnValue>) -> impl FnOnce(&mut CertificateParams) {
    move |leaf| leaf.distinguished_name.push(name, value)
}

fn without(name: DnType) -> impl FnOnce(&mut CertificateParams) {
    move |leaf| assert!(leaf.distinguished_name.remove(name))
}

#[test]
fn the_leaf_is_of_the_type_and_the_team() {
    issued_by(&Issuer::new(|_| {})).unwrap();
    assert_eq!(fault(named(uid(), "pass.example.other")), PassFault::SignerOfOtherType);
    assert_eq!(fault(named(uid(), format!("{TYPE}.too"))), PassFault::SignerOfOtherType);
    assert_eq!(fault(without(uid())), PassFault::SignerOfOtherType);
    assert_eq!(fault(named(DnType::OrganizationalUnitName, "VREMENA002")), PassFault::SignerOfOtherTeam);
    assert_eq!(fault(without(DnType::OrganizationalUnitName)), PassFault::SignerOfOtherTeam);
    let printable = DnValue::PrintableString(TEAM.try_into().unwrap());
    issued_by(&Issuer::new(named(DnType::OrganizationalUnitName, printable))).unwrap();
    let bmp = DnValue::BmpString(TEAM.try_into().unwrap());
    assert_eq!(fault(named(DnType::OrganizationalUnitName, bmp)), PassFault::SignerOfOtherTeam);
}

#[test]
fn certificates_are_good_for_a_time() {
    let issuer = Issuer::usual();
    let pkpass = good_pass(issuer);
    let at = |now: &str| verify(&pkpass, &expectation(&issuer.root), now.parse().unwrap()).map(drop);
    at("2026-01-01T00:00:00Z").unwrap();
    at("2027-01-01T00:00:00Z").unwrap();
    assert_eq!(at("2027-01-01T00:00:01Z"), Err(PassFault::CertificateExpired));
    assert_eq!(at("2025-12-31T23:59:59Z"), Err(PassFault::CertificateNotYetValid));
    assert_eq!(at("1960-01-01T00:00:00Z"), Err(PassFault::CertificateNotYetValid));
    assert_eq!(fault(|leaf| leaf.not_after = date_time_ymd(2026, 5, 31)), PassFault::CertificateExpired);
    assert_eq!(fault(|leaf| leaf.not_before = date_time_ymd(2026, 6, 2)), PassFault::CertificateNotYetValid);
}

#[test]
fn a_stranger_is_refused() {
    let (usual, stranger) = (Issuer::usual(), Issuer::new(|_| {}));
    let found = verify(&good_pass(&stranger), &expectation(&usual.root), now()).unwrap_err();
    assert_eq!(found, PassFault::UntrustedSigner);

    let manifest = files::manifest_of(&pass_files(&pass_json()));
    let mut cms = Cms::new(&stranger, &manifest);
    cms.certificates = vec![usual.leaf.clone(), usual.intermediate.clone()];
    cms.signer_id = issuer_and_serial(&usual.leaf);
    assert_eq!(judged(&good::with_signature(cms.to_der())).unwrap_err(), PassFault::ForgedSignature);
}

#[test]
fn the_root_is_a_certificate() {
    let pkpass = good_pass(Issuer::usual());
    for root in [b"".as_slice(), b"root"] {
        assert_eq!(verify(&pkpass, &expectation(root), now()).unwrap_err(), PassFault::BadRoot);
    }
    let leaf = &Issuer::usual().leaf;
    assert_eq!(verify(&pkpass, &expectation(leaf), now()).unwrap_err(), PassFault::UntrustedSigner);
}

#[test]
fn a_leaf_signed_by_itself_is_refused() {
    for is_ca in [IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut params = leaf_params();
        params.is_ca = is_ca;
        let key = KeyPair::generate().unwrap();
        let leaf = params.self_signed(&key).unwrap().der().to_vec();
        let usual = Issuer::usual();
        let issuer = Issuer { root: usual.root.clone(), intermediate: usual.intermediate.clone(), leaf, key };
        let expected = match is_ca {
            IsCa::ExplicitNoCa => PassFault::UntrustedSigner,
            _ => PassFault::UnfitCertificate,
        };
        assert_eq!(issued_by(&issuer).unwrap_err(), expected);
    }
}

#[test]
fn an_ordinary_leaf_is_no_authority() {
    let usual = Issuer::usual();
    let authority = rcgen::Issuer::new(leaf_params(), &usual.key);
    let key = KeyPair::generate().unwrap();
    let leaf = leaf_params().signed_by(&key, &authority).unwrap().der().to_vec();
    let manifest = files::manifest_of(&pass_files(&pass_json()));
    let forger = Issuer { root: usual.root.clone(), intermediate: usual.leaf.clone(), leaf, key };
    let mut cms = Cms::new(&forger, &manifest);
    cms.certificates.push(usual.intermediate.clone());
    assert_eq!(judged(&good::with_signature(cms.to_der())).unwrap_err(), PassFault::UntrustedSigner);
}

#[test]
fn the_certificates_that_lead_to_the_root_are_needed() {
    let without = |at: usize| judged(&good::with_cms(|cms| drop(cms.certificates.remove(at)))).unwrap_err();
    assert_eq!(without(0), PassFault::NoSignerCertificate);
    assert_eq!(without(1), PassFault::UntrustedSigner);
    assert_eq!(judged(&good::with_cms(|cms| cms.certificates.clear())).unwrap_err(), PassFault::NoSignerCertificate);
    let nine = |cms: &mut Cms<'_>| cms.certificates = vec![Issuer::usual().leaf.clone(); 9];
    assert_eq!(judged(&good::with_cms(nine)).unwrap_err(), PassFault::BadSignature);
}

#[test]
fn a_leaf_for_other_things_signs_no_passes() {
    let usages = |usages: &[ExtendedKeyUsagePurpose]| {
        let usages = usages.to_vec();
        |leaf: &mut CertificateParams| leaf.extended_key_usages = usages
    };
    let pass = ExtendedKeyUsagePurpose::Other(vec![1, 2, 840, 113_635, 100, 4, 14]);
    let tls = ExtendedKeyUsagePurpose::ClientAuth;
    issued_by(&Issuer::new(usages(&[tls.clone(), pass]))).unwrap();
    assert_eq!(fault(usages(&[tls])), PassFault::UnfitCertificate);
    assert_eq!(fault(|leaf| leaf.key_usages = vec![KeyUsagePurpose::KeyEncipherment]), PassFault::UnfitCertificate);
    issued_by(&Issuer::new(|leaf| leaf.key_usages = vec![])).unwrap();
    assert_eq!(fault(|leaf| leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)), PassFault::UnfitCertificate);
    let unknown = |critical| {
        move |leaf: &mut CertificateParams| {
            // Apple's mark of a pass type, 1.2.840.113635.100.6.1.16.
            let mut mark = CustomExtension::from_oid_content(&[1, 2, 840, 113_635, 100, 6, 1, 16], vec![5, 0]);
            mark.set_criticality(critical);
            leaf.custom_extensions.push(mark);
        }
    };
    issued_by(&Issuer::new(unknown(false))).unwrap();
    assert_eq!(fault(unknown(true)), PassFault::UnfitCertificate);
}
