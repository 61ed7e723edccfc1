//! What `pass.json` says, properly signed.

use super::*;

fn fault(change: impl FnOnce(&mut Value)) -> PassFault {
    issued(change).unwrap_err()
}

#[test]
fn a_pass_of_something_else_is_refused() {
    assert_eq!(fault(|pass| pass["formatVersion"] = json!(2)), PassFault::OtherFormat);
    assert_eq!(fault(|pass| pass["passTypeIdentifier"] = json!("pass.example.other")), PassFault::OtherType);
    assert_eq!(fault(|pass| pass["teamIdentifier"] = json!("VREMENA002")), PassFault::OtherTeam);
    assert_eq!(fault(|pass| pass["serialNumber"] = json!("S-0002")), PassFault::OtherSerial);
}

#[test]
fn a_pass_of_another_member_is_refused() {
    let other = CODE.replace("17", "24");
    assert_eq!(fault(|pass| pass["barcodes"][0]["message"] = json!(other)), PassFault::OtherBarcode);
    assert_eq!(fault(|pass| pass["userInfo"]["card_number"] = json!("2000000000000024")), PassFault::OtherCard);
    assert_eq!(fault(|pass| pass["userInfo"]["tier"] = json!("osen")), PassFault::OtherTier);
    assert_eq!(fault(|pass| pass["userInfo"] = json!({ "tier": "leto" })), PassFault::OtherCard);
    assert_eq!(fault(|pass| pass["userInfo"] = json!({ "card_number": CARD })), PassFault::OtherTier);
}

#[test]
fn every_barcode_must_be_the_members() {
    let (own, other) = (json!({ "message": CODE }), json!({ "message": "VG1*1*leto" }));
    assert_eq!(fault(|pass| pass["barcodes"] = json!([])), PassFault::OtherBarcode);
    assert_eq!(fault(|pass| pass["barcodes"] = json!([own, other])), PassFault::OtherBarcode);
    assert_eq!(fault(|pass| pass["barcode"] = other.clone()), PassFault::OtherBarcode);
    issued(|pass| pass["barcode"] = own.clone()).unwrap();
    issued(|pass| {
        pass.as_object_mut().unwrap().remove("barcodes");
        pass["barcode"] = own.clone();
    })
    .unwrap();
}

#[test]
fn a_pass_that_is_over_is_refused() {
    assert_eq!(fault(|pass| pass["voided"] = json!(true)), PassFault::Voided);
    issued(|pass| pass["voided"] = json!(false)).unwrap();
    for past in ["2026-06-01T12:00:00Z", "2026-06-01T15:00+03:00", "2026-06-01T11:59:59.9Z", "2025-01-01T00:00Z"] {
        assert_eq!(fault(|pass| pass["expirationDate"] = json!(past)), PassFault::Expired, "{past}");
    }
    for future in ["2026-06-01T12:00:01Z", "2026-06-01T15:01+03:00", "2026-06-01T05:01-07:00"] {
        issued(|pass| pass["expirationDate"] = json!(future)).unwrap();
    }
    assert_eq!(fault(|pass| pass["expirationDate"] = json!("tomorrow")), PassFault::BadPass);
}

#[test]
fn the_web_service_is_https() {
    for url in ["http://passes.example/v1", "passes.example/v1", "https://", "", "ftp://passes.example", "/v1"] {
        assert_eq!(fault(|pass| pass["webServiceURL"] = json!(url)), PassFault::InsecureService, "{url}");
    }
    issued(|pass| pass["webServiceURL"] = json!("HTTPS://passes.example/v1")).unwrap();
    issued(|pass| {
        pass.as_object_mut().unwrap().remove("webServiceURL");
    })
    .unwrap();
}

#[test]
fn what_every_pass_has_must_be_there() {
    for key in
        ["formatVersion", "passTypeIdentifier", "teamIdentifier", "serialNumber", "organizationName", "description"]
    {
        let fault = fault(|pass| {
            pass.as_object_mut().unwrap().remove(key);
        });
        assert_eq!(fault, PassFault::BadPass, "{key}");
    }
    assert_eq!(fault(|pass| *pass = json!([])), PassFault::BadPass);
    assert_eq!(fault(|pass| pass["voided"] = json!("no")), PassFault::BadPass);
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let twice = pass_json().to_string().replacen('{', r#"{"serialNumber":"S-0002","#, 1);
    let mut files = pass_files(&pass_json());
    files[0].1 = twice.into_bytes();
    assert_eq!(judged(&packed(&signed(Issuer::usual(), files))).unwrap_err(), PassFault::BadPass);
}
