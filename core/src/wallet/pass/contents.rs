//! `pass.json`: whose pass it is, and whether it is still good. Keys are those of Apple's «Wallet Passes»; `userInfo`
//! is the gallery's own.

use chrono::{DateTime, FixedOffset, Utc};
use http::Uri;
use http::uri::Scheme;
use serde::Deserialize;

use super::{Expectation, PassFault};

pub(super) const NAME: &str = "pass.json";

/// What is read of `pass.json`; a key that stands twice is refused by serde.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contents {
    format_version: i64,
    pass_type_identifier: String,
    team_identifier: String,
    pub serial_number: String,
    pub organization_name: String,
    pub description: String,
    #[serde(default)]
    voided: bool,
    expiration_date: Option<String>,
    #[serde(rename = "webServiceURL")]
    web_service_url: Option<String>,
    #[serde(default)]
    barcodes: Vec<Barcode>,
    barcode: Option<Barcode>,
    #[serde(default)]
    user_info: UserInfo,
}

#[derive(Deserialize)]
struct Barcode {
    message: String,
}

#[derive(Deserialize, Default)]
struct UserInfo {
    card_number: Option<String>,
    tier: Option<String>,
}

pub(super) fn check(json: &[u8], expected: &Expectation<'_>, now: DateTime<Utc>) -> Result<Contents, PassFault> {
    let pass: Contents = serde_json::from_slice(json).map_err(|_| PassFault::BadPass)?;
    let expiration = pass.expiration_date.as_deref().map(instant).transpose()?;
    // All barcodes: PassKit draws the first that the phone knows, and `barcode` on phones before iOS 9.
    let mut messages = pass.barcodes.iter().chain(&pass.barcode).map(|barcode| barcode.message.as_str()).peekable();
    let has_code = messages.peek().is_some() && messages.all(|message| message == expected.barcode_message);
    let user = &pass.user_info;
    let rules = [
        (pass.format_version == 1, PassFault::OtherFormat),
        (pass.pass_type_identifier == expected.pass_type_identifier, PassFault::OtherType),
        (pass.team_identifier == expected.team_identifier, PassFault::OtherTeam),
        (pass.serial_number == expected.serial_number, PassFault::OtherSerial),
        (!pass.voided, PassFault::Voided),
        (expiration.is_none_or(|expiration| expiration > now), PassFault::Expired),
        (pass.web_service_url.as_deref().is_none_or(is_https), PassFault::InsecureService),
        (user.card_number.as_deref() == Some(expected.card_number), PassFault::OtherCard),
        (user.tier.as_deref() == Some(expected.tier), PassFault::OtherTier),
        // Last: the code says card and tier too, and their own reasons say more.
        (has_code, PassFault::OtherBarcode),
    ];
    match rules.into_iter().find(|(holds, _)| !holds) {
        Some((_, fault)) => Err(fault),
        None => Ok(pass),
    }
}

/// A W3C date with hours and an offset. Apple's own examples leave the seconds out.
fn instant(text: &str) -> Result<DateTime<FixedOffset>, PassFault> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%#z"))
        .map_err(|_| PassFault::BadPass)
}

/// PassKit sends the pass's token there.
fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|url| url.scheme() == Some(&Scheme::HTTPS) && url.host().is_some())
}
