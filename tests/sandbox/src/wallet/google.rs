//! The link that saves the card to Google's wallet: a skinny JWT, genuine or forged.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

use super::pass::Holder;
use crate::words::Forgery;

const ISSUER_ACCOUNT: &str = "wallet@vremenagoda.example";
const ISSUER: &str = "3388000000022000001";

/// A throw-away key that signs the links.
#[derive(Debug)]
pub(crate) struct Signer {
    key: EcdsaKeyPair,
    chance: SystemRandom,
}

impl Signer {
    pub(crate) fn new() -> Result<Self, Unspecified> {
        let chance = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &chance)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &chance);
        Ok(Self { key: key.map_err(|_| Unspecified)?, chance })
    }

    pub(crate) fn save_url(&self, holder: &Holder, forgery: Option<Forgery>, now: i64) -> Result<String, Unspecified> {
        let mut object = json!({
            "id": format!("{ISSUER}.{}", holder.card_id),
            "classId": format!("{ISSUER}.programme"),
            "accountId": holder.number,
            "barcode": {"type": "QR_CODE", "value": holder.message},
            "state": "ACTIVE",
        });
        if forgery == Some(Forgery::GoogleTooLong)
            && let Some(fields) = object.as_object_mut()
        {
            // What a skinny one leaves to the object that is stored at the issuer.
            let text = json!([{"id": "terms", "header": "Правила", "body": "Правила программы. ".repeat(60)}]);
            fields.insert("textModulesData".to_owned(), text);
        }
        let claims = json!({
            "iss": ISSUER_ACCOUNT,
            "aud": "google",
            "typ": "savetowallet",
            "iat": now,
            "origins": [],
            "payload": {"loyaltyObjects": [object]},
        });
        let jwt = match forgery {
            Some(Forgery::GoogleNotAJwt) => "not-a-token".to_owned(),
            _ => self.jwt(&claims)?,
        };
        let host = match forgery {
            Some(Forgery::GoogleOtherHost) => "pay.google.com.vremenagoda.example",
            _ => "pay.google.com",
        };
        Ok(format!("https://{host}/gp/v/save/{jwt}"))
    }

    fn jwt(&self, claims: &Value) -> Result<String, Unspecified> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "typ": "JWT"})), part(claims));
        let signature = self.key.sign(&self.chance, signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
