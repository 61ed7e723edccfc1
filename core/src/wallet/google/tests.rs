use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn claims() -> Value {
    json!({
        "iss": "wallet@example.iam.gserviceaccount.com",
        "aud": "google",
        "typ": "savetowallet",
        "iat": 1_780_315_200,
        "origins": [],
        "payload": { "loyaltyObjects": [{
            "id": "3388000000012345678.card-1",
            "classId": "3388000000012345678.vremenagoda",
            "accountId": "2000000000000017",
            "state": "ACTIVE",
            "barcode": { "type": "QR_CODE", "value": "VG1*2000000000000017*leto" },
        }]},
    })
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn jwt(header: &Value, claims: &Value) -> String {
    format!("{}.{}.{}", part(header), part(claims), URL_SAFE_NO_PAD.encode([7; 64]))
}

fn link(claims: &Value) -> String {
    format!("https://pay.google.com/gp/v/save/{}", jwt(&json!({ "alg": "ES256", "typ": "JWT" }), claims))
}

fn with(change: impl FnOnce(&mut Value)) -> Result<SaveLink, SaveLinkFault> {
    let mut claims = claims();
    change(&mut claims);
    check_save_link(&link(&claims))
}

#[test]
fn a_good_link_is_opened_as_it_is() {
    let link = link(&claims());
    let checked = check_save_link(&link).unwrap();
    assert_eq!(checked.as_str(), link);
    assert_eq!(format!("{checked:?}"), "SaveLink");
    with(|claims| claims["origins"] = json!(["https://example.com"])).unwrap();
}

#[test]
fn only_googles_page_is_opened() {
    let good = link(&claims());
    let fault = |from: &str, to: &str| check_save_link(&good.replacen(from, to, 1)).unwrap_err();
    assert_eq!(fault("https", "http"), SaveLinkFault::NotHttps);
    assert_eq!(fault("https://", "javascript://"), SaveLinkFault::NotHttps);
    assert_eq!(check_save_link("").unwrap_err(), SaveLinkFault::NotHttps);
    for host in [
        "evil.example",
        "pay.google.com.evil.example",
        "pay.google.com@evil.example",
        "pay.google.com:8443",
        "google.com",
        "evilpay.google.com",
        "pay.google.com\\evil.example",
        "PAY.google.com.evil",
        "",
    ] {
        assert_eq!(fault("pay.google.com", host), SaveLinkFault::OtherHost, "{host}");
    }
    for path in ["/gp/v/object/", "/gp/v/save", "//gp/v/save/", "/gp/v/../save/", "/", "/evil?/gp/v/save/"] {
        assert_eq!(fault("/gp/v/save/", path), SaveLinkFault::OtherPath, "{path}");
    }
}

#[test]
fn a_long_link_is_refused() {
    let long = |padding: usize| link(&claims()).replacen("https://", &format!("https://{}", "x".repeat(padding)), 1);
    let room = MAX_LINK_CHARACTERS - link(&claims()).len();
    assert_eq!(check_save_link(&long(room)).unwrap_err(), SaveLinkFault::OtherHost);
    assert_eq!(check_save_link(&long(room + 1)).unwrap_err(), SaveLinkFault::TooLong);
    with(|claims| claims["iss"] = json!("x".repeat(600))).unwrap();
    assert_eq!(with(|claims| claims["iss"] = json!("x".repeat(1_400))).unwrap_err(), SaveLinkFault::TooLong);
}

#[test]
fn it_carries_a_jwt() {
    let good = link(&claims());
    for bad in [
        good.rsplit_once('.').unwrap().0.to_owned(),
        format!("{good}.{}", part(&json!({}))),
        format!("{good}="),
        format!("{good}?x=1"),
        format!("{good}#x"),
        good.replacen("/save/", "/save/.", 1),
        good.rsplit_once('.').unwrap().0.to_owned() + ".",
        "https://pay.google.com/gp/v/save/".to_owned(),
        "https://pay.google.com/gp/v/save/a.b.c".to_owned(),
    ] {
        assert_eq!(check_save_link(&bad).unwrap_err(), SaveLinkFault::NotAJwt, "{bad}");
    }
    for header in [json!({ "alg": "none" }), json!({ "alg": "HS256" }), json!({}), json!([]), json!({ "alg": 1 })] {
        let link = format!("https://pay.google.com/gp/v/save/{}", jwt(&header, &claims()));
        assert_eq!(check_save_link(&link).unwrap_err(), SaveLinkFault::NotAJwt, "{header}");
    }
}

#[test]
fn every_claim_is_there() {
    for claim in ["iss", "aud", "typ", "iat", "origins", "payload"] {
        let expected = match claim {
            "aud" => SaveLinkFault::OtherAudience,
            "typ" => SaveLinkFault::OtherType,
            _ => SaveLinkFault::BadClaims,
        };
        let without = with(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(without.unwrap_err(), expected, "{claim}");
        assert_eq!(with(|claims| claims[claim] = json!(false)).unwrap_err(), expected, "{claim}");
    }
    for claims in [json!([]), json!(null), json!("claims")] {
        assert_eq!(check_save_link(&link(&claims)).unwrap_err(), SaveLinkFault::BadClaims, "{claims}");
    }
    assert_eq!(with(|claims| claims["origins"] = json!([1])).unwrap_err(), SaveLinkFault::BadClaims);
    assert_eq!(with(|claims| claims["iat"] = json!("now")).unwrap_err(), SaveLinkFault::BadClaims);
    assert_eq!(with(|claims| claims["iss"] = json!("")).unwrap_err(), SaveLinkFault::BadClaims);
    assert_eq!(with(|claims| claims["aud"] = json!("apple")).unwrap_err(), SaveLinkFault::OtherAudience);
    assert_eq!(with(|claims| claims["typ"] = json!("savetoandroidpay")).unwrap_err(), SaveLinkFault::OtherType);
    for payload in [
        json!({}),
        json!({ "loyaltyObjects": [] }),
        json!({ "loyaltyObjects": [1] }),
        json!({ "loyaltyObjects": [{}] }),
        json!({ "loyaltyObjects": [{ "id": "1.a" }] }),
        json!({ "loyaltyObjects": [{ "classId": "1.a" }] }),
        json!({ "giftCardObjects": [{ "id": "1.a", "classId": "1.b" }] }),
    ] {
        let found = with(|claims| claims["payload"] = payload.clone());
        assert_eq!(found.unwrap_err(), SaveLinkFault::NoLoyaltyObject, "{payload}");
    }
}

proptest! {
    #[test]
    fn noise_is_no_link(text in any::<String>()) {
        prop_assert!(check_save_link(&text).is_err());
        let tail = format!("https://pay.google.com/gp/v/save/{text}");
        prop_assert!(check_save_link(&tail).is_err());
    }

    #[test]
    fn noise_in_the_claims_is_no_link(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let header = part(&json!({ "alg": "RS256" }));
        let claims = URL_SAFE_NO_PAD.encode(bytes);
        let link = format!("https://pay.google.com/gp/v/save/{header}.{claims}.AAAA");
        prop_assert!(check_save_link(&link).is_err());
    }
}
